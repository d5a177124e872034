/* The rows of a list: every column of every row, by the rules of any answer. */
#include <stdio.h>
#include <string.h>

#include "rules/form_inside.h"

struct row {
	struct check *check;
	const struct question *list;
	const json_t *sent; /* the row as sent */
	json_t *counts;     /* a copy less the answers that are not sound or not asked */
	uint64_t asked;     /* bits of columns */
	size_t wrong;
	char pointer[160];
};

static void
tell_column(struct row *r, const char *name, const char *sentence, const struct question *column)
{
	r->wrong++;
	form_tell_at(r->check, r->pointer, name, sentence, column);
}

static bool
drop(struct row *r, const char *name)
{
	if (json_object_del(r->counts, name) == 0)
		return true;
	r->check->failed = true;
	return false;
}

static void
drop_shapeless(struct row *r)
{
	for (size_t i = 0; i < r->list->n_each; i++) {
		const struct question *column = &r->list->each[i];
		const json_t *value = json_object_get(r->counts, column->id);

		if (value && !form_has_shape(column, value, r->check->facts.today))
			drop(r, column->id);
	}
}

/* One round, as form_ask does over the whole form. True when an answer fell out. */
static bool
ask_once(struct row *r)
{
	struct facts facts = r->check->facts;
	bool again = false;

	facts.each = r->counts;
	r->asked = 0;
	for (size_t i = 0; i < r->list->n_each; i++) {
		const struct question *column = &r->list->each[i];

		if (expr_holds(column->when, &facts))
			r->asked |= UINT64_C(1) << i;
		else if (json_object_get(r->counts, column->id))
			again = drop(r, column->id);
	}
	return again;
}

static void
check_sound(struct row *r)
{
	for (size_t i = 0; i < r->list->n_each; i++) {
		const struct question *column = &r->list->each[i];
		const json_t *value = json_object_get(r->sent, column->id);
		const char *sentence = value && (r->asked >> i & 1) ?
		    form_answer(r->check, column, value) : NULL;

		if (sentence)
			tell_column(r, column->id, sentence, column);
	}
}

/* What is missing and what is too much; where that hangs on other columns, only once these are put
 * right. */
static void
check_asked(struct row *r)
{
	size_t wrong = r->wrong;

	for (size_t i = 0; i < r->list->n_each; i++) {
		const struct question *column = &r->list->each[i];
		bool given = json_object_get(r->sent, column->id) != NULL, asked = r->asked >> i & 1;

		if (given == asked || (asked && column->optional) || (column->when && wrong > 0))
			continue;
		tell_column(r, column->id, given ? "not_asked" : "required", column);
	}
}

static void
check_names(struct row *r)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)r->sent, name, value) {
		size_t i = 0;

		while (i < r->list->n_each && strcmp(r->list->each[i].id, name) != 0)
			i++;
		if (i == r->list->n_each)
			tell_column(r, name, "unknown_field", NULL);
	}
}

static void
check_row(struct row *r)
{
	r->counts = json_copy((json_t *)(uintptr_t)r->sent);
	if (!r->counts) {
		r->check->failed = true;
		return;
	}
	drop_shapeless(r);
	while (ask_once(r))
		;
	check_sound(r);
	check_asked(r);
	check_names(r);
	json_decref(r->counts);
}

uint64_t
form_row_asked(const struct question *list, const json_t *row, const struct facts *facts)
{
	struct check c = { .facts = *facts };
	struct row r = { .check = &c, .list = list, .sent = row, .counts = json_copy((json_t *)(uintptr_t)row) };

	if (!json_is_object(r.counts)) {
		json_decref(r.counts);
		r.counts = json_object();
	}
	drop_shapeless(&r);
	while (ask_once(&r))
		;
	json_decref(r.counts);
	return r.asked;
}

const struct question *
form_person(const struct question *list)
{
	for (size_t i = 0; i < list->n_each; i++)
		if (list->each[i].type == TYPE_ID_NUMBER)
			return &list->each[i];
	return NULL;
}

/* Nobody stands in a list twice. */
static bool
is_repeated(const struct question *column, const json_t *rows, size_t row)
{
	const json_t *number = column ? json_object_get(json_array_get(rows, row), column->id) : NULL;

	for (size_t i = 0; json_is_string(number) && i < row; i++)
		if (json_equal(json_object_get(json_array_get(rows, i), column->id), number))
			return true;
	return false;
}

bool
form_list(struct check *c, const struct question *list, const json_t *rows)
{
	const struct question *person = form_person(list);
	size_t wrong = 0;

	for (size_t i = 0; i < json_array_size(rows) && !c->failed; i++) {
		struct row r = { .check = c, .list = list, .sent = json_array_get(rows, i) };

		snprintf(r.pointer, sizeof r.pointer, "/%.100s/%zu", list->id, i);
		check_row(&r);
		if (r.wrong == 0 && is_repeated(person, rows, i))
			tell_column(&r, person->id, "conflict.twice", person);
		wrong += r.wrong;
	}
	return wrong == 0;
}
