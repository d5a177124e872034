#include "departments/desk.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "departments/invent.h"
#include "departments/person.h"
#include "seal/digest.h"

int
desk_open(struct desk *desk, const json_t *connectors, struct error *why)
{
	const json_t *connector;
	size_t i;

	memset(desk, 0, sizeof *desk);
	desk->departments = calloc(json_array_size(connectors) + 1, sizeof *desk->departments);
	if (!desk->departments)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	json_array_foreach(connectors, i, connector) {
		struct desk_department *d = &desk->departments[desk->n];
		const char *once = json_text(connector, "once_per");

		d->id = json_text(connector, "id");
		d->calls = json_object_get(connector, "calls");
		d->remembers = !once || strcmp(once, "none") != 0;
		d->demands_v2 = json_integer_value(json_object_get(connector, "signature")) == 2;
		if (!d->id || !json_is_array(d->calls))
			continue;
		desk->n++;
		desk->n_calls += json_array_size(d->calls);
	}
	if (desk->n == 0)
		return error_set(why, ERROR_BROKEN, "no connector file was read: connectors_dir is empty");
	return 0;
}

void
desk_close(struct desk *desk)
{
	free(desk->departments);
	memset(desk, 0, sizeof *desk);
}

const struct desk_department *
desk_department(const struct desk *desk, const char *id)
{
	for (size_t i = 0; i < desk->n; i++)
		if (strcmp(desk->departments[i].id, id) == 0)
			return &desk->departments[i];
	return NULL;
}

bool
desk_call(const struct desk_department *department, const char *path, struct desk_call *out)
{
	size_t length = strcspn(path, "/"), i;
	const json_t *call;

	if (path[length] && strcmp(path + length, "/cancel") != 0 && strcmp(path + length, "/later") != 0)
		return false;
	json_array_foreach(department->calls, i, call) {
		const char *id = json_text(call, "id");

		if (!id || strlen(id) != length || memcmp(id, path, length) != 0)
			continue;
		*out = (struct desk_call){department, id, call, !path[length] ? DESK_FORWARD :
		    path[length + 1] == 'c' ? DESK_UNDO : DESK_LATER};
		return true;
	}
	return false;
}

/* ---- answers ---- */

static int
give(struct desk_answer *out, int status, json_t *body)
{
	out->status = status;
	out->body = body ? json_canonical_string(body) : NULL;
	json_decref(body);
	return out->body ? 0 : -1;
}

int
desk_say(int status, const char *name, const char *word, const char *text, struct desk_answer *out)
{
	return give(out, status, json_pack("{s:s, s:s*}", name, word, "text", text));
}

int
desk_cancelled(const char *receipt, struct desk_answer *out)
{
	out->effects = 1;
	return give(out, 200, json_pack("{s:s, s:s}", "state", "cancelled", "result_id", receipt));
}

int
desk_not_cancelled(const char *reason, struct desk_answer *out)
{
	return give(out, 200, json_pack("{s:s, s:s}", "state", "rejected", "reason", reason));
}

void
desk_answer_free(struct desk_answer *answer)
{
	free(answer->body);
	free(answer->afterwards);
	memset(answer, 0, sizeof *answer);
}

/* ---- is the request what the call takes? ---- */

static bool
type_fits(const char *type, const json_t *value)
{
	if (!type || strcmp(type, "file") == 0)
		return true;
	if (strcmp(type, "yes_no") == 0 || strcmp(type, "consent") == 0)
		return json_is_boolean(value);
	if (strcmp(type, "number") == 0)
		return json_is_number(value);
	if (strcmp(type, "money") == 0)
		return json_is_integer(value);
	if (strcmp(type, "list") == 0 || strcmp(type, "choices") == 0)
		return json_is_array(value);
	if (strcmp(type, "address") == 0)
		return json_text(value, "division") && json_text(value, "text");
	return json_is_string(value);
}

static const json_t *
taken(const json_t *takes, const char *name)
{
	const json_t *take;
	size_t i;

	json_array_foreach(takes, i, take) {
		const char *known = json_text(take, "name");

		if (known && strcmp(known, name) == 0)
			return take;
	}
	return NULL;
}

/* The name of what is wrong with `data`, or NULL; `word` says how. `partly`: not all need be there. */
static const char *
wrong_field(const json_t *takes, const json_t *data, bool partly, const char **word)
{
	const json_t *take, *value;
	const char *name;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)data, name, value) {
		take = taken(takes, name);
		*word = take ? "type" : "unknown_field";
		if (!take || (!json_is_null(value) && !type_fits(json_text(take, "type"), value)))
			return name;
	}
	if (partly)
		return NULL;
	*word = "required";
	json_array_foreach(takes, i, take) {
		name = json_text(take, "name");
		value = name ? json_object_get(data, name) : json_null();
		if (!json_is_true(json_object_get(take, "optional")) && (!value || json_is_null(value)))
			return name ? name : "takes";
	}
	return NULL;
}

/* ---- what is decided ---- */

static int
approve(const struct desk_call *call, const char *key, const json_t *data, const char *receipt,
    const char *state, bool contrary, struct desk_answer *out)
{
	json_t *outputs = invent_outputs(json_object_get(call->declared, "gives"), data, key, contrary);

	if (!outputs)
		return -1;
	return give(out, 200, json_pack("{s:s, s:s, s:o}", "state", state, "result_id", receipt,
	    "outputs", outputs));
}

static json_t *
rejected(const char *receipt)
{
	return json_pack("{s:s, s:s, s:s}", "state", "rejected", "result_id", receipt, "reason",
	    "经核查,不符合办理条件。可在六十日内申请行政复议。");
}

/* A paper is asked for again, an uploaded one if there is; without any the matter goes its usual way. */
static json_t *
ask_for_paper(const char *receipt, const json_t *materials)
{
	const char *id = json_text(json_array_get(materials, 0), "id");
	const json_t *material;
	size_t i;

	json_array_foreach(materials, i, material)
		if (json_object_get(material, "file"))
			id = json_text(material, "id");
	return !id ? NULL : json_pack("{s:s, s:s, s:[], s:[{s:s, s:s}]}", "state", "correction",
	    "result_id", receipt, "fields", "materials", "id", id, "reason", "材料不清晰,请重新提交");
}

static int
decide_item(const struct desk_call *call, const char *key, const json_t *data, const json_t *materials,
    int round, struct desk_answer *out)
{
	json_t *asked = NULL;
	const char *field;
	char receipt[INVENT_RECEIPT];
	enum person_way way = person_find(data, call->department->id, &field);

	invent_receipt(call->department->id, key, receipt);
	if (way == PERSON_REJECTED)
		return give(out, 200, rejected(receipt));
	if (way == PERSON_CORRECTION && round == 1)
		return give(out, 200, json_pack("{s:s, s:s, s:[{s:s, s:s}], s:[]}", "state", "correction",
		    "result_id", receipt, "fields", "field", field, "reason", "姓名与证件不一致,请核对后重填",
		    "materials"));
	if (way == PERSON_PAPER && round == 1)
		asked = ask_for_paper(receipt, materials);
	if (asked)
		return give(out, 200, asked);
	if (way == PERSON_ATTENTION)
		return desk_say(422, "error", "unprocessable", "需要人工核实", out);
	out->effects = 1;
	if (way == PERSON_BROKEN)
		return give(out, 200, json_pack("{s:s, s:s, s:{s:s}}", "state", "approved", "result_id",
		    receipt, "outputs", "unexpected", "x"));
	out->later = way == PERSON_WAITS || way == PERSON_SILENT || way == PERSON_STUBBORN;
	out->silent = way == PERSON_SILENT;
	out->stubborn = way == PERSON_STUBBORN;
	out->undoing = way == PERSON_KEPT ? UNDOING_NEVER : way == PERSON_SLOW_UNDO ? UNDOING_SLOWLY :
	    UNDOING_USUAL;
	if (way == PERSON_CONTRADICTS) {
		json_t *other = rejected(receipt);

		out->afterwards = other ? json_canonical_string(other) : NULL;
		json_decref(other);
		if (!out->afterwards)
			return -1;
	}
	return approve(call, key, data, receipt, "approved", false, out);
}

/* A register says the same of the same, whoever asks how often: "330111-2611-" of the key, which tells
 * where and when, and the hash of what is asked. */
static int
name_question(const char *key, const json_t *data, char named[80])
{
	char *asked = json_canonical_string(data), hex[65];
	uint8_t hash[32];

	if (!asked)
		return -1;
	digest_sha256(asked, strlen(asked), hash);
	digest_hex(hash, sizeof hash, hex);
	free(asked);
	snprintf(named, 80, "%.12s%s", key, hex);
	return 0;
}

static int
decide_fetch(const struct desk_call *call, const char *key, const json_t *data,
    struct desk_answer *out)
{
	const char *field;
	char receipt[INVENT_RECEIPT], named[80];

	enum person_way way = person_find(data, call->department->id, &field);

	out->fetch = true;
	if (way == PERSON_NO_RECORD)
		return give(out, 200, json_pack("{s:s}", "state", "none"));
	if (name_question(key, data, named) != 0)
		return -1;
	invent_receipt(call->department->id, key, receipt);
	return approve(call, named, data, receipt, "found", way == PERSON_CONTRARY, out);
}

/* What came after the matter itself was sent. */
static int
decide_later(const json_t *request, struct desk_answer *out)
{
	if (!json_text(request, "of"))
		return desk_say(400, "error", "malformed", "of: the key of what it belongs to", out);
	out->effects = 1;
	return desk_say(200, "state", "received", NULL, out);
}

int
desk_decide(const struct desk_call *call, const char *key, const json_t *request,
    struct desk_answer *out)
{
	const char *item = json_text(request, "item"), *wrong, *word;
	const json_t *data = json_object_get(request, "data");
	json_int_t round = json_integer_value(json_object_get(request, "round"));

	if (!item || !json_text(request, "application") || !json_is_object(data) || round < 1 ||
	    !json_is_array(json_object_get(request, "materials")))
		return desk_say(400, "error", "malformed", "application, item, round, data, materials", out);
	wrong = wrong_field(json_object_get(call->declared, "takes"), data, call->kind == DESK_LATER, &word);
	if (wrong)
		return desk_say(422, "error", word, wrong, out);
	if (call->kind == DESK_LATER)
		return decide_later(request, out);
	if (strchr(item, ':')) /* "material:marriage_certificate", "record:card": somebody looks something up */
		return decide_fetch(call, key, data, out);
	return decide_item(call, key, data, json_object_get(request, "materials"), (int)round, out);
}
