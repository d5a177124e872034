#include "flows/petition.h"

#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/body.h"
#include "seal/digest.h"

enum { CEILING = 4 << 20 };

static const char *const kind_names[PETITION_KINDS] = { "correction", "withdrawal", "signature", "decision",
	"closing", "note" };

void
petition_free(struct petition *p)
{
	if (!p)
		return;
	json_decref(p->body);
	free(p->answer);
	free(p);
}

struct petition *
petition_new(struct node *n, const struct store_case *c, int64_t account, enum petition_kind kind,
    json_t *body_take)
{
	struct petition *p = calloc(1, sizeof *p);

	if (!p || json_object_set_new(body_take, "do", json_string(kind_names[kind])) != 0) {
		json_decref(body_take);
		free(p);
		return NULL;
	}
	p->division = c->division;
	p->id = store_id(n->slot, node_now(n));
	p->application = c->id;
	p->account = account;
	p->kind = kind;
	p->body = body_take;
	return p;
}

int
petition_seal(struct node *n, const struct petition *p, struct text *sealed, struct error *why)
{
	struct seal_place at = { "petition", "body", p->id, 0 };
	char *plain = json_canonical_string(p->body);
	int done;

	if (!plain || http_memory_short()) {
		free(plain);
		return error_set(why, ERROR_TEMPORARY, "no memory");
	}
	done = seal_close_value(n->seal, &at, plain, strlen(plain), sealed, why);
	free(plain);
	return done;
}

static int
kind_of(const char *name)
{
	for (int i = 0; name && i < PETITION_KINDS; i++)
		if (strcmp(kind_names[i], name) == 0)
			return i;
	return -1;
}

struct petition *
petition_open(struct node *n, const struct store_petition *row, struct error *why)
{
	struct seal_place at = { "petition", "body", row->id, 0 };
	struct petition *p = calloc(1, sizeof *p);
	struct text plain;
	int kind = -1;

	text_init(&plain, CEILING);
	if (p && seal_open_value(n->seal, &at, row->body.data, row->body.length, &plain, why) == 0)
		p->body = json_read(plain.data ? plain.data : "", plain.length, CEILING, why);
	text_free(&plain);
	if (p && p->body)
		kind = kind_of(json_text(p->body, "do"));
	if (kind < 0) {
		if (!p)
			error_set(why, ERROR_TEMPORARY, "no memory");
		petition_free(p);
		error_set(why, ERROR_BROKEN, "a petition cannot be read");
		return NULL;
	}
	p->division = row->division;
	p->id = row->id;
	p->application = row->application;
	p->account = row->account;
	p->kind = (enum petition_kind)kind;
	return p;
}

/* --- deciding --- */

bool
petition_operation(const struct petition *p, const struct event *event, int *node, bool *undo)
{
	const char *item = json_text(p->body, "item");

	if ((p->kind != PETITION_DECISION && p->kind != PETITION_CLOSING) || !item)
		return false;
	*node = running_find(event, item);
	*undo = json_is_true(json_object_get(p->body, "undo"));
	return *node >= 0;
}

static int
decide_for_department(const struct petition *p, struct running *r, struct effects *x)
{
	struct running_decision d = { .round = (int)json_integer_value(json_object_get(p->body, "round")),
		.desk = json_is_true(json_object_get(p->body, "desk")),
		.retyped = json_object_get(p->body, "copied") != NULL, .result = json_object_get(p->body, "result") };

	if (!petition_operation(p, r->event, &d.item, &d.undo) || d.item >= MATERIAL_NODE)
		return 2;
	return running_decide(r, &d, x);
}

static int
close_for_department(const struct petition *p, struct running *r, struct effects *x)
{
	bool undo;
	int node;

	return petition_operation(p, r->event, &node, &undo) ? running_close(r, node, x) : 2;
}

static int
note(const struct petition *p, struct running *r, struct effects *x)
{
	const struct running_note it = { .what = json_text(p->body, "what"), .department = json_text(p->body, "department"),
		.item = (int)json_integer_value(json_object_get(p->body, "item")), .by = x->by,
		.code = json_text(p->body, "code") };

	return running_note(r, &it, x);
}

static int
decide(const struct petition *p, struct running *r, json_t **errors, struct effects *x)
{
	const char *language = json_text(p->body, "language");
	const char *sign = json_text(p->body, "sign");

	switch (p->kind) {
	case PETITION_CORRECTION:
		CRASH_POINT("correction/before");
		return running_correct(r, json_object_get(p->body, "form"), json_object_get(p->body, "materials"),
		    language, errors, x);
	case PETITION_WITHDRAWAL:
		CRASH_POINT("withdrawal/before");
		return running_withdraw(r, json_text(p->body, "reason"), x);
	case PETITION_DECISION:
		return decide_for_department(p, r, x);
	case PETITION_CLOSING:
		return close_for_department(p, r, x);
	case PETITION_NOTE:
		return note(p, r, x);
	default:
		CRASH_POINT("consent/before");
		return running_sign(r, sign ? event_sign(r->event, sign) : -1,
		    json_is_true(json_object_get(p->body, "agrees")), x);
	}
}

/* What was written down beside the case was new, or answered something. */
static int16_t
done_status(const struct petition *p)
{
	return p->kind == PETITION_NOTE ? (int16_t)json_integer_value(json_object_get(p->body, "status")) : 200;
}

int
petition_decide(struct petition *p, struct running *r, struct effects *x)
{
	json_t *errors = NULL;
	int done;

	x->by = json_text(p->body, "by");
	done = decide(p, r, &errors, x);
	x->by = NULL; /* it dies with the petition */

	p->status = done == 0 ? done_status(p) : done == 1 ? 422 : 409;
	if (done == 1)
		p->answer = json_canonical_string(errors);
	else
		p->answer = done == 2 ? strdup("") : NULL;
	json_decref(errors);
	return done < 0 || (done > 0 && !p->answer) ? -1 : 0;
}

int
petition_tell(struct petition *p, const struct running *r)
{
	const char *language = json_text(p->body, "language"), *sign = json_text(p->body, "sign");
	struct text text;
	int done = 0;

	if (p->status >= 300)
		return 0;
	if (p->kind == PETITION_NOTE) {
		p->answer = json_canonical_string(json_object_get(p->body, "answer"));
		return p->answer ? 0 : -1;
	}
	/* the second person sees what he was asked, a clerk what is his department's, no more */
	text_init(&text, 4 << 20);
	if (p->kind == PETITION_SIGNATURE) {
		json_t *asked = running_show_asked(r, UINT64_C(1) << event_sign(r->event, sign));

		done = json_canonical(asked, &text);
		json_decref(asked);
	} else {
		done = running_show(r, json_text(p->body, "department"), language, NULL, &text);
	}
	p->answer = done == 0 ? text_take(&text, NULL) : NULL;
	text_free(&text);
	return p->answer ? 0 : -1;
}

int
petition_seal_answer(struct node *n, const struct petition *p, struct text *sealed, struct error *why)
{
	struct seal_place at = { "petition", "answer", p->id, 0 };

	return seal_close_value(n->seal, &at, p->answer, strlen(p->answer), sealed, why);
}

/* --- answering --- */

static void
refuse(struct http_exchange *x, enum petition_kind kind)
{
	static const char *const details[PETITION_KINDS] = {
		"现在没有要您补正的内容,或者别人已经先补正了。请刷新后再看。",
		"这份申请已经办结、已经撤回,或正在撤回。请刷新后再看。",
		"这项同意已经有了结果,或不再需要。请刷新后再看。",
		"这一项已经有人办了,或者不再需要办。请刷新后再看。",
		"这一项已经有人处理了,或者要先作出决定。请刷新后再看。",
		"已经有人答复过,或者已经有了结论。请刷新后再看。",
	};

	http_problem(x, 409, "conflict", "现在不能这样办", details[kind], NULL);
}

void
petition_answer(struct http_exchange *x, enum petition_kind kind, int status, const char *answer,
    bool replayed)
{
	struct error ignored = { 0 };

	if (status == 409) {
		refuse(x, kind);
	} else if (status == 422) {
		body_refuse(x, json_read(answer, strlen(answer), CEILING, &ignored));
	} else {
		if (replayed)
			http_add_header(x, "Idempotent-Replayed", "true");
		http_answer(x, status, "application/json", answer, strlen(answer));
	}
}

void
petition_answer_stored(struct node *n, struct http_exchange *x, enum petition_kind kind, int64_t id,
    int status, const struct bytes *sealed, bool replayed)
{
	struct seal_place at = { "petition", "answer", id, 0 };
	struct error why = { 0 };
	struct text answer;

	text_init(&answer, CEILING);
	if (seal_open_value(n->seal, &at, sealed->data, sealed->length, &answer, &why) == 0) {
		petition_answer(x, kind, status, answer.data ? answer.data : "", replayed);
	} else {
		log_error("a stored answer does not open: %s", why.text);
		http_add_header(x, "Retry-After", "10");
		http_problem(x, 503, "unavailable", "系统暂时不可用", "已经办了,但结果暂时取不出来,请稍后再看。", NULL);
	}
	text_free(&answer);
}
