#include "flows/heads.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"
#include "flows/node.h"
#include "rules/running.h"

enum {
	NOTED_ENOUGH = 1 << 14, /* so many do not wait for their minute */
	NOTED_MOST = 1 << 17,   /* when the file cannot be written; later ones tell the same */
	BATCH = 1 << 16,        /* bytes written at once */
	LINE = 256
};

static const char *const kinds[HEADS_KINDS] = { "access", "history", "archive" };

struct heads {
	pthread_mutex_t lock;
	struct heads_kept noted;
	char folder[PATH_MAX], file[PATH_MAX];
};

/* By chain, then by length. */
static int
by_chain(const void *a, const void *b)
{
	const struct head *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->chain != y->chain)
		return x->chain < y->chain ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->length < y->length ? -1 : x->length > y->length;
}

static bool
is_same_chain(const struct head *x, const struct head *y)
{
	return x->kind == y->kind && x->chain == y->chain && x->id == y->id;
}

/* Leave the last head of each chain, in order. */
static void
keep_last(struct heads_kept *kept)
{
	size_t n = 0;

	if (kept->n == 0)
		return;
	qsort(kept->list, kept->n, sizeof *kept->list, by_chain);
	for (size_t i = 0; i < kept->n; i++)
		if (i + 1 == kept->n || !is_same_chain(&kept->list[i], &kept->list[i + 1]))
			kept->list[n++] = kept->list[i];
	kept->n = n;
}

static bool
add(struct heads_kept *kept, const struct head *head)
{
	if (kept->n == kept->room) {
		size_t room = kept->room ? kept->room * 2 : 256;
		struct head *wider = realloc(kept->list, room * sizeof *wider);

		if (!wider)
			return false;
		kept->list = wider;
		kept->room = room;
	}
	kept->list[kept->n++] = *head;
	return true;
}

static int
folder_of(const struct conf *conf, char folder[PATH_MAX])
{
	return snprintf(folder, PATH_MAX, "%s.heads", conf_text(conf, "key_file")) < PATH_MAX ? 0 : -1;
}

/* --- keeping --- */

struct heads *
heads_new(const struct conf *conf)
{
	struct heads *h = calloc(1, sizeof *h);
	int n;

	if (!h)
		return NULL;
	pthread_mutex_init(&h->lock, NULL);
	if (folder_of(conf, h->folder) == 0) {
		n = snprintf(h->file, sizeof h->file, "%s/", h->folder);
		snprintf(h->file + n, sizeof h->file - (size_t)n, "%s", conf_text(conf, "node"));
		for (char *c = h->file + n; *c; c++) /* a node may have any name */
			if (*c == '/' || (*c == '.' && c == h->file + n))
				*c = '_';
	}
	return h;
}

void
heads_free(struct heads *h)
{
	if (!h)
		return;
	heads_kept_free(&h->noted);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static void
note(struct node *n, const struct head *head)
{
	struct heads *h = n->heads;
	size_t noted;

	pthread_mutex_lock(&h->lock);
	if (h->noted.n < NOTED_MOST && !add(&h->noted, head))
		log_warning("no memory to note the head of a chain");
	noted = h->noted.n;
	pthread_mutex_unlock(&h->lock);
	if (noted == NOTED_ENOUGH)
		node_write_now();
	else
		node_write_soon(n);
}

void
heads_note(struct node *n, const struct running *r)
{
	struct head head = { .kind = HEADS_HISTORY, .chain = r->division, .id = r->id, .length = r->history_count };

	snprintf(head.number, sizeof head.number, "%s", r->number);
	memcpy(head.hash, r->history_hash, sizeof head.hash);
	note(n, &head);
}

int
heads_access_put(struct node *n, struct store *s, const struct store_access *rows, size_t count, struct error *why)
{
	struct head head = { .kind = HEADS_ACCESS, .number = "-" };

	if (store_access_put(s, rows, count, why) != 0)
		return -1;
	if (count > 0) {
		store_access_end(s, &head.chain, &head.length, head.hash);
		note(n, &head);
	}
	return 0;
}

/* --- writing --- */

static int
flush_text(int file, struct text *t)
{
	ssize_t n = t->length ? write(file, t->data, t->length) : 0;
	bool whole = !t->failed && n == (ssize_t)t->length;

	text_clear(t);
	return whole ? 0 : -1;
}

/* What a crash or a full disk has cut off becomes no part of the next line. */
static bool
ends_in_line(int file)
{
	struct stat st;
	char last = '\n';

	return fstat(file, &st) == 0 && (st.st_size == 0 || (pread(file, &last, 1, st.st_size - 1) == 1 && last == '\n'));
}

static int
write_lines(int file, const struct heads_kept *heads)
{
	struct text t;
	int done = 0;

	text_init(&t, BATCH + LINE);
	if (!ends_in_line(file))
		text_putc(&t, '\n');
	for (size_t i = 0; i < heads->n && done == 0; i++) {
		const struct head *h = &heads->list[i];

		text_putf(&t, "%s %" PRId32 " %" PRId64 " %s %" PRId64 " ", kinds[h->kind], h->chain, h->id, h->number,
		    h->length);
		text_put_hex(&t, h->hash, sizeof h->hash);
		text_putc(&t, '\n');
		if (t.length > BATCH - LINE)
			done = flush_text(file, &t);
	}
	if (done == 0)
		done = flush_text(file, &t);
	text_free(&t);
	return done == 0 ? fdatasync(file) : -1;
}

static int
append(const struct heads *h, const struct heads_kept *heads)
{
	int file, done;

	if (mkdir(h->folder, 0700) != 0 && errno != EEXIST)
		return -1;
	file = open(h->file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return -1;
	done = write_lines(file, heads);
	close(file);
	return done;
}

int
heads_keep(const struct conf *conf, const char *file, const struct head *head, struct error *why)
{
	struct head one = *head;
	struct heads h = { 0 };

	if (folder_of(conf, h.folder) != 0 ||
	    snprintf(h.file, sizeof h.file, "%.*s/%s", PATH_MAX - 64, h.folder, file) >= (int)sizeof h.file)
		return error_set(why, ERROR_BROKEN, "key_file: the path is too long");
	if (append(&h, &(struct heads_kept){ .list = &one, .n = 1 }) != 0)
		return error_set(why, ERROR_TEMPORARY, "%s: %s", h.file, strerror(errno));
	return 0;
}

/* Before those that came meanwhile. */
static void
put_back(struct heads *h, struct heads_kept *heads)
{
	pthread_mutex_lock(&h->lock);
	for (size_t i = 0; i < h->noted.n && heads->n < NOTED_MOST; i++)
		if (!add(heads, &h->noted.list[i]))
			break;
	free(h->noted.list);
	h->noted = *heads;
	pthread_mutex_unlock(&h->lock);
	*heads = (struct heads_kept){ 0 };
}

void
heads_write(struct node *n)
{
	struct heads *h = n->heads;
	struct heads_kept now;

	pthread_mutex_lock(&h->lock);
	now = h->noted;
	h->noted = (struct heads_kept){ 0 };
	pthread_mutex_unlock(&h->lock);
	keep_last(&now);
	if (now.n > 0 && append(h, &now) != 0) {
		log_warning("the heads of chains are kept later: %s: %s", h->file, strerror(errno));
		put_back(h, &now);
		node_write_soon(n);
	}
	heads_kept_free(&now);
}

/* --- comparing --- */

/* False: it is no line of ours, or not all of one. */
static bool
read_line(char *line, struct head *head)
{
	char kind[16], hex[65];
	int end = 0;

	*head = (struct head){ .kind = HEADS_KINDS };
	if (sscanf(line, "%15s %" SCNd32 " %" SCNd64 " %39s %" SCNd64 " %64s%n", kind, &head->chain, &head->id,
	    head->number, &head->length, hex, &end) != 6 || line[end] != '\n')
		return false;
	for (int i = 0; i < HEADS_KINDS; i++)
		if (strcmp(kinds[i], kind) == 0)
			head->kind = (enum heads_kind)i;
	return head->kind != HEADS_KINDS && digest_unhex(hex, head->hash, sizeof head->hash);
}

static int
read_file(const char *path, struct heads_kept *kept, struct error *why)
{
	FILE *f = fopen(path, "re");
	char line[LINE];
	struct head head;
	int done = 0;

	if (!f)
		return error_set(why, ERROR_BROKEN, "%s: %s", path, strerror(errno));
	while (done == 0 && fgets(line, sizeof line, f))
		if (read_line(line, &head) && !add(kept, &head))
			done = error_set(why, ERROR_TEMPORARY, "no memory");
	fclose(f);
	keep_last(kept); /* file by file: each chain is once in memory */
	return done;
}

static int
read_folder(DIR *dir, const char *folder, struct heads_kept *kept, struct error *why)
{
	struct dirent *entry;
	char path[PATH_MAX + 256];
	int done = 0;

	while (done == 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		done = read_file(path, kept, why);
	}
	return done;
}

int
heads_read(const struct conf *conf, struct heads_kept *kept, struct error *why)
{
	char folder[PATH_MAX];
	DIR *dir;
	int done;

	*kept = (struct heads_kept){ 0 };
	if (folder_of(conf, folder) != 0)
		return error_set(why, ERROR_BROKEN, "key_file: the path is too long");
	dir = opendir(folder);
	if (!dir)
		return errno == ENOENT ? 0 : error_set(why, ERROR_BROKEN, "%s: %s", folder, strerror(errno));
	done = read_folder(dir, folder, kept, why);
	closedir(dir);
	return done;
}

bool
heads_tell(const struct conf *conf, char *out, size_t room)
{
	char folder[PATH_MAX];
	bool may = folder_of(conf, folder) == 0 && (mkdir(folder, 0700) == 0 || errno == EEXIST) &&
	    access(folder, W_OK | X_OK) == 0;

	snprintf(out, room, may ? "of chains are kept outside of the database in %.200s"
	    : "of chains cannot be kept outside of the database: this program cannot write to %.200s", folder);
	return may;
}

void
heads_kept_free(struct heads_kept *kept)
{
	free(kept->list);
	*kept = (struct heads_kept){ 0 };
}

struct head *
heads_find(struct heads_kept *kept, enum heads_kind kind, int32_t chain, int64_t id)
{
	const struct head wanted = { .kind = kind, .chain = chain, .id = id };
	size_t from = 0, to = kept->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (is_same_chain(&kept->list[middle], &wanted))
			return &kept->list[middle];
		if (by_chain(&kept->list[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}
