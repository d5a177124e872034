/* faults.h: what a test build (configure --enable-faults) can be made to do wrong; any other build has none
 * of it, not even the names (tests/crash, tests/planted).
 *
 * CRASH_POINT(name): YJS_CRASH=name:n ends the process there by SIGKILL, the nth time it comes by.
 * PLANTED(name): YJS_PLANTED=name makes the mistake of that name, which a checker has to find.
 * YJS_WALL_CLOCK, YJS_DATABASE_CLOCK: seconds by which this machine's clock, and the database's, seem to be on; or
 * the path of a file that says them, so that a clock jumps while the node runs. (The database is asked for the time
 * with each beat, flows/pulse.h.)
 * YJS_HEADS_ROOM: so many bytes instead of those after which a file of heads is put together (flows/heads_file.h).
 */
#ifndef YJS_BASE_FAULTS_H
#define YJS_BASE_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef YJS_FAULTS
void faults_crash_point(const char *name);
bool faults_planted(const char *name);
int64_t faults_wall_clock(void);
int64_t faults_database_clock(void);
int64_t faults_heads_room(int64_t preset);
#define CRASH_POINT(name) faults_crash_point(name)
#define PLANTED(name) faults_planted(name)
#define FAULTS_WALL_US faults_wall_clock()
#define FAULTS_DATABASE_US faults_database_clock()
#define FAULTS_HEADS_ROOM(preset) faults_heads_room(preset)
#else
#define CRASH_POINT(name) ((void)0)
#define PLANTED(name) false
#define FAULTS_WALL_US 0
#define FAULTS_DATABASE_US 0
#define FAULTS_HEADS_ROOM(preset) (preset)
#endif

#endif
