/* Lists with cursor, accounts and tokens, versions, figures. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg.h"
#include "rules/running.h"
#include "rows.h"

enum { N = 30 };

static struct store *s;
static int32_t incarnation;
static int slot;
static struct sample x[N];

static struct seen { int64_t ids[300]; int n; } seen;

static void
see(void *cookie, const struct store_case *c)
{
	(void)cookie;
	if (seen.n > 0)
		assert_true(seen.ids[seen.n - 1] > c->id); /* newest first */
	assert_true(c->sealed.length > 0 && c->n_operations == 0);
	seen.ids[seen.n++] = c->id;
}

static int
list(struct store_filter f)
{
	struct error why = { 0 };

	seen.n = 0;
	if (store_list(s, &f, see, NULL, &why) != 0)
		fail_msg("%s", why.text);
	return seen.n;
}

/* 30 applications: account 1 (0..9), 2 (10..19), 3 filed by 1 (20..29); two divisions; every third
 * another event; in the second division no public_security. */
static int
fill(void **state)
{
	struct store_application *rows[N];
	struct error why = { 0 };

	(void)state;
	samples_make(x, rows, N, slot);
	for (int i = 0; i < N; i++) {
		x[i].a.account = i / 10 + 1;
		x[i].a.filed_by = i >= 20 ? 1 : 0;
		x[i].a.event = i % 3 == 0 ? "marriage" : "birth";
		memset(x[i].a.person, i / 10 + 1, 16);
		if (i % 2) {
			x[i].a.division = 110101;
			number_make("110101", clock_day(clock_now()), x[i].number);
			for (int k = 0; k < 2; k++) {
				x[i].operations[k].division = 110101;
				x[i].operations[k].department = "health";
			}
		}
	}
	return store_intake(s, incarnation, rows, N, NULL, 0, &why);
}

static void
a_persons_own_list(void **state)
{
	(void)state;
	assert_int_equal(list((struct store_filter){ .account = 1, .status = -1 }), 20);
	assert_int_equal(list((struct store_filter){ .account = 2, .status = -1 }), 10);
	assert_int_equal(list((struct store_filter){ .account = 3, .status = -1 }), 10);
	assert_int_equal(list((struct store_filter){ .account = 4, .status = -1 }), 0);
	assert_int_equal(list((struct store_filter){ .account = 2, .status = -1, .event = "marriage" }), 3);
	assert_int_equal(list((struct store_filter){ .account = 2, .status = 0 }), 10);
	assert_int_equal(list((struct store_filter){ .account = 2, .status = 2 }), 0);
}

static void
pages_by_cursor_meet_every_row_once(void **state)
{
	struct store_filter f = { .account = 1, .status = -1, .limit = 7 };
	int total = 0;

	(void)state;
	while (list(f) > 0) {
		total += seen.n;
		f.before = seen.ids[seen.n - 1];
	}
	assert_int_equal(total, 20);
	f = (struct store_filter){ .status = -1, .limit = 4 };
	for (total = 0; list(f) > 0; f.before = seen.ids[seen.n - 1])
		total += seen.n;
	assert_int_equal(total, N);
}

static void
divisions_departments_persons_numbers(void **state)
{
	static const int32_t one[] = { 110101 }, both[] = { 110101, 330106 };
	uint8_t person[16];
	char lower[NUMBER_SIZE];

	(void)state;
	assert_int_equal(list((struct store_filter){ .status = -1 }), N);
	assert_int_equal(list((struct store_filter){ .status = -1, .divisions = one, .n_divisions = 1 }), N / 2);
	assert_int_equal(list((struct store_filter){ .status = -1, .divisions = both, .n_divisions = 2 }), N);
	assert_int_equal(list((struct store_filter){ .status = -1, .department = "health" }), N);
	assert_int_equal(list((struct store_filter){ .status = -1, .department = "public_security" }), N / 2);
	assert_int_equal(list((struct store_filter){ .status = -1, .department = "public_security",
		.divisions = one, .n_divisions = 1 }), 0);
	assert_int_equal(list((struct store_filter){ .status = -1, .department = "nobody" }), 0);
	memset(person, 2, 16);
	assert_int_equal(list((struct store_filter){ .status = -1, .person = person }), 10);
	assert_int_equal(list((struct store_filter){ .status = -1, .person = person, .divisions = one,
		.n_divisions = 1 }), 5);
	assert_int_equal(list((struct store_filter){ .status = -1, .person = person, .department =
		"public_security" }), 5);
	assert_int_equal(list((struct store_filter){ .status = -1, .person = person, .account = 1 }), 0);
	for (size_t i = 0; i < sizeof lower; i++)
		lower[i] = (char)(x[12].number[i] >= 'A' && x[12].number[i] <= 'Z' ? x[12].number[i] + 32 : x[12].number[i]);
	assert_int_equal(list((struct store_filter){ .status = -1, .number = lower }), 1);
	assert_true(seen.ids[0] == x[12].a.id);
	assert_int_equal(list((struct store_filter){ .status = -1, .number = lower, .account = 1 }), 0);
	assert_int_equal(list((struct store_filter){ .status = -1, .number = lower, .account = 2 }), 1);
	assert_int_equal(list((struct store_filter){ .status = -1, .number = lower, .divisions = one,
		.n_divisions = 1 }), 0);
	assert_int_equal(list((struct store_filter){ .status = -1, .number = "nonsense" }), 0);
}

/* Statuses and events that few have go by indexes of their own: they find what a look at each would find. */
static void
few_among_many(void **state)
{
	static const int32_t one[] = { 110101 };
	char sql[128];

	(void)state;
	assert_int_equal(list((struct store_filter){ .event = "marriage", .status = -1 }), N / 3);
	assert_int_equal(list((struct store_filter){ .event = "marriage", .status = -1, .department =
		"public_security" }), N / 6);
	assert_int_equal(list((struct store_filter){ .event = "divorce", .status = -1 }), 0);
	snprintf(sql, sizeof sql, "UPDATE progress SET status = %d WHERE id IN (%lld, %lld)", STATUS_WITHDRAWN,
	    (long long)x[3].a.id, (long long)x[6].a.id);
	assert_int_equal(pg_number(sql), 2);
	assert_int_equal(list((struct store_filter){ .status = STATUS_WITHDRAWN }), 2);
	assert_int_equal(list((struct store_filter){ .status = STATUS_WITHDRAWN, .limit = 1 }), 1);
	assert_int_equal(list((struct store_filter){ .status = STATUS_WITHDRAWN, .before = seen.ids[0] }), 1);
	assert_true(seen.ids[0] == x[3].a.id);
	assert_int_equal(list((struct store_filter){ .status = STATUS_WITHDRAWN, .event = "birth" }), 0);
	assert_int_equal(list((struct store_filter){ .status = STATUS_WITHDRAWN, .event = "marriage" }), 2);
	assert_int_equal(list((struct store_filter){ .status = STATUS_WITHDRAWN, .divisions = one, .n_divisions = 1 }), 1);
	assert_int_equal(list((struct store_filter){ .status = STATUS_WITHDRAWN, .department = "public_security" }), 1);
	assert_true(seen.ids[0] == x[6].a.id);
	assert_int_equal(list((struct store_filter){ .status = STATUS_IN_PROGRESS }), N - 2);
	assert_int_equal(list((struct store_filter){ .status = STATUS_FINISHED, .department = "health" }), 0);
	snprintf(sql, sizeof sql, "UPDATE progress SET status = %d WHERE status = %d", STATUS_IN_PROGRESS, STATUS_WITHDRAWN);
	assert_int_equal(pg_number(sql), 2);
}

static int
of_agent(int64_t agent, struct store_filter f)
{
	f.status = -1;
	f.agent = agent;
	return list(f);
}

static enum store_mandate_done
take(int64_t agent, int64_t id, const uint8_t person[16], enum store_mandate_basis basis)
{
	struct store_mandate m = { .token = id, .agent = agent, .village = 110101001001, .basis = basis };
	struct error why = { 0 };

	memcpy(m.person, person, 16);
	return store_mandate_take(s, &m, person, 0, &why);
}

/* An agent sees what he filed in his divisions, while the mandate holds; whom he hands it to sees it then; a
 * person also what was filed for him. */
static void
filed_by_agents_and_for_a_person(void **state)
{
	static const int32_t one[] = { 110101 };
	struct store_account agent = { .id = 1, .name = "agent", .role = "agent", .sealed = { "s", 1 } };
	struct store_account next = { .id = 9, .name = "next", .role = "agent", .sealed = { "s", 1 } };
	struct store_mandate old = { .token = 99001, .agent = 1 }, new = { .token = 99003, .agent = 9,
		.village = 110101001001, .basis = MANDATE_HANDED };
	struct error why = { 0 };
	uint8_t person[16];

	(void)state;
	memset(person, 3, 16); /* for whom account 1 filed */
	memcpy(old.person, person, 16);
	memcpy(new.person, person, 16);
	assert_true(store_account_place(&agent, "110101001") && store_account_place(&next, "110101001001"));
	assert_int_equal(of_agent(1, (struct store_filter){ 0 }), 0);
	assert_int_equal(store_account_put(s, &agent, NULL, &why), 0);
	assert_int_equal(store_account_put(s, &next, NULL, &why), 0);
	assert_int_equal(take(1, 99001, person, MANDATE_BY_PERSON), MANDATE_IN_FORCE);
	assert_int_equal(of_agent(1, (struct store_filter){ 0 }), 10);
	assert_int_equal(of_agent(1, (struct store_filter){ .divisions = one, .n_divisions = 1 }), 5);
	assert_int_equal(of_agent(1, (struct store_filter){ .person = person }), 10);
	assert_int_equal(of_agent(1, (struct store_filter){ .village = 110101001000 }), 10);
	assert_int_equal(of_agent(1, (struct store_filter){ .village = 110101001002 }), 0);
	assert_int_equal(of_agent(1, (struct store_filter){ .village = 110101001002, .person = person }), 0);
	assert_int_equal(of_agent(9, (struct store_filter){ 0 }), 0);
	assert_int_equal(store_mandate_hand(s, &old, &new, 0, &why), 1);
	assert_int_equal(store_mandate_hand(s, &old, &new, 0, &why), 0); /* it is gone */
	assert_int_equal(of_agent(1, (struct store_filter){ 0 }), 0);
	assert_int_equal(of_agent(9, (struct store_filter){ 0 }), 10);
	assert_int_equal(store_mandate_end(s, 99003, true, 0, &why), 1);
	assert_int_equal(of_agent(9, (struct store_filter){ 0 }), 0);
	assert_int_equal(of_agent(9, (struct store_filter){ .person = person }), 0);
	assert_int_equal(take(9, 99002, person, MANDATE_BY_SLIP), MANDATE_WITHDRAWN);
	memset(person, 2, 16);
	assert_int_equal(list((struct store_filter){ .status = -1, .account = 1, .own_person = person }), 30);
	assert_int_equal(list((struct store_filter){ .status = -1, .account = 4, .own_person = person }), 10);
	assert_int_equal(list((struct store_filter){ .status = -1, .account = 4, .own_person = person,
		.number = x[12].number }), 1);
	assert_int_equal(list((struct store_filter){ .status = -1, .account = 4, .own_person = person,
		.number = x[2].number }), 0);
}

static void
accounts_and_tokens(void **state)
{
	struct store_account a = { .id = 71, .name = "clerk", .role = "clerk", .department = "health",
		.divisions = { 330106, 110101 }, .n_divisions = 2, .sealed = { "sealed", 6 }, .demo = true }, b;
	uint8_t hash[32] = { 1 }, person[16] = { 5 };
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_account_by_name(s, "clerk", &b, &why), 0);
	assert_int_equal(store_account_put(s, &a, person, &why), 0);
	a.id = 72; /* the same name again: changed, the id stays */
	a.n_divisions = 1;
	assert_int_equal(store_account_put(s, &a, person, &why), 0);
	assert_int_equal(store_account_by_name(s, "clerk", &b, &why), 1);
	assert_true(b.id == 71 && b.n_divisions == 1 && b.divisions[0] == 330106 && b.demo && b.token == 0);
	assert_string_equal(b.role, "clerk");
	assert_string_equal(b.department, "health");
	assert_memory_equal(b.sealed.data, "sealed", 6);
	store_account_free(&b);
	assert_int_equal(store_account_by_person(s, person, &b, &why), 1);
	store_account_free(&b);
	assert_int_equal(store_account_by_token(s, hash, &b, &why), 0);
	assert_int_equal(store_token_put(s, 71, 81, hash, false, &why), 0);
	assert_int_equal(store_account_by_token(s, hash, &b, &why), 1);
	assert_true(b.id == 71 && b.token == 81);
	store_account_free(&b);
	assert_int_equal(store_token_revoke(s, 71, &why), 0);
	assert_int_equal(store_account_by_token(s, hash, &b, &why), 0);
	assert_int_equal(store_token_put(s, 9999, 82, (uint8_t[32]){ 9 }, false, &why), -1); /* nobody's */
}

static void
versions(void **state)
{
	uint8_t hash[32] = { 42 };
	struct error why = { 0 };
	char *text;
	int64_t now;

	(void)state;
	assert_null(store_version_get(s, hash, &why));
	assert_int_equal(why.kind, ERROR_NONE);
	assert_int_equal(store_version_put(s, hash, "birth", "{\"a\":1}", false, &why), 0);
	assert_int_equal(store_version_put(s, hash, "birth", "{\"a\":2}", true, &why), 0); /* immutable */
	text = store_version_get(s, hash, &why);
	assert_string_equal(text, "{\"a\":1}");
	free(text);
	assert_int_equal(store_now(s, &now, &why), 0);
	assert_true(llabs(now - clock_now()) < 60 * US_PER_SECOND);
}

static int64_t total;

static void
add(void *cookie, const struct store_total *t)
{
	(void)cookie;
	assert_string_equal(t->measure, "submitted");
	total += t->value;
}

static int
counts(int32_t from, int32_t to, const char *event, int32_t division)
{
	struct store_counts_query q = { from, to, event, division, COUNTS_BY_ALL };
	struct error why = { 0 };

	return store_counts(s, &q, add, NULL, &why);
}

static void
figures(void **state)
{
	(void)state;
	total = 0;
	assert_int_equal(counts(20780, 20780, NULL, 0), 0);
	assert_int_equal(total, N);
	total = 0;
	assert_int_equal(counts(20781, 20790, NULL, 0), 0);
	assert_int_equal(counts(0, 90000, "marriage", 0), 0);
	assert_int_equal(counts(0, 90000, NULL, 110101), 0);
	assert_int_equal(total, 0);
	assert_int_equal(counts(0, 90000, "birth", DIVISION), 0);
	assert_int_equal(total, N);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_persons_own_list),
		cmocka_unit_test(pages_by_cursor_meet_every_row_once),
		cmocka_unit_test(divisions_departments_persons_numbers),
		cmocka_unit_test(few_among_many),
		cmocka_unit_test(filed_by_agents_and_for_a_person),
		cmocka_unit_test(accounts_and_tokens),
		cmocka_unit_test(versions),
		cmocka_unit_test(figures),
	};
	struct error why = { 0 };
	int failed;

	pg_start();
	s = pg_open("test");
	if (store_node_begin(s, "one", false, &incarnation, &slot, &why) != 0)
		pg_fail("store_node_begin", why.text);
	failed = cmocka_run_group_tests(tests, fill, NULL);
	store_close(s);
	pg_stop();
	return failed;
}
