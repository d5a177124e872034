#include "past/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rules/expr.h"
#include "rules/number.h"

enum { TEXT = 400, BIRTHDAYS = 300, SEQUENCES = 499, SERIAL_DIGITS = 8 };

struct variation {
	const struct event *event;
	long k, who;
	uint8_t once[512]; /* questions that the event is handled once for */
};

static uint64_t
mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* The same for the same old words of the same person: who stands twice in a form stays one. */
static uint64_t
dice(const char *old, long who)
{
	uint64_t h = (uint64_t)who + 1;

	for (; *old; old++)
		h = mix(h + (unsigned char)*old);
	return h;
}

/* --- single values --- */

/* The surname stays: children keep their parents'. */
static void
vary_name(const char *old, long who, char out[TEXT])
{
	static const char *const given[] = { "秀英", "建国", "子涵", "桂兰", "志强", "欣怡", "明轩", "丽华",
		"思远", "雨桐", "国栋", "晓燕", "文博", "佳宁", "海涛", "梦洁" };
	size_t surname = number_surname(old);

	snprintf(out, TEXT, "%.*s%s", (int)surname, old, given[dice(old, who) % (sizeof given / sizeof *given)]);
}

/* Birthday some days earlier, another sequence of the same sex: 150,000 persons are apart. */
static void
vary_id(const char *old, long who, char out[TEXT])
{
	int32_t birthday;
	int sex, year, month, mday;
	uint64_t turn = (uint64_t)who + dice(old, 0) % SEQUENCES;

	if (!id_number_parts(old, &birthday, &sex)) {
		snprintf(out, TEXT, "%s", old);
		return;
	}
	clock_split(birthday - (int32_t)(turn / SEQUENCES % BIRTHDAYS), &year, &month, &mday);
	snprintf(out, TEXT, "%.6s%04d%02d%02d%03d", old, year, month, mday,
	    (int)(turn % SEQUENCES) * 2 + 2 - sex % 2);
	out[17] = number_id_digit(out);
	out[18] = '\0';
}

/* The first run of many digits becomes a number of our own of the same length. */
static void
vary_digits(const char *old, uint64_t number, size_t keep, char out[TEXT])
{
	size_t at = 0, n = 0;

	snprintf(out, TEXT, "%s", old);
	for (; out[at]; at += n ? n : 1) {
		n = strspn(out + at, "0123456789");
		if (n >= SERIAL_DIGITS)
			break;
	}
	for (size_t i = n; out[at] && i-- > keep; number /= 10)
		out[at + i] = (char)('0' + number % 10);
}

/* Luhn: the last digit makes the sum right. */
static void
vary_card(const char *old, long who, char out[TEXT])
{
	size_t length;
	int sum = 0;

	vary_digits(old, dice(old, who), 6, out);
	length = strlen(out);
	for (size_t i = 1; i < length; i++) {
		int digit = out[length - 1 - i] - '0';

		if (i % 2 == 1)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	if (length > 0)
		out[length - 1] = (char)('0' + (10 - sum % 10) % 10);
}

static bool
vary(const struct variation *v, const struct question *q, bool once, const char *old, char out[TEXT])
{
	switch (q->type) {
	case TYPE_PERSON_NAME:
		vary_name(old, v->who, out);
		return true;
	case TYPE_ID_NUMBER:
		vary_id(old, v->who, out);
		return true;
	case TYPE_PHONE:
		vary_digits(old, dice(old, v->who), 3, out);
		return true;
	case TYPE_BANK_CARD:
		vary_card(old, v->who, out);
		return true;
	case TYPE_TEXT: case TYPE_BIRTH_CERT_NO: case TYPE_MARRIAGE_CERT_NO:
		if (once)
			vary_digits(old, (uint64_t)v->k, 0, out);
		return once;
	default:
		return false;
	}
}

static json_t *
value_of(const struct variation *v, const struct question *q, bool once, const json_t *old)
{
	const char *text = json_string_value(old);
	char out[TEXT];

	if (!text || strlen(text) >= TEXT || !vary(v, q, once, text, out))
		return json_incref((json_t *)(uintptr_t)old);
	return json_string(out);
}

/* --- the whole form --- */

static json_t *
rows_of(const struct variation *v, const struct question *q, const json_t *old)
{
	json_t *rows = json_array(), *row;
	size_t i;

	json_array_foreach(old, i, row) {
		json_t *made = json_copy(row);

		for (size_t c = 0; c < q->n_each; c++) {
			const json_t *value = json_object_get(row, q->each[c].id);

			if (value)
				json_object_set_new(made, q->each[c].id, value_of(v, &q->each[c], false, value));
		}
		json_array_append_new(rows, made);
	}
	return rows;
}

static void
mark_once(void *cookie, int question)
{
	struct variation *v = cookie;

	if ((size_t)question < sizeof v->once)
		v->once[question] = 1;
}

/* What the login of such a person would give: the answers that have it as their source. */
static void
take_source(const struct event *event, const struct question *q, struct person *p)
{
	struct facts facts = { .event = event, .form = p->form };
	const json_t *answer = json_object_get(p->form, q->id);

	for (size_t i = 0; answer && i < q->n_from; i++) {
		const struct expr *from = q->from[i].value;

		if (from->op == EXPR_REF && from->space == EXPR_APPLICANT && from->derive == EXPR_PLAIN &&
		    expr_holds(q->from[i].when, &facts))
			json_object_set(p->applicant, strcmp(from->name, "id_number") == 0 ? "id" : from->name,
			    (json_t *)(uintptr_t)answer);
	}
}

int
person_make(const struct event *event, const json_t *form, long k, long who, struct person *p)
{
	struct variation v = { .event = event, .k = k, .who = who };

	for (size_t i = 0; i < event->n_once_per; i++)
		expr_questions(event->once_per[i], event, mark_once, &v);
	p->form = json_object();
	p->applicant = json_object();
	for (size_t i = 0; i < event->n_questions; i++) {
		const struct question *q = &event->questions[i];
		const json_t *old = json_object_get(form, q->id);
		bool once = i < sizeof v.once && v.once[i];

		if (old && json_object_set_new(p->form, q->id, q->type == TYPE_LIST ? rows_of(&v, q, old)
		    : value_of(&v, q, once, old)) != 0)
			return -1;
	}
	for (size_t i = 0; i < event->n_signs; i++) {
		json_t *consent = json_object_get(form, event->signs[i].id);

		if (consent)
			json_object_set(p->form, event->signs[i].id, consent);
	}
	for (size_t i = 0; i < event->n_questions; i++)
		take_source(event, &event->questions[i], p);
	return p->form && p->applicant ? 0 : -1;
}

void
person_free(struct person *p)
{
	json_decref(p->form);
	json_decref(p->applicant);
	p->form = p->applicant = NULL;
}
