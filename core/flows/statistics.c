#include "flows/statistics.h"

#include <string.h>

#include "base/clock.h"

static const char *const by_names[] = { "all", "day", "month", "event", "division", "department" };

int
statistics_by(const char *word, enum statistics_by *by)
{
	*by = BY_ALL;
	if (!word)
		return 0;
	for (int i = BY_DAY; i <= BY_DEPARTMENT; i++) {
		if (strcmp(by_names[i], word) == 0) {
			*by = (enum statistics_by)i;
			return 0;
		}
	}
	return -1;
}

struct table { const struct statistics_query *q; json_t *groups; };

static void
group_name(const struct statistics_query *q, const struct store_total *t, char name[80])
{
	char day[11];

	clock_format_day(t->day, day);
	switch (q->by) {
	case BY_DAY: snprintf(name, 80, "%s", day); break;
	case BY_MONTH: snprintf(name, 80, "%.7s", day); break;
	case BY_EVENT: snprintf(name, 80, "%s", t->event); break;
	case BY_DIVISION: snprintf(name, 80, "%06d", (int)t->division); break;
	case BY_DEPARTMENT: snprintf(name, 80, "%s", t->department); break;
	case BY_ALL: snprintf(name, 80, "all"); break;
	}
}

static void
add(void *cookie, const struct store_total *t)
{
	struct table *table = cookie;
	char name[80];
	json_t *row;

	group_name(table->q, t, name);
	row = json_object_get(table->groups, name);
	if (!row) {
		row = json_object();
		json_object_set_new(table->groups, name, row);
	}
	json_object_set_new(row, t->measure,
	    json_integer(json_integer_value(json_object_get(row, t->measure)) + t->value));
}

json_t *
statistics_table(struct store *s, const struct statistics_query *q, struct error *why)
{
	struct table table = { q, json_object() };
	char from[11], to[11];
	json_t *rows, *row;
	const char *name;
	void *step;

	if (store_counts(s, q->from, q->to, q->event, q->division, add, &table, why) != 0) {
		json_decref(table.groups);
		return NULL;
	}
	rows = json_array();
	json_object_foreach_safe(table.groups, step, name, row) {
		json_object_set_new(row, "group", json_string(name));
		json_array_append(rows, row);
	}
	json_decref(table.groups);
	clock_format_day(q->from, from);
	clock_format_day(q->to, to);
	return json_pack("{s:s, s:s, s:s, s:o}", "by", by_names[q->by], "from", from, "to", to, "rows", rows);
}
