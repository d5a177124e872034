/* Connections: several hosts, a server that hangs, a COMMIT that the standby did not confirm. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "pg.h"
#include "rows.h"
#include "store/host.h"
#include "store/link.h"

static struct store *s;
static int32_t incarnation;
static int slot;

static bool
is_local(const char *ours, const char *theirs)
{
	const struct addrinfo numeric = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
	struct addrinfo *a, *b;
	bool local;

	assert_int_equal(getaddrinfo(ours, "5432", &numeric, &a), 0);
	assert_int_equal(getaddrinfo(theirs, "5432", &numeric, &b), 0);
	local = link_is_local(a->ai_addr, b->ai_addr);
	freeaddrinfo(a);
	freeaddrinfo(b);
	return local;
}

/* What leaves the machine has to be encrypted. */
static void
what_leaves_the_machine_is_told_apart(void **state)
{
	const struct sockaddr unix_socket = { .sa_family = AF_UNIX }, odd = { .sa_family = AF_PACKET };

	(void)state;
	assert_true(link_is_local(&unix_socket, &unix_socket));
	assert_true(is_local("127.0.0.1", "127.0.0.1"));
	assert_true(is_local("127.0.0.1", "127.8.8.8"));
	assert_true(is_local("::1", "::1"));
	assert_true(is_local("::ffff:127.0.0.1", "::ffff:127.0.0.2"));
	assert_true(is_local("10.0.0.5", "10.0.0.5")); /* our own address: it never leaves */
	assert_true(is_local("10.0.0.5", "::ffff:10.0.0.5"));
	assert_true(is_local("fd00::5", "fd00::5"));
	assert_false(is_local("10.0.0.5", "10.0.0.6"));
	assert_false(is_local("::ffff:10.0.0.5", "10.0.0.6"));
	assert_false(is_local("fe80::1", "fe80::2"));
	assert_false(is_local("fd00::5", "::2"));
	assert_false(link_is_local(&odd, &odd));
}

/* Of lists with commas each host has its part; where there is only one, it is for all. */
static void
hosts_are_told_apart(void **state)
{
	struct host h;

	(void)state;
	assert_int_equal(hosts_count("host=one port=1 dbname=x"), 1);
	assert_int_equal(hosts_count("dbname=x"), 1);
	assert_int_equal(hosts_count("host=one,two,three"), 3);
	assert_int_equal(hosts_count("hostaddr=127.0.0.1,127.0.0.2"), 2);
	assert_int_equal(hosts_pick("host=one,two port=1,2", 1, &h), 0);
	assert_string_equal(h.name, "two");
	assert_string_equal(h.port, "2");
	assert_string_equal(h.address, "");
	assert_int_equal(hosts_pick("host=one,two port=7", 3, &h), 0); /* counted round */
	assert_int_equal(h.place, 1);
	assert_string_equal(h.name, "two");
	assert_string_equal(h.port, "7");
	assert_int_equal(hosts_pick("host=one,two hostaddr=127.0.0.1,127.0.0.2", 0, &h), 0);
	assert_string_equal(h.address, "127.0.0.1");
	assert_int_equal(hosts_pick("no string", 0, &h), -1);
}

static void
a_dead_first_host_is_passed_over(void **state)
{
	struct error why = { 0 };
	char conninfo[PATH_MAX];
	struct store *two;

	(void)state;
	snprintf(conninfo, sizeof conninfo, "host='/nonexistent,%s/run' port=5432 user=yijianshi dbname=yijianshi", pg.dir);
	two = store_open(conninfo, "two hosts", &why);
	if (!two)
		fail_msg("%s", why.text);
	assert_true(store_alive(two));
	store_close(two);
}

static void
of_several_hosts_one_that_only_reads_is_refused(void **state)
{
	struct error why = { 0 };
	char conninfo[PATH_MAX];

	(void)state;
	assert_int_equal(pg_number("ALTER ROLE yijianshi SET default_transaction_read_only = on; SELECT 0"), 0);
	snprintf(conninfo, sizeof conninfo, "host='/nonexistent,%s/run' port=5432 user=yijianshi dbname=yijianshi", pg.dir);
	assert_null(store_open(conninfo, "two hosts", &why));
	assert_int_equal(why.kind, ERROR_TEMPORARY);
	assert_int_equal(pg_number("ALTER ROLE yijianshi RESET default_transaction_read_only; SELECT 0"), 0);
}

static long
postmaster(void)
{
	return pg_number("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int");
}

/* The server stands still: a new connection is given up after two seconds. */
static void
a_hanging_server_costs_two_seconds(void **state)
{
	long pid = postmaster();
	int64_t began, first, next = INT64_MAX;
	bool alive;

	(void)state;
	pg_number("SELECT count(pg_terminate_backend(pid, 1000)) FROM pg_stat_activity WHERE application_name = 'test'");
	kill((pid_t)pid, SIGSTOP);
	began = clock_monotonic();
	alive = store_alive(s);
	first = clock_monotonic() - began;
	for (int i = 0; i < 10 && next > US_PER_SECOND; i++) { /* not again at once; unless we stood still meanwhile */
		began = clock_monotonic();
		alive |= store_alive(s);
		next = clock_monotonic() - began;
	}
	kill((pid_t)pid, SIGCONT); /* before any assertion: a server that stands still would stay for ever */
	assert_false(alive);
	assert_true(first < 30 * US_PER_SECOND); /* it would be for ever */
	assert_true(next < US_PER_SECOND);
	for (int i = 0; i < 1200 && !store_alive(s); i++)
		usleep(50000);
	assert_true(store_alive(s));
}

/* How often this thread has waited for something, other than for a processor. */
static long
waits(void)
{
	struct rusage used;

	getrusage(RUSAGE_THREAD, &used);
	return used.ru_nvcsw;
}

/* Nor does asking at once: the engine's thread goes on with calls and answers meanwhile. */
static void
a_hanging_server_costs_nobody_who_does_not_wait(void **state)
{
	long pid = postmaster();
	int64_t longest = 0, until;
	bool alive = false;

	(void)state;
	for (int i = 0; i < 1200 && !store_alive_at_once(s); i++)
		usleep(50000);
	pg_number("SELECT count(pg_terminate_backend(pid, 1000)) FROM pg_stat_activity WHERE application_name = 'test'");
	kill((pid_t)pid, SIGSTOP);
	for (until = clock_monotonic() + 3 * US_PER_SECOND; clock_monotonic() < until; usleep(10000)) {
		int64_t began = clock_monotonic(), took;
		long before = waits();

		alive |= store_alive_at_once(s);
		took = clock_monotonic() - began;
		if (waits() > before && took > longest)
			longest = took;
	}
	kill((pid_t)pid, SIGCONT);
	assert_false(alive);
	assert_true(longest < US_PER_SECOND / 2);
	for (int i = 0; i < 1200 && !store_alive_at_once(s); i++)
		usleep(50000);
	assert_true(store_alive_at_once(s));
	assert_true(store_alive(s));
}

/* Commits wait for that standby from now on; for none when it is "". */
static void
set_standby(const char *name)
{
	bool known = false;

	free(pg_ask(pg.super, *name ? "ALTER SYSTEM SET synchronous_standby_names = 'ghost'" :
	    "ALTER SYSTEM RESET synchronous_standby_names"));
	pg_number("SELECT 1 FROM pg_reload_conf()");
	for (int i = 0; i < 6000 && !known; i++) { /* a new session shows what the server has read */
		char *now = pg_ask(pg.super, "SHOW synchronous_standby_names");

		known = strcmp(now, name) == 0;
		free(now);
		usleep(10000);
	}
	assert_true(known);
	free(pg_ask(pg.super, "CHECKPOINT")); /* who makes it tells the other sessions first */
}

static void
cancel_waits_for_the_standby(void)
{
	for (int i = 0; i < 6000; i++) {
		if (pg_number("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") > 0)
			_exit(0);
		usleep(10000);
	}
	_exit(1);
}

/* The row is there, and yet it is not safe: perhaps accepted, never 201. */
static void
a_commit_with_a_warning_is_unknown(void **state)
{
	struct sample x;
	struct store_application *rows[] = { &x.a };
	struct error why = { 0 };
	struct store_case c;
	struct store_step step;
	struct store_group g = { .steps = &step, .n_steps = 1 };
	int status;
	pid_t child;

	(void)state;
	sample_make(&x, slot, 2);
	assert_int_equal(store_intake(s, incarnation, rows, 1, NULL, 0, &why), 0); /* endpoints have numbers now */
	sample_make(&x, slot, 1);
	set_standby("ghost");
	child = fork();
	if (child == 0)
		cancel_waits_for_the_standby();
	assert_int_equal(store_intake(s, incarnation, rows, 1, NULL, 0, &why), -1);
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(x.a.verdict, STORE_LOST);
	assert_int_equal(why.kind, ERROR_UNKNOWN);
	error_clear(&why);
	assert_int_equal(store_case_by_id(s, DIVISION, x.a.id, false, &c, &why), 1);
	step = step_of(&c, 1, "{}\n");
	store_case_free(&c);
	child = fork();
	if (child == 0)
		cancel_waits_for_the_standby();
	assert_int_equal(group_run(s, &g, &why), -1);
	waitpid(child, &status, 0);
	assert_int_equal(why.kind, ERROR_UNKNOWN);
	set_standby("");
	error_clear(&why);
	x.a.id = store_id(slot, clock_now());
	assert_int_equal(store_intake(s, incarnation, rows, 1, NULL, 0, &why), 0);
	assert_int_equal(x.a.verdict, STORE_SAME_KEY); /* the same key gives the one truth */
	free((void *)(uintptr_t)x.a.same_answer.data);
}

/* No server at all: every row is told to have failed, none is unknown. */
static void
without_a_server_nothing_is_promised(void **state)
{
	struct sample x;
	struct store_application *rows[] = { &x.a };
	struct error why = { 0 };
	char *service, *owner;

	(void)state;
	sample_make(&x, slot, 1);
	store_private_stop(pg.server);
	assert_int_equal(store_intake(s, incarnation, rows, 1, NULL, 0, &why), -1);
	assert_int_equal(x.a.verdict, STORE_FAILED);
	assert_int_equal(why.kind, ERROR_TEMPORARY);
	error_clear(&why);
	pg.server = store_private_start(pg.dir, &service, &owner, &why);
	assert_non_null(pg.server);
	free(service);
	free(owner);
	for (int i = 0; i < 1200 && !store_alive(s); i++)
		usleep(50000);
	assert_int_equal(store_intake(s, incarnation, rows, 1, NULL, 0, &why), 0);
	assert_int_equal(x.a.verdict, STORE_STORED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_leaves_the_machine_is_told_apart),
		cmocka_unit_test(hosts_are_told_apart),
		cmocka_unit_test(a_dead_first_host_is_passed_over),
		cmocka_unit_test(of_several_hosts_one_that_only_reads_is_refused),
		cmocka_unit_test(a_hanging_server_costs_two_seconds),
		cmocka_unit_test(a_hanging_server_costs_nobody_who_does_not_wait),
		cmocka_unit_test(a_commit_with_a_warning_is_unknown),
		cmocka_unit_test(without_a_server_nothing_is_promised),
	};
	struct error why = { 0 };
	int failed;

	pg_start();
	s = pg_open("test");
	if (store_node_begin(s, "one", false, &incarnation, &slot, &why) != 0)
		pg_fail("store_node_begin", why.text);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	store_close(s);
	pg_stop();
	return failed;
}
