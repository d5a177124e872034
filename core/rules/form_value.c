/* One answer against its type and bounds. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"
#include "rules/codes.h"
#include "rules/form.h"
#include "rules/number.h"

enum { LIST_ROWS = 50 }; /* however many an event allows */

void
form_limits(const struct question *q, double *min, double *max)
{
	*min = *max = 0;
	switch (q->type) {
	case TYPE_TEXT:
		*min = 1;
		*max = 500;
		break;
	case TYPE_PERSON_NAME:
	case TYPE_NEW_NAME:
		*min = 2;
		*max = 50;
		return;
	case TYPE_ADDRESS:
		*min = 1;
		*max = 200;
		return;
	case TYPE_CHOICES:
		*min = q->optional ? 0 : 1;
		*max = (double)q->n_choices;
		break;
	case TYPE_LIST:
		*min = q->optional ? 0 : 1;
		*max = q->has_max ? LIST_ROWS : 20;
		break;
	case TYPE_NUMBER:
		*min = -1e15;
		*max = 1e15;
		break;
	case TYPE_MONEY:
		*max = 1e13; /* a hundred billion yuan */
		break;
	default:
		return;
	}
	if (q->has_min && q->min > *min)
		*min = q->min;
	if (q->has_max && q->max < *max)
		*max = q->max;
}

static const char *
count_code(const struct question *q, size_t n)
{
	double min, max;

	form_limits(q, &min, &max);
	return (double)n < min || (double)n > max ? "length" : NULL;
}

static const char *
choice_code(const struct question *q, const json_t *value)
{
	const char *s = json_string_value(value);

	if (!s)
		return "type";
	for (size_t i = 0; i < q->n_choices; i++)
		if (strcmp(q->choices[i].code, s) == 0)
			return NULL;
	return "unknown_code";
}

static const char *
choices_code(const struct question *q, const json_t *value)
{
	const char *code = NULL;
	const json_t *one;
	size_t i;

	if (!json_is_array(value))
		return "type";
	if (json_array_size(value) > q->n_choices * 2) /* before the pairs are compared */
		return "length";
	json_array_foreach(value, i, one) {
		code = choice_code(q, one);
		if (code)
			return code;
		for (size_t j = 0; j < i; j++)
			if (json_equal(json_array_get(value, j), one))
				return "conflict";
	}
	return count_code(q, json_array_size(value));
}

static const char *
number_code(const struct question *q, const json_t *value)
{
	double min, max, v = json_number_value(value);

	if (q->type == TYPE_MONEY ? !json_is_integer(value) : !json_is_number(value))
		return "type";
	form_limits(q, &min, &max);
	if (!(v >= min))
		return "too_small";
	return v <= max ? NULL : "too_large";
}

static const char *
day_code(const struct question *q, const char *s, int32_t today)
{
	int32_t day, bound;

	if (!calendar_read_day(s, today, &day))
		return "date";
	if (q->not_before && calendar_read_day(q->not_before, today, &bound) && day < bound)
		return "too_early";
	if (q->not_after && calendar_read_day(q->not_after, today, &bound) && day > bound)
		return "too_late";
	return NULL;
}

static const char *
division_code(const char *s, int32_t today)
{
	size_t n = strlen(s);

	return number_check(n == 12 ? TYPE_DIVISION12 : n == 9 ? TYPE_DIVISION9 : TYPE_DIVISION, s,
	    today);
}

static const char *
address_code(const struct question *q, const json_t *value, int32_t today)
{
	const json_t *division = json_object_get(value, "division"), *text = json_object_get(value, "text");
	const char *code;

	if (!json_is_object(value))
		return "type";
	if (json_object_size(value) > (size_t)(division != NULL) + (size_t)(text != NULL))
		return "unknown_field";
	if (!division || !text)
		return "required";
	if (!json_is_string(division) || !json_is_string(text))
		return "type";
	code = division_code(json_string_value(division), today);
	if (!code)
		code = count_code(q, number_characters(json_string_value(text)));
	return code ? code : number_check(TYPE_TEXT, json_string_value(text), today);
}

static const char *
list_code(const struct question *q, const json_t *value)
{
	const json_t *one;
	size_t i;

	if (!json_is_array(value))
		return "type";
	json_array_foreach(value, i, one)
		if (!json_is_object(one))
			return "type";
	return count_code(q, json_array_size(value));
}

static const char *
string_code(const struct question *q, const json_t *value, int32_t today)
{
	const char *s = json_string_value(value);
	const char *code;

	if (!s)
		return "type";
	if (!*s)
		return "length";
	if (q->type == TYPE_TEXT) {
		code = count_code(q, number_characters(s));
		return code ? code : number_check(q->type, s, today);
	}
	code = number_check(q->type, s, today);
	if (!code && (q->type == TYPE_DATE || q->type == TYPE_DATETIME))
		return day_code(q, s, today);
	return code;
}

const char *
form_value(const struct question *q, const json_t *value, int32_t today)
{
	switch (q->type) {
	case TYPE_YES_NO:
		return json_is_boolean(value) ? NULL : "type";
	case TYPE_CONSENT:
		return json_is_true(value) ? NULL : json_is_false(value) ? "required" : "type";
	case TYPE_CHOICE:
		return choice_code(q, value);
	case TYPE_CHOICES:
		return choices_code(q, value);
	case TYPE_NUMBER:
	case TYPE_MONEY:
		return number_code(q, value);
	case TYPE_ADDRESS:
		return address_code(q, value, today);
	case TYPE_LIST:
		return list_code(q, value);
	default:
		return string_code(q, value, today);
	}
}
