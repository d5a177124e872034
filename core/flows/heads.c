#include "flows/heads.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "flows/heads_file.h"
#include "flows/node.h"
#include "rules/running.h"

enum {
	NOTED_ENOUGH = 1 << 14, /* so many do not wait for their minute */
	NOTED_MOST = 1 << 17,   /* when the file cannot be written; later ones tell the same */
	PART = 1 << 15          /* so many are in memory at once when the file is put together again */
};

#define AGAIN_US (3600 * US_PER_SECOND) /* that it failed is no reason to try it each minute */

struct heads {
	pthread_mutex_t lock;
	struct heads_kept noted;
	struct heads_file file;
	pthread_t gatherer;      /* puts the file together again, beside all else */
	bool is_thread;          /* it was started, and is to be waited for */
	atomic_bool gathering;
	int64_t again_at;
};

int
heads_order(const struct head *x, const struct head *y)
{
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->chain != y->chain)
		return x->chain < y->chain ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return memcmp(x->hash, y->hash, sizeof x->hash);
}

static int
in_order(const void *a, const void *b)
{
	return heads_order(a, b);
}

static bool
is_same_chain(const struct head *x, const struct head *y)
{
	return x->kind == y->kind && x->chain == y->chain && x->id == y->id;
}

bool
heads_supersedes(const struct head *next, const struct head *h)
{
	return is_same_chain(next, h) && (next->length > h->length || memcmp(next->hash, h->hash, sizeof h->hash) == 0);
}

void
heads_kept_last(struct heads_kept *kept)
{
	size_t n = 0;

	if (kept->n == 0)
		return;
	qsort(kept->list, kept->n, sizeof *kept->list, in_order);
	for (size_t i = 0; i < kept->n; i++)
		if (i + 1 == kept->n || !heads_supersedes(&kept->list[i + 1], &kept->list[i]))
			kept->list[n++] = kept->list[i];
	kept->n = n;
}

bool
heads_kept_add(struct heads_kept *kept, const struct head *head)
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
	char folder[PATH_MAX] = "";

	if (!h)
		return NULL;
	pthread_mutex_init(&h->lock, NULL);
	if (folder_of(conf, folder) != 0 || heads_file_open(&h->file, folder, conf_text(conf, "node")) != 0)
		log_warning("key_file: the path is too long to keep the heads of chains beside it");
	return h;
}

void
heads_free(struct heads *h)
{
	if (!h)
		return;
	atomic_store(&h->file.stop, true);
	if (h->is_thread)
		pthread_join(h->gatherer, NULL);
	heads_file_close(&h->file);
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
	if (h->noted.n < NOTED_MOST && !heads_kept_add(&h->noted, head))
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

int
heads_keep(const struct conf *conf, const char *file, const struct head *head, struct error *why)
{
	struct head one = *head;
	struct heads_file f;
	char folder[PATH_MAX];
	bool grown;
	int done = 0;

	if (folder_of(conf, folder) != 0 || heads_file_open(&f, folder, file) != 0)
		return error_set(why, ERROR_BROKEN, "key_file: the path is too long");
	if (heads_file_append(&f, &(struct heads_kept){ .list = &one, .n = 1 }, &grown) != 0)
		done = error_set(why, ERROR_TEMPORARY, "%s: %s", f.path, strerror(errno));
	heads_file_close(&f);
	return done;
}

static void *
gather(void *cookie)
{
	struct heads *h = cookie;

	if (heads_file_gather(&h->file, PART) != 0 && errno != ECANCELED) {
		log_warning("%s grows: it cannot be put together: %s", h->file.path, strerror(errno));
		h->again_at = clock_monotonic() + AGAIN_US;
	}
	atomic_store(&h->gathering, false);
	return NULL;
}

/* It has grown: nobody waits for it. */
static void
gather_beside(struct heads *h)
{
	if (atomic_load(&h->gathering) || clock_monotonic() < h->again_at)
		return;
	if (h->is_thread)
		pthread_join(h->gatherer, NULL);
	atomic_store(&h->gathering, true);
	h->is_thread = pthread_create(&h->gatherer, NULL, gather, h) == 0;
	if (!h->is_thread)
		atomic_store(&h->gathering, false);
}

/* Before those that came meanwhile. */
static void
put_back(struct heads *h, struct heads_kept *heads)
{
	pthread_mutex_lock(&h->lock);
	for (size_t i = 0; i < h->noted.n && heads->n < NOTED_MOST; i++)
		if (!heads_kept_add(heads, &h->noted.list[i]))
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
	bool grown = false;

	pthread_mutex_lock(&h->lock);
	now = h->noted;
	h->noted = (struct heads_kept){ 0 };
	pthread_mutex_unlock(&h->lock);
	heads_kept_last(&now);
	if (now.n > 0 && heads_file_append(&h->file, &now, &grown) != 0) {
		log_warning("the heads of chains are kept later: %s: %s", h->file.path, strerror(errno));
		put_back(h, &now);
		node_write_soon(n);
	} else if (grown && !atomic_load(&n->draining)) {
		gather_beside(h);
	}
	heads_kept_free(&now);
}

/* --- comparing --- */

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
		done = heads_file_read(path, kept, why);
		heads_kept_last(kept); /* file by file: each chain is once in memory */
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
	const struct head wanted = { .kind = kind, .chain = chain, .id = id, .length = INT64_MIN };
	size_t from = 0, to = kept->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (heads_order(&kept->list[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from < kept->n && is_same_chain(&kept->list[from], &wanted) ? &kept->list[from] : NULL;
}

struct head *
heads_next(struct heads_kept *kept, struct head *head)
{
	struct head *next = head + 1;

	return next < kept->list + kept->n && is_same_chain(next, head) ? next : NULL;
}
