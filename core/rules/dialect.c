#include "rules/dialect.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const states[] = { "approved", "rejected", "pending", "found", "none", "cancelled", "received" };

/* Their member for our `name`; NULL when they have none. */
static json_t *
member(const json_t *dialect, const json_t *answer, const char *name)
{
	const char *theirs = json_string_value(json_object_get(dialect, name));

	return theirs ? json_object_get(answer, theirs) : NULL;
}

/* Our word for their state, which many write as a number or as yes and no; NULL: none. */
static const char *
state_of(const json_t *dialect, const json_t *answer)
{
	const json_t *state = member(dialect, answer, "state");
	const char *said = json_string_value(state);
	char digits[32];

	if (json_is_integer(state)) {
		snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(state));
		said = digits;
	} else if (json_is_boolean(state)) {
		said = json_is_true(state) ? "true" : "false";
	}
	for (size_t i = 0; said && i < sizeof states / sizeof *states; i++) {
		const char *theirs = json_string_value(json_object_get(dialect, states[i]));

		if (theirs && strcmp(theirs, said) == 0)
			return states[i];
	}
	return NULL;
}

json_t *
dialect_native(const json_t *dialect, const json_t *answer)
{
	const char *state = state_of(dialect, answer);
	json_t *outputs = json_object_get(dialect, "outputs") ? member(dialect, answer, "outputs")
	    : (json_t *)(uintptr_t)answer;
	json_t *native = json_object();

	/* what is lost for want of memory is counted (base/memory.h): the judge looks at that */
	if (state)
		json_object_set_new(native, "state", json_string(state));
	json_object_set(native, "result_id", member(dialect, answer, "result_id"));
	json_object_set(native, "reason", member(dialect, answer, "reason"));
	json_object_set(native, "outputs", outputs);
	return native;
}
