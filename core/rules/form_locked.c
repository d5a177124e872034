/* Answers that the login or a record says: of locked ones it says all. */
#include <stdlib.h>

#include "rules/form_inside.h"

/* What a locked answer must be: the first source that applies and is known. A new reference, or NULL;
 * `*from` says which it is. */
static json_t *
source_of(const struct question *q, const struct facts *facts, const struct expr **from)
{
	for (size_t i = 0; i < q->n_from; i++) {
		json_t *value = expr_holds(q->from[i].when, facts) ? expr_value(q->from[i].value, facts) : NULL;

		*from = q->from[i].value;
		if (value)
			return value;
	}
	return NULL;
}

const char *
form_locked_sentence(const struct expr *source)
{
	while (source->op != EXPR_REF && source->n_args > 0)
		source = source->args[0];
	if (source->op != EXPR_REF)
		return "conflict";
	if (source->space == EXPR_APPLICANT)
		return "conflict.own";
	if (source->derive == EXPR_SEX)
		return "sex";
	return source->space == EXPR_ANSWER ? "conflict.derived" : "conflict";
}

const char *
form_locked(const struct question *q, const json_t *value, const struct facts *facts)
{
	const struct expr *from;
	json_t *source = source_of(q, facts, &from);
	bool same_kind = json_is_boolean(source) ? json_is_boolean(value)
	    : source && json_typeof(source) == json_typeof(value); /* a source of another kind is no answer */
	bool differs = same_kind && !json_equal(source, value);

	json_decref(source);
	return differs ? form_locked_sentence(from) : NULL;
}

bool
form_locked_differs(const struct question *q, const json_t *value, const struct facts *facts)
{
	return form_locked(q, value, facts) != NULL;
}

/* What a question that is asked and has no answer yet is filled in with, or NULL. A locked answer that its
 * source makes unsound is told when the form is checked; another is left to be typed. */
static json_t *
missing_value(const struct question *q, const struct facts *facts, bool locked_only)
{
	const struct expr *from;
	json_t *value;

	if ((locked_only && !q->locked) || json_object_get(facts->form, q->id))
		return NULL;
	value = source_of(q, facts, &from);
	if (!value || q->locked || form_value(q, value, facts->today) == NULL)
		return value;
	json_decref(value);
	return NULL;
}

/* Fill in once what is asked and missing. True when something was: more may be asked now. */
static bool
fill_in(json_t *form, struct facts facts, uint64_t *asked, bool locked_only, bool *failed)
{
	const struct event *event = facts.event;
	bool filled = false;

	facts.form = form;
	form_asked(event, &facts, asked);
	for (size_t i = 0; i < event->n_questions; i++) {
		const struct question *q = &event->questions[i];
		json_t *value = form_bit(asked, i) ? missing_value(q, &facts, locked_only) : NULL;

		if (!value)
			continue;
		filled = true;
		if (json_object_set_new(form, q->id, value) != 0)
			*failed = true;
	}
	return filled && !*failed;
}

json_t *
form_filled_from(const json_t *form, const json_t *choices, const struct facts *given, bool locked_only)
{
	struct facts facts = *given;
	json_t *filled = json_copy((json_t *)(uintptr_t)form);
	uint64_t *asked = calloc(facts.event->n_questions / 64 + 1, sizeof *asked);
	bool failed = !filled || !asked;

	facts.chosen = form_chosen(facts.event, choices);
	while (!failed && json_is_object(filled) && fill_in(filled, facts, asked, locked_only, &failed))
		;
	free(asked);
	if (!failed)
		return filled;
	json_decref(filled);
	return NULL;
}

json_t *
form_filled(const json_t *form, const json_t *choices, const struct facts *facts)
{
	return form_filled_from(form, choices, facts, true);
}
