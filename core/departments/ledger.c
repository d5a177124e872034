#include "departments/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "seal/digest.h"

enum { LINE = 1 << 20, PENDING = 256 << 20, LAZY_US = 20000 };

struct ledger {
	struct entry **buckets;
	size_t n_buckets; /* a power of two */
	struct entry **list;
	size_t n, room;

	int fd; /* -1: memory only */
	bool sync;
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t more;
	bool stop, busy;
	struct text pending;
	struct ledger_wait *waits;
};

/* ---- the table ---- */

static size_t
bucket(const struct ledger *l, const char *department, const char *key)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (const char *c = department; *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	for (const char *c = key; *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32) & (l->n_buckets - 1);
}

static int
grow(struct ledger *l)
{
	size_t room = l->room ? l->room * 2 : 1024;
	struct entry **list = realloc(l->list, room * sizeof(*list));
	struct entry **buckets = list ? calloc(room, sizeof(*buckets)) : NULL;

	if (list)
		l->list = list;
	if (!buckets)
		return -1;
	free(l->buckets);
	l->buckets = buckets;
	l->n_buckets = l->room = room;
	for (size_t i = 0; i < l->n; i++) {
		size_t b = bucket(l, l->list[i]->department, l->list[i]->key);

		l->list[i]->next = buckets[b];
		buckets[b] = l->list[i];
	}
	return 0;
}

struct entry *
ledger_find(struct ledger *l, const char *department, const char *key)
{
	if (l->n_buckets == 0)
		return NULL;
	for (struct entry *e = l->buckets[bucket(l, department, key)]; e; e = e->next)
		if (strcmp(e->key, key) == 0 && strcmp(e->department, department) == 0)
			return e;
	return NULL;
}

/* All names of an entry in one piece of memory; the new ones may stand in the old. */
static int
set_names(struct entry *e, const char *department, const char *call, const char *key,
    const char *application, const char *item)
{
	const char *all[] = {department, call, key, application, item}, **to[] = {&e->department,
		&e->call, &e->key, &e->application, &e->item};
	size_t length = 0;
	char *names;

	for (int i = 0; i < 5; i++)
		length += strlen(all[i]) + 1;
	names = malloc(length);
	if (!names)
		return -1;
	length = 0;
	for (int i = 0; i < 5; i++) {
		size_t size = strlen(all[i]) + 1;

		memcpy(names + length, all[i], size);
		*to[i] = names + length;
		length += size;
	}
	free(e->names);
	e->names = names;
	return 0;
}

struct entry *
ledger_add(struct ledger *l, const char *department, const char *call, const char *key)
{
	struct entry *e = calloc(1, sizeof *e);
	size_t b;

	if (!e || set_names(e, department, call, key, "", "") != 0 || (l->n == l->room && grow(l) != 0)) {
		if (e)
			free(e->names);
		free(e);
		return NULL;
	}
	b = bucket(l, department, key);
	e->next = l->buckets[b];
	l->buckets[b] = e;
	l->list[l->n++] = e;
	return e;
}

size_t
ledger_count(const struct ledger *l)
{
	return l->n;
}

struct entry *
ledger_at(struct ledger *l, size_t i)
{
	return l->list[i];
}

/* ---- lines ---- */

static void
put_member(struct text *out, const char *name, const char *value)
{
	text_putf(out, ",\"%s\":", name);
	text_put_json_string(out, value);
}

/* What the file and GET /_ledger both say, without the closing brace. */
static void
put_common(struct text *out, const struct entry *e, int effects)
{
	char when[30];

	clock_format(e->arrived, when);
	text_puts(out, "{\"department\":");
	text_put_json_string(out, e->department);
	put_member(out, "call", e->call);
	put_member(out, "key", e->key);
	text_puts(out, ",\"body_sha256\":\"");
	text_put_hex(out, e->body_sha256, sizeof e->body_sha256);
	text_putf(out, "\",\"arrived\":\"%s\",\"effects\":%d,\"status\":%d,\"round\":%d", when, effects,
	    e->status, e->round);
	put_member(out, "application", e->application);
	put_member(out, "item", e->item);
	if (e->of)
		put_member(out, "of", e->of);
	text_putf(out, ",\"answer\":%s", e->answer);
}

static int
put_papers(struct text *out, const struct entry *e)
{
	text_puts(out, ",\"papers\":");
	return json_canonical(e->papers, out);
}

int
ledger_show(const struct entry *e, struct text *out)
{
	put_common(out, e, e->effects);
	text_putf(out, ",\"attempts\":%u", e->attempts);
	if (e->undone_by)
		put_member(out, "undone_by", e->undone_by->key);
	if (e->later)
		text_putf(out, ",\"later\":true,\"told\":%s", e->told ? "true" : "false");
	if (e->papers && put_papers(out, e) != 0)
		return -1;
	return text_puts(out, "}\n");
}

/* Hand the line to the thread. */
static int
write_line(struct ledger *l, struct text *line)
{
	int result;

	if (l->fd < 0 || line->failed) {
		result = line->failed ? -1 : 0;
		text_free(line);
		return result;
	}
	pthread_mutex_lock(&l->lock);
	result = text_put(&l->pending, line->data, line->length);
	pthread_cond_signal(&l->more);
	pthread_mutex_unlock(&l->lock);
	text_free(line);
	return result;
}

static int
put_entry(struct ledger *l, const struct entry *e, int effects)
{
	struct text line;

	if (l->fd < 0)
		return 0;
	text_init(&line, LINE);
	put_common(&line, e, effects);
	if (e->later)
		text_putf(&line, ",\"due\":%lld", (long long)e->due);
	if (e->callback_url)
		put_member(&line, "callback", e->callback_url);
	if (e->afterwards)
		text_putf(&line, ",\"afterwards\":%s", e->afterwards);
	if (e->undoing)
		text_putf(&line, ",\"undoing\":%d", e->undoing);
	if (e->stubborn)
		text_puts(&line, ",\"stubborn\":true");
	if (e->papers && put_papers(&line, e) != 0)
		line.failed = true;
	text_puts(&line, "}\n");
	return write_line(l, &line);
}

/* The other side's undo and what it undoes find each other by key. */
static void
link_undo(struct ledger *l, const struct entry *undo)
{
	struct entry *forward = undo->of && undo->effects > 0 ?
	    ledger_find(l, undo->department, undo->of) : NULL;

	if (forward && !forward->undone_by)
		forward->undone_by = undo;
}

int
ledger_decide(struct ledger *l, struct entry *e, const char *application, const char *item)
{
	if (set_names(e, e->department, e->call, e->key, application, item) != 0)
		return -1;
	e->known = true;
	link_undo(l, e);
	return put_entry(l, e, e->effects);
}

int
ledger_again(struct ledger *l, struct entry *e)
{
	e->effects++;
	return put_entry(l, e, 1);
}

int
ledger_told(struct ledger *l, struct entry *e)
{
	struct text line;

	e->told = true;
	text_init(&line, LINE);
	text_puts(&line, "{\"told\":");
	text_put_json_string(&line, e->key);
	put_member(&line, "department", e->department);
	text_puts(&line, "}\n");
	return write_line(l, &line);
}

static void
mark_fetched(struct entry *e, size_t i, bool verified)
{
	json_object_set_new(json_array_get(e->papers, i), "verified", json_boolean(verified));
}

int
ledger_fetched(struct ledger *l, struct entry *e, size_t i, bool verified)
{
	struct text line;

	mark_fetched(e, i, verified);
	text_init(&line, LINE);
	text_puts(&line, "{\"fetched\":");
	text_put_json_string(&line, e->key);
	put_member(&line, "department", e->department);
	text_putf(&line, ",\"paper\":%zu,\"verified\":%s}\n", i, verified ? "true" : "false");
	return write_line(l, &line);
}

/* ---- reading it again ---- */

static char *
copy_member(const json_t *line, const char *name)
{
	const json_t *value = json_object_get(line, name);

	if (!value)
		return NULL;
	return json_is_string(value) ? strdup(json_string_value(value)) : json_canonical_string(value);
}

static int
read_known(struct ledger *l, const json_t *line)
{
	const char *department = json_text(line, "department"), *call = json_text(line, "call"),
	    *key = json_text(line, "key"), *application = json_text(line, "application"),
	    *item = json_text(line, "item"), *sha = json_text(line, "body_sha256"),
	    *arrived = json_text(line, "arrived");
	int effects = (int)json_integer_value(json_object_get(line, "effects"));
	struct entry *e;

	if (!department || !call || !key || !application || !item || !sha || !arrived)
		return -1;
	e = ledger_find(l, department, key);
	if (e) {
		e->effects += effects;
		return 0;
	}
	e = ledger_add(l, department, call, key);
	if (!e || set_names(e, department, call, key, application, item) != 0 ||
	    !digest_unhex(sha, e->body_sha256, 32) || !clock_parse(arrived, &e->arrived))
		return -1;
	e->known = true;
	e->effects = effects;
	e->round = (int)json_integer_value(json_object_get(line, "round"));
	e->status = (int)json_integer_value(json_object_get(line, "status"));
	e->due = json_integer_value(json_object_get(line, "due"));
	e->later = e->due != 0;
	e->undoing = (enum desk_undoing)json_integer_value(json_object_get(line, "undoing"));
	e->stubborn = json_is_true(json_object_get(line, "stubborn"));
	e->papers = json_deep_copy(json_object_get(line, "papers"));
	e->answer = copy_member(line, "answer");
	e->afterwards = copy_member(line, "afterwards");
	e->callback_url = copy_member(line, "callback");
	e->of = copy_member(line, "of");
	link_undo(l, e);
	return e->answer ? 0 : -1;
}

static int
read_line(struct ledger *l, const char *bytes, size_t length, struct error *why)
{
	json_t *line = json_read(bytes, length, LINE, why);
	const char *told = json_text(line, "told"), *fetched = json_text(line, "fetched"),
	    *department = json_text(line, "department");
	struct entry *e;
	int result = line ? 0 : -1;

	if (told && department) {
		e = ledger_find(l, department, told);
		if (e)
			e->told = true;
	} else if (fetched && department) {
		e = ledger_find(l, department, fetched);
		if (e)
			mark_fetched(e, (size_t)json_integer_value(json_object_get(line, "paper")),
			    json_is_true(json_object_get(line, "verified")));
	} else if (line) {
		result = read_known(l, line);
	}
	json_decref(line);
	return result;
}

/* What a kill left half written was told to nobody: it is cut off. */
static int
read_again(struct ledger *l, const char *path, struct error *why)
{
	FILE *file = fopen(path, "re");
	char *bytes = NULL;
	size_t room = 0, number = 0;
	off_t good = 0;
	ssize_t length;
	int result = 0;

	if (!file)
		return error_set(why, ERROR_BROKEN, "cannot read %s: %s", path, strerror(errno));
	while (result == 0 && (length = getline(&bytes, &room, file)) > 0 && bytes[length - 1] == '\n') {
		number++;
		if (read_line(l, bytes, (size_t)length, NULL) != 0)
			result = error_set(why, ERROR_BROKEN, "%s:%zu is no line of a ledger", path, number);
		good += length;
	}
	free(bytes);
	fclose(file);
	if (result == 0 && (ftruncate(l->fd, good) != 0 || lseek(l->fd, good, SEEK_SET) < 0))
		result = error_set(why, ERROR_BROKEN, "cannot go on in %s: %s", path, strerror(errno));
	return result;
}

/* ---- the thread ---- */

static void
write_out(struct ledger *l, const struct text *t)
{
	size_t done = 0;

	while (done < t->length) {
		ssize_t n = write(l->fd, t->data + done, t->length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	if (done < t->length || (l->sync && fdatasync(l->fd) != 0)) {
		/* a department that cannot write down what it does must not do it */
		log_error("the departments' ledger cannot be written: %s", strerror(errno));
		_exit(1);
	}
}

static void *
work(void *cookie)
{
	struct ledger *l = cookie;
	struct text batch;
	struct ledger_wait *waits, *next;
	bool stop = false;

	text_init(&batch, PENDING);
	while (!stop) {
		if (!l->sync)
			usleep(LAZY_US);
		pthread_mutex_lock(&l->lock);
		l->busy = false;
		while (!l->stop && l->pending.length == 0 && !l->waits)
			pthread_cond_wait(&l->more, &l->lock);
		stop = l->stop;
		struct text swap = batch;
		batch = l->pending;
		l->pending = swap;
		waits = l->waits;
		l->waits = NULL;
		l->busy = true;
		pthread_mutex_unlock(&l->lock);
		write_out(l, &batch);
		text_clear(&batch);
		for (; waits; waits = next) {
			next = waits->next;
			waits->done(waits);
		}
	}
	text_free(&batch);
	return NULL;
}

bool
ledger_durable(struct ledger *l)
{
	bool durable;

	if (l->fd < 0 || !l->sync)
		return true;
	pthread_mutex_lock(&l->lock);
	durable = !l->busy && l->pending.length == 0;
	pthread_mutex_unlock(&l->lock);
	return durable;
}

bool
ledger_wait(struct ledger *l, struct ledger_wait *w)
{
	bool waits;

	if (l->fd < 0 || !l->sync)
		return false;
	pthread_mutex_lock(&l->lock);
	waits = l->running && !l->stop && (l->busy || l->pending.length > 0);
	if (waits) {
		w->next = l->waits;
		l->waits = w;
		pthread_cond_signal(&l->more);
	}
	pthread_mutex_unlock(&l->lock);
	return waits;
}

/* ---- opening and closing ---- */

static int
open_file(struct ledger *l, const char *path, struct error *why)
{
	l->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (l->fd < 0)
		return error_set(why, ERROR_BROKEN, "cannot open %s: %s", path, strerror(errno));
	if (flock(l->fd, LOCK_EX | LOCK_NB) != 0)
		return error_set(why, ERROR_BROKEN, "%s is in use by another process", path);
	if (read_again(l, path, why) != 0)
		return -1;
	if (pthread_create(&l->thread, NULL, work, l) != 0)
		return error_set(why, ERROR_TEMPORARY, "no thread for the ledger");
	l->running = true;
	return 0;
}

struct ledger *
ledger_open(const char *path, bool sync, struct error *why)
{
	struct ledger *l = calloc(1, sizeof *l);

	if (!l) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	l->fd = -1;
	l->sync = sync;
	text_init(&l->pending, PENDING);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->more, NULL);
	if (path && open_file(l, path, why) != 0) {
		ledger_close(l);
		return NULL;
	}
	return l;
}

void
ledger_stop(struct ledger *l)
{
	if (!l->running)
		return;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_signal(&l->more);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	l->running = false;
}

void
ledger_close(struct ledger *l)
{
	if (!l)
		return;
	ledger_stop(l);
	for (size_t i = 0; i < l->n; i++) {
		struct entry *e = l->list[i];

		free(e->names);
		free(e->answer);
		free(e->afterwards);
		free(e->callback_url);
		free(e->of);
		json_decref(e->papers);
		free(e);
	}
	free(l->list);
	free(l->buckets);
	if (l->fd >= 0)
		close(l->fd);
	text_free(&l->pending);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->more);
	free(l);
}
