/* process.h: the simulated departments as a process of their own, called as a node calls them, and the
 * node's side of what they tell later. For tests: every failure is one of the test that runs.
 */
#ifndef YJS_TESTS_DEPARTMENTS_PROCESS_H
#define YJS_TESTS_DEPARTMENTS_PROCESS_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "outcall/outcall.h"
#include "outcall/sign.h"
#include "rules/ending.h"

extern struct process {
	char folder[32];
	struct sign_secret secret; /* of health */
	struct outcall *outcall;
	struct outcall_allow allow;
	pid_t child;
	int port, callback_port, timeout_ms;
} process;

/* What came to the node's side; under its lock. */
extern struct heard {
	pthread_mutex_t lock;
	int taken, forged, fetched;
	int refuse; /* so many callbacks are answered 503 */
	int64_t taken_at;
	char last[4096];
} heard;

/* What the node hands out when a file is fetched. */
extern const char process_file[];

struct process_result {
	bool whole;
	int status;
	enum ending_kind kind;
	const char *code;
	char text[2048];
	int64_t took_us;
};

/* For cmocka: before and after the group; after a test that failed. */
int process_set_up(void **state);
int process_tear_down(void **state);
int process_kill(void **state);

/* With a fault and one more argument, or NULL. What was heard begins anew. */
void process_start(const char *fault, const char *more);
/* The status as waitpid() gives it. */
int process_stop(int sig);
/* How many callbacks came, once there are `at_least` or that time is over. */
int process_callbacks(int at_least, int64_t within_us);

/* One request of many; its end, in any order. */
void process_begin(const char *path, const char *key, const char *body, const struct sign_secret *with,
    void *cookie);
struct outcall_done process_finish(void);
/* One request to its end. */
struct process_result process_call_with(const char *path, const char *key, const char *body,
    const struct sign_secret *with, enum ending_purpose purpose);
struct process_result process_call(const char *key, const char *name);
struct process_result process_ask(const char *key);
struct process_result process_undo(const char *key, const char *of);
/* The body of a call for that person; lent until the next. */
const char *process_body(const char *name);

/* The ledger's line of a key; NULL: none. New reference. */
json_t *process_line(const char *key);
/* How often it was done; -1: unknown. */
int process_effects(const char *key);

#endif
