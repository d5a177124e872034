#include "pages/clerk_form.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { NAME_ROOM = 200 };

/* A whole or broken number; else the text itself, at which the API takes offence. */
static json_t *
number_of(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (*end || end == text)
		return json_string(text);
	return value == (double)(json_int_t)value ? json_integer((json_int_t)value) : json_real(value);
}

static json_t *
typed(const char *type, const char *text)
{
	if (strcmp(type, "yes_no") == 0)
		return json_boolean(strcmp(text, "yes") == 0);
	if (strcmp(type, "number") == 0 || strcmp(type, "money") == 0)
		return number_of(text);
	return json_string(text);
}

struct decision { json_t *outputs, *fields, *materials; };

/* One field "kind:rest" of the form. */
static void
take(struct decision *d, char *name, const char *text)
{
	char *rest = strchr(name, ':'), *output;

	if (!rest || !*text)
		return;
	*rest++ = '\0';
	if (strcmp(name, "mark") == 0) {
		json_array_append_new(d->fields, json_pack("{s:s, s:s}", "field", rest, "reason", text));
	} else if (strcmp(name, "paper") == 0) {
		json_array_append_new(d->materials, json_pack("{s:s, s:s}", "id", rest, "reason", text));
	} else if (strcmp(name, "output") == 0 && (output = strchr(rest, ':'))) {
		*output++ = '\0';
		json_object_set_new(d->outputs, output, typed(rest, text));
	}
}

/* The name without its tail; false: it has another. */
static bool
is_of(const char *name, const char *tail, char bare[NAME_ROOM])
{
	size_t length = strlen(name), end = strlen(tail);

	if (length <= end || length - end >= NAME_ROOM || strcmp(name + length - end, tail) != 0)
		return false;
	memcpy(bare, name, length - end);
	bare[length - end] = '\0';
	return *tail || !strchr(bare, '@');
}

static void
say(json_t *body, const json_t *posted, const char *name, const char *tail)
{
	char full[NAME_ROOM];
	const char *text;

	snprintf(full, sizeof full, "%s%s", name, tail);
	text = json_text(posted, full);
	if (text && *text)
		json_object_set_new(body, name, json_string(text));
}

json_t *
clerk_form_decision(const json_t *posted, const char *tail)
{
	struct decision d = { json_object(), json_array(), json_array() };
	json_t *body = json_object(), *value;
	const char *name, *state;
	char bare[NAME_ROOM];

	json_object_foreach((json_t *)(uintptr_t)posted, name, value)
		if (json_is_string(value) && is_of(name, tail, bare))
			take(&d, bare, json_string_value(value));
	say(body, posted, "state", "");
	say(body, posted, "receipt", tail);
	say(body, posted, "reason", tail);
	say(body, posted, "copied", "");
	state = json_text(body, "state");
	if (state && strcmp(state, "approved") == 0)
		json_object_set(body, "outputs", d.outputs);
	if (state && strcmp(state, "correction") == 0) {
		json_object_set(body, "fields", d.fields);
		json_object_set(body, "materials", d.materials);
	}
	json_decref(d.outputs);
	json_decref(d.fields);
	json_decref(d.materials);
	return body;
}
