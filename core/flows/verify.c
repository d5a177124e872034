/* `yijianshi verify`: the statistics recounted from histories alone, and every chain walked. */
#include "flows/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "flows/base.h"
#include "rules/history.h"
#include "seal/digest.h"

struct recount {
	json_t *counted;   /* "division day event department measure" -> number */
	long applications, entries, wrong;
};

static void
differ(struct recount *r, const char *format, ...)
{
	va_list args;

	r->wrong++;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* Every word of the history counts under its own name. */
static const char *
measure_of(const char *what)
{
	for (size_t i = 0; what && i < HISTORY_WORDS; i++)
		if (strcmp(history_words[i], what) == 0)
			return history_words[i];
	return NULL;
}

static void
count_entry(struct recount *r, const struct store_chain *c, const json_t *entry)
{
	const char *measure = measure_of(json_text(entry, "what"));
	const char *at = json_text(entry, "at"), *department = json_text(entry, "department");
	char key[256], day[11] = "";
	int64_t us;

	r->entries++;
	if (!at || !clock_parse(at, &us)) {
		differ(r, "%s: an entry of the history has no time", c->number);
		return;
	}
	if (!measure)
		return;
	clock_format_day(clock_day(us), day);
	snprintf(key, sizeof key, "%06d %s %s %s %s", (int)c->division, day, c->event,
	    department ? department : "", measure);
	json_object_set_new(r->counted, key,
	    json_integer(json_integer_value(json_object_get(r->counted, key)) + 1));
}

static void
walk(void *cookie, const struct store_chain *c)
{
	struct recount *r = cookie;
	uint8_t hash[32] = { 0 };
	json_t *entries = json_array(), *entry;
	size_t i;

	r->applications++;
	if (history_walk(c->lines, strlen(c->lines), hash, entries) != 0)
		differ(r, "%s: its history does not read", c->number);
	else if ((int32_t)json_array_size(entries) != c->history_count)
		differ(r, "%s: %zu entries in its history, the application says %d", c->number,
		    json_array_size(entries), (int)c->history_count);
	else if (!digest_equal(hash, c->history_hash, 32))
		differ(r, "%s: the chain of its history does not end in the hash it carries", c->number);
	json_array_foreach(entries, i, entry) {
		if (json_integer_value(json_object_get(entry, "seq")) != (json_int_t)i + 1)
			differ(r, "%s: entry %zu is missing or out of order", c->number, i + 1);
		count_entry(r, c, entry);
	}
	json_decref(entries);
}

static void
compare(void *cookie, const struct store_total *t)
{
	struct recount *r = cookie;
	char key[256], day[11];
	json_int_t counted;

	clock_format_day(t->day, day);
	snprintf(key, sizeof key, "%06d %s %s %s %s", (int)t->division, day, t->event, t->department,
	    t->measure);
	counted = json_integer_value(json_object_get(r->counted, key));
	if (counted != t->value)
		differ(r, "%s: the counter says %lld, the histories %lld", key, (long long)t->value,
		    (long long)counted);
	json_object_del(r->counted, key);
}

int
command_verify(const struct command_context *c, int argc, char **argv)
{
	struct recount r = { .counted = json_object() };
	struct error why = { 0 };
	struct base base;
	const char *key;
	json_t *left;
	int64_t orphans = 0;
	int done;

	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "usage: yijianshi verify [--config FILE]\n");
		return 2;
	}
	done = base_open(&base, c->conf, 0, &why);
	if (done == 0)
		done = store_verify(base.store, walk, compare, &r, &why);
	if (done == 0 && (orphans = store_orphans(base.store, &why)) < 0)
		done = -1;
	base_close(&base);
	json_object_foreach(r.counted, key, left)
		if (done == 0 && json_integer_value(left) != 0)
			differ(&r, "%s: no counter, the histories say %lld", key,
			    (long long)json_integer_value(left));
	json_decref(r.counted);
	if (orphans > 0)
		differ(&r, "%lld rows belong to applications that are not there", (long long)orphans);
	if (done != 0) {
		fprintf(stderr, "yijianshi: %s\n", why.text);
		return 1;
	}
	printf("%ld applications, %ld entries, %ld differences\n", r.applications, r.entries, r.wrong);
	return r.wrong > 0;
}
