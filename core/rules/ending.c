#include "rules/ending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/faults.h"
#include "base/json.h"
#include "base/memory.h"
#include "rules/dialect.h"
#include "rules/number.h"

enum {
	BODY_CEILING = 1 << 20,
	RECEIPT_CEILING = 200, /* bytes of a department's own number */
	STRING_CEILING = 4096  /* bytes of one output */
};

/* What a department may ask us to wait: a day. More would outwait the seven days in a few steps. */
#define RETRY_AFTER_CEILING (86400 * US_PER_SECOND)
#define WAIT_CEILING (3600 * US_PER_SECOND)

const char ending_no_memory[] = "no_memory";

static void
set(struct ending *e, enum ending_kind kind, const char *code)
{
	e->kind = kind;
	e->code = code;
}

/* ---- by status alone ---- */

static const struct { int status; enum ending_kind kind; const char *code; } statuses[] = {
	{ 400, ENDING_ATTENTION, "http_400" }, { 401, ENDING_STOP_QUEUE, "http_401" },
	{ 403, ENDING_STOP_QUEUE, "http_403" }, { 404, ENDING_ATTENTION, "http_404" },
	{ 405, ENDING_ATTENTION, "http_405" }, { 408, ENDING_RETRY, "http_408" },
	{ 409, ENDING_RETRY, "http_409" }, { 410, ENDING_ATTENTION, "http_410" },
	{ 413, ENDING_ATTENTION, "http_413" }, { 415, ENDING_ATTENTION, "http_415" },
	{ 422, ENDING_ATTENTION, "http_422" }, { 425, ENDING_RETRY, "http_425" },
	{ 429, ENDING_RETRY, "http_429" }, { 500, ENDING_RETRY, "http_500" },
	{ 502, ENDING_RETRY, "http_502" }, { 503, ENDING_RETRY, "http_503" },
	{ 504, ENDING_RETRY, "http_504" },
};

/* A 4xx that is not in the contract's table says no in words we do not know: a person looks. What is
 * no final answer at all (1xx, beyond 599) is as good as none. */
static void
by_status(int status, struct ending *e)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == status) {
			set(e, statuses[i].kind, statuses[i].code);
			return;
		}
	if (status >= 200 && status < 300)
		set(e, ENDING_RETRY, "http_2xx");
	else if (status >= 300 && status < 400)
		set(e, ENDING_ATTENTION, "http_3xx");
	else if (status >= 400 && status < 500)
		set(e, ENDING_ATTENTION, "http_4xx");
	else if (status >= 500 && status < 600)
		set(e, ENDING_RETRY, "http_5xx");
	else
		set(e, ENDING_RETRY, "broken_http");
}

/* ---- the body ---- */

static bool
is_json_type(const char *type)
{
	static const char json[] = "application/json";

	if (!type || strncasecmp(type, json, sizeof json - 1) != 0)
		return false;
	type += sizeof json - 1;
	while (*type == ' ' || *type == '\t')
		type++;
	return *type == '\0' || *type == ';';
}

/* The object in a whole body, in the native words, or NULL and *code says what is broken. */
static json_t *
read_object(const struct answer *a, const char **code)
{
	struct error why = { .kind = ERROR_NONE };
	json_t *body, *native = NULL;

	*code = !a->complete ? "incomplete" : !is_json_type(a->type) ? "not_json"
	    : a->length > BODY_CEILING ? "too_large" : "broken_json";
	if (!a->complete || !is_json_type(a->type) || !a->body)
		return NULL;
	body = json_read(a->body, a->length, BODY_CEILING, &why);
	if (json_is_object(body) && a->dialect)
		native = dialect_native(a->dialect, body);
	else if (json_is_object(body))
		native = json_incref(body);
	json_decref(body);
	return native;
}

static bool
has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

/* The department's own number: text, or a whole number told as text. NULL when there is none. */
static char *
receipt_of(const json_t *body)
{
	const json_t *id = json_object_get(body, "result_id");
	const char *s = json_string_value(id);
	char digits[32];

	if (json_is_integer(id)) {
		snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(id));
		s = digits;
	}
	if (!s || !*s || strlen(s) > RECEIPT_CEILING || has_control(s))
		return NULL;
	return strdup(s);
}

/* ---- outputs ---- */

static bool
string_fits(enum question_type type, const char *s)
{
	int32_t day;
	int64_t us;

	if (!*s || strlen(s) > STRING_CEILING)
		return false;
	if (type == TYPE_DATE)
		return clock_parse_day(s, &day);
	if (type == TYPE_DATETIME)
		return clock_parse(s, &us);
	/* an answer may carry any day: what has not come yet is the department's business */
	return number_check(type, s, INT32_MAX) == NULL;
}

static bool
all_are(const json_t *array, json_type type)
{
	if (!json_is_array(array))
		return false;
	for (size_t i = 0; i < json_array_size(array); i++)
		if (json_typeof(json_array_get(array, i)) != type)
			return false;
	return true;
}

bool
ending_output_fits(enum question_type type, const json_t *value)
{
	switch (type) {
	case TYPE_YES_NO:
	case TYPE_CONSENT:
		return json_is_boolean(value);
	case TYPE_NUMBER:
		return json_is_number(value);
	case TYPE_MONEY:
		return json_is_integer(value);
	case TYPE_CHOICES:
		return all_are(value, JSON_STRING);
	case TYPE_LIST:
		return all_are(value, JSON_OBJECT);
	case TYPE_ADDRESS:
		return json_is_string(json_object_get(value, "division")) &&
		    json_is_string(json_object_get(value, "text"));
	default:
		return json_is_string(value) && string_fits(type, json_string_value(value));
	}
}

/* What the call promises and nothing else: what was not declared is not kept. NULL when the promise
 * is broken (or memory is gone: then a person looks, which is never wrong). */
static json_t *
declared_outputs(const json_t *given, const struct output *outputs, size_t n)
{
	json_t *kept = json_object();

	for (size_t i = 0; kept && i < n; i++) {
		json_t *value = json_object_get(given, outputs[i].name);

		if ((!value || json_is_null(value)) && outputs[i].optional)
			continue;
		if (!value || !ending_output_fits(outputs[i].type, value) ||
		    json_object_set(kept, outputs[i].name, value) != 0) {
			json_decref(kept);
			return NULL;
		}
	}
	return kept;
}

/* ---- states ---- */

/* Each takes what it needs from the body; false: the answer is not whole, so it says nothing. */

static bool
judge_outputs(const json_t *body, const struct output *outputs, size_t n, enum ending_kind kind,
    const char *code, struct ending *e)
{
	const json_t *given = json_object_get(body, "outputs");

	e->receipt = receipt_of(body);
	if (kind == ENDING_APPROVED && !e->receipt)
		return false;
	if (!given || json_is_object(given))
		e->outputs = declared_outputs(given, outputs, n);
	if (e->outputs)
		set(e, kind, code);
	else
		set(e, ENDING_ATTENTION, "outputs_broken");
	return true;
}

static bool
judge_rejected(const json_t *body, bool undo, struct ending *e)
{
	const char *reason = json_string_value(json_object_get(body, "reason"));

	e->receipt = receipt_of(body);
	if (!reason || !*reason || (!e->receipt && !undo))
		return false;
	e->reason = strdup(reason);
	set(e, ENDING_REJECTED, "rejected");
	return e->reason != NULL;
}

static bool
names_field(const json_t *field)
{
	const char *name = json_string_value(json_object_get(field, "field"));
	const char *reason = json_string_value(json_object_get(field, "reason"));

	return name && *name && reason && *reason;
}

static bool
names_material(const json_t *material)
{
	const char *id = json_is_string(material) ? json_string_value(material)
	    : json_string_value(json_object_get(material, "id"));
	const json_t *reason = json_object_get(material, "reason");

	return id && *id && (!reason || json_is_string(reason));
}

/* A new reference to an array whose members are all sound; an absent one is an empty one. */
static json_t *
array_of(const json_t *body, const char *name, bool (*sound)(const json_t *))
{
	json_t *array = json_object_get(body, name);

	if (!array || json_is_null(array))
		return json_array();
	if (!json_is_array(array))
		return NULL;
	for (size_t i = 0; i < json_array_size(array); i++)
		if (!sound(json_array_get(array, i)))
			return NULL;
	return json_incref(array);
}

static bool
judge_correction(const json_t *body, struct ending *e)
{
	e->receipt = receipt_of(body);
	e->fields = array_of(body, "fields", names_field);
	e->materials = array_of(body, "materials", names_material);
	if (!e->fields || !e->materials)
		return false;
	if (json_array_size(e->fields) + json_array_size(e->materials) > 0)
		set(e, ENDING_CORRECTION, "correction");
	else /* whole, yet there is nothing that the applicant could do */
		set(e, ENDING_ATTENTION, "empty_correction");
	return true;
}

static bool
is_undo(enum ending_purpose purpose)
{
	return purpose == ENDING_OF_UNDO || purpose == ENDING_OF_UNDO_QUESTION ||
	    purpose == ENDING_OF_UNDO_CALLBACK;
}

static bool
judge_fetch(const json_t *body, const char *state, const struct output *outputs, size_t n,
    struct ending *e)
{
	if (strcmp(state, "found") == 0)
		return judge_outputs(body, outputs, n, ENDING_FOUND, "found", e);
	if (strcmp(state, "none") != 0)
		return false;
	set(e, ENDING_NONE_FOUND, "none");
	return true;
}

static bool
judge_undo(const json_t *body, const char *state, struct ending *e)
{
	if (strcmp(state, "rejected") == 0)
		return judge_rejected(body, true, e);
	if (strcmp(state, "cancelled") != 0)
		return false;
	e->receipt = receipt_of(body);
	set(e, ENDING_CANCELLED, "cancelled");
	return true;
}

/* 200: the states that this purpose may end in. */
static bool
judge_state(enum ending_purpose purpose, const json_t *body, const struct output *outputs, size_t n,
    struct ending *e)
{
	const char *state = json_string_value(json_object_get(body, "state"));

	if (!state)
		return false;
	if (purpose == ENDING_OF_FETCH)
		return judge_fetch(body, state, outputs, n, e);
	if (is_undo(purpose))
		return judge_undo(body, state, e);
	if (purpose == ENDING_OF_LATER && strcmp(state, "received") == 0) {
		e->receipt = receipt_of(body);
		set(e, ENDING_APPROVED, "received");
		return true;
	}
	if (strcmp(state, "approved") == 0)
		return judge_outputs(body, outputs, n, ENDING_APPROVED, "approved", e);
	if (strcmp(state, "rejected") == 0)
		return judge_rejected(body, false, e);
	return strcmp(state, "correction") == 0 && judge_correction(body, e);
}

/* 202: the department has it, under its own number. */
static bool
judge_pending(enum ending_purpose purpose, const json_t *body, struct ending *e)
{
	const char *state = json_string_value(json_object_get(body, "state"));

	if (purpose == ENDING_OF_FETCH || !state || strcmp(state, "pending") != 0)
		return false;
	e->receipt = receipt_of(body);
	set(e, ENDING_PENDING, "pending");
	return e->receipt != NULL;
}

/* 404 on asking: only these very words say that our call was never received. */
static void
judge_not_found(const struct answer *a, struct ending *e)
{
	const char *code;
	json_t *body = read_object(a, &code);
	const char *state = json_string_value(json_object_get(body, "state"));

	if (!a->complete)
		set(e, ENDING_RETRY, "incomplete");
	else if (state && strcmp(state, "unknown_key") == 0)
		set(e, ENDING_NOT_RECEIVED, "unknown_key");
	else
		by_status(404, e);
	json_decref(body);
}

/* What was meant for another call, mixed up on its way. */
static bool
is_of_another(const struct answer *a, const json_t *body)
{
	const char *named = json_text(body, "key");

	return a->key && named && strcmp(named, a->key) != 0;
}

static void
judge_body(enum ending_purpose purpose, const struct answer *a, int status,
    const struct output *outputs, size_t n, struct ending *e)
{
	const char *code;
	json_t *body = read_object(a, &code);
	bool whole;

	if (!body) {
		set(e, ENDING_RETRY, code);
		return;
	}
	code = is_of_another(a, body) ? "another_key" : "broken_answer";
	whole = !is_of_another(a, body) && (status == 200 ? judge_state(purpose, body, outputs, n, e)
	    : judge_pending(purpose, body, e));
	if (!whole) {
		ending_free(e); /* nothing of an answer that is not whole is kept */
		set(e, ENDING_RETRY, code);
	}
	json_decref(body);
}

static void
judge_callback(enum ending_purpose purpose, const struct answer *answer,
    const struct output *outputs, size_t n, struct ending *e)
{
	struct answer a = *answer;

	a.complete = true;
	a.type = "application/json";
	judge_body(purpose, &a, 200, outputs, n, e);
}

static void
judge(enum ending_purpose purpose, const struct answer *a, const struct output *outputs, size_t n_outputs,
    struct ending *e)
{
	bool asking = purpose == ENDING_OF_QUESTION || purpose == ENDING_OF_UNDO_QUESTION ||
	    purpose == ENDING_OF_LATER; /* sent or asked about: the words are the same */

	if (PLANTED("error_is_a_refusal") && a->status >= 500)
		set(e, ENDING_REJECTED, "rejected");
	else if (PLANTED("no_answer_is_an_approval") && purpose == ENDING_OF_UNDO && a->sent && a->status != 200)
		set(e, ENDING_CANCELLED, "cancelled");
	else if (purpose == ENDING_OF_CALLBACK || purpose == ENDING_OF_UNDO_CALLBACK)
		judge_callback(purpose, a, outputs, n_outputs, e);
	else if (!a->sent)
		set(e, ENDING_RETRY, "not_sent");
	else if (a->status == 0)
		set(e, ENDING_RETRY, "no_answer");
	else if (a->status == 200 || a->status == 202)
		judge_body(purpose, a, a->status, outputs, n_outputs, e);
	else if (a->status == 404 && asking)
		judge_not_found(a, e);
	else
		by_status(a->status, e);
}

void
ending_judge(enum ending_purpose purpose, const struct answer *a, const struct output *outputs,
    size_t n_outputs, struct ending *e)
{
	unsigned losses = memory_losses();

	memset(e, 0, sizeof *e);
	judge(purpose, a, outputs, n_outputs, e);
	if (memory_losses() != losses) {
		ending_free(e); /* what was read of it may be less than what it said */
		set(e, ENDING_RETRY, ending_no_memory);
	}
	if (e->kind == ENDING_RETRY && a->retry_after_us > 0)
		e->retry_after_us = a->retry_after_us < RETRY_AFTER_CEILING ? a->retry_after_us
		    : RETRY_AFTER_CEILING;
}

void
ending_free(struct ending *e)
{
	json_decref(e->outputs);
	json_decref(e->fields);
	json_decref(e->materials);
	free(e->receipt);
	free(e->reason);
	memset(e, 0, sizeof *e);
}

/* 1 s, 2 s, 4 s, ... an hour; of each the upper half is drawn, so that calls that failed together
 * do not come back together. */
int64_t
ending_wait(int attempt, int64_t retry_after_us, uint32_t random)
{
	int steps = attempt < 2 ? 0 : attempt > 14 ? 12 : attempt - 2;
	int64_t longest = US_PER_SECOND << steps, wait;

	if (longest > WAIT_CEILING)
		longest = WAIT_CEILING;
	wait = longest / 2 + (longest / 2) * (int64_t)random / UINT32_MAX;
	if (retry_after_us > RETRY_AFTER_CEILING)
		retry_after_us = RETRY_AFTER_CEILING;
	return wait < retry_after_us ? retry_after_us : wait;
}
