#include "rules/condition.h"

#include <stdlib.h>
#include <string.h>

#include "rules/expr.h"

/* A condition is made into a schema four ways: does it hold or not, as conditions are judged
 * (unknown counts as no) or surely (unknown is neither). NULL all the way up: cannot be said. */

enum seen { UNSEEN, BUSY, DONE };

struct maker {
	const struct event *event;
	const struct question *questions; /* of the form, or the columns of a list */
	enum expr_space space;            /* how conditions speak of them */
	json_t **asked;
	char *seen; /* NULL: all of `asked` is there */
	json_t *runs[EVENT_ITEMS]; /* when the item may run, if seen; NULL: cannot be said */
	char runs_seen[EVENT_ITEMS];
	int depth;
};

enum { DEPTH = 64 };

static json_t *holds(struct maker *m, const struct expr *e, bool sure, bool want);
static const json_t *asked_of(struct maker *m, size_t question);

/* ---- joining; all take over what they are given ---- */

static json_t *
negate(json_t *schema)
{
	json_t *inner = json_object_get(schema, "not");

	if (!schema)
		return NULL;
	if (json_is_boolean(schema)) {
		inner = json_boolean(json_is_false(schema));
		json_decref(schema);
		return inner;
	}
	if (inner && json_object_size(schema) == 1) {
		json_incref(inner);
		json_decref(schema);
		return inner;
	}
	return json_pack("{s:o}", "not", schema);
}

/* Add one to a joint of allOf (all) or anyOf; constants are folded. */
static json_t *
join(json_t *joint, json_t *one, bool all)
{
	bool neutral = all ? json_is_true(one) : json_is_false(one);

	if (!joint || !one) {
		json_decref(joint);
		json_decref(one);
		return NULL;
	}
	if (json_is_boolean(joint)) { /* neutral so far, or settled */
		bool settled = all ? json_is_false(joint) : json_is_true(joint);

		json_decref(settled ? one : joint);
		return settled ? joint : one;
	}
	if (json_is_boolean(one)) {
		json_decref(neutral ? one : joint);
		return neutral ? joint : one;
	}
	if (!json_object_get(joint, all ? "allOf" : "anyOf"))
		joint = json_pack("{s:[o]}", all ? "allOf" : "anyOf", joint);
	if (joint && json_array_append_new(json_object_get(joint, all ? "allOf" : "anyOf"), one) == 0)
		return joint;
	json_decref(joint);
	return NULL;
}

/* ---- leaves ---- */

/* The answer is given and of that kind (taken over), or given and not. */
static json_t *
given(const struct question *q, json_t *kind, bool want)
{
	kind = want ? kind : negate(kind);
	return kind ? json_pack("{s:{s:o}, s:[s]}", "properties", q->id, kind, "required", q->id) : NULL;
}

/* Given; no rows and no choices are as good as none. */
static json_t *
present_answer(const struct question *q)
{
	if (q->type != TYPE_LIST && q->type != TYPE_CHOICES)
		return json_pack("{s:[s]}", "required", q->id);
	return given(q, json_pack("{s:s, s:i}", "type", "array", "minItems", 1), true);
}

static bool
is_scalar(const json_t *v)
{
	return json_is_string(v) || json_is_boolean(v) || json_is_number(v);
}

static json_t *
const_kind(const struct question *q, json_t *values)
{
	json_t *kind = json_array_size(values) == 1 ?
	    json_pack("{s:O}", "const", json_array_get(values, 0)) : json_pack("{s:O}", "enum", values);

	json_decref(values);
	if (kind && q->type == TYPE_CHOICES)
		return json_pack("{s:s, s:o}", "type", "array", "contains", kind);
	return kind;
}

static json_t *
bound_kind(const struct question *q, enum expr_op op, const json_t *value)
{
	const char *word = op == EXPR_UNDER ? "exclusiveMaximum" : op == EXPR_OVER ? "exclusiveMinimum" :
	    op == EXPR_AT_LEAST ? "minimum" : "maximum";

	if ((q->type != TYPE_NUMBER && q->type != TYPE_MONEY) || !json_is_number(value))
		return NULL;
	return json_pack("{s:s, s:O}", "type", "number", word, value);
}

/* The constants that a comparison names, or NULL when it names anything else. */
static json_t *
constants(const struct expr *e)
{
	json_t *values = json_array();

	for (size_t i = 1; values && i < e->n_args; i++) {
		const struct expr *arg = e->args[i];

		if (arg->op != EXPR_CONST || !is_scalar(arg->value) ||
		    json_array_append(values, arg->value) != 0) {
			json_decref(values);
			return NULL;
		}
	}
	return values;
}

static json_t *
compare_answer(struct maker *m, const struct expr *e, const struct question *q, bool want)
{
	json_t *values = constants(e), *kind;

	if (!values || json_array_size(values) == 0 || q->type == TYPE_ADDRESS || q->type == TYPE_LIST ||
	    !asked_of(m, (size_t)(q - m->questions))) {
		json_decref(values);
		return NULL;
	}
	switch (e->op) {
	case EXPR_IS:
	case EXPR_ONE_OF:
		return given(q, const_kind(q, values), want);
	case EXPR_IS_NOT:
		return given(q, const_kind(q, values), !want);
	default:
		kind = bound_kind(q, e->op, json_array_get(values, 0));
		json_decref(values);
		return given(q, kind, want);
	}
}

static bool
among(const json_t *values, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(values); i++)
		if (json_equal(json_array_get(values, i), value))
			return true;
	return false;
}

/* A term is the value of its first row that holds: any row of such a value, with none before it. */
static json_t *
compare_term(struct maker *m, const struct expr *e, const struct term *term, bool sure, bool want)
{
	json_t *values = e->op == EXPR_IS || e->op == EXPR_ONE_OF || e->op == EXPR_IS_NOT ?
	    constants(e) : NULL;
	json_t *any = values ? json_false() : NULL;

	for (size_t i = 0; any && i < term->n_rows; i++) {
		json_t *all = json_true();

		if (term->rows[i].value_expr || !is_scalar(term->rows[i].value)) {
			json_decref(any);
			any = NULL;
			break;
		}
		if ((among(values, term->rows[i].value) != (e->op == EXPR_IS_NOT)) != want)
			continue;
		for (size_t j = 0; all && j < i; j++)
			all = join(all, holds(m, term->rows[j].when, sure, false), true);
		any = join(any, join(all, holds(m, term->rows[i].when, sure, true), true), false);
	}
	json_decref(values);
	return any;
}

/* Whether it surely is so, or surely is not. */
static json_t *
leaf(struct maker *m, const struct expr *e, bool sure, bool want)
{
	const struct expr *ref = e->op == EXPR_REF ? e : e->n_args > 0 ? e->args[0] : NULL;
	const struct question *q;
	json_t *present;

	if (e->op == EXPR_CONST)
		return json_boolean(json_is_true(e->value) == want);
	if (!ref || ref->op != EXPR_REF || ref->derive != EXPR_PLAIN)
		return NULL;
	if (ref->space == EXPR_TERM && e != ref)
		return compare_term(m, e, &m->event->terms[ref->index], sure, want);
	if (ref->space != m->space)
		return NULL;
	q = &m->questions[ref->index];
	if (q->locked && q->n_from > 0) /* left out it may still be filled in */
		return NULL;
	switch (e->op) {
	case EXPR_REF:
		return asked_of(m, (size_t)ref->index) ? given(q, json_pack("{s:b}", "const", 1), want) : NULL;
	case EXPR_KNOWN:
		present = asked_of(m, (size_t)ref->index) ? present_answer(q) : NULL;
		return want ? present : negate(present);
	case EXPR_IS:
	case EXPR_IS_NOT:
	case EXPR_ONE_OF:
	case EXPR_UNDER:
	case EXPR_OVER:
	case EXPR_AT_LEAST:
	case EXPR_AT_MOST:
		return compare_answer(m, e, q, want);
	default:
		return NULL;
	}
}

static json_t *
junction(struct maker *m, const struct expr *e, bool sure, bool want)
{
	bool all = (e->op == EXPR_AND) == want;
	json_t *joint = json_boolean(all);

	for (size_t i = 0; joint && i < e->n_args; i++)
		joint = join(joint, holds(m, e->args[i], sure, want), all);
	return joint;
}

static json_t *
holds(struct maker *m, const struct expr *e, bool sure, bool want)
{
	json_t *schema;

	if (!e)
		return json_boolean(want);
	if (m->depth >= DEPTH)
		return NULL;
	m->depth++;
	if (e->op == EXPR_AND || e->op == EXPR_OR)
		schema = junction(m, e, sure, want);
	else if (e->op == EXPR_NOT)
		schema = e->n_args > 0 ? holds(m, e->args[0], sure, !want) : NULL;
	else if (sure || want)
		schema = leaf(m, e, sure, want);
	else
		schema = negate(leaf(m, e, false, true));
	m->depth--;
	return schema;
}

/* ---- items ---- */

static json_t *item_runs(struct maker *m, size_t item);

/* Which row of a term counts is not said: it must not matter. */
static json_t *
term_comes(struct maker *m, const struct expr *e)
{
	uint64_t items = expr_results(e, m->event);
	bool all = true;

	for (; items; items &= items - 1) {
		json_t *runs = item_runs(m, (size_t)__builtin_ctzll(items));

		all = all && json_is_true(runs);
		json_decref(runs);
	}
	return all ? json_true() : NULL;
}

/* The items whose results the value needs may run; of an either one of them is enough. */
static json_t *
value_comes(struct maker *m, const struct expr *e)
{
	bool all = !e || e->op != EXPR_EITHER;
	json_t *joint = json_boolean(all);

	if (!e || e->op == EXPR_KNOWN)
		return json_true();
	if (e->op == EXPR_REF && e->space == EXPR_RESULT)
		return item_runs(m, (size_t)e->index);
	if (e->op == EXPR_REF && e->space == EXPR_TERM)
		return term_comes(m, e);
	for (size_t i = 0; joint && i < e->n_args; i++)
		joint = join(joint, value_comes(m, e->args[i]), all);
	return joint;
}

/* What the item's call insists on comes. */
static json_t *
needs_come(struct maker *m, const struct item *item)
{
	json_t *all = json_true();

	for (size_t p = 0; all && p < item->n_request; p++)
		if (!item->request[p].optional)
			all = join(all, value_comes(m, item->request[p].value), true);
	return all;
}

/* No item before it in an either is certain to run. */
static json_t *
none_instead(struct maker *m, size_t item)
{
	json_t *all = json_true();

	for (size_t k = 0; k < m->event->n_eithers; k++)
		for (size_t i = 0; i < item && m->event->eithers[k].items >> item & 1; i++) {
			const struct item *other = &m->event->items[i];

			if (!(m->event->eithers[k].items >> i & 1))
				continue;
			all = join(all, other->choice == CHOICE_NONE ?
			    negate(holds(m, other->when, true, true)) : NULL, true);
		}
	return all;
}

/* It is no choice, its `when` is not surely false, none runs instead, and what it needs comes. Yours. */
static json_t *
item_runs(struct maker *m, size_t i)
{
	const struct item *item = &m->event->items[i];
	json_t *when;

	if (m->runs_seen[i] == BUSY || m->depth >= DEPTH) /* in a circle: left to x-rules */
		return NULL;
	if (m->runs_seen[i] == UNSEEN) {
		m->runs_seen[i] = BUSY;
		m->depth++;
		when = item->choice == CHOICE_NONE ? negate(holds(m, item->when, true, false)) : NULL;
		when = join(when, none_instead(m, i), true);
		m->runs[i] = join(when, needs_come(m, item), true);
		m->depth--;
		m->runs_seen[i] = DONE;
	}
	return json_deep_copy(m->runs[i]); /* what is joined is changed */
}

/* ---- questions ---- */

/* Asked when one of the items that use it may run. */
static json_t *
asked_for_items(struct maker *m, const struct question *q)
{
	json_t *any = json_false();
	bool unsaid = false;

	for (size_t i = 0; i < m->event->n_items && !json_is_true(any); i++) {
		json_t *one;

		if (!(q->items >> i & 1))
			continue;
		one = item_runs(m, i);
		unsaid = unsaid || !one;
		if (one)
			any = join(any, one, false);
	}
	if (json_is_true(any) || !unsaid)
		return any;
	json_decref(any);
	return NULL;
}

/* As form.c asks. Columns are of no use to anybody by themselves: only their `when` counts. */
static json_t *
asked_when(struct maker *m, const struct question *q)
{
	json_t *when = holds(m, q->when, false, true);

	if (!when || m->space == EXPR_EACH || q->decides || (q->when && !q->items))
		return when;
	return join(when, asked_for_items(m, q), true);
}

static const json_t *
asked_of(struct maker *m, size_t question)
{
	const struct question *q = &m->questions[question];

	if (!m->seen || m->seen[question] == DONE)
		return m->asked[question];
	if (m->seen[question] == BUSY || m->depth >= DEPTH) /* in a circle: left to x-rules */
		return NULL;
	m->seen[question] = BUSY;
	m->asked[question] = asked_when(m, q);
	m->seen[question] = DONE;
	return m->asked[question];
}

static int
fill_asked(struct maker *m, size_t n)
{
	memset(m->asked, 0, n * sizeof *m->asked);
	m->seen = calloc(n + 1, 1);
	if (!m->seen)
		return -1;
	for (size_t i = 0; i < n; i++)
		asked_of(m, i);
	for (size_t i = 0; i < EVENT_ITEMS; i++)
		json_decref(m->runs[i]);
	free(m->seen);
	return 0;
}

int
condition_asked(const struct event *event, json_t **asked)
{
	struct maker m = { .event = event, .questions = event->questions, .space = EXPR_ANSWER,
		.asked = asked };

	return fill_asked(&m, event->n_questions);
}

int
condition_columns(const struct event *event, const struct question *list, json_t **asked)
{
	struct maker m = { .event = event, .questions = list->each, .space = EXPR_EACH, .asked = asked };

	return fill_asked(&m, list->n_each);
}

/* A maker that may not change what is asked, which is known; NULL: memory is gone. */
static json_t **
known_asked(const struct event *event, json_t *const *asked, struct maker *m)
{
	json_t **all = calloc(event->n_questions + 1, sizeof *all);

	if (all)
		memcpy(all, asked, event->n_questions * sizeof *all);
	*m = (struct maker){ .event = event, .questions = event->questions, .space = EXPR_ANSWER,
		.asked = all };
	return all;
}

json_t *
condition_schema(const struct event *event, const struct expr *when, json_t *const *asked)
{
	struct maker m;
	json_t **all = known_asked(event, asked, &m);
	json_t *schema = all ? holds(&m, when, false, true) : NULL;

	free(all);
	return schema;
}

json_t *
condition_question(const struct event *event, const struct question *q, json_t *const *asked)
{
	struct maker m;
	json_t **all = known_asked(event, asked, &m);
	json_t *schema = all ? asked_when(&m, q) : NULL;

	for (size_t i = 0; i < EVENT_ITEMS; i++)
		json_decref(m.runs[i]);
	free(all);
	return schema;
}
