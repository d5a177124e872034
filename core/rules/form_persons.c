/* Second persons: whoever is asked for his consent is another one than the applicant, and is asked in one
 * role only. Nobody says yes twice. Of a list the applicant may be one: he is not asked (plan.c). */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "rules/form_inside.h"

struct finding { const struct check *c; const json_t *value; int question; };

/* The answer that says so: not one that only decides which of two answers counts. */
static void
see_same(void *cookie, int question)
{
	struct finding *f = cookie;

	if (f->question < 0 && json_equal(json_object_get(f->c->facts.form, f->c->event->questions[question].id),
	        f->value))
		f->question = question;
}

/* In its row; the column that says so where it is one. */
static void
refuse_row(struct check *c, const struct sign *sign, const char *sentence)
{
	const struct question *list = &c->event->questions[sign->list], *column = NULL;
	const struct expr *who = sign->who->args[1];
	char pointer[256];

	if (who->op == EXPR_REF && who->space == EXPR_EACH)
		column = &list->each[who->index];
	snprintf(pointer, sizeof pointer, "/%s/%d%s%s", list->id, sign->row - 1, column ? "/" : "",
	    column ? column->id : "");
	form_tell(c, pointer, sentence, column ? column : list);
}

static void
refuse(struct check *c, const struct sign *sign, const json_t *person, const char *sentence)
{
	struct finding f = { c, person, -1 };
	char pointer[256] = "";

	if (sign->row) {
		refuse_row(c, sign, sentence);
		return;
	}
	expr_questions(sign->who, c->event, see_same, &f);
	if (f.question >= 0)
		snprintf(pointer, sizeof pointer, "/%s", c->event->questions[f.question].id);
	form_tell(c, pointer, sentence, f.question < 0 ? NULL : &c->event->questions[f.question]);
}

static bool
is_among(const json_t *persons, const json_t *person)
{
	const json_t *one;
	size_t i;

	json_array_foreach(persons, i, one)
		if (json_equal(one, person))
			return true;
	return false;
}

static json_t *
asked(struct check *c, const struct sign *sign)
{
	bool needed;

	return sign->who && form_sign_asked(c->event, sign, &c->facts, &needed) ? expr_value(sign->who, &c->facts)
	    : NULL;
}

void
form_persons(struct check *c)
{
	const json_t *own = json_object_get(c->facts.applicant, "id");
	json_t *persons = json_array();

	for (size_t i = 0; i < c->event->n_signs; i++) {
		json_t *person = asked(c, &c->event->signs[i]);

		if (!json_is_string(person)) {
			json_decref(person);
			continue;
		}
		if (own && json_equal(own, person) && !c->event->signs[i].row)
			refuse(c, &c->event->signs[i], person, "conflict.self");
		else if (is_among(persons, person))
			refuse(c, &c->event->signs[i], person, "conflict.same");
		if (json_array_append_new(persons, person) != 0)
			c->failed = true;
	}
	json_decref(persons);
}
