#include "pages/answers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum { ROWS_MOST = 50, NAME = 200, VALUE_CEILING = 8192 };

#define CHINA "+08:00" /* where all of it happens */

/* ---- one text ---- */

static const char *
field(const json_t *posted, const char *name)
{
	const json_t *value = json_object_get(posted, name);

	if (json_is_array(value)) /* twice: the last counts */
		value = json_array_get(value, json_array_size(value) - 1);
	return json_is_string(value) ? json_string_value(value) : "";
}

static const char *
part(const json_t *posted, const char *name, const char *which)
{
	char full[3 * NAME];

	snprintf(full, sizeof full, "%s.%s", name, which);
	return field(posted, full);
}

/* Blank, or the wide blank of Chinese keyboards: its length, else 0. */
static size_t
blank(const char *s)
{
	return *s == ' ' || *s == '\t' || *s == '\n' || *s == '\r' ? 1 : strncmp(s, "\u3000", 3) == 0 ? 3 : 0;
}

static json_t *
text_or_nothing(struct text *t)
{
	json_t *value = t->failed || t->length == 0 ? NULL : json_stringn(t->data, t->length);

	text_free(t);
	return value;
}

/* Without blanks at both ends, a line's end one sign; NULL when nothing is left. */
static json_t *
trimmed(const char *s)
{
	struct text t;
	size_t kept = 0;

	text_init(&t, VALUE_CEILING);
	while (blank(s))
		s += blank(s);
	while (*s) {
		size_t n = blank(s);

		if (s[0] != '\r' || s[1] != '\n')
			text_put(&t, s, n ? n : 1);
		if (n == 0)
			kept = t.length;
		s += n ? n : 1;
	}
	if (!t.failed)
		t.length = kept;
	return text_or_nothing(&t);
}

/* A number or code without what people put between its signs, in narrow signs and capitals. */
static json_t *
squeezed(const char *s)
{
	struct text t;

	text_init(&t, VALUE_CEILING);
	while (*s) {
		const unsigned char *u = (const unsigned char *)s;
		size_t skipped = blank(s);

		if (u[0] == 0xEF && u[1] == 0xBC && u[2] >= 0x81 && u[2] <= 0xBF) { /* wide ! to _ */
			text_putc(&t, (char)(u[2] - 0x81 + '!'));
			s += 3;
		} else if (skipped) {
			s += skipped;
		} else {
			text_putc(&t, *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s);
			s++;
		}
	}
	return text_or_nothing(&t);
}

/* ---- by type ---- */

static json_t *
digits_only(const char *s)
{
	json_t *narrow = squeezed(s);
	const char *p = json_string_value(narrow);
	struct text t;

	text_init(&t, VALUE_CEILING);
	for (; p && *p; p++)
		if (*p != '-')
			text_putc(&t, *p);
	json_decref(narrow);
	return text_or_nothing(&t);
}

json_t *
answers_place(const char *s)
{
	json_t *value = trimmed(s);
	const char *typed = json_string_value(value);
	size_t n = typed ? strspn(typed, "0123456789") : 0;

	if ((n == 6 || n == 9 || n == 12) && (typed[n] == ' ' || typed[n] == '\0')) {
		json_t *code = json_stringn(typed, n);

		json_decref(value);
		return code;
	}
	return value;
}

static json_t *
number(const char *s, double factor)
{
	json_t *narrow = squeezed(s);
	const char *typed = json_string_value(narrow);
	char *end = NULL;
	double v = typed ? strtod(typed, &end) * factor : 0;
	json_int_t whole;

	if (!typed || *end || !isfinite(v) || fabs(v) > 1e15 || strpbrk(typed, "XPN")) {
		json_decref(narrow);
		return trimmed(s);
	}
	json_decref(narrow);
	whole = (json_int_t)(factor > 1 ? v + (v < 0 ? -0.5 : 0.5) : v);
	return factor <= 1 && (v < (double)whole || v > (double)whole) ? json_real(v) : json_integer(whole);
}

static json_t *
address(const json_t *posted, const char *name)
{
	json_t *where = answers_place(part(posted, name, "division")), *rest = trimmed(part(posted, name, "text"));

	return where || rest ? json_pack("{s:o*, s:o*}", "division", where, "text", rest) : NULL;
}

/* Day and time are two fields, the time to the minute; half of it stays half. */
static json_t *
moment(const json_t *posted, const char *name)
{
	const char *day = part(posted, name, "day"), *time = part(posted, name, "time");
	size_t typed = strlen(time);

	if (!*day && !typed)
		return NULL;
	return json_sprintf("%.10sT%.40s%s", day, time, typed == strlen("08:30") ? ":00" CHINA : typed == strlen("08:30:00")
	    ? CHINA : "");
}

static json_t *
several(const json_t *posted, const char *name)
{
	json_t *value = json_object_get(posted, name);

	if (json_is_array(value))
		return json_incref(value);
	return json_is_string(value) && *json_string_value(value) ? json_pack("[O]", value) : NULL;
}

static bool
is_one_of(const char *type, const char *const *types)
{
	for (; *types; types++)
		if (strcmp(type, *types) == 0)
			return true;
	return false;
}

/* NULL: there is no answer. */
static json_t *
read_value(const char *type, const json_t *posted, const char *name)
{
	static const char *const codes[] = { "id_number", "uscc", "birth_cert_no", "marriage_cert_no", "passport", NULL };
	static const char *const digits[] = { "phone", "bank_card", NULL };
	static const char *const divisions[] = { "division", "division6", "division9", "division12", NULL };
	const char *said = field(posted, name);

	if (strcmp(type, "yes_no") == 0)
		return *said ? json_boolean(strcmp(said, "yes") == 0) : NULL;
	if (strcmp(type, "consent") == 0)
		return strcmp(said, "yes") == 0 ? json_true() : NULL;
	if (strcmp(type, "choices") == 0)
		return several(posted, name);
	if (strcmp(type, "number") == 0)
		return number(said, 1);
	if (strcmp(type, "money") == 0)
		return number(said, 100); /* typed in yuan */
	if (strcmp(type, "address") == 0)
		return address(posted, name);
	if (strcmp(type, "datetime") == 0)
		return moment(posted, name);
	if (is_one_of(type, divisions))
		return answers_place(said);
	if (is_one_of(type, codes))
		return squeezed(said);
	return is_one_of(type, digits) ? digits_only(said) : trimmed(said);
}

static json_t *
read_row(const json_t *columns, const json_t *posted, const char *name)
{
	json_t *row = json_object();
	const json_t *column;
	char full[2 * NAME];
	size_t i;

	json_array_foreach(columns, i, column) {
		const char *id = json_text(column, "id");
		json_t *value;

		snprintf(full, sizeof full, "%s.%s", name, id);
		value = read_value(json_text(column, "type"), posted, full);
		if (value)
			json_object_set_new(row, id, value);
	}
	return row;
}

static json_t *
read_list(const json_t *question, const json_t *posted, const char *id)
{
	char name[NAME];
	long n;
	json_t *rows;

	snprintf(name, sizeof name, "_rows.%s", id);
	n = strtol(field(posted, name), NULL, 10);
	rows = n > 0 ? json_array() : NULL;
	for (long i = 0; i < n && i < ROWS_MOST; i++) {
		snprintf(name, sizeof name, "%s.%ld", id, i);
		json_array_append_new(rows, read_row(json_object_get(question, "each"), posted, name));
	}
	return rows;
}

/* ---- the whole ---- */

/* Is the word one of the list, which has blanks between? */
static bool
is_listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; (p = strstr(p, word)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

static void
take_one(json_t *form, const char *id, json_t *value)
{
	if (value)
		json_object_set_new(form, id, value);
	else
		json_object_del(form, id);
}

static void
take_signs(json_t *form, const json_t *guide, const json_t *posted)
{
	const json_t *sign;
	size_t i;

	json_array_foreach(json_object_get(guide, "signs"), i, sign) {
		const char *id = json_text(sign, "id");

		if (is_listed(field(posted, "_asked"), id))
			take_one(form, id, read_value("yes_no", posted, id));
	}
}

void
answers_take(json_t *form, const json_t *guide, const json_t *posted)
{
	const json_t *section, *question;
	size_t i, k;

	json_array_foreach(json_object_get(guide, "sections"), i, section) {
		json_array_foreach(json_object_get(section, "questions"), k, question) {
			const char *id = json_text(question, "id"), *type = json_text(question, "type");

			if (!is_listed(field(posted, "_asked"), id))
				continue;
			take_one(form, id, strcmp(type, "list") == 0 ? read_list(question, posted, id)
			    : read_value(type, posted, id));
		}
	}
	take_signs(form, guide, posted);
}

/* ---- what is asked ---- */

json_t *
answers_only(const json_t *object, const json_t *names)
{
	json_t *some = json_object(), *value;
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name) {
		const char *id = json_is_string(name) ? json_string_value(name) : json_text(name, "id");

		value = json_object_get(object, id);
		if (value)
			json_object_set(some, id, value);
	}
	return some;
}

json_t *
answers_asked(const json_t *form, const json_t *begun)
{
	const json_t *asked = json_object_get(begun, "asked"), *one;
	json_t *some = answers_only(form, asked), *signs = answers_only(form, json_object_get(begun, "signs"));
	size_t i, k;

	json_array_foreach(asked, i, one) {
		const json_t *columns = json_object_get(one, "rows"), *names;
		const json_t *rows = json_object_get(form, json_text(one, "id"));
		json_t *kept;

		if (!columns || !json_is_array(rows))
			continue;
		kept = json_array();
		json_array_foreach(columns, k, names)
			json_array_append_new(kept, answers_only(json_array_get(rows, k), names));
		json_object_set_new(some, json_text(one, "id"), kept);
	}
	json_object_update(some, signs);
	json_decref(signs);
	return some;
}

/* ---- rows ---- */

void
answers_add_row(json_t *form, const char *list)
{
	json_t *rows = json_object_get(form, list);

	if (!json_is_array(rows)) {
		rows = json_array();
		json_object_set_new(form, list, rows);
	}
	if (json_array_size(rows) < ROWS_MOST)
		json_array_append_new(rows, json_object());
}

void
answers_remove_row(json_t *form, const char *list, size_t row)
{
	json_t *rows = json_object_get(form, list);

	json_array_remove(rows, row);
	if (json_array_size(rows) == 0)
		json_object_del(form, list);
}
