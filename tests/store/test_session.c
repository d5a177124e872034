/* Logins and sessions: what makes one, what ends one, what time does, how many tries there are. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "pg.h"

static struct store *s;
static int64_t last_id = 1000;

/* An account with a password "h" and, when asked, a second factor. */
static int64_t
person(const char *name, bool factor)
{
	struct store_account a = { .id = ++last_id, .role = "clerk", .department = "tax", .sealed = { "s", 1 } };
	const struct bytes sealed = { "secret", 6 };
	struct error why = { 0 };

	snprintf(a.name, sizeof a.name, "%s", name);
	assert_int_equal(store_account_put(s, &a, NULL, &why), 0);
	assert_int_equal(store_password_put(s, a.id, "h", false, &why), 0);
	if (factor)
		assert_int_equal(store_totp_put(s, a.id, &sealed, &why), 0);
	return a.id;
}

/* The secret's hash of a session is 32 times the same byte. */
static int
login_on(struct store *on, int64_t account, uint8_t secret, int64_t step)
{
	static _Atomic int64_t tokens = 500000;
	uint8_t hash[32];
	struct store_login l = { .account = account, .token = ++tokens, .token_hash = hash, .password_hash = "h",
		.totp_step = step, .strong = step != 0 };
	struct error why = { 0 };
	int done;

	memset(hash, secret, sizeof hash);
	done = store_login(on, &l, &why);
	if (done < 0)
		fprintf(stderr, "%s\n", why.text);
	return done;
}

static int
login(int64_t account, uint8_t secret)
{
	return login_on(s, account, secret, 0);
}

static int
find(uint8_t secret, struct store_session *session)
{
	struct store_account a;
	struct error why = { 0 };
	uint8_t hash[32];
	int found;

	memset(hash, secret, sizeof hash);
	found = store_account_by_session(s, hash, &a, session, &why);
	store_account_free(&a);
	return found;
}

static bool
holds(uint8_t secret)
{
	struct store_session session;
	int found = find(secret, &session);

	assert_true(found >= 0);
	return found == 1;
}

static void
a_login_makes_a_session(void **state)
{
	int64_t id = person("maker", true);
	struct store_session session, list[STORE_SESSIONS_MOST];
	struct error why = { 0 };
	int n;

	(void)state;
	assert_int_equal(login_on(s, id, 1, 70), 1);
	assert_int_equal(find(1, &session), 1);
	assert_true(session.strong && session.proved && !session.unseen);
	assert_int_equal(session.made_at, session.proved_at);
	assert_int_equal(login(id, 2), 1);
	assert_int_equal(find(2, &session), 1);
	assert_false(session.strong);
	assert_int_equal(store_sessions(s, id, list, &n, &why), 0);
	assert_int_equal(n, 2);
	assert_int_equal(list[0].token, session.token);
	assert_true(list[1].strong);
	assert_false(holds(3));
}

static void
ended_one_by_one(void **state)
{
	int64_t id = person("ender", false), other = person("stranger", false);
	struct store_session session;
	struct error why = { 0 };

	(void)state;
	assert_int_equal(login(id, 11), 1);
	assert_int_equal(login(id, 12), 1);
	assert_int_equal(find(11, &session), 1);
	assert_int_equal(store_session_revoke(s, other, session.token, &why), 0);
	assert_true(holds(11));
	assert_int_equal(store_session_revoke(s, id, session.token, &why), 1);
	assert_int_equal(store_session_revoke(s, id, session.token, &why), 0);
	assert_false(holds(11));
	assert_true(holds(12));
}

/* Time is the database's. */
static void
ended_by_time(void **state)
{
	int64_t id = person("timed", false);
	struct store_session session;
	struct error why = { 0 };

	(void)state;
	assert_int_equal(login(id, 21), 1);
	pg_number("UPDATE session SET seen_at = now() - interval '29 minutes', proved_at = now() - interval '14 minutes' "
	    "WHERE account = (SELECT id FROM account WHERE name = 'timed')");
	assert_int_equal(find(21, &session), 1);
	assert_true(session.unseen && session.proved);
	pg_number("UPDATE session SET proved_at = now() - interval '16 minutes' "
	    "WHERE account = (SELECT id FROM account WHERE name = 'timed')");
	assert_int_equal(find(21, &session), 1);
	assert_false(session.proved);
	assert_int_equal(store_session_proved(s, session.token, &why), 0);
	assert_int_equal(find(21, &session), 1);
	assert_true(session.proved && !session.unseen);
	pg_number("UPDATE session SET seen_at = now() - interval '31 minutes' "
	    "WHERE account = (SELECT id FROM account WHERE name = 'timed')");
	assert_false(holds(21));
	assert_int_equal(login(id, 22), 1);
	pg_number("UPDATE token SET made_at = now() - interval '12 hours 1 minute' "
	    "WHERE account = (SELECT id FROM account WHERE name = 'timed')");
	assert_false(holds(22));
}

static void
ended_by_what_was_changed(void **state)
{
	struct store_account a = { .id = person("changed", true), .name = "changed", .role = "clerk",
		.department = "tax", .sealed = { "s", 1 } };
	const struct bytes sealed = { "secret", 6 };
	struct error why = { 0 };
	uint8_t token[32] = { 99 };

	(void)state;
	assert_int_equal(login(a.id, 31), 1);
	assert_int_equal(store_account_put(s, &a, NULL, &why), 0);
	assert_true(holds(31)); /* nothing changed */
	a.divisions[a.n_divisions++] = 330111;
	assert_int_equal(store_account_put(s, &a, NULL, &why), 0);
	assert_false(holds(31));
	assert_int_equal(login(a.id, 32), 1);
	assert_int_equal(store_token_put(s, a.id, ++last_id, token, false, &why), 0);
	assert_int_equal(store_totp_put(s, a.id, &sealed, &why), 0);
	assert_false(holds(32));
	assert_int_equal(store_account_by_token(s, token, &a, &why), 1); /* a program's token stays */
	store_account_free(&a);
	assert_int_equal(login(a.id, 33), 1);
	assert_int_equal(store_password_put(s, a.id, "h", false, &why), 0);
	assert_false(holds(33));
	assert_int_equal(store_account_by_token(s, token, &a, &why), 0);
}

static void
a_password_that_changed_meanwhile_makes_none(void **state)
{
	int64_t id = person("meanwhile", false);
	struct error why = { 0 };

	(void)state;
	assert_int_equal(store_password_put(s, id, "another", false, &why), 0);
	assert_int_equal(login(id, 41), 0);
	assert_int_equal(store_password_put(s, id, "h", false, &why), 0);
	assert_int_equal(login(id, 41), 1);
	assert_int_equal(store_account_close(s, id, &why), 0);
	assert_false(holds(41));
	assert_int_equal(login(id, 42), 0);
	assert_false(holds(42));
}

struct rival { pthread_t thread; int64_t account; uint8_t secret; int done; };

static void *
rival_logs_in(void *cookie)
{
	struct rival *r = cookie;
	struct store *own = pg_open("rival");

	r->done = login_on(own, r->account, r->secret, 80);
	store_close(own);
	return NULL;
}

static void
a_code_counts_once(void **state)
{
	int64_t id = person("coded", true);
	struct rival rivals[8];
	int done = 0;

	(void)state;
	for (int i = 0; i < 8; i++) {
		rivals[i] = (struct rival){ .account = id, .secret = (uint8_t)(50 + i) };
		pthread_create(&rivals[i].thread, NULL, rival_logs_in, &rivals[i]);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(rivals[i].thread, NULL);
		assert_true(rivals[i].done >= 0);
		done += rivals[i].done;
	}
	assert_int_equal(done, 1);
	assert_int_equal(login_on(s, id, 60, 79), 0);
	assert_int_equal(login_on(s, id, 60, 81), 1);
}

static void
this_browsers_session_ends(void **state)
{
	int64_t id = person("again", false);
	uint8_t hash[32];
	struct store_session session;
	struct error why = { 0 };
	struct store_login l = { .account = id, .token = ++last_id, .token_hash = hash, .password_hash = "h",
		.old_account = id };

	(void)state;
	memset(hash, 72, sizeof hash);
	assert_int_equal(login(id, 71), 1);
	assert_int_equal(find(71, &session), 1);
	l.old = session.token;
	assert_int_equal(store_login(s, &l, &why), 1);
	assert_false(holds(71));
	assert_true(holds(72));
}

static int
try_once(struct store *on, const struct store_tries *t, int64_t *wait)
{
	struct error why = { 0 };
	int taken = store_login_try(on, t, wait, &why);

	if (taken < 0)
		fprintf(stderr, "%s\n", why.text);
	return taken;
}

static void
so_many_tries_and_no_more(void **state)
{
	struct store_tries t = { { 7 }, 60 * US_PER_SECOND, 300 * US_PER_SECOND };
	struct store_login l = { .account = person("tried", false), .token = ++last_id, .token_hash = t.who,
		.password_hash = "h", .tries = &t, .n_tries = 1 };
	uint8_t hash[32] = { 81 };
	struct error why = { 0 };
	int64_t wait;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(try_once(s, &t, &wait), 1);
	for (int i = 0; i < 3; i++) { /* a refused one costs nothing */
		assert_int_equal(try_once(s, &t, &wait), 0);
		assert_in_range(wait, 50 * US_PER_SECOND, 60 * US_PER_SECOND);
	}
	pg_number("UPDATE login_attempt SET until = until - interval '1 minute'");
	assert_int_equal(try_once(s, &t, &wait), 1);
	assert_int_equal(try_once(s, &t, &wait), 0);
	l.token_hash = hash;
	assert_int_equal(store_login(s, &l, &why), 1); /* what fits gives its try back */
	assert_int_equal(try_once(s, &t, &wait), 1);
	assert_int_equal(try_once(s, &t, &wait), 0);
	t.who[0]++;
	assert_int_equal(try_once(s, &t, &wait), 1);
	pg_number("UPDATE login_attempt SET until = now() - interval '2 days'");
	l.token = ++last_id;
	hash[0]++;
	assert_int_equal(store_login(s, &l, &why), 1);
	assert_int_equal(pg_number("SELECT count(*) FROM login_attempt"), 0);
}

static const struct store_tries crowded = { { 200 }, 60 * US_PER_SECOND, 300 * US_PER_SECOND };

static void *
rival_tries(void *cookie)
{
	struct rival *r = cookie;
	struct store *own = pg_open("rival");
	int64_t wait;

	r->done = 0;
	for (int i = 0; i < 3; i++)
		r->done += try_once(own, &crowded, &wait);
	store_close(own);
	return NULL;
}

static void
tries_at_once_are_counted_too(void **state)
{
	struct rival rivals[6];
	int taken = 0;

	(void)state;
	for (int i = 0; i < 6; i++)
		pthread_create(&rivals[i].thread, NULL, rival_tries, &rivals[i]);
	for (int i = 0; i < 6; i++) {
		pthread_join(rivals[i].thread, NULL);
		taken += rivals[i].done;
	}
	assert_int_equal(taken, 5);
}

static void
credentials_are_found_or_not(void **state)
{
	struct store_credentials c;
	struct error why = { 0 };

	(void)state;
	person("known", true);
	assert_int_equal(store_credentials(s, "known", &c, &why), 0);
	assert_true(c.found && strcmp(c.hash, "h") == 0 && c.totp.length == 6 && c.last_step == 0);
	store_credentials_free(&c);
	assert_int_equal(store_credentials(s, "unknown", &c, &why), 0);
	assert_true(!c.found && *c.hash == '\0' && !c.totp.data);
	store_credentials_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_makes_a_session),
		cmocka_unit_test(ended_one_by_one),
		cmocka_unit_test(ended_by_time),
		cmocka_unit_test(ended_by_what_was_changed),
		cmocka_unit_test(a_password_that_changed_meanwhile_makes_none),
		cmocka_unit_test(a_code_counts_once),
		cmocka_unit_test(this_browsers_session_ends),
		cmocka_unit_test(so_many_tries_and_no_more),
		cmocka_unit_test(tries_at_once_are_counted_too),
		cmocka_unit_test(credentials_are_found_or_not),
	};
	int failed;

	pg_start();
	s = pg_open("test");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	store_close(s);
	pg_stop();
	return failed;
}
