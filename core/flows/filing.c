#include "flows/filing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/body.h"
#include "flows/consent.h"
#include "flows/drafts.h"
#include "flows/mandates.h"
#include "flows/request_key.h"
#include "rules/dispute.h"
#include "rules/form.h"
#include "rules/number.h"
#include "seal/digest.h"

void
filing_free(struct filing *f)
{
	if (!f)
		return;
	running_free(f->r);
	for (int i = 0; i < f->n_made; i++)
		case_operation_free(&f->made[i]);
	for (size_t i = 0; f->bodies && i < f->row.n_operations; i++)
		free(f->bodies[i]);
	free(f->bodies);
	free(f->made);
	free(f->operations);
	free(f->counts);
	free(f->plan);
	free(f->answer);
	free((void *)(uintptr_t)f->row.same_answer.data);
	text_free(&f->sealed);
	text_free(&f->items);
	text_free(&f->answer_sealed);
	text_free(&f->history);
	free(f);
}

/* --- making the rows --- */

static int
check(struct filing_request *q, struct facts *facts, const char *language, struct http_exchange *x)
{
	json_t *errors = NULL, *reminders = NULL;
	int done = form_check(q->event, q->form, q->choices, facts, language, &errors, &reminders);

	json_decref(reminders);
	if (done != 0) {
		json_decref(errors);
		http_problem(x, 503, "unavailable", "系统暂时不可用", "请稍后再试。", NULL);
		return -1;
	}
	if (json_array_size(errors) > 0) {
		filing_point(errors);
		http_problem(x, 422, "not-acceptable", "有内容需要改正",
		    "请按下面的提示改正后再提交;其他内容不用重填。", (struct json_t *)errors);
		return -1;
	}
	json_decref(errors);
	return 0;
}

/* What nobody says for him he cannot say is wrong. */
static int
check_disputed(const struct filing_request *q, struct http_exchange *x)
{
	const json_t *one;
	char pointer[40];
	size_t i;

	json_array_foreach(q->disputed, i, one) {
		snprintf(pointer, sizeof pointer, "/disputed/%zu", i);
		if (!dispute_may(q->event, json_string_value(one)))
			return body_refuse_field(x, pointer, "not_asked", "这一栏没有登记可以比对,不用提出异议,请去掉");
	}
	return 0;
}

static int
seal_form(struct node *n, struct filing *f, const struct filing_request *q, uint8_t hash[32],
    struct error *why)
{
	struct seal_place at = { "application", "sealed", f->r->id, 0 };
	char chosen[20], *plain;
	json_t *all;
	int done;

	snprintf(chosen, sizeof chosen, "%" PRIx64, f->r->chosen);
	all = json_pack("{s:O, s:O, s:s, s:O*, s:O*}", "form", q->form, "applicant", q->applicant,
	    "chosen", chosen, "files", f->r->files, "disputed", f->r->disputed);
	plain = all ? json_canonical_string(all) : NULL;
	json_decref(all);
	if (!plain)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	seal_hash(n->seal, plain, strlen(plain), hash);
	done = seal_close_value(n->seal, &at, plain, strlen(plain), &f->sealed, why);
	free(plain);
	f->row.sealed = (struct bytes){ f->sealed.data, f->sealed.length };
	return done;
}

static int
make_operations(struct node *n, struct filing *f, struct effects *x, struct error *why)
{
	size_t room = (size_t)x->n_send + 1;

	f->made = calloc(room, sizeof *f->made);
	f->operations = calloc(room, sizeof *f->operations);
	f->bodies = calloc(room, sizeof *f->bodies);
	if (!f->made || !f->operations || !f->bodies)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (int i = 0; i < x->n_send; i++) {
		struct case_operation *made = &f->made[f->n_made];
		int32_t part = case_part(x->send[i], 1, false);
		struct seal_place at = { "operation", "body", f->r->id, part };
		struct text sealed;
		bool is_made;

		if (case_operation_make(n, f->r, x->send[i], x, made, &is_made, why) != 0)
			return -1;
		if (!is_made)
			continue;
		f->n_made++;
		text_init(&sealed, 2 << 20);
		if (seal_close_value(n->seal, &at, made->body, made->length, &sealed, why) != 0) {
			text_free(&sealed);
			return -1;
		}
		f->operations[f->row.n_operations] = (struct store_operation){ .division = f->r->division,
			.application = f->r->id, .item = (int16_t)made->node, .round = (int16_t)made->round,
			.department = made->department_id, .call = made->call, .url = made->url,
			.body = { sealed.data, sealed.length }, .created_at = f->r->submitted_at };
		f->bodies[f->row.n_operations++] = sealed.data;
	}
	f->row.operations = f->operations;
	return 0;
}

static int
make_counts(struct filing *f, const struct effects *x, struct error *why)
{
	f->counts = calloc((size_t)x->n_counts + 1, sizeof *f->counts);
	if (!f->counts)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (int i = 0; i < x->n_counts; i++)
		f->counts[i] = (struct store_count){ f->r->division, clock_day(x->now), f->r->event->id,
			x->counts[i].department, x->counts[i].measure, x->counts[i].delta };
	f->row.counts = f->counts;
	f->row.n_counts = (size_t)x->n_counts;
	return 0;
}

static int
make_answer(struct node *n, struct filing *f, const char *language, struct error *why)
{
	struct seal_place at = { "request_key", "answer", f->r->id, 0 };
	struct text shown;

	text_init(&shown, 4 << 20);
	if (running_show(f->r, NULL, language, NULL, &shown) == 0)
		f->answer = text_take(&shown, &f->answer_length);
	text_free(&shown);
	if (!f->answer)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (seal_close_value(n->seal, &at, f->answer, f->answer_length, &f->answer_sealed, why) != 0)
		return -1;
	f->row.answer = (struct bytes){ f->answer_sealed.data, f->answer_sealed.length };
	return 0;
}

static void
fill_row(struct node *n, struct filing *f, const struct account *who, const struct filing_request *q)
{
	const char *key = http_header(f->x, "Idempotency-Key");
	char *canonical = json_canonical_string(q->body);

	f->row.division = f->r->division;
	f->row.id = f->r->id;
	f->row.number = f->r->number;
	f->row.event = f->r->event->id;
	memcpy(f->row.version, f->r->event->version, 32);
	f->row.account = f->r->account;
	f->row.filed_by = f->r->filed_by;
	seal_blind(n->seal, "id_number", q->person_id, strlen(q->person_id), f->row.person);
	f->row.consents = f->consents;
	f->row.n_consents = consent_rows(n, f->r, f->consents);
	f->row.submitted_at = f->r->submitted_at;
	f->row.status = f->r->status;
	f->row.history_count = f->r->history_count;
	memcpy(f->row.history_hash, f->r->history_hash, 32);
	f->row.token = who->token;
	f->row.account_division = account_division(who);
	seal_blind(n->seal, "request_key", key, strlen(key), f->row.key_hash);
	f->row.drafted = drafts_key(key);
	if (PLANTED("key_of_the_caller_not_kept"))
		memcpy(f->row.key_hash, &f->r->id, sizeof f->r->id);
	if (canonical)
		seal_hash(n->seal, canonical, strlen(canonical), f->row.body_hash);
	free(canonical);
}

/* The files that he names for materials: resolved, and to be linked with the application. */
static int
find_files(struct node *n, struct filing *f, const struct account *who, const struct filing_request *q,
    const char *language, json_t **errors, struct error *why)
{
	const struct files_wish wish = { who, q->event, q->materials, NULL, language };
	struct store *s = n->workers[http_worker(f->x)];

	if (json_object_size(q->materials) == 0)
		return 0;
	if (!s || !store_alive(s))
		return error_set(why, ERROR_TEMPORARY, "no database");
	if (files_resolve(n, s, &wish, &f->r->files, errors, why) != 0)
		return -1;
	f->row.n_files = files_uses(f->r->files, f->r->division, f->r->id, f->files);
	f->row.files = f->files;
	return 0;
}

static int
make_running(struct node *n, struct filing *f, const struct account *who, struct filing_request *q,
    const struct facts *facts, int64_t now, struct error *why)
{
	f->r = running_new(q->event);
	if (!f->r)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (plan_make(q->event, facts, &f->r->plan, why) != 0)
		return -1;
	f->r->division = (int32_t)atoi(f->r->plan.division);
	f->r->id = store_id(n->slot, now);
	number_make(f->r->plan.division, clock_day(now), f->r->number);
	if (filing_find_owner(n, f, who, q, why) != 0)
		return -1;
	f->r->submitted_at = now;
	f->r->fence = 1; /* as the store begins to count */
	f->r->form = json_incref(q->form);
	f->r->applicant = json_incref(q->applicant);
	f->r->chosen = facts->chosen;
	f->r->disputed = dispute_answered(q->disputed, q->form);
	return 0;
}

static int
make_rows(struct node *n, struct filing *f, const struct account *who, const struct filing_request *q,
    const char *language, struct effects *x, struct error *why)
{
	uint8_t hash[32];
	json_t *plan;

	if (seal_form(n, f, q, hash, why) != 0)
		return -1;
	running_begin(f->r, hash, x);
	if (make_operations(n, f, x, why) != 0 || make_counts(f, x, why) != 0)
		return -1;
	plan = plan_pack(f->r->event, &f->r->plan);
	f->plan = plan ? json_canonical_string(plan) : NULL;
	json_decref(plan);
	if (!f->plan || effects_failed(x) || running_pack(f->r, &f->items) != 0 ||
	    text_put(&f->history, x->history.data, x->history.length) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	f->row.plan = (struct bytes){ f->plan, strlen(f->plan) };
	f->row.items = (struct bytes){ f->items.data, f->items.length };
	f->row.history = f->history.data;
	fill_row(n, f, who, q);
	return make_answer(n, f, language, why);
}

/* The value that the event is handled once for; an event without one, or unknown values: none. */
static void
fill_once(struct node *n, struct filing *f, const struct facts *facts)
{
	const struct event *e = f->r->event;
	json_t *values = json_array();
	char *plain = NULL;

	json_array_append_new(values, json_string(e->id));
	for (size_t i = 0; i < e->n_once_per; i++) {
		json_t *value = expr_value(e->once_per[i], facts);

		if (value)
			json_array_append_new(values, value);
	}
	if (e->n_once_per > 0 && json_array_size(values) == e->n_once_per + 1)
		plain = json_canonical_string(values);
	if (plain) {
		seal_blind(n->seal, "once", plain, strlen(plain), f->row.once);
		f->row.has_once = true;
	}
	free(plain);
	json_decref(values);
}

static struct filing *
filing_new(struct http_exchange *x)
{
	struct filing *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->x = x;
	text_init(&f->sealed, 4 << 20);
	text_init(&f->items, 4096);
	text_init(&f->answer_sealed, 4 << 20);
	text_init(&f->history, 1 << 20);
	return f;
}

/* An agent files for the counties that he was given. */
static bool
is_elsewhere(const struct account *who, const char *division)
{
	for (int i = 0; i < who->n_divisions; i++)
		if (who->divisions[i] == (int32_t)atoi(division))
			return false;
	return who->role == ROLE_AGENT;
}

/* What stands against it once it is made: nothing to be done, or files that are not his. Answers the
 * exchange. */
static bool
is_refused(struct node *n, struct filing *f, const struct account *who, const struct filing_request *q,
    const char *language, struct error *why)
{
	json_t *errors = NULL;

	if (f->no_mandate) {
		mandates_none(f->x);
		return true;
	}
	if (f->r->plan.runs == 0) {
		body_refuse_field(f->x, "/choices", "not_chosen", "按这些答案没有要办的事项,请至少选一项");
		return true;
	}
	if (find_files(n, f, who, q, language, &errors, why) != 0 || json_array_size(errors) == 0) {
		json_decref(errors);
		return false;
	}
	http_problem(f->x, 422, "not-acceptable", "有材料需要改正",
	    "请按下面的提示改正后再提交;其他内容不用重填。", (struct json_t *)errors);
	return true;
}

static void
tell_failure(struct http_exchange *x, const char *why)
{
	log_error("an application could not be made ready: %s", why);
	http_add_header(x, "Retry-After", "10");
	http_problem(x, 503, "unavailable", "系统暂时不可用",
	    "没有受理,也没有保存任何内容。请稍后用同一个 Idempotency-Key 再试。", NULL);
}

/* The facts are known and sound. */
static struct filing *
build_sound(struct node *n, const struct account *who, struct http_exchange *x, struct filing_request *q,
    const struct facts *facts, const char *language, int64_t now)
{
	struct filing *f = filing_new(x);
	struct effects effects = { 0 };
	struct error why = { 0 };
	bool refused = false, made = false;

	effects_begin(&effects, now);
	if (f && make_running(n, f, who, q, facts, now, &why) == 0)
		refused = is_refused(n, f, who, q, language, &why);
	if (f && !refused && why.kind == ERROR_NONE)
		made = make_rows(n, f, who, q, language, &effects, &why) == 0;
	effects_free(&effects);
	CRASH_POINT("intake/made");
	if (made) {
		fill_once(n, f, facts);
		return f;
	}
	if (!refused)
		tell_failure(x, f ? why.text : "no memory");
	filing_free(f);
	return NULL;
}

static struct filing *
build(struct node *n, const struct account *who, struct http_exchange *x, struct filing_request *q)
{
	const char *language = http_header(x, "Accept-Language");
	int64_t now = node_now(n);
	struct facts facts = { .event = q->event, .form = q->form, .applicant = q->applicant,
		.today = clock_day(now) };
	char division[7];

	CRASH_POINT("intake/read");
	if (check(q, &facts, language, x) != 0 || check_disputed(q, x) != 0)
		return NULL;
	if (!form_division(q->event, &facts, division)) {
		body_refuse_field(x, "/form", "required", "请填写决定由哪个县(区)办理的那一栏");
		return NULL;
	}
	facts.division = division;
	if (is_elsewhere(who, division)) {
		http_problem(x, 403, "forbidden", "不在您的代办范围",
		    "这份申请归别的县(区)办理,您只能为自己负责的县(区)代办。", NULL);
		return NULL;
	}
	return build_sound(n, who, x, q, &facts, language, now);
}

struct filing *
filing_make(struct node *n, const struct account *who, struct http_exchange *x)
{
	struct filing_request q;
	struct filing *f;

	if (who->role != ROLE_CITIZEN && who->role != ROLE_AGENT) {
		http_problem(x, 403, "forbidden", "不能申请", "只有申请人本人和代办员可以提交申请。", NULL);
		return NULL;
	}
	if (!request_key_of(x))
		return NULL;
	if (filing_read(n, who, NULL, x, &q) != 0)
		return NULL;
	f = build(n, who, x, &q);
	filing_request_free(&q);
	if (f && http_memory_short()) { /* it may lack something that was typed */
		filing_free(f);
		f = NULL;
		tell_failure(x, "no memory");
	}
	return f;
}
