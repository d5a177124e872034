/* step_fixed.c: what was settled when it was filed stays as it was, whatever is corrected.
 *
 * The county that handles it, what it is handled once for, whose consent is asked: of these others were
 * told, or hold something back, since it was filed. An answer that would change one of them may be given
 * again as it was, or what of it changes none of them (the rest of an address); else it is refused with
 * the way out: withdraw, and file again.
 */
#include "rules/step_correct.h"

#include <string.h>

#include "rules/form.h"

struct fixed { struct correction *c; const char *sentence; const struct facts *before, *after; };

struct finding { const struct correction *c; int question; };

static void
see_changed(void *cookie, int question)
{
	struct finding *f = cookie;

	if (f->question < 0 && step_bit(f->c->changed, (size_t)question))
		f->question = question;
}

static void
refuse(const struct fixed *f, const struct expr *expr, const struct expr *when)
{
	struct finding found = { f->c, -1 };

	expr_questions(expr, f->c->r->event, see_changed, &found);
	if (found.question < 0 && when)
		expr_questions(when, f->c->r->event, see_changed, &found);
	step_refuse(f->c, "form", found.question < 0 ? "" : f->c->r->event->questions[found.question].id,
	    f->sentence, found.question < 0 ? NULL : &f->c->r->event->questions[found.question]);
}

static bool
differs(const struct fixed *f, const struct expr *expr)
{
	json_t *before = expr_value(expr, f->before), *after = expr_value(expr, f->after);
	bool same = before == after || (before && after && json_equal(before, after));

	json_decref(before);
	json_decref(after);
	return !same;
}

static void
place(struct fixed *f)
{
	const struct event *e = f->c->r->event;
	char before[7] = "", after[7] = "";
	bool known = form_division(e, f->before, before), still = form_division(e, f->after, after);

	f->sentence = "conflict.place";
	if (known != still || strcmp(before, after) != 0)
		refuse(f, e->place, NULL);
}

static void
once(struct fixed *f)
{
	const struct event *e = f->c->r->event;

	f->sentence = "conflict.once";
	for (size_t i = 0; i < e->n_once_per; i++)
		if (differs(f, e->once_per[i]))
			refuse(f, e->once_per[i], NULL);
}

/* Whom the sign asks, and whether it asks anybody: of a list each of its rows. */
static void
signs(struct fixed *f)
{
	const struct event *e = f->c->r->event;

	f->sentence = "conflict.asked";
	for (size_t i = 0; i < e->n_signs; i++) {
		const struct sign *s = &e->signs[i];
		bool before = expr_holds(s->when, f->before), after = expr_holds(s->when, f->after);

		if (!s->who || (before == after && !(before && differs(f, s->who))))
			continue;
		refuse(f, s->who, s->when);
		while (i + 1 < e->n_signs && e->signs[i + 1].row > 1)
			i++; /* of a list it is said once */
	}
}

void
step_fixed(struct correction *c)
{
	json_t *outputs[EVENT_ITEMS];
	struct facts before, after;
	struct fixed f = { .c = c, .before = &before, .after = &after };

	running_facts(c->r, outputs, &before);
	after = before;
	before.form = c->r->form;
	after.form = c->patched;
	place(&f);
	once(&f);
	signs(&f);
}
