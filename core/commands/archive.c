/* `yijianshi archive YYYY-MM`: a month's applications leave for a schema of their own, without a pause for
 * those who work, and are read through there as `verify` does. What was found is recorded in the database
 * and beside the key: from then on `verify` counts it in. Run again, it reads the archive again. */
#include "commands/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/faults.h"
#include "commands/verify_case.h"
#include "commands/recount.h"
#include "flows/base.h"
#include "flows/catalog.h"
#include "store/archive.h"

enum { YOUNG_MONTHS = 6 }; /* people still ask about them, and who looked at what is kept for that long */

struct archiving {
	struct store_archived month;
	struct recount counted;
	struct heads_kept heads;
	struct verify_case one;
	long wrong;
};

static void
differs(void *cookie, const char *which, const char *what, const char *stored, const char *told)
{
	struct archiving *a = cookie;

	a->wrong++;
	fprintf(stderr, "%s: %s: stored %s, by the history %s\n", which, what, stored, told);
}

/* The ends of all histories, one after the other as they are read: by division, then by id. */
static void
take_end(struct store_archived *month, const struct store_checked *c)
{
	char place[64];
	int n = snprintf(place, sizeof place, "%" PRId32 " %" PRId64 " %" PRId32, c->division, c->id, c->history_count);
	const struct digest_part parts[] = { { month->heads, sizeof month->heads }, { place, (size_t)n },
		{ c->history_hash, sizeof c->history_hash } };

	digest_sha256_parts(parts, sizeof parts / sizeof *parts, month->heads);
	month->applications++;
}

static void
application(void *cookie, const struct store_checked *c)
{
	struct archiving *a = cookie;

	verify_case(&a->one, c);
	take_end(&a->month, c);
}

static void
tell_unseen(struct archiving *a)
{
	for (size_t i = 0; i < a->heads.n; i++) {
		const struct head *h = &a->heads.list[i];

		if (h->kind == HEADS_HISTORY && !h->seen && h->id >= a->month.first_id && h->id < a->month.end_id)
			differs(a, h->number, "application", "nothing", "there, as a head kept outside tells");
	}
}

/* All that is there, and what it counts. */
static int
read_through(struct archiving *a, struct store *s, struct error *why)
{
	const struct store_verify_told told = { .application = application, .cookie = a };
	int done;

	a->one = (struct verify_case){ .store = s, .counted = &a->counted, .heads = &a->heads, .differs = differs,
		.cookie = a };
	a->one.versions = catalog_of_versions(why);
	if (!a->one.versions)
		return -1;
	a->month.applications = 0;
	memset(a->month.heads, 0, sizeof a->month.heads);
	done = store_archive_enter(s, a->month.month, why) == 0 ? store_verify(s, &told, why) : -1;
	if (done == 0 && a->counted.failed)
		done = error_set(why, ERROR_TEMPORARY, "no memory");
	if (done == 0)
		tell_unseen(a);
	verify_case_free(&a->one);
	catalog_close(a->one.versions);
	return done;
}

/* --- recording --- */

static struct store_total *
totals_of(const struct recount *counted, size_t *n)
{
	struct store_total *list = calloc(counted->n + 1, sizeof *list);

	*n = 0;
	for (uint64_t i = 0; list && i < counted->room; i++) {
		const struct recount_figure *f = &counted->figures[i];

		if (f->used && f->value != 0)
			list[(*n)++] = recount_total(f);
	}
	return list;
}

/* Beside the key first: what only the database says of a month that left, `verify` does not believe. */
static int
record(const struct archiving *a, const struct command_context *c, const struct base *base, struct error *why)
{
	struct head head = { .kind = HEADS_ARCHIVE, .id = a->month.month, .number = "-",
		.length = a->month.applications };
	struct store_total *totals;
	size_t n;
	int done;

	memcpy(head.hash, a->month.heads, sizeof head.hash);
	if (heads_keep(c->conf, "archive", &head, why) != 0)
		return -1;
	CRASH_POINT("archive/kept");
	totals = totals_of(&a->counted, &n);
	done = totals ? store_archive_put(base->owner, &a->month, totals, n, why)
	    : error_set(why, ERROR_TEMPORARY, "no memory");
	free(totals);
	return done;
}

/* What stands of it; a month read before must be what it was. */
static int
take_month(struct archiving *a, struct store *s, struct store_archived *before, struct error *why)
{
	struct store_archived *list = NULL;
	size_t n = 0;
	int done = store_archived(s, &list, &n, why);

	for (size_t i = 0; i < n; i++)
		if (list[i].month == a->month.month)
			a->month = *before = list[i];
	free(list);
	return done;
}

static int
archive(struct archiving *a, const struct command_context *c, struct base *base, struct error *why)
{
	struct store_archived before = { .applications = -1 };

	if (store_archive_leave(base->owner, base->service, a->month.month, why) != 0 ||
	    take_month(a, base->store, &before, why) != 0 || heads_read(c->conf, &a->heads, why) != 0 ||
	    read_through(a, base->store, why) != 0)
		return -1;
	CRASH_POINT("archive/read");
	if (before.applications >= 0 && (before.applications != a->month.applications ||
	    !digest_equal(before.heads, a->month.heads, sizeof before.heads)))
		differs(a, "archive", "month", "another", "what it was when it left");
	if (a->wrong > 0)
		return error_set(why, ERROR_INPUT, "%ld differences: nothing was recorded; what has left stays in its schema",
		    a->wrong);
	if (before.applications < 0 && record(a, c, base, why) != 0)
		return -1;
	CRASH_POINT("archive/recorded");
	return 0;
}

static void
sum_up(const struct archiving *a)
{
	char schema[STORE_ARCHIVE_SCHEMA];

	store_archive_schema(a->month.month, schema);
	printf("%lld applications, %ld entries, 0 differences: in the schema %s\n"
	    "to carry them off: pg_dump --schema=%s, then DROP SCHEMA %s CASCADE\n", (long long)a->month.applications,
	    a->one.entries, schema, schema, schema);
}

/* "2024-11", and long enough ago by the database's clock. */
static int
month_of(const char *text, struct store *s, int *month, struct error *why)
{
	int year, now_month, mday;
	char day[16];
	int32_t first;
	int64_t now;

	snprintf(day, sizeof day, "%.8s-01", text);
	if (strlen(text) != 7 || !clock_parse_day(day, &first))
		return error_set(why, ERROR_INPUT, "%.20s is no month: YYYY-MM", text);
	clock_split(first, &year, month, &mday);
	*month += year * 12 - 1;
	if (store_now(s, &now, why) != 0)
		return -1;
	clock_split(clock_day(now), &year, &now_month, &mday);
	if (*month > year * 12 + now_month - 1 - YOUNG_MONTHS)
		return error_set(why, ERROR_INPUT, "%s stays: a month leaves when it is six months old", text);
	return 0;
}

int
command_archive(const struct command_context *c, int argc, char **argv)
{
	struct archiving *a = calloc(1, sizeof *a);
	struct error why = { 0 };
	struct base base;
	int done;

	if (!a)
		return 1;
	if (argc != 2) {
		free(a);
		return command_usage(COMMAND_ARCHIVE);
	}
	done = base_open(&base, c->conf, BASE_KEY, &why);
	if (done == 0 && !base.owner)
		done = error_set(&why, ERROR_BROKEN, "set database_owner: what leaves belongs to the owner's role");
	if (done == 0)
		done = month_of(argv[1], base.store, &a->month.month, &why);
	if (done == 0)
		done = archive(a, c, &base, &why);
	base_close(&base);
	if (done == 0)
		sum_up(a);
	else
		fprintf(stderr, "yijianshi: %s\n", why.text);
	recount_free(&a->counted);
	heads_kept_free(&a->heads);
	free(a);
	return done != 0;
}
