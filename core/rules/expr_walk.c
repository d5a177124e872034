/* What an expression speaks of: results and questions, looked for through its terms; and whether it
 * must do without a result. */
#include "rules/expr.h"

/* As in expr.c: the reader refuses terms in circles, the limits keep a bad file from hanging. */
enum { WALK_DEPTH = 64, WALK_STEPS = 20000 };

struct walk {
	const struct event *event;
	const struct facts *facts; /* not NULL: only what counts by these facts */
	int depth, steps;
	void (*see)(void *cookie, const struct expr *ref);
	void *cookie;
};

static void walk(struct walk *w, const struct expr *e);

static void
walk_term(struct walk *w, const struct term *term)
{
	for (size_t i = 0; i < term->n_rows; i++) {
		const struct term_row *row = &term->rows[i];

		if (w->facts) {
			if (!expr_holds(row->when, w->facts))
				continue;
			walk(w, row->value_expr);
			return;
		}
		walk(w, row->when);
		walk(w, row->value_expr);
	}
}

static void
walk(struct walk *w, const struct expr *e)
{
	if (!e || w->depth >= WALK_DEPTH || w->steps >= WALK_STEPS)
		return;
	if (w->facts && e->op == EXPR_KNOWN)
		return;
	w->depth++;
	w->steps++;
	if (e->op == EXPR_REF) {
		w->see(w->cookie, e);
		if (e->space == EXPR_TERM)
			walk_term(w, &w->event->terms[e->index]);
	}
	for (size_t i = 0; i < e->n_args; i++)
		walk(w, e->args[i]);
	w->depth--;
}

static void
see_result(void *cookie, const struct expr *ref)
{
	uint64_t *mask = cookie;

	if (ref->space == EXPR_RESULT)
		*mask |= UINT64_C(1) << ref->index;
}

uint64_t
expr_results(const struct expr *e, const struct event *event)
{
	uint64_t mask = 0;
	struct walk w = { event, NULL, 0, 0, see_result, &mask };

	walk(&w, e);
	return mask;
}

/* Whether a value is certain to lack a result, because its item is not among those that run. */
struct lack {
	const struct facts *facts;
	uint64_t runs;
	int depth, steps;
};

enum { NOTHING = -1 };

static int lack_of(struct lack *l, const struct expr *e);

/* Of a term: by the row that counts. While that is not decided, by every row that may yet. */
static int
lack_of_term(struct lack *l, const struct term *term)
{
	int first = NOTHING;

	for (size_t i = 0; i < term->n_rows; i++) {
		const struct term_row *row = &term->rows[i];
		bool holds = expr_holds(row->when, l->facts), decided = expr_decided(row->when, l->facts);
		int lack;

		if (!holds && decided)
			continue;
		lack = lack_of(l, row->value_expr);
		if (lack == NOTHING)
			return NOTHING;
		if (first == NOTHING)
			first = lack;
		if (decided)
			return first;
	}
	return NOTHING;
}

/* Of an either: of the first, if every one of them lacks one. */
static int
lack_of_args(struct lack *l, const struct expr *e)
{
	int first = NOTHING;

	for (size_t i = 0; i < e->n_args; i++) {
		int lack = lack_of(l, e->args[i]);

		if (lack == NOTHING && e->op == EXPR_EITHER)
			return NOTHING;
		if (lack != NOTHING && e->op != EXPR_EITHER)
			return lack;
		if (first == NOTHING)
			first = lack;
	}
	return first;
}

static int
lack_of(struct lack *l, const struct expr *e)
{
	int lack = NOTHING;

	if (!e || e->op == EXPR_KNOWN || l->depth >= WALK_DEPTH || l->steps++ >= WALK_STEPS)
		return NOTHING;
	l->depth++;
	if (e->op == EXPR_REF && e->space == EXPR_RESULT && !(l->runs >> e->index & 1))
		lack = e->index;
	else if (e->op == EXPR_REF && e->space == EXPR_TERM)
		lack = lack_of_term(l, &l->facts->event->terms[e->index]);
	else
		lack = lack_of_args(l, e);
	l->depth--;
	return lack;
}

int
expr_lacks(const struct expr *e, const struct facts *f, uint64_t runs)
{
	struct lack l = { f, runs, 0, 0 };

	return lack_of(&l, e);
}

struct first { uint64_t runs; const struct expr *found; };

static void
see_first(void *cookie, const struct expr *ref)
{
	struct first *first = cookie;

	if (ref->space == EXPR_RESULT && (first->runs >> ref->index & 1) && !first->found)
		first->found = ref;
}

const struct expr *
expr_first_result(const struct expr *e, const struct facts *f, uint64_t runs)
{
	struct first first = { runs, NULL };
	struct walk w = { f->event, f, 0, 0, see_first, &first };

	walk(&w, e);
	return first.found;
}

struct ask { void (*visit)(void *cookie, int question); void *cookie; };

static void
see_question(void *cookie, const struct expr *ref)
{
	const struct ask *ask = cookie;

	if (ref->space == EXPR_ANSWER)
		ask->visit(ask->cookie, ref->index);
}

void
expr_questions(const struct expr *e, const struct event *event,
    void (*visit)(void *cookie, int question), void *cookie)
{
	struct ask ask = { visit, cookie };
	struct walk w = { event, NULL, 0, 0, see_question, &ask };

	walk(&w, e);
}

static void
see_record(void *cookie, const struct expr *ref)
{
	uint32_t *mask = cookie;

	if (ref->space == EXPR_RECORD)
		*mask |= UINT32_C(1) << ref->index;
}

uint32_t
expr_records(const struct expr *e, const struct event *event)
{
	uint32_t mask = 0;
	struct walk w = { event, NULL, 0, 0, see_record, &mask };

	walk(&w, e);
	return mask;
}
