#include "peer/form.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { CEILING = 1 << 16, NAME = 128 };

/* Its addresses name a district of Hangzhou, but no code. */
static const char division[] = "330106";

/* group_memberName -> group_member_name */
static void
name_put(char *out, size_t *n, const char *camel)
{
	for (; *camel && *n + 3 < NAME; camel++) {
		if (isupper((unsigned char)*camel))
			out[(*n)++] = '_';
		out[(*n)++] = (char)tolower((unsigned char)*camel);
	}
	out[*n] = '\0';
}

static json_t *
joined(const json_t *list)
{
	struct text t;
	const json_t *one;
	json_t *all;
	size_t i;

	text_init(&t, CEILING);
	json_array_foreach(list, i, one)
		text_putf(&t, "%s%s", i ? "; " : "", json_string_value(one) ? json_string_value(one) : "");
	all = json_stringn(t.data ? t.data : "", t.length);
	text_free(&t);
	return all;
}

/* Answers one by one into `form`, their names behind that of the group. */
static void
spread(json_t *form, const char *group, json_t *answers)
{
	const char *member;
	json_t *value;

	json_object_foreach(answers, member, value) {
		char name[NAME];
		size_t n = 0;

		if (group) {
			name_put(name, &n, group);
			name[n++] = '_';
		}
		name_put(name, &n, member);
		if (json_is_object(value) && !group)
			spread(form, member, value);
		else
			json_object_set_new(form, name, json_is_array(value) ? joined(value) : json_incref(value));
	}
}

int
form_ours(const char *body, size_t length, struct text *out, char key[FORM_KEY], struct error *why)
{
	json_t *theirs = json_read(body, length, CEILING, why), *ours;
	const char *reference = json_text(theirs, "externalRef");
	char *text = NULL;

	if (theirs && !reference)
		error_set(why, ERROR_BROKEN, "the form has no externalRef");
	if (reference) {
		snprintf(key, FORM_KEY, "%s", reference);
		ours = json_pack("{s:s, s:{s:s}}", "event", "peer", "form", "division", division);
		spread(json_object_get(ours, "form"), NULL, theirs);
		text = json_dumps(ours, JSON_COMPACT);
		json_decref(ours);
	}
	json_decref(theirs);
	if (!text)
		return why->kind ? -1 : error_set(why, ERROR_TEMPORARY, "no memory");
	text_puts(out, text);
	free(text);
	return out->failed ? error_set(why, ERROR_TEMPORARY, "no memory") : 0;
}
