#include "flows/heads_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/faults.h"
#include "base/text.h"

enum {
	BATCH = 1 << 16,       /* bytes written at once */
	LINE = 256,
	TITLE = 32,            /* the first line of what was put together */
	READ_AT_ONCE = 32      /* heads of one part */
};

static const char *const kinds[HEADS_KINDS] = { "access", "history", "archive" };
static const char title[] = "together %021lld\n";

int
heads_file_open(struct heads_file *f, const char *folder, const char *name)
{
	int n = snprintf(f->folder, sizeof f->folder, "%s", folder), m;
	char *c;

	pthread_mutex_init(&f->lock, NULL);
	atomic_init(&f->stop, false);
	m = snprintf(f->path, sizeof f->path, "%.*s/%s", n, folder, name);
	if (n >= (int)sizeof f->folder || m >= (int)sizeof f->path) {
		f->folder[0] = f->path[0] = '\0';
		errno = ENAMETOOLONG;
		return -1;
	}
	c = f->path + n + 1;
	if (*c == '.')
		*c = '_';
	for (; *c; c++)
		if (*c == '/')
			*c = '_';
	return 0;
}

void
heads_file_close(struct heads_file *f)
{
	pthread_mutex_destroy(&f->lock);
}

/* --- lines --- */

static void
put_line(struct text *t, const struct head *h)
{
	text_putf(t, "%s %" PRId32 " %" PRId64 " %s %" PRId64 " ", kinds[h->kind], h->chain, h->id, h->number, h->length);
	text_put_hex(t, h->hash, sizeof h->hash);
	text_putc(t, '\n');
}

/* False: it is no line of ours, or not all of one. */
static bool
read_line(char *line, struct head *head)
{
	char kind[16], hex[65];
	int end = 0;

	memset(head, 0, sizeof *head);
	head->kind = HEADS_KINDS;
	if (sscanf(line, "%15s %" SCNd32 " %" SCNd64 " %39s %" SCNd64 " %64s%n", kind, &head->chain, &head->id,
	    head->number, &head->length, hex, &end) != 6 || line[end] != '\n')
		return false;
	for (int i = 0; i < HEADS_KINDS; i++)
		if (strcmp(kinds[i], kind) == 0)
			head->kind = (enum heads_kind)i;
	return head->kind != HEADS_KINDS && digest_unhex(hex, head->hash, sizeof head->hash);
}

int
heads_file_read(const char *path, struct heads_kept *kept, struct error *why)
{
	FILE *f = fopen(path, "re");
	char line[LINE];
	struct head head;
	int done = 0;

	if (!f)
		return error_set(why, ERROR_BROKEN, "%s: %s", path, strerror(errno));
	while (done == 0 && fgets(line, sizeof line, f))
		if (read_line(line, &head) && !heads_kept_add(kept, &head))
			done = error_set(why, ERROR_TEMPORARY, "no memory");
	if (done == 0 && ferror(f))
		done = error_set(why, ERROR_BROKEN, "%s: %s", path, strerror(errno));
	fclose(f);
	return done;
}

/* --- appending --- */

static int
flush_text(int file, struct text *t)
{
	ssize_t n = t->length ? write(file, t->data, t->length) : 0;
	bool whole = !t->failed && n == (ssize_t)t->length;

	if (!whole && n >= 0)
		errno = t->failed ? ENOMEM : ENOSPC;
	text_clear(t);
	return whole ? 0 : -1;
}

static bool
is_still(int file, const char *path)
{
	struct stat own, there;

	return fstat(file, &own) == 0 && stat(path, &there) == 0 && own.st_dev == there.st_dev &&
	    own.st_ino == there.st_ino;
}

/* The file of that path, which nobody else appends to or replaces until it is closed. */
static int
open_alone(const char *path, int flags)
{
	for (;;) {
		int file = open(path, flags | O_CLOEXEC, 0600), problem;

		if (file < 0)
			return -1;
		if (flock(file, LOCK_EX | LOCK_NB) == 0 && is_still(file, path))
			return file;
		problem = is_still(file, path) ? errno : 0; /* else somebody has put another in its place, or carried it off */
		close(file);
		if (problem) {
			errno = problem;
			return -1;
		}
	}
}

/* What a crash or a full disk has cut off becomes no part of the next line. */
static bool
ends_in_line(int file, off_t size)
{
	char last = '\n';

	return size == 0 || (pread(file, &last, 1, size - 1) == 1 && last == '\n');
}

/* So many bytes came together when it was last put together. */
static off_t
together(int file)
{
	char line[TITLE];
	long long bytes = 0;

	return pread(file, line, sizeof line - 1, 0) == TITLE - 1 && !(line[TITLE - 1] = '\0') &&
	    sscanf(line, "together %lld", &bytes) == 1 && bytes > 0 ? (off_t)bytes : 0;
}

static int
write_lines(int file, const struct heads_kept *heads, off_t size)
{
	struct text t;
	int done = 0;

	text_init(&t, BATCH + LINE);
	if (!ends_in_line(file, size))
		text_putc(&t, '\n');
	for (size_t i = 0; i < heads->n && done == 0; i++) {
		put_line(&t, &heads->list[i]);
		if (t.length > BATCH - LINE)
			done = flush_text(file, &t);
	}
	if (done == 0)
		done = flush_text(file, &t);
	text_free(&t);
	return done == 0 ? fdatasync(file) : -1;
}

static int
append_alone(struct heads_file *f, const struct heads_kept *heads, bool *grown)
{
	int file = open_alone(f->path, O_RDWR | O_APPEND | O_CREAT), done, problem;
	struct stat st;

	if (file < 0)
		return -1;
	done = fstat(file, &st) == 0 ? write_lines(file, heads, st.st_size) : -1;
	problem = errno;
	*grown = done == 0 && st.st_size >= 2 * together(file) + FAULTS_HEADS_ROOM(HEADS_FILE_ROOM);
	close(file);
	errno = problem;
	return done;
}

int
heads_file_append(struct heads_file *f, const struct heads_kept *heads, bool *grown)
{
	int done;

	if (mkdir(f->folder, 0700) != 0 && errno != EEXIST)
		return -1;
	pthread_mutex_lock(&f->lock);
	done = append_alone(f, heads, grown);
	pthread_mutex_unlock(&f->lock);
	return done;
}

/* --- putting together --- */

struct part { /* heads in order, in a file of their own */
	off_t next, end;
	struct head some[READ_AT_ONCE];
	size_t n, at;
};

struct gathering {
	struct heads_file *f;
	int old, parts_file, new;
	char hidden[PATH_MAX + 8];
	off_t read;              /* so much of the old file is in the parts */
	struct part *parts;
	size_t n_parts;
	struct head last;        /* not yet written: a longer one may follow */
	bool is_last;
	struct text text;
	off_t written;
};

static int
cancelled(const struct gathering *g)
{
	if (!atomic_load(&g->f->stop))
		return 0;
	errno = ECANCELED;
	return -1;
}

/* One more part, of what is in memory. */
static int
put_part(struct gathering *g, struct heads_kept *heads, off_t *end)
{
	struct part *more = realloc(g->parts, (g->n_parts + 1) * sizeof *more);
	size_t bytes;

	if (!more)
		return -1;
	g->parts = more;
	heads_kept_last(heads);
	bytes = heads->n * sizeof *heads->list;
	more[g->n_parts++] = (struct part){ .next = *end, .end = *end + (off_t)bytes };
	for (size_t done = 0; done < bytes;) {
		ssize_t n = write(g->parts_file, (const char *)heads->list + done, bytes - done);

		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	*end += (off_t)bytes;
	heads->n = 0;
	return cancelled(g);
}

/* All lines of the old file that are whole when this begins, `part` of them at a time. */
static int
take_apart(struct gathering *g, size_t part)
{
	struct heads_kept heads = { 0 };
	FILE *f = fdopen(dup(g->old), "r");
	char line[LINE];
	struct head head;
	off_t end = 0;
	int done = f ? 0 : -1;

	while (done == 0 && ftello(f) < g->read && fgets(line, sizeof line, f)) {
		if (!read_line(line, &head))
			continue;
		if (!heads_kept_add(&heads, &head) || (heads.n == part && put_part(g, &heads, &end) != 0))
			done = -1;
	}
	if (done == 0 && (ferror(f) || (heads.n > 0 && put_part(g, &heads, &end) != 0)))
		done = -1;
	if (f)
		fclose(f);
	heads_kept_free(&heads);
	return done;
}

/* The next head of a part; NULL: none. *failed: it could not be read. */
static struct head *
first_of(struct gathering *g, struct part *p, bool *failed)
{
	if (p->at == p->n && p->next < p->end) {
		size_t bytes = sizeof p->some;

		if ((off_t)bytes > p->end - p->next)
			bytes = (size_t)(p->end - p->next);
		if (pread(g->parts_file, p->some, bytes, p->next) != (ssize_t)bytes)
			*failed = true;
		p->next += (off_t)bytes;
		p->n = bytes / sizeof *p->some;
		p->at = 0;
	}
	return p->at < p->n ? &p->some[p->at] : NULL;
}

static int
write_last(struct gathering *g)
{
	size_t before = g->text.length;

	if (!g->is_last)
		return 0;
	put_line(&g->text, &g->last);
	g->written += (off_t)(g->text.length - before);
	return g->text.length > BATCH - LINE ? flush_text(g->new, &g->text) : 0;
}

/* --- the least of all parts: a heap of their numbers --- */

static bool
is_before(struct gathering *g, size_t a, size_t b)
{
	return heads_order(&g->parts[a].some[g->parts[a].at], &g->parts[b].some[g->parts[b].at]) < 0;
}

static void
sink(struct gathering *g, size_t *heap, size_t n, size_t i)
{
	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		size_t held = heap[i];

		if (child + 1 < n && is_before(g, heap[child + 1], heap[child]))
			child++;
		if (!is_before(g, heap[child], held))
			return;
		heap[i] = heap[child];
		heap[child] = held;
	}
}

static int
merge(struct gathering *g, size_t *heap)
{
	bool failed = false;
	size_t n = 0;

	for (size_t i = 0; i < g->n_parts; i++)
		if (first_of(g, &g->parts[i], &failed))
			heap[n++] = i;
	for (size_t i = n / 2; i > 0; i--)
		sink(g, heap, n, i - 1);
	while (n > 0 && !failed) {
		struct part *p = &g->parts[heap[0]];

		if ((!g->is_last || !heads_supersedes(&p->some[p->at], &g->last)) && write_last(g) != 0)
			return -1;
		g->last = p->some[p->at++];
		g->is_last = true;
		if (!first_of(g, p, &failed))
			heap[0] = heap[--n];
		sink(g, heap, n, 0);
		if (cancelled(g) != 0)
			return -1;
	}
	return failed || write_last(g) != 0 || flush_text(g->new, &g->text) != 0 ? -1 : 0;
}

static int
write_together(struct gathering *g)
{
	size_t *heap = calloc(g->n_parts + 1, sizeof *heap);
	char line[TITLE];
	int done;

	snprintf(line, sizeof line, title, 0LL);
	text_puts(&g->text, line);
	g->written = TITLE - 1;
	done = heap ? merge(g, heap) : -1;
	free(heap);
	snprintf(line, sizeof line, title, (long long)g->written);
	if (done == 0 && pwrite(g->new, line, TITLE - 1, 0) != TITLE - 1)
		done = -1;
	return done == 0 ? fdatasync(g->new) : -1;
}

/* What was appended since. */
static int
copy_rest(struct gathering *g)
{
	char bytes[4096];
	ssize_t n;

	while ((n = pread(g->old, bytes, sizeof bytes, g->read)) > 0) {
		if (write(g->new, bytes, (size_t)n) != n)
			return -1;
		g->read += n;
	}
	return n == 0 ? fdatasync(g->new) : -1;
}

static int
sync_folder(const char *path)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), done = folder < 0 ? -1 : fsync(folder);

	if (folder >= 0)
		close(folder);
	return done;
}

/* From here on nobody appends until the new file is in its place. */
static int
take_place(struct gathering *g)
{
	if (flock(g->old, LOCK_EX | LOCK_NB) != 0)
		return -1;
	if (!is_still(g->old, g->f->path)) { /* somebody has carried it off */
		errno = ECANCELED;
		return -1;
	}
	CRASH_POINT("heads/locked");
	if (copy_rest(g) != 0)
		return -1;
	CRASH_POINT("heads/whole");
	if (rename(g->hidden, g->f->path) != 0)
		return -1;
	CRASH_POINT("heads/renamed");
	return sync_folder(g->f->folder);
}

/* Lines in it are whole, but what a crash cut off. */
static int
open_old(struct gathering *g)
{
	struct stat st;

	pthread_mutex_lock(&g->f->lock);
	g->old = open_alone(g->f->path, O_RDONLY);
	if (g->old >= 0 && fstat(g->old, &st) == 0)
		g->read = st.st_size;
	if (g->old >= 0)
		flock(g->old, LOCK_UN);
	pthread_mutex_unlock(&g->f->lock);
	return g->old;
}

static int
open_all(struct gathering *g)
{
	char parts[PATH_MAX + 16];

	snprintf(parts, sizeof parts, "%s/.parts-XXXXXX", g->f->folder);
	snprintf(g->hidden, sizeof g->hidden, "%s/.%s", g->f->folder, g->f->path + strlen(g->f->folder) + 1);
	if (open_old(g) < 0 || (g->parts_file = mkostemp(parts, O_CLOEXEC)) < 0)
		return -1;
	unlink(parts);
	g->new = open_alone(g->hidden, O_RDWR | O_CREAT);
	return g->new >= 0 ? ftruncate(g->new, 0) : -1; /* what a crash left of it */
}

static void
close_all(struct gathering *g)
{
	const int files[] = { g->old, g->parts_file, g->new };

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (files[i] >= 0)
			close(files[i]);
	text_free(&g->text);
	free(g->parts);
}

int
heads_file_gather(struct heads_file *f, size_t part)
{
	struct gathering g = { .f = f, .old = -1, .parts_file = -1, .new = -1 };
	int done, problem;

	text_init(&g.text, BATCH + LINE);
	CRASH_POINT("heads/grown");
	done = open_all(&g) != 0 || take_apart(&g, part) != 0 ? -1 : 0;
	CRASH_POINT("heads/taken_apart");
	if (done == 0)
		done = write_together(&g);
	CRASH_POINT("heads/together");
	pthread_mutex_lock(&f->lock);
	if (done == 0)
		done = take_place(&g);
	problem = errno;
	if (done != 0 && g.new >= 0)
		unlink(g.hidden); /* the disk may be full */
	close_all(&g);
	pthread_mutex_unlock(&f->lock);
	errno = problem;
	return done;
}
