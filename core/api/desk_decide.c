/* What a clerk decides, closes or has read. A decision moves the item by the code that a department's
 * later answer takes (rules/step_desk.c), under the clerk's Idempotency-Key (asking.h). */
#include "api/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/sight.h"
#include "base/json.h"
#include "flows/body.h"
#include "flows/request_key.h"
#include "http/call.h"
#include "rules/decision.h"

enum { BATCH_MOST = 100, REASON_CEILING = 2000, TARGET = 600, KEY_MOST = 255 };

static bool
is_desk(const struct asking *a)
{
	const struct department *d = departments_find(&a->n->departments, a->who.department);

	return d && d->connector.desk;
}

/* The undo is what is to be decided while it lies there or has failed. */
static bool
is_undo(const struct running_item *it)
{
	return it->undo == UNDO_SENT || it->undo == UNDO_FAILED;
}

/* --- one decision --- */

static int
check_decision(struct asking *a, int node, bool undo)
{
	json_t *errors = decision_check(a->r->event, node, a->r->plan.item[node].uses, undo, a->body,
	    asking_language(a));

	if (errors && json_array_size(errors) == 0) {
		json_decref(errors);
		return 0;
	}
	return body_refuse(a->x, errors);
}

static json_t *
decision_of(const struct asking *a, int node, bool undo)
{
	return json_pack("{s:s, s:s*, s:s, s:s, s:i, s:b, s:b, s:O*, s:o}", "by", "department", "language",
	    asking_language(a), "department", a->who.department, "item", a->r->event->items[node].id,
	    "round", (int)running_node(a->r, node)->round, "undo", undo, "desk", is_desk(a),
	    "copied", json_object_get(a->body, "copied"), "result", decision_result(a->body));
}

void
api_desk_decide(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x, .kind = PETITION_DECISION };
	struct error why = { 0 };
	int item;
	bool undo;

	if (desk_find(&a, &item) == 0 && (a.key = request_key_of(x)) && asking_read_body(&a) == 0) {
		undo = item < MATERIAL_NODE && is_undo(running_node(a.r, item));
		if (item >= MATERIAL_NODE)
			api_not_found(x);
		else if (check_decision(&a, item, undo) != 0)
			;
		else if (sight_note(a.n, a.s, &a.who, &a.c, "item", "decision", &why) != 0)
			api_unavailable(x, &why);
		else
			asking_send_off(&a, decision_of(&a, item, undo));
	}
	asking_free(&a);
}

/* --- closing what waited for a person --- */

void
api_desk_close(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x, .kind = PETITION_CLOSING };
	struct error why = { 0 };
	const char *reason;
	int item;

	if (desk_find(&a, &item) == 0 && (a.key = request_key_of(x)) && asking_read_body(&a) == 0) {
		reason = json_text(a.body, "reason");
		if (!reason || !*reason || strlen(reason) > REASON_CEILING || json_object_size(a.body) != 1)
			body_refuse_field(a.x, "/reason", "required", "请写明查到了什么、为什么这样处理");
		else if (sight_note(a.n, a.s, &a.who, &a.c, "item", "closing", &why) != 0)
			api_unavailable(x, &why);
		else
			asking_send_off(&a, json_pack("{s:s, s:s*, s:s, s:s, s:s}", "by", "department", "language",
			    asking_language(&a), "department", a.who.department, "item", http_param(x, "item"),
			    "reason", reason));
	}
	asking_free(&a);
}

/* --- a notice was read --- */

void
api_desk_read(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x };
	struct error why = { 0 };
	int item, done;

	if (desk_find(&a, &item) == 0) {
		done = store_desk_note(a.s, a.who.token, a.c.division, a.c.id, (int16_t)item, &why);
		if (done < 0)
			api_unavailable(x, &why);
		else if (done == 0)
			http_problem(x, 409, "conflict", "现在不能这样办", "这一条已经有人看过了。请刷新后再看。", NULL);
		else
			http_answer(x, 204, NULL, NULL, 0);
	}
	asking_free(&a);
}

/* --- many at once: one after the other by the route above --- */

struct batch {
	struct http_exchange *x;
	json_t *decisions, *results;
	size_t i;
	char key[KEY_MOST + 1];
};

/* Is this thread inside a call of the batch, and has that been answered? */
static _Thread_local const struct batch *calling;
static _Thread_local bool answered;

static void
batch_free(struct batch *b)
{
	json_decref(b->decisions);
	json_decref(b->results);
	free(b);
}

static void batch_go_on(struct batch *b);

static void
one_decided(void *cookie, struct http_exchange *outer, const struct http_reply *reply)
{
	struct batch *b = cookie;
	const json_t *decision = json_array_get(b->decisions, b->i);
	json_t *answer, *one;

	(void)outer;
	if (!reply) { /* the server ends, and says so itself */
		batch_free(b);
		return;
	}
	answer = json_read(reply->body, reply->length, 1 << 20, NULL);
	one = json_pack("{s:O, s:O, s:i, s:O*, s:O*}", "number", json_object_get(decision, "number"), "item",
	    json_object_get(decision, "item"), "status", reply->status, "detail", reply->status >= 400
	    ? json_object_get(answer, "detail") : NULL, "errors", json_object_get(answer, "errors"));
	json_array_append_new(b->results, one);
	json_decref(answer);
	b->i++;
	if (calling == b)
		answered = true;
	else
		batch_go_on(b);
}

static json_t *
alone(const json_t *decision)
{
	json_t *body = json_copy((json_t *)(uintptr_t)decision);

	json_object_del(body, "number");
	json_object_del(body, "item");
	return body;
}

static void
ask_one(struct batch *b)
{
	const json_t *decision = json_array_get(b->decisions, b->i);
	const char *csrf = http_header(b->x, "X-CSRF-Token");
	char target[TARGET], key[2 * KEY_MOST];
	json_t *body = alone(decision);
	char *text = json_canonical_string(body);
	struct http_request q = { .method = "POST", .target = target, .type = "application/json", .body = text,
		.length = text ? strlen(text) : 0, .headers = { { "Idempotency-Key", key }, { csrf ? "X-CSRF-Token" : NULL,
		csrf } } };

	snprintf(target, sizeof target, "/api/v1/desk/%s/%s/decision", json_text(decision, "number"),
	    json_text(decision, "item"));
	snprintf(key, sizeof key, "%.150s/%s/%.40s", b->key, json_text(decision, "number"), json_text(decision, "item"));
	http_call(b->x, &q, one_decided, b);
	free(text);
	json_decref(body);
}

/* A call may be answered before it comes back, or on another thread, which then goes on. */
static void
batch_go_on(struct batch *b)
{
	while (b->i < json_array_size(b->decisions)) {
		calling = b;
		answered = false;
		ask_one(b);
		calling = NULL;
		if (!answered)
			return;
	}
	api_json_take(b->x, 200, json_pack("{s:O}", "results", b->results));
	batch_free(b);
}

static bool
is_name(const char *s, size_t most)
{
	return s && *s && strlen(s) <= most &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == strlen(s);
}

static bool
is_batch(const json_t *decisions)
{
	const json_t *one;
	size_t i;

	if (json_array_size(decisions) == 0 || json_array_size(decisions) > BATCH_MOST)
		return false;
	json_array_foreach(decisions, i, one)
		if (!is_name(json_text(one, "number"), 40) || !is_name(json_text(one, "item"), 120))
			return false;
	return true;
}

void
api_desk_decide_many(void *node, struct http_exchange *x)
{
	struct asking a = { .n = node, .x = x };
	struct batch *b;

	if (desk_clerk(node, x, &a.who, &a.s) == 0 && (a.key = request_key_of(x)) && asking_read_body(&a) == 0) {
		if (!is_batch(json_object_get(a.body, "decisions"))) {
			body_refuse_field(a.x, "/decisions", "type", "请列出一到一百个决定,各写明 number 和 item");
		} else if (!(b = calloc(1, sizeof *b))) {
			api_unavailable(x, &(struct error){ .text = "no memory" });
		} else {
			b->x = x;
			b->decisions = json_incref(json_object_get(a.body, "decisions"));
			b->results = json_array();
			snprintf(b->key, sizeof b->key, "%s", a.key);
			batch_go_on(b);
		}
	}
	asking_free(&a);
}
