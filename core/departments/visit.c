#include "departments/visit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "departments/callback.h"
#include "departments/garbage.h"
#include "departments/invent.h"
#include "departments/papers.h"
#include "departments/undo.h"
#include "seal/digest.h"

enum { BODY = 1 << 20, KEY = 200, TARGET = 2048 };

static const int64_t slow_us = 2 * US_PER_SECOND, later_us = 200000, hang_us = 120 * US_PER_SECOND;

enum stage { READING, WAITING, READY };

struct visit {
	struct task task;
	struct ledger_wait wait;
	struct office *office;
	struct MHD_Connection *connection;
	char *target;      /* as in the request line: what is signed */
	struct text body;
	bool begun;
	enum stage stage;

	const struct desk_department *department;
	struct desk_call call;
	const char *key;
	struct entry *entry; /* NULL: refused before it came to that */
	enum fault fault;
	unsigned attempt;
	bool fresh;          /* decided just now: whoever is to be told later will be */
	bool reset;          /* the connection is torn instead of answered */
	int status;
	const char *answer;  /* in `own` or the entry's for ever */
	struct desk_answer own;
	struct text pending;
};

static struct visit *
of_task(struct task *task)
{
	return (struct visit *)(void *)((char *)task - offsetof(struct visit, task));
}

static struct visit *
of_wait(struct ledger_wait *wait)
{
	return (struct visit *)(void *)((char *)wait - offsetof(struct visit, wait));
}

static const char *
header(struct visit *v, const char *name)
{
	return MHD_lookup_connection_value(v->connection, MHD_HEADER_KIND, name);
}

/* An answer that leaves no trace in the ledger. */
static void
say(struct visit *v, int status, const char *name, const char *word, const char *text)
{
	desk_answer_free(&v->own);
	if (desk_say(status, name, word, text, &v->own) != 0)
		v->reset = true;
	v->status = status;
	v->answer = v->own.body;
}

/* ---- who asks, and what ---- */

/* A test double is strict: each signature that is there must fit. */
static bool
signed_rightly(struct visit *v, const char *method)
{
	const struct sign_secret *secret = keyring_of(&v->office->keyring, &v->office->desk, v->department);
	struct sign_message m = {SIGN_OUT, method, v->target, v->body.data, v->body.length};
	const char *stamp = header(v, "X-Timestamp"), *v1 = header(v, "X-Signature"),
	    *v2 = header(v, "X-Signature-V2");
	int64_t now = clock_now() / US_PER_SECOND;

	if (!secret)
		return true;
	if ((!v1 && !v2) || (v->department->demands_v2 && !v2))
		return false;
	return (!v1 || sign_verify(secret, &m, stamp, v1, NULL, false, now) == SIGN_GOOD) &&
	    (!v2 || sign_verify(secret, &m, stamp, NULL, v2, true, now) == SIGN_GOOD);
}

/* "/department/call" or "/department/call/cancel". */
static bool
find_call(struct visit *v, const char *url)
{
	size_t length = strcspn(url + 1, "/");
	char id[128];

	if (url[0] != '/' || length == 0 || length >= sizeof id || url[1 + length] != '/')
		return false;
	memcpy(id, url + 1, length);
	id[length] = '\0';
	v->department = desk_department(&v->office->desk, id);
	return v->department && desk_call(v->department, url + length + 2, &v->call);
}

/* ---- what is answered, under the office's lock ---- */

static void
answer_from_entry(struct visit *v)
{
	struct entry *e = v->entry;
	char receipt[INVENT_RECEIPT];

	text_init(&v->pending, 512);
	invent_receipt(e->department, e->key, receipt);
	if (undo_came_first(e)) {
		text_putf(&v->pending, "{\"reason\":\"已按要求撤回,不再办理\",\"result_id\":\"%s\",\"state\":\"rejected\"}",
		    receipt);
		v->status = 200;
		v->answer = v->pending.data;
		return;
	}
	if (!e->later || (clock_now() >= e->due && v->fault != FAULT_EARLY)) {
		v->status = e->status;
		v->answer = e->answer;
		return;
	}
	text_putf(&v->pending, "{\"result_id\":\"%s\",\"state\":\"pending\"}", receipt);
	v->status = 202;
	v->answer = v->pending.data;
}

/* The fault of this attempt; true when nothing else happens. */
static bool
strike(struct visit *v)
{
	v->fault = fault_draw(&v->office->faults, v->department->id, v->key, v->attempt);
	if (v->fault == FAULT_RESET_BEFORE) {
		v->reset = true;
		return true;
	}
	if (v->fault == FAULT_500 && fault_dice(3, "before", v->key, v->attempt) & 1) {
		say(v, 500, "error", "internal", NULL);
		return true;
	}
	return false;
}

/* After the effect: what the fault does to the answer. */
static void
spoil(struct visit *v)
{
	if (v->fault == FAULT_500)
		say(v, 500, "error", "internal", NULL);
	else if (v->fault == FAULT_RESET_AFTER || v->fault == FAULT_HANG)
		v->reset = true;
}

/* Take the decision over into the entry. */
static int
keep_decision(struct visit *v, const json_t *request, struct desk_answer *decided)
{
	struct entry *e = v->entry;
	const char *url = header(v, "X-Callback-Url");
	bool tells = !decided->silent && url;

	e->status = decided->status;
	e->effects = decided->effects;
	e->round = (int)json_integer_value(json_object_get(request, "round"));
	e->undoing = decided->undoing;
	e->stubborn = decided->stubborn;
	e->papers = papers_of(json_object_get(request, "materials"));
	e->later = decided->later || (tells && !decided->fetch && decided->status == 200 &&
	    (v->fault == FAULT_TWICE || v->fault == FAULT_EARLY || v->fault == FAULT_ACCEPT));
	if (e->later) /* twice the delay: the 202 itself comes after the first */
		e->due = clock_now() + (v->fault == FAULT_EARLY ? 0 : e->stubborn ? slow_us :
		    v->office->delay_us ? 2 * v->office->delay_us : later_us);
	if (tells && (e->later || decided->afterwards))
		e->callback_url = strdup(url);
	e->answer = decided->body;
	e->afterwards = decided->afterwards;
	decided->body = decided->afterwards = NULL;
	return ledger_decide(v->office->ledger, e, json_text(request, "application"),
	    json_text(request, "item"));
}

static void
decide(struct visit *v)
{
	struct desk_answer decided = {0};
	struct error why = {0};
	json_t *request = json_read(v->body.data ? v->body.data : "", v->body.length, BODY, &why);
	int result;

	if (!request) {
		say(v, 400, "error", "malformed", why.text);
		return;
	}
	result = v->call.kind == DESK_UNDO
	    ? undo_decide(v->office, &v->call, v->fault, request, v->entry, &decided)
	    : desk_decide(&v->call, v->key, request, &decided);
	if (result == 0 && decided.status == 400) {
		say(v, 400, "error", "malformed", NULL);
	} else if (result != 0 || keep_decision(v, request, &decided) != 0) {
		v->reset = true;
	} else {
		if (v->entry->status == 422)
			log_info("%s/%s: 422 %s", v->department->id, v->call.id, v->entry->answer);
		v->fresh = true;
		answer_from_entry(v);
		spoil(v);
	}
	desk_answer_free(&decided);
	json_decref(request);
}

/* The key was decided before: the same answer, and no second effect. */
static void
repeat(struct visit *v, const uint8_t sha256[32])
{
	struct entry *e = v->entry;

	if (memcmp(e->body_sha256, sha256, 32) != 0) {
		say(v, 422, "error", "key_reused", "the same key with another body");
		return;
	}
	if (!v->department->remembers && e->effects > 0 && ledger_again(v->office->ledger, e) != 0)
		v->reset = true;
	answer_from_entry(v);
	spoil(v);
}

static void
receive(struct visit *v, const char *path)
{
	struct office *o = v->office;
	uint8_t sha256[32];

	v->entry = ledger_find(o->ledger, v->department->id, v->key);
	if (v->entry && strcmp(v->entry->call, path) != 0) {
		say(v, 422, "error", "key_reused", "the same key at another call");
		return;
	}
	digest_sha256(v->body.data, v->body.length, sha256);
	if (!v->entry) {
		v->entry = ledger_add(o->ledger, v->department->id, path, v->key);
		if (!v->entry) {
			v->reset = true;
			return;
		}
		v->entry->arrived = clock_now();
		memcpy(v->entry->body_sha256, sha256, 32);
	}
	v->attempt = ++v->entry->attempts;
	if (strike(v))
		return;
	if (v->entry->known)
		repeat(v, sha256);
	else {
		memcpy(v->entry->body_sha256, sha256, 32);
		decide(v);
	}
}

static void
question(struct visit *v, const char *path)
{
	v->entry = ledger_find(v->office->ledger, v->department->id, v->key);
	if (v->entry) {
		v->attempt = ++v->entry->attempts;
		if (strike(v))
			return;
	}
	if (!v->entry || !v->entry->known || strcmp(v->entry->call, path) != 0) {
		v->entry = NULL;
		say(v, 404, "state", "unknown_key", NULL);
		return;
	}
	answer_from_entry(v);
	spoil(v);
}

/* Everything between the last byte that came and the first that goes. */
static void
route(struct visit *v, const char *url, const char *method)
{
	bool post = strcmp(method, "POST") == 0;
	const char *path;

	if (v->body.failed) {
		say(v, 413, "error", "too_large", NULL);
	} else if (!find_call(v, url)) {
		say(v, 404, "error", "unknown_call", "no such department or call");
	} else if (!post && strcmp(method, "GET") != 0) {
		say(v, 405, "error", "method", NULL);
	} else if (!signed_rightly(v, method)) {
		say(v, 401, "error", "signature", "missing, older or newer than 300 s, or wrong");
	} else {
		path = url + strlen(v->department->id) + 2;
		v->key = post ? header(v, "Idempotency-Key") :
		    MHD_lookup_connection_value(v->connection, MHD_GET_ARGUMENT_KIND, "key");
		if (!v->key || !*v->key || strlen(v->key) > KEY) {
			say(v, 400, "error", "key", "Idempotency-Key (or ?key= when asking)");
			return;
		}
		pthread_mutex_lock(&v->office->lock);
		if (post)
			receive(v, path);
		else
			question(v, path);
		pthread_mutex_unlock(&v->office->lock);
	}
}

/* ---- the answer ---- */

static enum MHD_Result
tear(struct visit *v)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(v->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	if (info)
		setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0},
		    sizeof(struct linger));
	return MHD_NO; /* the connection is closed, and closing resets */
}

static enum MHD_Result
answer(struct visit *v)
{
	struct MHD_Response *r;
	enum MHD_Result result;

	if (v->reset || v->office->stopping)
		return tear(v);
	if (v->fault == FAULT_GARBAGE && v->entry)
		r = garbage_make(v->answer, fault_dice(5, "garbage", v->key, v->attempt), &v->status);
	else
		r = MHD_create_response_from_buffer(strlen(v->answer), (void *)(uintptr_t)v->answer,
		    MHD_RESPMEM_PERSISTENT); /* the visit and the ledger outlive the response */
	if (!r)
		return MHD_NO;
	if (!MHD_get_response_header(r, "Content-Type"))
		MHD_add_response_header(r, "Content-Type", "application/json");
	result = MHD_queue_response(v->connection, (unsigned)v->status, r);
	MHD_destroy_response(r);
	return result;
}

/* From any thread: let MHD call visit_handle() once more. */
static void
go_on(struct task *task)
{
	struct visit *v = of_task(task);

	int wake = v->office->wake;

	v->stage = READY;
	MHD_resume_connection(v->connection); /* the visit may be over before this returns */
	if (eventfd_write(wake, 1) != 0)
		log_warning("the departments' loop is not woken: %s", strerror(errno));
}

/* What was decided is durable: plan what is fetched and what is told later. True when the answer waits
 * for that. */
static bool
plan_rest(struct visit *v)
{
	struct entry *e = v->entry;
	bool early = v->fault == FAULT_EARLY;

	if (v->fresh && e->papers)
		papers_plan(v->office, e);
	if (!v->fresh || !e->callback_url)
		return false;
	callback_plan(v->office, e, v->fault == FAULT_TWICE ? 2 : 1, early ? &v->task : NULL);
	return early;
}

static int64_t
delay_of(const struct visit *v)
{
	if (v->fault == FAULT_HANG)
		return hang_us;
	return v->office->delay_us + (v->fault == FAULT_SLOW ? slow_us : 0);
}

static void
on_durable(struct ledger_wait *wait)
{
	struct visit *v = of_wait(wait);
	int64_t delay = delay_of(v);

	if (plan_rest(v))
		return;
	if (delay > 0 && !v->office->stopping)
		agenda_add(v->office->agenda, &v->task, clock_monotonic() + delay);
	else
		go_on(&v->task);
}

/* Answer now where nothing is to be waited for, else suspend. */
static enum MHD_Result
settle(struct visit *v, const char *url, const char *method)
{
	route(v, url, method);
	if (!v->entry || (v->reset && !v->fresh && v->fault != FAULT_HANG))
		return answer(v);
	v->task.run = go_on;
	v->wait.done = on_durable;
	if (delay_of(v) == 0 && v->fault != FAULT_EARLY && ledger_durable(v->office->ledger)) {
		plan_rest(v);
		return answer(v);
	}
	v->stage = WAITING;
	MHD_suspend_connection(v->connection); /* before anybody can resume it */
	if (!ledger_wait(v->office->ledger, &v->wait))
		on_durable(&v->wait);
	return MHD_YES;
}

/* ---- GET /_ledger ---- */

struct listing {
	struct office *office;
	size_t next;
	struct text text;
	size_t sent;
};

static ssize_t
read_listing(void *cookie, uint64_t at, char *to, size_t room)
{
	struct listing *l = cookie;
	size_t left;

	(void)at;
	if (l->sent == l->text.length) {
		text_clear(&l->text);
		l->sent = 0;
		pthread_mutex_lock(&l->office->lock);
		while (l->next < ledger_count(l->office->ledger) && l->text.length < 32768) {
			const struct entry *e = ledger_at(l->office->ledger, l->next++);

			if (e->known && ledger_show(e, &l->text) != 0)
				break;
		}
		pthread_mutex_unlock(&l->office->lock);
	}
	left = l->text.length - l->sent;
	if (left == 0)
		return l->text.failed ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
	if (left > room)
		left = room;
	memcpy(to, l->text.data + l->sent, left);
	l->sent += left;
	return (ssize_t)left;
}

static void
free_listing(void *cookie)
{
	struct listing *l = cookie;

	text_free(&l->text);
	free(l);
}

static enum MHD_Result
show_ledger(struct visit *v)
{
	struct listing *l = calloc(1, sizeof *l);
	struct MHD_Response *r;
	enum MHD_Result result;

	if (!l)
		return MHD_NO;
	l->office = v->office;
	text_init(&l->text, 4 << 20);
	r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 65536, read_listing, l, free_listing);
	if (!r) {
		free_listing(l);
		return MHD_NO;
	}
	MHD_add_response_header(r, "Content-Type", "application/x-ndjson");
	result = MHD_queue_response(v->connection, 200, r);
	MHD_destroy_response(r);
	return result;
}

/* ---- MHD's side ---- */

void *
visit_begin(void *cookie, const char *uri, struct MHD_Connection *connection)
{
	struct visit *v = calloc(1, sizeof *v);

	if (!v)
		return NULL;
	v->office = cookie;
	v->connection = connection;
	v->target = strndup(uri, TARGET);
	text_init(&v->body, BODY);
	return v;
}

enum MHD_Result
visit_handle(void *cookie, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *bytes, size_t *length, void **visit)
{
	struct visit *v = *visit;

	(void)cookie;
	(void)version;
	(void)connection;
	if (!v || !v->target)
		return MHD_NO;
	if (!v->begun) {
		v->begun = true;
		return MHD_YES;
	}
	if (*length > 0) {
		text_put(&v->body, bytes, *length); /* too much is remembered and answered at the end */
		*length = 0;
		return MHD_YES;
	}
	if (v->stage == READY)
		return answer(v);
	if (v->stage == WAITING)
		return MHD_YES;
	if (strcmp(method, "GET") == 0 && strcmp(url, "/_ledger") == 0)
		return show_ledger(v);
	if (strcmp(method, "GET") == 0 && strcmp(url, "/healthz") == 0) {
		say(v, 200, "state", "ready", NULL);
		return answer(v);
	}
	return v->office->stopping ? MHD_NO : settle(v, url, method);
}

void
visit_end(void *cookie, struct MHD_Connection *connection, void **visit,
    enum MHD_RequestTerminationCode why)
{
	struct visit *v = *visit;

	(void)cookie;
	(void)connection;
	(void)why;
	if (!v)
		return;
	free(v->target);
	text_free(&v->body);
	text_free(&v->pending);
	desk_answer_free(&v->own);
	free(v);
	*visit = NULL;
}
