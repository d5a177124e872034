/* The private PostgreSQL: start, restart, the ends it may come to, odd paths. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "pg.h"

static struct store_private *
start(const char *dir, char **service, struct error *why)
{
	char *owner = NULL;
	struct store_private *p = store_private_start(dir, service, &owner, why);

	free(owner);
	return p;
}

static void
ask_one(const char *service)
{
	char *text = pg_ask(service, "SELECT 1");

	assert_string_equal(text, "1");
	free(text);
}

static long
server_pid(const char *dir)
{
	char path[PATH_MAX + 32];
	long pid = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/postgresql/postmaster.pid", dir);
	f = fopen(path, "r");
	if (f && fscanf(f, "%ld", &pid) != 1)
		pid = 0;
	if (f)
		fclose(f);
	return pid;
}

static void
it_starts_again_quickly_in_a_path_with_a_space(void **state)
{
	char dir[PATH_MAX], path[PATH_MAX + 32], *service, *other;
	struct error why = { 0 };
	struct store_private *p, *joined;
	struct stat st;
	int64_t began;

	(void)state;
	snprintf(dir, sizeof dir, "%s/a folder's data", pg.dir);
	p = start(dir, &service, &why);
	if (!p)
		fail_msg("%s", why.text);
	ask_one(service);
	snprintf(path, sizeof path, "%s/run", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	joined = start(dir, &other, &why); /* a second program joins it, and leaves it running */
	assert_non_null(joined);
	assert_string_equal(service, other);
	ask_one(other);
	free(other);
	store_private_stop(joined);
	ask_one(service);
	free(service);
	store_private_stop(p);
	assert_int_equal(server_pid(dir), 0);

	began = clock_monotonic();
	p = start(dir, &service, &why);
	assert_non_null(p);
	print_message("restart: %d ms\n", (int)((clock_monotonic() - began) / 1000));
	ask_one(service);
	free(service);
	store_private_stop(p);

	/* a pid file that names a stranger: this program itself */
	snprintf(path, sizeof path, "%s/postgresql/postmaster.pid", dir);
	FILE *f = fopen(path, "w");
	fprintf(f, "%ld\n%s/postgresql\n1\n5432\n", (long)getpid(), dir);
	fclose(f);
	p = start(dir, &service, &why);
	if (!p)
		fail_msg("%s", why.text);
	ask_one(service);
	free(service);
	store_private_stop(p);
}

/* What cannot start is tried now and then, not again and again, and starts once it can. */
static void
a_broken_one_is_not_started_in_a_loop(void **state)
{
	char dir[PATH_MAX], version[PATH_MAX + 32], aside[PATH_MAX + 40], *service;
	struct error why = { 0 };
	struct store_private *p;
	int tries = 0, failed = 0;

	(void)state;
	snprintf(dir, sizeof dir, "%s/broken", pg.dir);
	p = start(dir, &service, &why);
	if (!p)
		fail_msg("%s", why.text);
	assert_int_equal(store_private_patience(p), -1);
	snprintf(version, sizeof version, "%s/postgresql/PG_VERSION", dir);
	snprintf(aside, sizeof aside, "%s.aside", version);
	assert_int_equal(rename(version, aside), 0);
	kill((pid_t)server_pid(dir), SIGQUIT);
	while (store_private_patience(p) < 0)
		failed += store_private_keep(p, &why) != 0;
	for (; tries < 1000; tries++)
		failed += store_private_keep(p, &why) != 0;
	assert_in_range(failed, 1, 5);
	assert_int_equal(rename(aside, version), 0);
	while (store_private_patience(p) >= 0 && store_private_keep(p, &why) == 0)
		;
	ask_one(service);
	free(service);
	store_private_stop(p);
}

static void
a_long_path_gets_a_short_socket(void **state)
{
	char dir[PATH_MAX], *service;
	struct error why = { 0 };
	struct store_private *p;

	(void)state;
	snprintf(dir, sizeof dir, "%s/%0100d", pg.dir, 7);
	p = start(dir, &service, &why);
	if (!p)
		fail_msg("%s", why.text);
	assert_non_null(strstr(service, "/tmp/yijianshi-"));
	ask_one(service);
	free(service);
	store_private_stop(p);
}

/* kill -9 of the program: PostgreSQL goes with it, and the next start waits for its end. */
static void
it_dies_with_the_program(void **state)
{
	char dir[PATH_MAX], *service, byte = 0;
	struct error why = { 0 };
	struct store_private *p;
	int pipes[2], status;
	int64_t began;
	pid_t child;
	long pid;

	(void)state;
	snprintf(dir, sizeof dir, "%s/killed", pg.dir);
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		p = start(dir, &service, &why);
		if (!p || write(pipes[1], &byte, 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	pid = server_pid(dir);
	assert_true(pid > 1);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	began = clock_monotonic();
	p = start(dir, &service, &why); /* at once, while the old one is going */
	if (!p)
		fail_msg("%s", why.text);
	print_message("start after kill -9: %d ms\n", (int)((clock_monotonic() - began) / 1000));
	assert_true(server_pid(dir) != pid);
	ask_one(service);
	free(service);
	store_private_stop(p);
}

static void
a_broken_folder_is_told(void **state)
{
	char dir[PATH_MAX], *service;
	struct error why = { 0 };

	(void)state;
	snprintf(dir, sizeof dir, "%s/nothing/here", pg.dir);
	assert_null(start(dir, &service, &why));
	assert_non_null(strstr(why.text, "No such file"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_starts_again_quickly_in_a_path_with_a_space),
		cmocka_unit_test(a_broken_one_is_not_started_in_a_loop),
		cmocka_unit_test(a_long_path_gets_a_short_socket),
		cmocka_unit_test(it_dies_with_the_program),
		cmocka_unit_test(a_broken_folder_is_told),
	};
	struct error why = { 0 };
	char *service;
	int failed;

	if (geteuid() == 0 && (start("/tmp/yjs-never", &service, &why) || why.kind != ERROR_REFUSED))
		pg_fail("as root", "was not refused");
	pg_folder();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pg_stop();
	return failed;
}
