#include "flows/allowance.h"

#include <string.h>

#include "base/clock.h"
#include "flows/department.h"

#define MINUTE_US (60 * US_PER_SECOND)
#define SLOT_US (MINUTE_US / (ALLOWANCE_SLOTS - 1))

int
share_part(struct share s, int limit, int64_t at, int64_t held)
{
	int64_t turn = at / (2 * held);

	if (s.nodes == 0)
		return 0;
	if (limit >= s.nodes)
		return limit / s.nodes + (s.place < limit % s.nodes);
	return at % (2 * held) < held && (s.place + turn * limit) % s.nodes < limit;
}

/* How long a unit of its limits is held: both go round together. */
static int64_t
held(const struct department *d, struct share s)
{
	int64_t call = d->connector.timeout_ms * INT64_C(1000) + US_PER_SECOND;

	return d->connector.per_minute > 0 && d->connector.per_minute < s.nodes && call < MINUTE_US ? MINUTE_US : call;
}

static int
minute_part(const struct department *d, struct share s, int64_t at)
{
	return share_part(s, d->connector.per_minute, at, held(d, s));
}

static bool
has_place(const struct department *d, struct share s, int64_t at, int in_flight)
{
	return d->connector.at_once <= 0 || in_flight < share_part(s, d->connector.at_once, at, held(d, s));
}

/* What is older than a minute no longer counts. */
static void
forget(struct allowance *a, int64_t now)
{
	int64_t slot = now / SLOT_US;

	for (int i = 0; i < ALLOWANCE_SLOTS && a->slot < slot; i++) {
		int *oldest = &a->slots[++a->slot % ALLOWANCE_SLOTS];

		a->begun -= *oldest;
		*oldest = 0;
	}
	a->slot = slot;
}

/* As if so many had begun evenly over the minute; a second's worth of the part stays. */
static void
spread(struct allowance *a, int n, int part)
{
	int most = part - (part + 59) / 60 - a->begun;

	if (n > most)
		n = most;
	if (n <= 0)
		return;
	for (int i = 1; i < ALLOWANCE_SLOTS; i++)
		a->slots[(a->slot + i + 1) % ALLOWANCE_SLOTS] += (int)((int64_t)n * i / (ALLOWANCE_SLOTS - 1) -
		    (int64_t)n * (i - 1) / (ALLOWANCE_SLOTS - 1));
	a->begun += n;
}

void
allowance_fresh(struct department *d, struct share s, int64_t at)
{
	memset(&d->allowance, 0, sizeof d->allowance);
	d->allowance.part = minute_part(d, s, at);
}

bool
allowance_starts(struct department *d, struct share s, int64_t now, int64_t at)
{
	struct allowance *a = &d->allowance;

	if (d->connector.per_minute > 0) {
		int part = minute_part(d, s, at);

		forget(a, now);
		spread(a, part - a->part, part);
		a->part = part;
		if (a->begun >= part)
			return false;
	}
	if (d->stopped_until && (now < d->stopped_until || d->in_flight > 0))
		return false;
	return has_place(d, s, at, d->in_flight);
}

void
allowance_note(struct department *d, int64_t now)
{
	struct allowance *a = &d->allowance;

	forget(a, now);
	a->slots[a->slot % ALLOWANCE_SLOTS]++;
	a->begun++;
}

int64_t
allowance_next(const struct department *d, struct share s, int64_t now, int64_t at, int64_t until)
{
	int64_t next = until;

	if (d->stopped_until && now < d->stopped_until)
		next = d->stopped_until;
	else if ((d->connector.per_minute > 0 && d->allowance.begun >= minute_part(d, s, at)) ||
	    !has_place(d, s, at, 0))
		next = (now / SLOT_US + 1) * SLOT_US;
	return next < until ? next : until;
}
