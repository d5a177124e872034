/* What an expression speaks of: results and questions, looked for through its terms. */
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

uint64_t
expr_results_now(const struct expr *e, const struct facts *f)
{
	uint64_t mask = 0;
	struct walk w = { f->event, f, 0, 0, see_result, &mask };

	walk(&w, e);
	return mask;
}

static void
see_first(void *cookie, const struct expr *ref)
{
	const struct expr **first = cookie;

	if (ref->space == EXPR_RESULT && !*first)
		*first = ref;
}

const struct expr *
expr_first_result(const struct expr *e, const struct facts *f)
{
	const struct expr *first = NULL;
	struct walk w = { f->event, f, 0, 0, see_first, &first };

	walk(&w, e);
	return first;
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
