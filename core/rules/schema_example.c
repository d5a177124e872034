/* A made-up person's form. Built from the examples that the event gives and from defaults of the
 * types; where rules still refuse, other answers are tried until they do not. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"
#include "rules/codes.h"
#include "rules/form.h"
#include "rules/number.h"
#include "rules/schema.h"

enum { ROUNDS = 24 };

struct trial {
	const struct event *event;
	int32_t today;
	uint64_t *asked; /* room for a bit of each question */
};

/* ---- one answer ---- */

static json_t *
date_json(int32_t day, bool time)
{
	char text[32];

	clock_format_day(day, text);
	if (time)
		memcpy(text + 10, "T08:30:00+08:00", 16);
	return json_string(text);
}

/* An identity number with a right digit; `person` tells several of one day apart. */
static json_t *
id_json(int32_t birthday, int sex, int person)
{
	char number[40];
	int year, month, mday;

	clock_split(birthday, &year, &month, &mday);
	snprintf(number, sizeof number, "330111%04d%02d%02d%03d", year, month, mday,
	    person % 490 * 2 + 2 - sex % 2);
	number[17] = number_id_digit(number);
	number[18] = '\0';
	return json_string(number);
}

static json_t *
address_json(const char *s)
{
	size_t digits = strspn(s, "0123456789");
	json_t *division = json_stringn(s, digits);

	s += digits;
	s += strspn(s, " ");
	return json_pack("{s:o, s:s}", "division", division, "text", s);
}

static json_t *
words_json(const char *s)
{
	json_t *list = json_array();

	while (*(s += strspn(s, " ,"))) {
		size_t n = strcspn(s, " ,");

		json_array_append_new(list, json_stringn(s, n));
		s += n;
	}
	return list;
}

static json_t *
number_json(double v)
{
	return floor(v) >= v && fabs(v) < 1e15 ? json_integer((json_int_t)v) : json_real(v);
}

/* The `example` of a question as an answer of its type. */
static json_t *
written(const struct question *q, int32_t today)
{
	const char *s = q->example;
	int32_t day;

	switch (q->type) {
	case TYPE_YES_NO:
	case TYPE_CONSENT:
		return json_boolean(strcmp(s, "yes") == 0 || strcmp(s, "true") == 0 || strcmp(s, "是") == 0);
	case TYPE_NUMBER:
	case TYPE_MONEY:
		return number_json(strtod(s, NULL));
	case TYPE_DATE:
	case TYPE_DATETIME:
		if (number_check(q->type, s, today) != NULL && calendar_read_day(s, today, &day))
			return date_json(day, q->type == TYPE_DATETIME);
		return json_string(s);
	case TYPE_ADDRESS:
		return address_json(s);
	case TYPE_CHOICES:
		return words_json(s);
	default:
		return json_string(s);
	}
}

static json_t *
number_default(const struct question *q)
{
	double min, max;

	form_limits(q, &min, &max);
	return number_json(min <= 1 && max >= 1 ? 1 : min > 1 ? ceil(min) : floor(max));
}

static json_t *
day_default(const struct question *q, int32_t today)
{
	int32_t day = today - 3, bound;

	if (q->not_before && calendar_read_day(q->not_before, today, &bound) && day < bound)
		day = bound;
	if (q->not_after && calendar_read_day(q->not_after, today, &bound) && day > bound)
		day = bound;
	return date_json(day, q->type == TYPE_DATETIME);
}

static json_t *
made_up(const struct question *q, int32_t today, int person)
{
	static const char *const usual[TYPE_COUNT] = {
		[TYPE_TEXT] = "示例", [TYPE_PERSON_NAME] = "李秀兰", [TYPE_NEW_NAME] = "李安然",
		[TYPE_PHONE] = "13800000001", [TYPE_DIVISION] = "330111", [TYPE_DIVISION9] = "330111001",
		[TYPE_DIVISION12] = "330111001001", [TYPE_BANK_CARD] = "6217000000000000004",
		[TYPE_EMAIL] = "name@example.cn", [TYPE_BIRTH_CERT_NO] = "X330111001",
		[TYPE_MARRIAGE_CERT_NO] = "J330111-2022-000123", [TYPE_USCC] = "91330111MA27XY0K3Y",
		[TYPE_PASSPORT] = "E12345678", [TYPE_FILE] = "example-file-id", [TYPE_ETHNIC_GROUP] = "01",
		[TYPE_SEX] = "2", [TYPE_HOUSEHOLD_RELATION] = "01", [TYPE_MARITAL_STATUS] = "20",
	};

	switch (q->type) {
	case TYPE_ID_NUMBER:
		return id_json(clock_day_of(1995, 3, 12), 2, person);
	case TYPE_YES_NO:
	case TYPE_CONSENT:
		return json_true();
	case TYPE_NUMBER:
	case TYPE_MONEY:
		return number_default(q);
	case TYPE_DATE:
	case TYPE_DATETIME:
		return day_default(q, today);
	case TYPE_ADDRESS:
		return address_json("330111001001 示例路1号");
	case TYPE_CHOICE:
		return q->n_choices > 0 ? json_string(q->choices[0].code) : json_null();
	case TYPE_CHOICES:
		return q->n_choices > 0 ? json_pack("[s]", q->choices[0].code) : json_array();
	default:
		return json_string(usual[q->type]);
	}
}

static json_t *
answer(const struct question *q, int32_t today, int person)
{
	json_t *value = q->example ? written(q, today) : NULL;

	if (value && form_value(q, value, today) == NULL)
		return value;
	json_decref(value);
	return made_up(q, today, person);
}

/* ---- lists ---- */

static struct facts
facts_of(const struct trial *t, const json_t *form)
{
	return (struct facts){ .event = t->event, .form = form, .chosen = form_chosen(t->event, NULL),
		.today = t->today };
}

/* Nobody stands in a list twice: the example of a number is the first row's alone. */
static json_t *
column_answer(const struct question *column, int32_t today, int person, size_t row)
{
	if (column->type == TYPE_ID_NUMBER && row > 0)
		return made_up(column, today, person * 20 + (int)row);
	return answer(column, today, person);
}

/* As `complete` does with the form. */
static void
complete_row(const struct trial *t, const struct question *list, json_t *row, size_t number)
{
	struct facts facts = facts_of(t, NULL);
	bool changed = true;

	facts.each = row;
	for (int round = 0; changed && round < ROUNDS; round++) {
		changed = false;
		for (size_t i = 0; i < list->n_each; i++) {
			const struct question *column = &list->each[i];
			bool is = json_object_get(row, column->id) != NULL;
			bool should = expr_holds(column->when, &facts) && (!column->optional || column->example);

			if (is == should)
				continue;
			changed = true;
			if (should)
				json_object_set_new(row, column->id, column_answer(column, t->today, (int)i, number));
			else
				json_object_del(row, column->id);
		}
	}
}

static json_t *
list_answer(const struct trial *t, const struct question *list)
{
	json_t *rows = json_array();
	double min, max;

	form_limits(list, &min, &max);
	for (size_t i = 0; i < (size_t)(min > 1 ? min : 1); i++) {
		json_t *row = json_object();

		complete_row(t, list, row, i);
		json_array_append_new(rows, row);
	}
	return rows;
}

/* ---- the form ---- */

/* One's own consents that items wait for. True when one came or went. */
static bool
complete_signs(const struct trial *t, json_t *form)
{
	struct facts facts = facts_of(t, form);
	bool changed = false, needed;

	for (size_t i = 0; i < t->event->n_signs; i++) {
		const struct sign *sign = &t->event->signs[i];
		bool is = json_object_get(form, sign->id) != NULL;
		bool should = !sign->who && form_sign_asked(t->event, sign, &facts, &needed) && needed;

		if (is == should)
			continue;
		changed = true;
		if (should)
			json_object_set_new(form, sign->id, json_true());
		else
			json_object_del(form, sign->id);
	}
	return changed;
}

/* Answer what is asked and not answered yet, take out what is not asked, until both are done. */
static void
complete(struct trial *t, json_t *form)
{
	bool changed = true;

	for (int round = 0; changed && round < ROUNDS; round++) {
		struct facts facts = facts_of(t, form);

		changed = complete_signs(t, form);
		form_asked(t->event, &facts, t->asked);
		for (size_t i = 0; i < t->event->n_questions; i++) {
			const struct question *q = &t->event->questions[i];
			bool is = json_object_get(form, q->id) != NULL;
			bool should = (t->asked[i / 64] >> (i % 64) & 1) && (!q->optional || q->example);

			if (is == should)
				continue;
			changed = true;
			if (should)
				json_object_set_new(form, q->id, q->type == TYPE_LIST ? list_answer(t, q)
				    : answer(q, t->today, (int)i));
			else
				json_object_del(form, q->id);
		}
	}
}

static size_t
count_errors(struct trial *t, const json_t *form)
{
	struct facts facts = facts_of(t, form);
	json_t *errors, *reminders;
	size_t n;

	if (form_check(t->event, form, NULL, &facts, "en", &errors, &reminders) != 0)
		return SIZE_MAX;
	n = json_array_size(errors);
	json_decref(errors);
	json_decref(reminders);
	return n;
}

/* The `n`-th other answer that may be tried, or NULL after the last. */
static json_t *
other(const struct question *q, int32_t today, int n)
{
	static const int days[] = { 0, 1, 3, 20, 200, 400, 2000, 7300, 11000, 20000, 23800, -1, -30, -400 };
	static const int ages[] = { 32, 45, 24, 63, 18, 75, 8, 1 };
	const struct code *codes = codes_of(q->type);
	size_t n_codes = 0;

	while (codes && codes[n_codes].code)
		n_codes++;
	if (codes)
		return (size_t)n < n_codes ? json_string(codes[n].code) : NULL;
	switch (q->type) {
	case TYPE_YES_NO:
		return n < 2 ? json_boolean(n) : NULL;
	case TYPE_CHOICE:
		return (size_t)n < q->n_choices ? json_string(q->choices[n].code) : NULL;
	case TYPE_DATE:
	case TYPE_DATETIME:
		return n < 14 ? date_json(today - days[n], q->type == TYPE_DATETIME) : NULL;
	case TYPE_ID_NUMBER:
		return n < 16 ? id_json(clock_add_months(today, -12 * ages[n / 2]), 2 - n % 2, n) : NULL;
	case TYPE_NUMBER:
	case TYPE_MONEY:
		return n < 4 ? number_json((const double[]){ 0, 1, 10, 100 }[n]) : NULL;
	default:
		return NULL;
	}
}

/* The rows with the `n`-th other answer in one column of all of them; columns are gone through one
 * after another. NULL after the last. */
static json_t *
other_rows(const struct trial *t, const struct question *list, const json_t *rows, int n)
{
	json_t *changed, *row, *value = NULL;
	size_t column = 0, i;

	for (; column < list->n_each; column++) {
		int k = 0;

		while (k <= n && (value = other(&list->each[column], t->today, k)) != NULL) {
			json_decref(value);
			k++;
		}
		if (k > n)
			break;
		n -= k;
	}
	if (column == list->n_each)
		return NULL;
	changed = json_deep_copy(rows);
	json_array_foreach(changed, i, row) {
		json_object_set_new(row, list->each[column].id, other(&list->each[column], t->today, n));
		complete_row(t, list, row, i);
	}
	return changed;
}

static json_t *
other_answer(const struct trial *t, const struct question *q, const json_t *form, int n)
{
	return q->type == TYPE_LIST ? other_rows(t, q, json_object_get(form, q->id), n)
	    : other(q, t->today, n);
}

/* Try other answers, one question at a time, persons last; the first form with fewer errors, or
 * NULL. */
static json_t *
better(struct trial *t, const json_t *form, size_t errors, bool persons)
{
	for (size_t i = 0; i < t->event->n_questions; i++) {
		const struct question *q = &t->event->questions[i];
		json_t *value;

		if (!json_object_get(form, q->id) || (q->type == TYPE_ID_NUMBER) != persons)
			continue;
		for (int n = 0; (value = other_answer(t, q, form, n)) != NULL; n++) {
			json_t *changed = json_copy((json_t *)(uintptr_t)form);

			json_object_set_new(changed, q->id, value);
			complete(t, changed);
			if (count_errors(t, changed) < errors)
				return changed;
			json_decref(changed);
		}
	}
	return NULL;
}

json_t *
schema_example(const struct event *event, int32_t today)
{
	struct trial t = { event, today, calloc(event->n_questions / 64 + 1, sizeof *t.asked) };
	json_t *form = json_object(), *next;
	size_t errors;

	if (!t.asked || !form) {
		json_decref(form);
		free(t.asked);
		return NULL;
	}
	complete(&t, form);
	while ((errors = count_errors(&t, form)) > 0 && errors != SIZE_MAX) {
		next = better(&t, form, errors, false);
		if (!next)
			next = better(&t, form, errors, true);
		if (!next)
			break; /* as near as can be: what is left is told by whoever files it */
		json_decref(form);
		form = next;
	}
	free(t.asked);
	return form;
}
