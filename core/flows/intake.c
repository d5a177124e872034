#include "flows/intake.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/faults.h"
#include "base/log.h"
#include "flows/engine.h"
#include "flows/filing.h"
#include "flows/heads.h"
#include "seal/digest.h"

/* A group is what queued up while the last one was being committed: no timer makes anybody wait. */
enum {
	GROUP = 128,
	QUEUE = 512,
	RESERVE = QUEUE / 8, /* of which this many places are for what departments report */
	UNSURE = 1024
};
#define UNSURE_NS 100000000 /* between attempts to reach the database again for them */

struct callback {
	struct callback *next;
	struct http_exchange *x;
	struct store_inbox row;
	char key[256], department[64];
	char *body;
	size_t length;
	struct text sealed;
};

struct intake {
	struct node *node;
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct filing *first, *last;
	struct callback *first_back, *last_back;
	int waiting;
	bool stopping;
	/* the thread's own: applications whose COMMIT got no answer */
	struct unsure { int32_t division; int64_t id; } unsure[UNSURE];
	size_t n_unsure;
	bool unsure_more; /* than have a place there */
};

static void
unavailable(struct http_exchange *x, const char *detail)
{
	http_add_header(x, "Retry-After", "2");
	http_problem(x, 503, "unavailable", "系统暂时不可用", detail, NULL);
}

/* --- answers, after the commit --- */

static void
replay(struct node *n, struct filing *f)
{
	struct seal_place at = { "request_key", "answer", f->row.same_id, 0 };
	struct error why = { 0 };
	struct text answer;

	if (memcmp(f->row.body_hash, f->row.same_body_hash, 32) != 0) {
		http_problem(f->x, 422, "idempotency-key-reused", "Idempotency-Key 已用于别的内容",
		    "这个 Idempotency-Key 已经用来提交过另一份内容。要提交新的申请,请换一个。", NULL);
		return;
	}
	text_init(&answer, 4 << 20);
	if (seal_open_value(n->seal, &at, f->row.same_answer.data, f->row.same_answer.length, &answer,
	    &why) != 0) {
		log_error("a stored answer does not open: %s", why.text);
		text_free(&answer);
		unavailable(f->x, "您的申请已经受理,但回执暂时取不出来,请稍后再试。");
		return;
	}
	CRASH_POINT("intake/replayed");
	http_add_header(f->x, "Idempotent-Replayed", "true");
	http_answer(f->x, 201, "application/json", answer.data, answer.length - PLANTED("another_answer_to_the_same_key"));
	text_free(&answer);
}

static void
accepted(struct node *n, struct filing *f)
{
	char place[96];

	CRASH_POINT("intake/before_answer");
	heads_note(n, f->r);
	snprintf(place, sizeof place, "/api/v1/applications/%s", f->r->number);
	http_add_header(f->x, "Location", place);
	http_answer_take(f->x, 201, "application/json", f->answer, f->answer_length);
	f->answer = NULL;
	CRASH_POINT("intake/answered");
	engine_adopt_take(n->engine, f->r, f->made, f->n_made);
	f->r = NULL;
	f->made = NULL;
	f->n_made = 0;
}

/* The engine is to look for it, but only after the lost connection has ended at the server too: until
 * then the group may still be committed. */
static void
keep_unsure(struct intake *in, int32_t division, int64_t id)
{
	if (PLANTED("unknown_is_forgotten"))
		return;
	if (in->n_unsure < UNSURE)
		in->unsure[in->n_unsure++] = (struct unsure){ division, id };
	else
		in->unsure_more = true;
}

static void
tell_unsure(struct intake *in)
{
	if (in->n_unsure == 0 || !store_alive(in->store))
		return;
	for (size_t i = 0; i < in->n_unsure; i++)
		engine_suspect(in->node->engine, in->unsure[i].division, in->unsure[i].id);
	in->n_unsure = 0;
	if (in->unsure_more)
		engine_forgot(in->node->engine);
	in->unsure_more = false;
}

static void
answer(struct intake *in, struct filing *f)
{
	struct node *n = in->node;

	switch (f->row.verdict) {
	case STORE_STORED:
		accepted(n, f);
		break;
	case STORE_SAME_KEY:
		replay(n, f);
		break;
	case STORE_ONCE:
		http_problem(f->x, 409, "conflict", "这件事已经申请过了",
		    "同一个人的同一件事只办一次,已有一份申请在办或已办结。请在“我的申请”里查看。", NULL);
		break;
	case STORE_REVOKED:
		http_problem(f->x, 401, "unauthorized", "请重新登录", "登录已失效,没有受理。", NULL);
		break;
	case STORE_NO_MANDATE:
		http_problem(f->x, 403, "no-mandate", "没有这位居民的委托", "这位居民已经收回委托,没有受理。", NULL);
		break;
	case STORE_NO_FILE:
		http_problem(f->x, 422, "not-acceptable", "材料已不在", "上传的材料超过七天没有使用,已经删除。"
		    "没有受理,请重新上传后再提交。", (struct json_t *)json_pack("[{s:s, s:s, s:s}]", "pointer",
		    "/materials", "code", "not_yours", "message", "请重新上传"));
		break;
	case STORE_BAD:
		log_error("application %s was refused by the database", f->row.number);
		http_problem(f->x, 422, "not-acceptable", "这份申请无法保存",
		    "没有受理。请核对内容后再试;仍然不行请联系政务服务热线 12345。", NULL);
		break;
	case STORE_LOST:
		keep_unsure(in, f->row.division, f->row.id);
		unavailable(f->x, "可能已经受理,也可能没有:请用同一个 Idempotency-Key 再提交一次,不会重复。"
		    " (perhaps accepted: send again with the same key)");
		break;
	default:
		unavailable(f->x, "没有受理,请稍后用同一个 Idempotency-Key 再试。");
	}
	filing_free(f);
}

static void
callback_free(struct callback *c)
{
	if (!c)
		return;
	free(c->body);
	text_free(&c->sealed);
	free(c);
}

static void
answer_callback(struct intake *in, struct callback *c)
{
	struct node *n = in->node;

	if (c->row.verdict == STORE_LOST && c->row.application)
		keep_unsure(in, c->row.division, c->row.application);
	if (c->row.verdict == STORE_STORED || PLANTED("callback_told_though_not_stored")) {
		CRASH_POINT("callback/committed");
		http_answer(c->x, 202, "application/json", "{\"stored\":true}", 15);
		CRASH_POINT("callback/answered");
		engine_callback(n->engine, c->row.division, c->row.id, c->key, c->body, c->length);
	} else if (c->row.verdict == STORE_BAD) {
		http_problem(c->x, 400, "not-readable", "not storable", NULL, NULL);
	} else {
		unavailable(c->x, "not stored, send again");
	}
	callback_free(c);
}

/* --- the writer --- */

static void
commit(struct intake *in, struct filing **filings, size_t n, struct callback **backs, size_t n_backs)
{
	struct store_application *rows[GROUP];
	struct store_inbox *inbox[GROUP];
	struct error why = { 0 };

	for (size_t i = 0; i < n; i++)
		rows[i] = &filings[i]->row;
	for (size_t i = 0; i < n_backs; i++)
		inbox[i] = &backs[i]->row;
	CRASH_POINT("intake/taken");
	if (!store_alive(in->store)) {
		for (size_t i = 0; i < n; i++)
			rows[i]->verdict = STORE_FAILED;
		for (size_t i = 0; i < n_backs; i++)
			inbox[i]->verdict = STORE_FAILED;
	} else if (store_intake(in->store, in->node->incarnation, rows, n, inbox, n_backs, &why) != 0) {
		log_error("intake: %s", why.text);
	}
	for (size_t i = 0; i < n; i++)
		answer(in, filings[i]);
	for (size_t i = 0; i < n_backs; i++)
		answer_callback(in, backs[i]);
}

/* Until there is something to do; not for long while something is unsure. */
static void
wait_for_more(struct intake *in)
{
	struct timespec until;

	if (in->n_unsure == 0) {
		pthread_cond_wait(&in->more, &in->lock);
		return;
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += UNSURE_NS;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&in->more, &in->lock, &until);
}

/* False at the end: nothing is left and nothing comes. */
static bool
take(struct intake *in, struct filing **filings, size_t *n, struct callback **backs, size_t *n_backs)
{
	bool stopping;

	*n = *n_backs = 0;
	pthread_mutex_lock(&in->lock);
	if (!in->first && !in->first_back && !in->stopping)
		wait_for_more(in);
	stopping = in->stopping;
	while (in->first && *n < GROUP) {
		filings[(*n)++] = in->first;
		in->first = in->first->next;
	}
	if (!in->first)
		in->last = NULL;
	while (in->first_back && *n_backs < GROUP) {
		backs[(*n_backs)++] = in->first_back;
		in->first_back = in->first_back->next;
	}
	if (!in->first_back)
		in->last_back = NULL;
	in->waiting -= (int)(*n + *n_backs);
	pthread_mutex_unlock(&in->lock);
	return *n + *n_backs > 0 || !stopping;
}

static void *
intake_run(void *cookie)
{
	struct intake *in = cookie;
	struct filing *filings[GROUP];
	struct callback *backs[GROUP];
	size_t n, n_backs;

	while (take(in, filings, &n, backs, &n_backs)) {
		tell_unsure(in);
		if (n + n_backs > 0)
			commit(in, filings, n, backs, n_backs);
	}
	return NULL;
}

struct intake *
intake_start(struct node *n, struct error *why)
{
	struct intake *in = calloc(1, sizeof *in);

	if (!in) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	in->node = n;
	pthread_mutex_init(&in->lock, NULL);
	pthread_cond_init(&in->more, NULL);
	in->store = store_open(n->database, "yijianshi intake", why);
	if (in->store && store_node_join(in->store, n->incarnation, n->slot + 2048, why) != 0) {
		store_close(in->store);
		in->store = NULL;
	}
	if (!in->store || pthread_create(&in->thread, NULL, intake_run, in) != 0) {
		error_set(why, ERROR_TEMPORARY, "no thread");
		store_close(in->store);
		free(in);
		return NULL;
	}
	return in;
}

void
intake_stop(struct intake *in)
{
	if (!in)
		return;
	pthread_mutex_lock(&in->lock);
	in->stopping = true;
	pthread_cond_signal(&in->more);
	pthread_mutex_unlock(&in->lock);
	pthread_join(in->thread, NULL);
	store_close(in->store);
	pthread_cond_destroy(&in->more);
	pthread_mutex_destroy(&in->lock);
	free(in);
}

/* --- from the workers --- */

static bool
has_room(struct intake *in, int most)
{
	bool room;

	pthread_mutex_lock(&in->lock);
	room = in->waiting < most && !in->stopping;
	in->waiting += room;
	pthread_mutex_unlock(&in->lock);
	return room;
}

static void
give_up_room(struct intake *in)
{
	pthread_mutex_lock(&in->lock);
	in->waiting--;
	pthread_mutex_unlock(&in->lock);
}

void
intake_file(struct node *n, const struct account *who, struct http_exchange *x)
{
	struct intake *in = n->intake;
	struct filing *f;

	if (!has_room(in, QUEUE - RESERVE)) {
		unavailable(x, "现在申请的人太多,没有受理,请稍后用同一个 Idempotency-Key 再试。");
		return;
	}
	f = filing_make(n, who, x);
	if (!f) {
		give_up_room(in);
		return;
	}
	CRASH_POINT("intake/queued");
	pthread_mutex_lock(&in->lock);
	f->next = NULL;
	if (in->last)
		in->last->next = f;
	else
		in->first = f;
	in->last = f;
	pthread_cond_signal(&in->more);
	pthread_mutex_unlock(&in->lock);
}

static struct callback *
callback_make(struct node *n, const struct department *from, const char *key, const char *body,
    size_t length, struct http_exchange *x)
{
	struct callback *c = calloc(1, sizeof *c);
	struct operation_key parsed;
	struct seal_place at = { "inbox", "body", 0, 0 };
	struct error why = { 0 };

	if (!c)
		return NULL;
	text_init(&c->sealed, 4 << 20);
	c->x = x;
	snprintf(c->key, sizeof c->key, "%s", key);
	snprintf(c->department, sizeof c->department, "%s", from->id);
	c->body = malloc(length + 1);
	c->row = (struct store_inbox){ .division = 110000, .id = store_id(n->slot, node_now(n)),
		.key = c->key, .department = c->department, .arrived_at = node_now(n) };
	at.row = c->row.id;
	if (operation_key_parse(key, &parsed)) {
		c->row.division = (int32_t)atoi(parsed.division);
		c->row.application = parsed.application;
	}
	if (!c->body || seal_close_value(n->seal, &at, body, length, &c->sealed, &why) != 0) {
		callback_free(c);
		return NULL;
	}
	memcpy(c->body, body, length);
	c->length = length;
	c->row.body = (struct bytes){ c->sealed.data, c->sealed.length };
	return c;
}

void
intake_callback(struct node *n, const struct department *from, const char *key, const char *body,
    size_t length, struct http_exchange *x)
{
	struct intake *in = n->intake;
	bool room = has_room(in, QUEUE);
	struct callback *c = room ? callback_make(n, from, key, body, length, x) : NULL;

	if (!c) {
		if (room)
			give_up_room(in);
		unavailable(x, "not stored, send again");
		return;
	}
	CRASH_POINT("callback/queued");
	pthread_mutex_lock(&in->lock);
	c->next = NULL;
	if (in->last_back)
		in->last_back->next = c;
	else
		in->first_back = c;
	in->last_back = c;
	pthread_cond_signal(&in->more);
	pthread_mutex_unlock(&in->lock);
}
