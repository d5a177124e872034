/* heads_file.h: the files that heads lie in (heads.h): lines are appended, and now and then a file is put together
 * again, so that it grows with the chains that there are and not with what befell them.
 *
 * What is put together is sorted on disk in parts, with bounded memory, and takes the file's place by one rename when
 * all of it is durable: whoever reads meanwhile has the old file or the new one, whole, and so has a crash at any
 * moment. Of each chain the longest heads stay; two that differ and are as long stay both. The first line then says
 * how many bytes came together; a file is put together anew when it has grown to twice that and HEADS_FILE_ROOM, so
 * that each line costs the same on the average, however many there are.
 */
#ifndef YJS_FLOWS_HEADS_FILE_H
#define YJS_FLOWS_HEADS_FILE_H

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#include "flows/heads.h"

enum { HEADS_FILE_ROOM = 1 << 20 };

struct heads_file {
	pthread_mutex_t lock;           /* who appends, and who puts together what came last */
	char folder[PATH_MAX], path[PATH_MAX];
	atomic_bool stop;               /* give up putting together, soon */
};

/* errno says why it is not there: ENAMETOOLONG. `name`: as a node may be called. */
int heads_file_open(struct heads_file *f, const char *folder, const char *name) MUST_CHECK;
void heads_file_close(struct heads_file *f);
/* Durable when it returns 0. *grown: it is worth to be put together again. -1: errno; EWOULDBLOCK: another process is
 * at it. */
int heads_file_append(struct heads_file *f, const struct heads_kept *heads, bool *grown) MUST_CHECK;
/* `part`: so many heads are in memory at once. -1: errno; the file is what it was. ECANCELED: by `stop`. */
int heads_file_gather(struct heads_file *f, size_t part) MUST_CHECK;

/* Add all that a file says. */
int heads_file_read(const char *path, struct heads_kept *kept, struct error *why) MUST_CHECK;

#endif
