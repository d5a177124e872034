/* What people ask for: to its application, and the answer to whoever waits. */
#include "flows/engine_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/log.h"

enum { LOOK = 256 };

static void
hearing_end(struct engine *e, struct hearing **place)
{
	struct hearing *h = *place;

	*place = h->next;
	if (!*place)
		e->hearings_end = place;
	free(h);
}

void
hearings_wait(struct engine *e, struct hearing *h)
{
	h->next = NULL;
	*e->hearings_end = h;
	e->hearings_end = &h->next;
}

/* It may be read from the store while it stands in line. */
static bool
is_in_line(const struct engine *e, const struct petition *p)
{
	for (const struct settlement *s = e->settled.first; s; s = s->next)
		if (s->petition && s->petition->id == p->id)
			return true;
	return false;
}

void
hearings_take(struct engine *e, struct petition *p)
{
	struct engaged *owner = engagements_find(&e->running, p->application);
	struct error why = { 0 };
	struct settlement *s;

	if (!owner && !is_in_line(e, p))
		owner = takeup_load(e, p->division, p->application, &why);
	s = owner && !is_in_line(e, p) ? calloc(1, sizeof *s) : NULL;
	if (!s) { /* another node's, in line, or it cannot be loaded now: it stays in the store */
		if ((owner && !is_in_line(e, p)) || why.kind == ERROR_TEMPORARY || why.kind == ERROR_UNKNOWN)
			engine_forgot(e);
		petition_free(p);
		return;
	}
	CRASH_POINT("petition/taken");
	s->kind = SETTLEMENT_PETITION;
	s->owner = owner;
	s->petition = p;
	calls_settle(e, s);
}

void
hearings_decided(struct engine *e, const struct petition *p)
{
	struct hearing **at = &e->hearings;

	while (*at) {
		if ((*at)->id != p->id) {
			at = &(*at)->next;
			continue;
		}
		CRASH_POINT("petition/before_answer");
		petition_answer((*at)->x, (*at)->kind, p->status, p->answer, (*at)->replayed);
		hearing_end(e, at);
	}
}

/* --- from the store --- */

static void
found(void *cookie, const struct store_petition *row)
{
	struct engine *e = cookie;
	struct error why = { 0 };
	struct petition *p = petition_open(e->node, row, &why);

	CRASH_POINT("claim/petition_found");
	if (PLANTED("petition_forgotten_at_restart")) {
		petition_free(p);
		return;
	}
	if (p) /* to load its application needs the connection, which is reading: like any other */
		engine_petition_take(e, p, NULL);
	else if (why.kind == ERROR_TEMPORARY)
		engine_forgot(e);
	else
		log_error("%s", why.text);
}

struct looking {
	struct engine *e;
	struct hearing *list[LOOK];
};

static void
answered(void *cookie, size_t place, int16_t status, const struct bytes *answer)
{
	struct looking *l = cookie;
	struct hearing *h = l->list[place];

	petition_answer_stored(l->e->node, h->x, h->kind, h->id, status, answer, h->replayed);
	h->x = NULL;
}

static void
look_for_answers(struct engine *e, struct error *why)
{
	struct looking l = { .e = e };
	int64_t places[2 * LOOK];
	size_t n = 0;

	for (struct hearing *h = e->hearings; h && n < LOOK; h = h->next) {
		places[2 * n] = h->division;
		places[2 * n + 1] = h->id;
		l.list[n++] = h;
	}
	if (n == 0)
		return;
	if (store_petition_answers(e->store, places, n, answered, &l, why) != 0)
		log_warning("petitions: %s", why->text);
	for (struct hearing **at = &e->hearings; *at;) {
		if ((*at)->x)
			at = &(*at)->next;
		else
			hearing_end(e, at);
	}
}

void
hearings_look(struct engine *e)
{
	struct error why = { 0 };

	if (store_petitions_open(e->store, e->node->incarnation, found, e, &why) != 0) {
		log_warning("petitions: %s", why.text);
		engine_forgot(e);
	} else {
		look_for_answers(e, &why);
	}
}

static void
not_yet(struct http_exchange *x, bool certain)
{
	http_add_header(x, "Retry-After", "2");
	if (certain)
		http_problem(x, 409, "conflict", "正在办理", "已经收下,还没有办完。"
		    "请稍后用同一个 Idempotency-Key 再发一次,不会重复。", NULL);
	else
		http_problem(x, 503, "unavailable", "系统暂时不可用", "可能已经办了,也可能没有:"
		    "请用同一个 Idempotency-Key 再发一次,不会重复。 (perhaps accepted: send again with the same key)",
		    NULL);
}

void
hearings_expire(struct engine *e, bool all)
{
	int64_t now = clock_monotonic();

	while (e->hearings && (all || e->hearings->until <= now)) {
		not_yet(e->hearings->x, store_socket(e->store) >= 0);
		hearing_end(e, &e->hearings);
	}
}
