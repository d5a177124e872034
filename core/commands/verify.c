/* `yijianshi verify`: histories and plans read alone: what they say is what must be stored, shown and
 * counted. Applications stream past; what is kept is one sum for each counter. */
#include "commands/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "commands/verify_case.h"
#include "flows/base.h"
#include "store/archive.h"

struct verifying {
	bool json;
	long applications, wrong;
	int64_t accesses;
	struct recount counted;
	struct heads_kept heads;
	struct store_archived *archived;
	size_t n_archived;
	struct verify_case one;
};

/* One line for each difference; "-" stands where there is nothing to compare with. */
static void
differs(void *cookie, const char *which, const char *what, const char *stored, const char *told)
{
	struct verifying *v = cookie;
	char *line = NULL;
	json_t *o;

	v->wrong++;
	if (!v->json) {
		if (strcmp(told, "-") == 0)
			printf("%s: %s: %s\n", which, what, stored);
		else
			printf("%s: %s: stored %s, by the history %s\n", which, what, stored, told);
		return;
	}
	o = json_pack("{s:s, s:s, s:s, s:s}", "of", which, "what", what, "stored", stored, "told", told);
	line = o ? json_canonical_string(o) : NULL;
	json_decref(o);
	puts(line ? line : "{}");
	free(line);
}

static void
application(void *cookie, const struct store_checked *c)
{
	struct verifying *v = cookie;

	v->applications++;
	verify_case(&v->one, c);
}

static void
figure_differs(struct verifying *v, const struct store_total *t, int64_t counter, int64_t counted)
{
	char which[256], stored[32], told[32], day[11];

	clock_format_day(t->day, day);
	snprintf(which, sizeof which, "%06d %s %s %s %s", (int)t->division, day, t->event, t->department,
	    t->measure);
	if (v->json) {
		snprintf(stored, sizeof stored, "%lld", (long long)counter);
		snprintf(told, sizeof told, "%lld", (long long)counted);
		differs(v, which, "counter", stored, told);
		return;
	}
	v->wrong++;
	printf("%s: the counter says %lld, the histories %lld\n", which, (long long)counter, (long long)counted);
}

static void
total(void *cookie, const struct store_total *t)
{
	struct verifying *v = cookie;
	int64_t counted = recount_take(&v->counted, t->division, t->day, t->event, t->department, t->measure);

	if (counted != t->value)
		figure_differs(v, t, t->value, counted);
}

static void
stray(void *cookie, const char *table, int64_t id)
{
	char which[48], what[80];

	snprintf(which, sizeof which, "application %lld", (long long)id);
	snprintf(what, sizeof what, "is gone, but a row of %s names it", table);
	differs(cookie, which, what, "nothing", "-");
}

static void
access_wrong(void *cookie, int32_t chain, int64_t seq, int64_t id, const char *what)
{
	char which[80];

	if (id)
		snprintf(which, sizeof which, "access %lld, chain %d place %lld", (long long)id, (int)chain, (long long)seq);
	else
		snprintf(which, sizeof which, "access of chain %d place %lld", (int)chain, (long long)seq);
	differs(cookie, which, "who read whose data", what, "-");
}

/* A row of accesses in its place: is it the one whose hash was kept outside? */
static void
access_passed(void *cookie, int32_t chain, int64_t seq, const uint8_t hash[32])
{
	struct verifying *v = cookie;
	struct head *head = heads_find(&v->heads, HEADS_ACCESS, chain, 0);

	for (; head; head = heads_next(&v->heads, head)) {
		if (head->length != seq)
			continue;
		head->seen = true;
		if (!digest_equal(head->hash, hash, sizeof head->hash))
			access_wrong(v, chain, seq, 0, "is another than the head kept outside tells of");
	}
}

/* --- months that have left --- */

/* What they count, as if their histories were read here. */
static void
archived_count(void *cookie, const struct store_total *t)
{
	struct verifying *v = cookie;

	recount_add(&v->counted, t->division, t->day, t->event, t->department, t->measure, t->value);
}

static bool
is_told(struct verifying *v, const struct store_archived *a)
{
	struct head *head = heads_find(&v->heads, HEADS_ARCHIVE, 0, a->month);

	while (head && (head->length != a->applications || !digest_equal(head->hash, a->heads, sizeof a->heads)))
		head = heads_next(&v->heads, head);
	return head;
}

/* Is it what the program told of it when it left? A month that somebody only says has left would hide a loss. */
static void
compare_archived(struct verifying *v, const struct store_archived *a)
{
	bool told = is_told(v, a);
	char which[32];

	snprintf(which, sizeof which, "archive %04d-%02d", a->month / 12 % 10000, a->month % 12 + 1);
	if (a->applications < 0)
		differs(v, which, "month", "has left and was not read through: run `yijianshi archive` of it again", "-");
	else if (v->heads.n > 0 && !told)
		differs(v, which, "month", "is said to have left, which no head kept outside tells of", "-");
	else
		for (size_t i = 0; i < v->heads.n; i++)
			if (v->heads.list[i].kind == HEADS_HISTORY && v->heads.list[i].id >= a->first_id &&
			    v->heads.list[i].id < a->end_id)
				v->heads.list[i].seen = true;
}

static int
read_archived(struct verifying *v, struct store *s, struct error *why)
{
	if (store_archived(s, &v->archived, &v->n_archived, why) != 0)
		return -1;
	for (size_t i = 0; i < v->n_archived; i++)
		compare_archived(v, &v->archived[i]);
	return store_archived_counts(s, archived_count, v, why);
}

/* What heads kept outside tell of, and the database has not. */
static void
tell_unseen(struct verifying *v)
{
	char which[64];

	for (size_t i = 0; i < v->heads.n; i++) {
		const struct head *head = &v->heads.list[i];

		if (head->seen)
			continue;
		if (head->kind == HEADS_ACCESS) {
			access_wrong(v, head->chain, head->length, 0, "is gone, which a head kept outside tells of");
			continue;
		}
		if (head->kind == HEADS_ARCHIVE)
			continue; /* an older backup put back has the month itself */
		snprintf(which, sizeof which, "%s", head->number);
		differs(v, which, "application", "is gone, which a head kept outside tells of", "-");
	}
}

/* What the histories count and no counter does. */
static void
tell_uncounted(struct verifying *v)
{
	for (uint64_t i = 0; i < v->counted.room; i++) {
		const struct recount_figure *f = &v->counted.figures[i];
		struct store_total t;

		if (!f->used || f->value == 0)
			continue;
		t = recount_total(f);
		figure_differs(v, &t, 0, f->value);
	}
}

static int
run(struct verifying *v, const struct base *base, struct error *why)
{
	struct store_access_walk accesses = { .seal = base->seal, .wrong = access_wrong, .passed = access_passed,
		.cookie = v };
	struct store_verify_told told = { application, total, stray, v, &accesses };
	int done;

	v->one = (struct verify_case){ .store = base->store, .counted = &v->counted,
		.heads = &v->heads, .differs = differs, .cookie = v };
	v->one.versions = catalog_of_versions(why);
	if (!v->one.versions)
		return -1;
	if (read_archived(v, base->store, why) != 0)
		return -1;
	done = store_verify(base->store, &told, why);
	v->accesses = accesses.rows;
	if (done == 0 && v->counted.failed)
		done = error_set(why, ERROR_TEMPORARY, "no memory");
	if (done == 0) {
		tell_uncounted(v);
		tell_unseen(v);
	}
	verify_case_free(&v->one);
	catalog_close(v->one.versions);
	return done;
}

static void
sum_up(const struct verifying *v)
{
	if (v->json)
		printf("{\"accesses\":%lld,\"applications\":%ld,\"differences\":%ld,\"entries\":%ld,\"heads\":%zu}\n",
		    (long long)v->accesses, v->applications, v->wrong, v->one.entries, v->heads.n);
	else
		printf("%ld applications, %ld entries, %lld accesses, %zu heads kept outside, %ld differences\n",
		    v->applications, v->one.entries, (long long)v->accesses, v->heads.n, v->wrong);
}

int
command_verify(const struct command_context *c, int argc, char **argv)
{
	struct verifying *v = calloc(1, sizeof *v);
	struct error why = { 0 };
	struct base base;
	int done = -1;

	(void)argv;
	if (!v)
		return 1;
	if (argc != 1) {
		free(v);
		return command_usage(COMMAND_VERIFY);
	}
	v->json = c->json;
	/* the heads first: a node that works meanwhile is never behind them */
	if (base_open(&base, c->conf, BASE_KEY, &why) == 0 && heads_read(c->conf, &v->heads, &why) == 0)
		done = run(v, &base, &why);
	base_close(&base);
	if (done == 0)
		sum_up(v);
	else
		fprintf(stderr, "yijianshi: %s\n", why.text);
	done = done != 0 || v->wrong > 0;
	recount_free(&v->counted);
	heads_kept_free(&v->heads);
	free(v->archived);
	free(v);
	return done;
}
