#include "api/asking.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/body.h"
#include "flows/engine.h"
#include "flows/files.h"

enum { BODY_CEILING = 1 << 20 };
#define WAIT_US (5 * US_PER_SECOND) /* for the end of it; then the same key later gives the answer */

void
asking_free(struct asking *a)
{
	running_free(a->r);
	store_case_free(&a->c);
	json_decref(a->body);
	json_decref(a->files);
}

int
asking_read_body(struct asking *a)
{
	a->body = body_object(a->x, BODY_CEILING);
	return a->body ? 0 : -1;
}

const char *
asking_language(const struct asking *a)
{
	const char *language = http_header(a->x, "Accept-Language");

	return language && strlen(language) < 100 ? language : NULL;
}

/* --- on its way --- */

static int
hash_body(const struct asking *a, const struct petition *p, uint8_t hash[32])
{
	json_t *all = json_pack("{s:s, s:i, s:s*, s:s*, s:s*, s:O}", "number", a->c.number, "kind", (int)a->kind,
	    "item", http_param(a->x, "item"), "id", http_param(a->x, "id"), "what", json_text(p->body, "what"),
	    "body", a->body);
	char *plain = all ? json_canonical_string(all) : NULL;

	json_decref(all);
	if (!plain)
		return -1;
	seal_hash(a->n->seal, plain, strlen(plain), hash);
	free(plain);
	return 0;
}

static int
make_row(const struct asking *a, const struct petition *p, struct store_file_use files[UPLOADS_MOST],
    struct text *sealed, struct store_petition *row, struct error *why)
{
	*row = (struct store_petition){ .division = p->division, .id = p->id,
		.application = p->application, .account = p->account, .token = a->who.token,
		.mandate = a->who.role == ROLE_AGENT ? a->c.mandate : 0,
		.account_division = account_division(&a->who), .files = files, .beside = a->beside };
	row->n_files = files_uses(a->files, p->division, p->application, files);
	seal_blind(a->n->seal, "request_key", a->key, strlen(a->key), row->key_hash);
	if (hash_body(a, p, row->body_hash) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (petition_seal(a->n, p, sealed, why) != 0)
		return -1;
	row->body = (struct bytes){ sealed->data, sealed->length };
	return 0;
}

static void
perhaps(struct asking *a, bool perhaps_stored)
{
	http_add_header(a->x, "Retry-After", "2");
	http_problem(a->x, 503, "unavailable", "系统暂时不可用", perhaps_stored
	    ? "可能已经收下,也可能没有:请用同一个 Idempotency-Key 再发一次,不会重复。"
	      " (perhaps accepted: send again with the same key)"
	    : "没有收下,请稍后用同一个 Idempotency-Key 再试。", NULL);
}

/* The engine answers the exchange; p NULL: it has it, or finds it, already. */
static void
hand_over(struct asking *a, struct petition *p, int32_t division, int64_t id, bool replayed)
{
	struct hearing *h = calloc(1, sizeof *h);

	if (!h) {
		perhaps(a, true);
		if (p)
			engine_petition_take(a->n->engine, p, NULL);
		return;
	}
	*h = (struct hearing){ .x = a->x, .kind = a->kind, .division = division, .id = id,
		.until = clock_monotonic() + WAIT_US, .replayed = replayed };
	engine_petition_take(a->n->engine, p, h);
}

static void
same_key(struct asking *a, const struct store_petition *row)
{
	if (row->same.id == 0 || memcmp(row->same.body_hash, row->body_hash, 32) != 0)
		http_problem(a->x, 422, "idempotency-key-reused", "Idempotency-Key 已用于别的内容",
		    "这个 Idempotency-Key 已经用来提交过另一份内容,请换一个。", NULL);
	else if (row->same.status == 0)
		hand_over(a, NULL, row->same.division, row->same.id, true);
	else
		petition_answer_stored(a->n, a->x, a->kind, row->same.id, row->same.status, &row->same.answer,
		    true);
}

/* p is taken. */
static void
put(struct asking *a, struct petition *p, struct store_petition *row)
{
	/* of what has ended clerks ask something new, and all may still be said; what was asked has an answer */
	bool may_be_new = a->c.open || a->kind >= PETITION_DECISION;
	struct error why = { 0 };

	CRASH_POINT("petition/before_commit");
	if (may_be_new ? store_petition_put(a->s, a->n->incarnation, row, &why) != 0
	    : store_petition_find(a->s, row, &why) != 0) {
		log_error("a petition: %s", why.text);
		row->verdict = row->verdict == STORE_LOST ? STORE_LOST : STORE_FAILED;
	}
	switch (row->verdict) {
	case STORE_STORED:
		CRASH_POINT("petition/committed");
		hand_over(a, p, p->division, p->id, false);
		return;
	case STORE_SAME_KEY:
		same_key(a, row);
		break;
	case STORE_ONCE:
		http_problem(a->x, 409, "conflict", "现在不能这样办", a->taken, NULL);
		break;
	case STORE_PENDING:
		petition_answer(a->x, a->kind, 409, "", false);
		break;
	case STORE_REVOKED:
		http_problem(a->x, 401, "unauthorized", "请重新登录", "登录已失效,没有收下。", NULL);
		break;
	case STORE_NO_MANDATE:
		http_problem(a->x, 403, "no-mandate", "没有这位居民的委托", "这位居民已经收回委托,没有收下。", NULL);
		break;
	default:
		perhaps(a, row->verdict == STORE_LOST);
	}
	petition_free(p);
	store_petition_free(row);
}

void
asking_send_off(struct asking *a, json_t *content)
{
	struct store_file_use files[UPLOADS_MOST];
	struct store_petition row;
	struct error why = { 0 };
	struct petition *p = content ? petition_new(a->n, &a->c, a->who.id, a->kind, content) : NULL;
	struct text sealed;

	text_init(&sealed, BODY_CEILING + 4096);
	if (!p || make_row(a, p, files, &sealed, &row, &why) != 0) {
		petition_free(p);
		perhaps(a, false);
	} else {
		put(a, p, &row);
	}
	text_free(&sealed);
}

void
asking_send_note(struct asking *a, const struct running_note *note, int status, json_t *answer)
{
	a->kind = PETITION_NOTE;
	asking_send_off(a, json_pack("{s:s, s:s, s:i, s:s, s:s*, s:i, s:o}", "what", note->what, "by", note->by,
	    "item", note->item, "department", note->department, "code", note->code, "status", status,
	    "answer", answer));
}
