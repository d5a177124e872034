/* load_use.c: who uses which question and material. A question is asked when an item that uses it
 * may run, or when the application as a whole turns on it: a rule without `only`, an item's condition,
 * the place, once_per. Leaving an item out must not un-ask what decides over the whole. */
#include "declared/loading.h"
#include "rules/expr.h"

enum { DEPTH = 64 };

/* What is being looked into, and on whose behalf. */
struct walk {
	struct event *event;
	uint64_t items; /* these items need what is found */
	bool decides;   /* the whole application needs it */
	int depth;
};

static void walk_expr(struct walk *w, const struct expr *e);

static void
walk_request(struct walk *w, const struct param *params, size_t n)
{
	for (size_t i = 0; i < n; i++)
		walk_expr(w, params[i].value);
}

static void
walk_reference(struct walk *w, const struct expr *e)
{
	const struct term *term;
	const struct record *record;
	struct question *q;

	switch (e->space) {
	case EXPR_ANSWER:
		q = &w->event->questions[e->index];
		q->items |= w->items;
		q->decides |= w->decides;
		break;
	case EXPR_TERM:
		term = &w->event->terms[e->index];
		for (size_t i = 0; i < term->n_rows; i++) {
			walk_expr(w, term->rows[i].when);
			walk_expr(w, term->rows[i].value_expr);
		}
		break;
	case EXPR_RECORD:
		record = &w->event->records[e->index];
		walk_request(w, record->request, record->n_request);
		break;
	default:
		break;
	}
}

static void
walk_expr(struct walk *w, const struct expr *e)
{
	if (!e || w->depth >= DEPTH)
		return;
	w->depth++;
	if (e->op == EXPR_REF)
		walk_reference(w, e);
	for (size_t i = 0; i < e->n_args; i++)
		walk_expr(w, e->args[i]);
	w->depth--;
}

static void
use_of_items(struct event *e)
{
	for (size_t i = 0; i < e->n_items; i++) {
		struct item *it = &e->items[i];
		struct walk told = { .event = e, .items = UINT64_C(1) << i };
		struct walk decides = { .event = e, .decides = true };

		walk_request(&told, it->request, it->n_request);
		walk_expr(&decides, it->when); /* else: not asked because it does not run, and so on */
		for (size_t p = 0; p < it->n_request; p++)
			if (!it->request[p].optional)
				it->feeds_from |= expr_results(it->request[p].value, e);
		for (size_t m = 0; m < e->n_materials; m++)
			if (it->uses >> m & 1)
				e->materials[m].items |= UINT64_C(1) << i;
	}
}

static void
use_of_materials(struct event *e)
{
	for (size_t i = 0; i < e->n_materials; i++) {
		const struct material *m = &e->materials[i];
		struct walk w = { .event = e, .items = m->items, .decides = m->items == 0 }; /* an applicant's paper: always */

		walk_expr(&w, m->when);
		for (size_t g = 0; g < m->n_get; g++) {
			walk_request(&w, m->get[g].request, m->get[g].n_request);
			if (m->get[g].record >= 0)
				walk_request(&w, e->records[m->get[g].record].request,
				    e->records[m->get[g].record].n_request);
		}
	}
}

static void
use_of_rules(struct event *e)
{
	for (size_t i = 0; i < e->n_rules; i++) {
		struct walk w = { .event = e, .items = e->rules[i].only, .decides = e->rules[i].only == 0 };

		walk_expr(&w, e->rules[i].must);
		walk_expr(&w, e->rules[i].when);
	}
}

/* Whom to ask and whether at all: wanted by the items that wait for the consent. */
static void
use_of_signs(struct event *e)
{
	for (size_t i = 0; i < e->n_signs; i++) {
		struct walk w = { .event = e };

		for (size_t item = 0; item < e->n_items; item++)
			if (e->items[item].signs >> i & 1)
				w.items |= UINT64_C(1) << item;
		w.decides = w.items == 0;
		walk_expr(&w, e->signs[i].who);
		walk_expr(&w, e->signs[i].when);
	}
}

/* Grows with every bit that is set, so equal sums mean that nothing changed. */
static uint64_t
sum(const struct event *e)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < e->n_questions; i++)
		sum += (uint64_t)__builtin_popcountll(e->questions[i].items) + e->questions[i].decides;
	return sum;
}

/* A question that decides whether another is asked is wanted wherever that one is. */
static void
use_of_questions(struct event *e)
{
	uint64_t before;

	do {
		before = sum(e);
		for (size_t i = 0; i < e->n_questions; i++) {
			const struct question *q = &e->questions[i];
			struct walk w = { .event = e, .items = q->items, .decides = q->decides };

			walk_expr(&w, q->when);
			for (size_t c = 0; c < q->n_each; c++)
				walk_expr(&w, q->each[c].when);
		}
	} while (sum(e) != before);
}

/* A column is of use to whom its list is. */
static void
use_of_columns(struct event *e)
{
	for (size_t i = 0; i < e->n_questions; i++)
		for (size_t c = 0; c < e->questions[i].n_each; c++) {
			e->questions[i].each[c].items = e->questions[i].items;
			e->questions[i].each[c].decides = e->questions[i].decides;
		}
}

void
loading_use(struct event *e)
{
	struct walk decides = { .event = e, .decides = true };

	use_of_items(e);
	use_of_materials(e);
	use_of_rules(e);
	use_of_signs(e);
	walk_expr(&decides, e->place);
	for (size_t i = 0; i < e->n_once_per; i++)
		walk_expr(&decides, e->once_per[i]);
	for (size_t i = 0; i < e->n_questions; i++) /* a statement to be signed is wanted for itself */
		if (e->questions[i].type == TYPE_CONSENT && !e->questions[i].items)
			e->questions[i].decides = true;
	use_of_questions(e);
	use_of_columns(e);
}
