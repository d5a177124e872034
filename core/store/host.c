#include "store/host.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/connection.h"

/* One database a process. */
static _Atomic int32_t newest; /* timeline */
static _Atomic int answered;   /* the host that did so last */
static _Atomic int64_t ask_at; /* monotonic: not again before */

/* The nth part of a list with commas; the only one counts for all. */
static void
part_of(const char *list, int n, char *out, size_t room)
{
	const char *p = list ? list : "";
	size_t length;

	for (; n > 0 && strchr(p, ','); n--)
		p = strchr(p, ',') + 1;
	length = strcspn(p, ",");
	if (length >= room)
		length = room - 1;
	memcpy(out, p, length);
	out[length] = '\0';
}

static int
parts(const char *list)
{
	int n = list && *list ? 1 : 0;

	for (; list && *list; list++)
		n += *list == ',';
	return n;
}

static const char *
value(const PQconninfoOption *options, const char *keyword)
{
	for (; options && options->keyword; options++)
		if (strcmp(options->keyword, keyword) == 0)
			return options->val;
	return NULL;
}

static int
count(const PQconninfoOption *options)
{
	int names = parts(value(options, "host")), addresses = parts(value(options, "hostaddr"));

	return names > addresses ? names : addresses > 0 ? addresses : 1;
}

int
hosts_count(const char *conninfo)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	int n = count(options);

	PQconninfoFree(options);
	return n;
}

int
hosts_first(void)
{
	return atomic_load(&answered);
}

int
hosts_pick(const char *conninfo, int place, struct host *out)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);

	if (!options)
		return -1;
	out->place = place % count(options);
	part_of(value(options, "host"), out->place, out->name, sizeof out->name);
	part_of(value(options, "hostaddr"), out->place, out->address, sizeof out->address);
	part_of(value(options, "port"), out->place, out->port, sizeof out->port);
	PQconninfoFree(options);
	return 0;
}

int32_t
hosts_timeline(void)
{
	return atomic_load(&newest);
}

bool
hosts_may_ask(int64_t us)
{
	int64_t at = atomic_load(&ask_at), now = clock_monotonic();

	return now >= at && atomic_compare_exchange_strong(&ask_at, &at, now + us);
}

/* The timeline on which it writes; 0 while it only repeats what another one writes; -1. */
static int32_t
timeline_of(PGconn *c, struct error *why)
{
	PGresult *r = PQexec(c, "SELECT CASE WHEN pg_is_in_recovery() THEN '0' "
	    "ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END");
	int32_t timeline = -1;

	if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1)
		timeline = (int32_t)strtol(PQgetvalue(r, 0, 0), NULL, 16);
	else
		connection_plain_error(c, r, why);
	PQclear(r);
	return timeline;
}

int
hosts_admit(PGconn *c, const struct host *h, int32_t *timeline, struct error *why)
{
	int32_t seen = atomic_load(&newest);

	*timeline = timeline_of(c, why);
	if (*timeline < 0)
		return -1;
	if (*timeline == 0)
		return error_set(why, ERROR_TEMPORARY, "database: %s:%s is a standby", h->name, h->port);
	while (*timeline > seen && !atomic_compare_exchange_weak(&newest, &seen, *timeline))
		;
	if (*timeline < seen)
		return error_set(why, ERROR_TEMPORARY, "database: %s:%s was left behind: it writes timeline %d, %d has "
		    "been seen; make it a standby", h->name, h->port, (int)*timeline, (int)seen);
	atomic_store(&answered, h->place);
	return 0;
}
