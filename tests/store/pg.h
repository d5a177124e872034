/* pg.h: a private PostgreSQL for a test program, in a folder of its own under /tmp.
 *
 * PostgreSQL refuses root, so a test started by root becomes the user yijianshi (or nobody) first.
 * Call pg_start() from main before any thread; pg_stop() removes everything. With YJS_BEGINNING it is a copy of that
 * folder, in which the program has made its database before: that takes seconds each time.
 */
#ifndef YJS_TESTS_STORE_PG_H
#define YJS_TESTS_STORE_PG_H

#include <grp.h>
#include <libpq-fe.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "store/store.h"

static struct pg {
	char dir[64];
	char *service, *owner;
	char super[PATH_MAX];
	struct store_private *server;
} pg;

static inline void
pg_fail(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text);
	exit(99);
}

static inline void
pg_become_user(void)
{
	const struct passwd *user;

	if (geteuid() != 0)
		return;
	user = getpwnam("yijianshi");
	if (!user)
		user = getpwnam("nobody");
	if (!user || chown(pg.dir, user->pw_uid, user->pw_gid) != 0 || setgroups(0, NULL) != 0 ||
	    setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)
		pg_fail("pg_become_user", "cannot become an ordinary user");
	prctl(PR_SET_DUMPABLE, 1); /* for the leak checker and /proc */
}

/* The folder and the ordinary user; pg_start() does it too. */
static inline void
pg_folder(void)
{
	snprintf(pg.dir, sizeof pg.dir, "/tmp/yjs-test-XXXXXX");
	if (!mkdtemp(pg.dir))
		pg_fail("pg_folder", "mkdtemp");
	pg_become_user();
	if (chdir(pg.dir) != 0)
		pg_fail("pg_folder", "chdir");
}

static inline void
pg_begin(const char *folder)
{
	char command[PATH_MAX + 100];

	snprintf(command, sizeof command, "cp -a --reflink=auto '%s/.' '%s'", folder, pg.dir);
	if (system(command) != 0)
		pg_fail("pg_begin", command);
}

static inline void
pg_start(void)
{
	struct error why = { 0 };
	const char *beginning = getenv("YJS_BEGINNING"), *user;

	pg_folder();
	if (beginning && *beginning)
		pg_begin(beginning);
	pg.server = store_private_start(pg.dir, &pg.service, &pg.owner, &why);
	if (!pg.server || store_migrate(pg.owner, "yijianshi", &why) != 0)
		pg_fail("pg_start", why.text);
	user = strstr(pg.service, " user=");
	snprintf(pg.super, sizeof pg.super, "%.*s user=postgres dbname=yijianshi",
	    (int)(user - pg.service), pg.service);
}

static inline void
pg_stop(void)
{
	char command[100];

	store_private_stop(pg.server);
	free(pg.service);
	free(pg.owner);
	snprintf(command, sizeof command, "cd / && rm -rf '%s'", pg.dir);
	if (system(command) != 0)
		fprintf(stderr, "%s is left\n", pg.dir);
}

/* Run SQL over a connection of its own: the first value of the last statement (malloc()ed, "" when
 * none), or the SQLSTATE after "!" when it fails. */
static inline char *
pg_ask(const char *conninfo, const char *sql)
{
	PGconn *c = PQconnectdb(conninfo);
	PGresult *r = PQexec(c, sql);
	char answer[256];
	char *result;

	if (PQresultStatus(r) == PGRES_TUPLES_OK) {
		result = strdup(PQntuples(r) > 0 ? PQgetvalue(r, 0, 0) : "");
	} else if (PQresultStatus(r) == PGRES_COMMAND_OK) {
		result = strdup(PQcmdTuples(r));
	} else {
		const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

		snprintf(answer, sizeof answer, "!%s", state ? state : PQerrorMessage(c));
		result = strdup(answer);
	}
	PQclear(r);
	PQfinish(c);
	return result;
}

static inline long
pg_number(const char *sql)
{
	char *text = pg_ask(pg.super, sql);
	long n = *text == '!' ? -1 : atol(text);

	if (*text == '!')
		fprintf(stderr, "%s: %s\n", sql, text);
	free(text);
	return n;
}

static inline struct store *
pg_open(const char *name)
{
	struct error why = { 0 };
	struct store *s = store_open(pg.service, name, &why);

	if (!s)
		pg_fail("pg_open", why.text);
	return s;
}

#endif
