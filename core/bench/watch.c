/* How the load generator learns that an application has finished: the stub says which are about to,
 * the database is asked for just those. */
#include "bench/loading.h"

#include <string.h>

#include "base/clock.h"

int64_t
watch_tick(const struct loading *l)
{
	return l->plan->rate > 0 || l->plan->in_flight > 4 ? 5000 : 1000;
}

/* False when the number is not known (yet): its 201 has not been read. */
static bool
close_form(struct loading *l, const struct ring_note *note)
{
	int32_t i;

	if (l->n_closing == LOADING_CLOSING)
		return false;
	i = loading_take(l, loading_hash(note->number, strlen(note->number)));
	if (i < 0)
		return false;
	l->forms[i].state = FORM_CLOSING;
	l->forms[i].id = note->application;
	l->division = note->division; /* one form, one division */
	l->closing[l->n_closing++] = i;
	return true;
}

static void
take_notes(struct loading *l)
{
	struct ring_note note;
	size_t kept = 0;

	for (size_t i = 0; i < l->n_early; i++)
		if (!close_form(l, &l->early[i]))
			l->early[kept++] = l->early[i];
	l->n_early = kept;
	while (l->n_early < LOADING_CLOSING && ring_take(l->plan->ring, &l->read, &note))
		if (!close_form(l, &note))
			l->early[l->n_early++] = note;
}

int
watch_look(struct loading *l, int64_t now, struct error *why)
{
	static int64_t ids[LOADING_CLOSING];

	if (now < l->ask_at)
		return 0;
	l->ask_at = now + watch_tick(l);
	take_notes(l);
	if (l->asked || l->n_closing == 0)
		return 0;
	for (size_t i = 0; i < l->n_closing; i++)
		ids[i] = l->forms[l->closing[i]].id;
	l->asked = true;
	return measure_ask(l->m, l->division, ids, l->n_closing, why);
}

static void
ended(void *cookie, int64_t id, int64_t finished_at)
{
	struct loading *l = cookie;

	for (size_t i = 0; i < l->n_closing; i++) {
		int32_t form = l->closing[i];

		if (l->forms[form].id != id)
			continue;
		l->closing[i] = l->closing[--l->n_closing];
		loading_finished(l, form, finished_at - l->offset, clock_monotonic());
		return;
	}
}

int
watch_answers(struct loading *l, struct error *why)
{
	int done = measure_answers(l->m, ended, l, why);

	if (done != 0)
		l->asked = false;
	return done < 0 ? -1 : 0;
}
