/* What people ask for later: one key one petition, each decided once, with what it changed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg.h"
#include "rows.h"

enum { ACCOUNT = 1000 };

static struct store *s;
static int32_t incarnation;
static int slot;
static struct sample x;
static struct store_case c;

/* One stored application. */
static int
begin(void **state)
{
	struct store_application *row = &x.a;
	struct error why = { 0 };

	(void)state;
	samples_make(&x, &row, 1, slot);
	x.a.has_once = true;
	digest_random(x.a.once, sizeof x.a.once);
	return store_intake(s, incarnation, &row, 1, NULL, 0, &why) != 0 ||
	    store_case_by_id(s, DIVISION, x.a.id, false, &c, &why) != 1 ? -1 : 0;
}

static int
end(void **state)
{
	(void)state;
	store_case_free(&c);
	return 0;
}

static struct store_petition
petition(uint8_t key, uint8_t body)
{
	struct store_petition p = { .division = DIVISION, .id = store_id(slot, clock_now()),
		.application = x.a.id, .account = ACCOUNT, .account_division = DIVISION, .body = { "asked", 5 } };

	memset(p.key_hash, key, sizeof p.key_hash);
	memcpy(p.key_hash, &x.a.id, sizeof x.a.id); /* of this test */
	memset(p.body_hash, body, sizeof p.body_hash);
	return p;
}

static int
put(struct store_petition *p)
{
	struct error why = { 0 };
	int done = store_petition_put(s, incarnation, p, &why);

	if (done != 0)
		print_message("%s\n", why.text);
	return done == 0 ? (int)p->verdict : -1;
}

/* Decide it in a group that moves its application. */
static int
settle(const struct store_petition *p, int16_t status, struct error *why)
{
	struct store_step step = step_of(&c, 1, "{\"what\":\"corrected\"}\n");
	struct store_settled_petition settled = { DIVISION, p->id, status, { "answer", 6 } };
	struct store_revision revision = { DIVISION, x.a.id, c.history_count, ACCOUNT, 55, { "changed", 7 } };
	struct store_group g = { .steps = &step, .n_steps = 1, .petitions = &settled, .n_petitions = 1,
		.revisions = &revision, .n_revisions = status == 200 };
	int done = group_run(s, &g, why);

	if (done == 1)
		c.history_count++;
	return done;
}

static void
one_key_is_one_petition(void **state)
{
	struct store_petition first = petition(1, 1), again = petition(1, 1), other = petition(2, 1);

	(void)state;
	assert_int_equal(put(&first), STORE_STORED);
	assert_int_equal(put(&again), STORE_SAME_KEY);
	assert_true(again.same.id == first.id && again.same.status == 0 && again.same.answer.length == 0);
	assert_memory_equal(again.same.body_hash, first.body_hash, 32);
	assert_int_equal(put(&other), STORE_STORED);
	memcpy(other.key_hash, x.a.key_hash, 16); /* the key of the filing itself */
	assert_int_equal(put(&other), STORE_SAME_KEY);
	assert_true(other.same.id == 0);
	store_petition_free(&again);
}

static void
decided_once_with_what_it_changed(void **state)
{
	struct store_petition p = petition(1, 1), again = petition(1, 1);
	struct error why = { 0 };
	struct store_case now;

	(void)state;
	assert_int_equal(put(&p), STORE_STORED);
	assert_int_equal(settle(&p, 200, &why), 1);
	assert_int_equal(put(&again), STORE_SAME_KEY);
	assert_int_equal(again.same.status, 200);
	assert_memory_equal(again.same.answer.data, "answer", 6);
	store_petition_free(&again);
	assert_int_equal(settle(&p, 200, &why), -1);
	assert_int_equal(why.kind, ERROR_CONFLICT);
	assert_int_equal(store_case_by_id(s, DIVISION, x.a.id, false, &now, &why), 1);
	assert_true(now.n_revisions == 1 && now.revisions[0].seq == 1 && now.revisions[0].account == ACCOUNT);
	assert_memory_equal(now.revisions[0].sealed.data, "changed", 7);
	assert_int_equal(now.history_count, 2);
	store_case_free(&now);
}

static void
a_refused_one_leaves_its_key_free(void **state)
{
	struct store_petition p = petition(1, 1), better = petition(1, 2);
	struct error why = { 0 };

	(void)state;
	assert_int_equal(put(&p), STORE_STORED);
	assert_int_equal(settle(&p, 422, &why), 1);
	assert_int_equal(put(&better), STORE_STORED);
}

static void
a_revoked_token_asks_for_nothing(void **state)
{
	struct store_petition p = petition(1, 1);
	char sql[200];

	(void)state;
	p.token = x.a.id;
	snprintf(sql, sizeof sql, "INSERT INTO account VALUES (%lld, 'n%lld', 'citizen', '', '{}', NULL, 's', false) "
	    "RETURNING 1", (long long)x.a.id, (long long)x.a.id);
	assert_int_equal(pg_number(sql), 1);
	snprintf(sql, sizeof sql, "INSERT INTO token VALUES (%lld, sha256('%lld'), %lld) RETURNING 1",
	    (long long)x.a.id, (long long)x.a.id, (long long)x.a.id);
	assert_int_equal(pg_number(sql), 1);
	assert_int_equal(put(&p), STORE_STORED);
	snprintf(sql, sizeof sql, "UPDATE token SET revoked_at = now() WHERE id = %lld RETURNING 1", (long long)x.a.id);
	assert_int_equal(pg_number(sql), 1);
	p = petition(2, 1);
	p.token = x.a.id;
	assert_int_equal(put(&p), STORE_REVOKED);
}

static void
count(void *cookie, const struct store_petition *p)
{
	*(int *)cookie += p->application == x.a.id && p->body.length == 5;
}

static void
told(void *cookie, size_t place, int16_t status, const struct bytes *answer)
{
	((int *)cookie)[place] = status + (int)answer->length;
}

static void
what_was_asked_elsewhere_is_found_and_its_answer_too(void **state)
{
	struct store_petition p = petition(1, 1), q = petition(2, 1);
	int64_t places[4] = { DIVISION, q.id, DIVISION, p.id };
	int open = 0, answers[2] = { 0, 0 };
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_petition_put(s, incarnation + 1, &p, &why), 0); /* asked of another node */
	assert_int_equal(put(&q), STORE_STORED); /* of ours: it has it in memory */
	assert_int_equal(store_petitions_open(s, incarnation, count, &open, &why), 0);
	assert_int_equal(open, 1);
	assert_int_equal(settle(&p, 200, &why), 1);
	open = 0;
	usleep(1100000);
	assert_int_equal(store_petitions_open(s, incarnation, count, &open, &why), 0);
	assert_int_equal(open, 1); /* our own, which has been long in coming */
	assert_int_equal(store_petition_answers(s, places, 2, told, answers, &why), 0);
	assert_true(answers[0] == 0 && answers[1] == 206);
}

static void
add(void *cookie, const char *department, long n)
{
	if (strcmp(department, "police") == 0)
		*(long *)cookie = n;
}

static void
attention_stands_until_it_settles_and_a_released_value_is_free(void **state)
{
	struct store_watched a = { DIVISION, x.a.id, 3, "police", 7, false };
	int64_t place[2] = { DIVISION, x.a.id };
	struct store_group g = { .attentions = &a, .n_attentions = 1, .released = place, .n_released = 1 };
	struct sample next;
	struct store_application *row = &next.a;
	struct error why = { 0 };
	long n = 0;

	(void)state;
	samples_make(&next, &row, 1, slot);
	next.a.has_once = true;
	memcpy(next.a.once, x.a.once, 16);
	assert_int_equal(store_intake(s, incarnation, &row, 1, NULL, 0, &why), 0);
	assert_int_equal(next.a.verdict, STORE_ONCE);
	assert_int_equal(group_run(s, &g, &why), 1);
	assert_int_equal(store_attention_count(s, add, &n, &why), 0);
	assert_int_equal(n, 1);
	assert_int_equal(store_intake(s, incarnation, &row, 1, NULL, 0, &why), 0);
	assert_int_equal(next.a.verdict, STORE_STORED);
	a.settled = true;
	g.n_released = 0;
	assert_int_equal(group_run(s, &g, &why), 1);
	n = 0;
	assert_int_equal(store_attention_count(s, add, &n, &why), 0);
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_key_is_one_petition, begin, end),
		cmocka_unit_test_setup_teardown(decided_once_with_what_it_changed, begin, end),
		cmocka_unit_test_setup_teardown(a_refused_one_leaves_its_key_free, begin, end),
		cmocka_unit_test_setup_teardown(a_revoked_token_asks_for_nothing, begin, end),
		cmocka_unit_test_setup_teardown(what_was_asked_elsewhere_is_found_and_its_answer_too, begin, end),
		cmocka_unit_test_setup_teardown(attention_stands_until_it_settles_and_a_released_value_is_free, begin, end),
	};
	struct error why = { 0 };
	int failed;

	pg_start();
	s = pg_open("test");
	if (store_node_begin(s, "one", false, &incarnation, &slot, &why) != 0 ||
	    store_node_join(s, incarnation, slot, &why) != 0)
		pg_fail("store_node_begin", why.text);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	store_close(s);
	pg_stop();
	return failed;
}
