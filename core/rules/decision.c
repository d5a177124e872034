#include "rules/decision.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "rules/ending.h"
#include "rules/step_own.h"

enum { TEXT_CEILING = 2000, RECEIPT_CEILING = 200, SYSTEM_CEILING = 150 };

struct checking {
	const struct event *event;
	const struct item *item;
	uint64_t uses;
	bool undo, english;
	const json_t *said;
	json_t *errors;
};

static void
wrong(struct checking *c, const char *pointer, const char *code, const char *zh, const char *en)
{
	json_array_append_new(c->errors, json_pack("{s:s, s:s, s:s}", "pointer", pointer, "code", code,
	    "message", c->english ? en : zh));
}

/* A text of that name: needed, or NULL. Told when it is no text, empty or too long. */
static void
check_text(struct checking *c, const char *name, size_t ceiling, bool needed)
{
	const json_t *value = json_object_get(c->said, name);
	char pointer[40];

	snprintf(pointer, sizeof pointer, "/%s", name);
	if (!value && !needed)
		return;
	if (!value || (json_is_string(value) && json_string_length(value) == 0))
		wrong(c, pointer, "required", "请填写", "This is needed");
	else if (!json_is_string(value))
		wrong(c, pointer, "type", "这一栏的格式不对", "This must be text");
	else if (json_string_length(value) > ceiling)
		wrong(c, pointer, "length", "太长了,请写短一些", "This is too long");
}

/* --- what is known --- */

static bool
is_one_of(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

static void
check_members(struct checking *c)
{
	static const char *const names[] = { "state", "receipt", "outputs", "reason", "fields", "materials",
		"copied", NULL };
	const char *name;
	char pointer[128];
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)c->said, name, value) {
		snprintf(pointer, sizeof pointer, "/%.100s", name);
		if (!is_one_of(name, names))
			wrong(c, pointer, "unknown_field", "没有这一栏,请去掉", "There is no such field");
	}
}

/* --- approved --- */

static void
check_outputs(struct checking *c)
{
	const json_t *outputs = json_object_get(c->said, "outputs");
	char pointer[128];

	if (outputs && !json_is_object(outputs)) {
		wrong(c, "/outputs", "type", "这一栏的格式不对", "This must be an object");
		return;
	}
	for (size_t i = 0; i < c->item->n_outputs; i++) {
		const struct output *o = &c->item->outputs[i];
		const json_t *value = json_object_get(outputs, o->name);

		snprintf(pointer, sizeof pointer, "/outputs/%.100s", o->name);
		if ((!value || json_is_null(value)) && !o->optional)
			wrong(c, pointer, "required", "办成了就要填这一栏", "It is needed with an approval");
		else if (value && !json_is_null(value) && !ending_output_fits(o->type, value))
			wrong(c, pointer, "format", "这一栏的格式不对", "This is not in its format");
	}
}

/* --- sent back --- */

/* Something that the applicant can correct: of what he does not say nothing can be sent back. */
static bool
is_asked(const struct event *event, const struct item *item, const char *name)
{
	for (size_t i = 0; i < item->n_request; i++)
		if (strcmp(item->request[i].name, name) == 0)
			return step_mends(event, item->request[i].value, NULL);
	return false;
}

static bool
is_used(const struct checking *c, const char *id)
{
	int m = event_material(c->event, id);

	return m >= 0 && (c->uses >> m & 1);
}

/* One list of marks: each names something of the item and says why. */
static size_t
check_marks(struct checking *c, const char *list, const char *member)
{
	const json_t *marks = json_object_get(c->said, list), *one;
	char pointer[80];
	size_t i;

	if (marks && !json_is_array(marks)) {
		snprintf(pointer, sizeof pointer, "/%s", list);
		wrong(c, pointer, "type", "这一栏的格式不对", "This must be a list");
		return 0;
	}
	json_array_foreach(marks, i, one) {
		const char *name = json_text(one, member), *reason = json_text(one, "reason");

		snprintf(pointer, sizeof pointer, "/%s/%zu", list, i);
		if (!name || (*member == 'f' ? !is_asked(c->event, c->item, name) : !is_used(c, name)))
			wrong(c, pointer, "unknown_field", "这一项里没有它,或者申请人改不了它", "The applicant cannot correct this");
		else if (!reason || !*reason || strlen(reason) > TEXT_CEILING)
			wrong(c, pointer, "required", "请写明为什么退回,申请人会看到", "Say why: the applicant reads it");
	}
	return json_array_size(marks);
}

static void
check_correction(struct checking *c)
{
	if (check_marks(c, "fields", "field") + check_marks(c, "materials", "id") == 0)
		wrong(c, "/fields", "required", "请至少标出一处要补正的内容", "Mark what is to be corrected");
}

static void
check_state(struct checking *c)
{
	const char *state = json_text(c->said, "state");
	bool known = state && (strcmp(state, "rejected") == 0 || (c->undo ? strcmp(state, "cancelled") == 0
	    : strcmp(state, "approved") == 0 || strcmp(state, "correction") == 0));

	if (!known) {
		wrong(c, "/state", state ? "not_chosen" : "required", "请选择怎么办", "Choose what to do");
		return;
	}
	if (!c->undo)
		check_text(c, "receipt", RECEIPT_CEILING, strcmp(state, "correction") != 0);
	check_text(c, "reason", TEXT_CEILING, strcmp(state, "rejected") == 0);
	if (strcmp(state, "approved") == 0)
		check_outputs(c);
	if (strcmp(state, "correction") == 0)
		check_correction(c);
}

json_t *
decision_check(const struct event *event, int item, uint64_t uses, bool undo, const json_t *said,
    const char *language)
{
	struct checking c = { .event = event, .item = &event->items[item], .uses = uses, .undo = undo,
		.english = language && strncmp(language, "en", 2) == 0, .said = said, .errors = json_array() };

	if (!c.errors)
		return NULL;
	check_members(&c);
	check_text(&c, "copied", SYSTEM_CEILING, false);
	check_state(&c);
	return c.errors;
}

json_t *
decision_result(const json_t *said)
{
	return json_pack("{s:O, s:O*, s:O*, s:O*, s:O*, s:O*}", "state", json_object_get(said, "state"),
	    "result_id", json_object_get(said, "receipt"), "outputs", json_object_get(said, "outputs"),
	    "reason", json_object_get(said, "reason"), "fields", json_object_get(said, "fields"),
	    "materials", json_object_get(said, "materials"));
}
