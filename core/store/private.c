#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "seal/digest.h"
#include "store/connection.h"
#include "store/installed.h"

enum { START_MS = 30000, STOP_MS = 20000, PROBE_MS = 3, RETRY_US = 500000, DOWN_MS = 250, JOINED_MS = 1000,
	SOCKET_PATH_MOST = 107 };

#define ROLES "yijianshi_owner", "yijianshi"

struct store_private {
	pid_t pid;
	int lock;             /* held for our life by the one that runs the server */
	bool own;             /* that is us */
	int64_t retry_at;     /* monotonic: one that ends at once is not started again and again before */
	char data[PATH_MAX];  /* the cluster */
	char run[PATH_MAX];   /* where the socket is */
	char log[PATH_MAX];
	char bin[PATH_MAX];   /* of PostgreSQL */
};

static void
nap(int ms)
{
	poll(NULL, 0, ms);
}

static int
path_make(char out[PATH_MAX], struct error *why, const char *a, const char *b)
{
	if (snprintf(out, PATH_MAX, "%s/%s", a, b) >= PATH_MAX)
		return error_set(why, ERROR_BROKEN, "%s/%s: the path is too long", a, b);
	return 0;
}

/* --- folders --- */

static int
make_folder(const char *path, struct error *why)
{
	struct stat st;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return error_set(why, ERROR_BROKEN, "%s: %s", path, strerror(errno));
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
	    chmod(path, 0700) != 0)
		return error_set(why, ERROR_BROKEN, "%s must be a folder of this user", path);
	return 0;
}

/* A socket's path holds 107 bytes, and a comma parts the folders of a list: for a path that does not
 * do a short folder of this user under /tmp. */
static int
choose_run(struct store_private *p, const char *data_dir, struct error *why)
{
	uint8_t hash[32];
	char hex[13];

	if (path_make(p->run, why, data_dir, "run") != 0)
		return -1;
	if (strlen(p->run) + strlen("/.s.PGSQL.5432.lock") > SOCKET_PATH_MOST || strpbrk(p->run, ",\"")) {
		digest_sha256(data_dir, strlen(data_dir), hash);
		digest_hex(hash, 6, hex);
		snprintf(p->run, sizeof p->run, "/tmp/yijianshi-%u-%s", (unsigned)geteuid(), hex);
	}
	return make_folder(p->run, why);
}

static int
take_lock(struct store_private *p, const char *data_dir, struct error *why)
{
	char path[PATH_MAX];

	if (path_make(path, why, data_dir, "postgresql.lock") != 0)
		return -1;
	p->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (p->lock < 0)
		return error_set(why, ERROR_BROKEN, "%s: %s", path, strerror(errno));
	return 0;
}

/* --- processes --- */

/* In the child: output to the log, dies with the program that started it. */
static void
become(const struct store_private *p, pid_t parent)
{
	int log = open(p->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int null = open("/dev/null", O_RDONLY);

	if (log < 0 || null < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(127);
	setsid(); /* a Ctrl-C at the terminal is the node's to handle */
	if (prctl(PR_SET_PDEATHSIG, SIGINT) != 0 || getppid() != parent || chdir("/") != 0)
		_exit(127);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("PGDATA");
	unsetenv("PGPORT");
}

static pid_t
start_program(const struct store_private *p, char *argv[], struct error *why)
{
	char program[PATH_MAX + 32];
	pid_t parent = getpid(), pid;
	sigset_t all, before;

	snprintf(program, sizeof program, "%s/%s", p->bin, argv[0]);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	pid = fork();
	if (pid == 0) {
		for (int i = 1; i < NSIG; i++)
			signal(i, SIG_DFL);
		sigemptyset(&all);
		pthread_sigmask(SIG_SETMASK, &all, NULL);
		become(p, parent);
		argv[0] = program; /* without a slash they would look for themselves in PATH */
		execv(program, argv);
		_exit(127);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (pid < 0)
		error_set(why, ERROR_TEMPORARY, "cannot start %s: %s", argv[0], strerror(errno));
	return pid;
}

/* The log's last line, for an error's sentence. */
static void
last_line(const struct store_private *p, char *out, size_t room)
{
	FILE *f = fopen(p->log, "re");
	char line[300];

	out[0] = '\0';
	if (!f)
		return;
	if (fseek(f, -2000, SEEK_END) != 0)
		rewind(f);
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			snprintf(out, room, "%s", line);
	}
	fclose(f);
}

static int
failed(const struct store_private *p, const char *what, struct error *why)
{
	char line[300];

	last_line(p, line, sizeof line);
	return error_set(why, ERROR_BROKEN, "PostgreSQL: %s failed: %s (see %s)", what, line, p->log);
}

static int
remove_tree(struct store_private *p, const char *path, struct error *why)
{
	struct store_private at_bin = *p;
	char *argv[] = { "rm", "-rf", "--", (char *)(uintptr_t)path, NULL };
	int status;
	pid_t pid;

	snprintf(at_bin.bin, sizeof at_bin.bin, "/bin");
	pid = start_program(&at_bin, argv, why);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return error_set(why, ERROR_BROKEN, "cannot remove %s", path);
	return 0;
}

/* Into a folder beside, then renamed: a killed initdb leaves nothing half made. */
static int
make_cluster(struct store_private *p, struct error *why)
{
	char fresh[PATH_MAX + 8];
	char *argv[] = { "initdb", "-D", fresh, "-U", "postgres", "-A", "trust", "-E", "UTF8",
		"--locale=C.UTF-8", NULL };
	int status;
	pid_t pid;

	snprintf(fresh, sizeof fresh, "%s.new", p->data);
	if (access(fresh, F_OK) == 0 && remove_tree(p, fresh, why) != 0)
		return -1;
	log_info("making a private PostgreSQL in %s", p->data);
	pid = start_program(p, argv, why);
	if (pid < 0)
		return -1;
	if (waitpid(pid, &status, 0) != pid || status != 0)
		return failed(p, "initdb", why);
	if (rename(fresh, p->data) != 0)
		return error_set(why, ERROR_BROKEN, "%s: %s", p->data, strerror(errno));
	return 0;
}

/* --- one that is still there from before --- */

/* The nth line of what the server writes about itself: its process first, how far it is in the eighth. */
static bool
pid_line(const struct store_private *p, int n, char *line, int room)
{
	char path[PATH_MAX + 32];
	FILE *f;

	snprintf(path, sizeof path, "%s/postmaster.pid", p->data);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (n > 0 && fgets(line, room, f))
		n--;
	fclose(f);
	return n == 0;
}

/* The process that postmaster.pid names, if it still is the server of this cluster. */
static pid_t
old_server(const struct store_private *p)
{
	char path[PATH_MAX + 32], where[PATH_MAX], real[PATH_MAX];
	long pid;
	ssize_t n;

	pid = pid_line(p, 1, path, sizeof path) ? strtol(path, NULL, 10) : 0;
	if (pid <= 1)
		return 0;
	snprintf(path, sizeof path, "/proc/%ld/cwd", pid); /* the server works in its data folder */
	n = readlink(path, where, sizeof where - 1);
	if (n < 0)
		return 0;
	where[n] = '\0';
	return realpath(p->data, real) && strcmp(where, real) == 0 ? (pid_t)pid : 0;
}

/* A server whose program was killed is shutting down by itself; help it after a while. */
static int
await_old_server(const struct store_private *p, struct error *why)
{
	int64_t began = clock_monotonic();
	char path[PATH_MAX + 32];
	bool told = false;
	pid_t pid;

	while ((pid = old_server(p)) > 0) {
		int64_t waited = (clock_monotonic() - began) / 1000;

		if (waited > STOP_MS)
			return error_set(why, ERROR_TEMPORARY, "an earlier PostgreSQL (process %d) does not end", (int)pid);
		if (waited > 500 && !told)
			told = kill(pid, SIGINT) == 0;
		nap(PROBE_MS);
	}
	/* what is left names nobody, or a stranger that got the same number: PostgreSQL would refuse */
	snprintf(path, sizeof path, "%s/postmaster.pid", p->data);
	if (unlink(path) != 0 && errno != ENOENT)
		return error_set(why, ERROR_BROKEN, "%s: %s", path, strerror(errno));
	return 0;
}

/* --- start --- */

/* The log's used files are kept to be used again (min_wal_size): while a new one is made, 16 MB of zeros that are
 * waited for, no commit ends. */
static int
start_server(struct store_private *p, struct error *why)
{
	char *argv[] = { "postgres", "-D", p->data, "-k", p->run, "-c", "listen_addresses=", "-c",
		"port=5432", "-c", "unix_socket_permissions=0700", "-c", "logging_collector=off", "-c",
		"update_process_title=off", "-c", "max_wal_size=2GB", "-c", "min_wal_size=1GB", "-c",
		"wal_compression=lz4", "-c",
		"log_line_prefix=%m [%p] ", NULL };

	p->pid = start_program(p, argv, why);
	return p->pid < 0 ? -1 : 0;
}

/* libpq reads '...' with \' and \\ inside. */
static char *
conninfo(const struct store_private *p, const char *user, const char *database, struct error *why)
{
	struct text t;
	char *s;

	text_init(&t, 3 * PATH_MAX);
	text_puts(&t, "host='");
	for (const char *c = p->run; *c; c++) {
		if (*c == '\'' || *c == '\\')
			text_putc(&t, '\\');
		text_putc(&t, *c);
	}
	text_putf(&t, "' port=5432 user=%s dbname=%s", user, database);
	s = text_take(&t, NULL);
	if (!s)
		error_set(why, ERROR_TEMPORARY, "no memory");
	return s;
}

/* Who connects too early makes the server start a process that says no. */
static bool
says_ready(const struct store_private *p)
{
	char line[PATH_MAX];

	return pid_line(p, 8, line, sizeof line) && strncmp(line, "ready", 5) == 0;
}

static PGconn *
await_server(struct store_private *p, const char *super, struct error *why)
{
	int64_t until = clock_monotonic() + START_MS * INT64_C(1000);
	struct error told = { 0 };
	int status;

	while (clock_monotonic() < until) {
		PGconn *c;

		error_clear(&told);
		c = says_ready(p) ? connection_open(super, "yijianshi start", 1000, &told) : NULL;
		if (c)
			return c;
		if (waitpid(p->pid, &status, WNOHANG) == p->pid) {
			p->pid = -1;
			failed(p, "start", why);
			return NULL;
		}
		nap(PROBE_MS);
	}
	error_set(why, ERROR_BROKEN, "PostgreSQL does not get ready: %s", told.kind ? told.text : p->log);
	return NULL;
}

/* A connection to the server, which was started; NULL: it did not get ready. */
static PGconn *
start_and_await(struct store_private *p, struct error *why)
{
	char *super;
	PGconn *c = NULL;

	if (await_old_server(p, why) != 0 || start_server(p, why) != 0)
		return NULL;
	super = conninfo(p, "postgres", "postgres", why);
	if (super)
		c = await_server(p, super, why);
	free(super);
	return c;
}

/* Another yijianshi runs this folder's PostgreSQL (a node, while a command works): join it. */
static bool
joins_running(struct store_private *p)
{
	struct error ignored = { 0 };
	char *service = conninfo(p, "yijianshi", "yijianshi", &ignored);
	PGconn *c = service ? connection_open(service, "yijianshi join", 1000, &ignored) : NULL;

	free(service);
	if (c)
		PQfinish(c);
	return c != NULL;
}

/* 1: the folder is ours alone, 0: its server runs under another yijianshi. The one who holds the
 * lock may be on its way up or down: look again until either is certain. */
static int
own_or_join(struct store_private *p, const char *data_dir, struct error *why)
{
	int64_t until = clock_monotonic() + START_MS * INT64_C(1000);

	while (flock(p->lock, LOCK_EX | LOCK_NB) != 0) {
		if (joins_running(p))
			return 0;
		if (clock_monotonic() > until)
			return error_set(why, ERROR_TEMPORARY, "%s is in use by another yijianshi, whose PostgreSQL "
			    "does not answer: stop it, or give another data_dir", data_dir);
		nap(20);
	}
	return 1;
}

static int
make_role(PGconn *c, const char *role, struct error *why)
{
	char sql[300];

	snprintf(sql, sizeof sql, "DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%s') THEN "
	    "CREATE ROLE %s LOGIN; END IF; END$$", role, role);
	return connection_text(c, sql, why);
}

static int
make_database(PGconn *c, struct error *why)
{
	PGresult *r = PQexec(c, "SELECT FROM pg_database WHERE datname = 'yijianshi'");
	bool there = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) > 0;

	PQclear(r);
	if (there)
		return 0;
	for (int i = 0; i < 2; i++)
		if (make_role(c, ((const char *[]){ ROLES })[i], why) != 0)
			return -1;
	return connection_text(c, "CREATE DATABASE yijianshi OWNER yijianshi_owner", why);
}

static int
set_up(struct store_private *p, const char *data_dir, struct error *why)
{
	char log[PATH_MAX];
	PGconn *c;
	int result, own;

	if (make_folder(data_dir, why) != 0 || take_lock(p, data_dir, why) != 0 ||
	    path_make(p->data, why, data_dir, "postgresql") != 0 || path_make(log, why, data_dir, "log") != 0 ||
	    make_folder(log, why) != 0 || path_make(p->log, why, log, "postgresql.log") != 0 ||
	    choose_run(p, data_dir, why) != 0 || installed_find(p->data, p->bin, why) != 0)
		return -1;
	own = own_or_join(p, data_dir, why);
	if (own <= 0)
		return own;
	p->own = true;
	if (installed_version(p->data) == 0 && make_cluster(p, why) != 0)
		return -1;
	c = start_and_await(p, why);
	if (!c)
		return -1;
	result = make_database(c, why);
	PQfinish(c);
	return result;
}

struct store_private *
store_private_start(const char *data_dir, char **service, char **owner, struct error *why)
{
	struct error told = { 0 };
	struct store_private *p;
	char real[PATH_MAX];

	*service = *owner = NULL;
	if (geteuid() == 0) {
		error_set(why, ERROR_REFUSED, "PostgreSQL does not run as root: run yijianshi as an ordinary user "
		    "(scripts/demo does so), or set `database` to an existing one");
		return NULL;
	}
	p = calloc(1, sizeof *p);
	if (!p) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	p->lock = p->pid = -1;
	if (make_folder(data_dir, &told) == 0 && !realpath(data_dir, real))
		error_set(&told, ERROR_BROKEN, "%s: %s", data_dir, strerror(errno));
	if (told.kind == ERROR_NONE && set_up(p, real, &told) == 0) {
		*service = conninfo(p, "yijianshi", "yijianshi", &told);
		*owner = conninfo(p, "yijianshi_owner", "yijianshi", &told);
	}
	if (*service && *owner)
		return p;
	free(*service);
	free(*owner);
	*service = *owner = NULL;
	store_private_stop(p);
	error_set(why, told.kind, "%s", told.text);
	return NULL;
}

int
store_private_patience(const struct store_private *p)
{
	return !p->own ? JOINED_MS : p->pid < 0 ? DOWN_MS : -1;
}

int
store_private_keep(struct store_private *p, struct error *why)
{
	PGconn *c;
	int status;

	if (p->own && p->pid > 0 && waitpid(p->pid, &status, WNOHANG) == 0)
		return 0;
	if (!p->own && flock(p->lock, LOCK_EX | LOCK_NB) != 0)
		return 0; /* whose it is still lives */
	p->own = true;
	p->pid = -1;
	if (clock_monotonic() < p->retry_at)
		return 0;
	p->retry_at = clock_monotonic() + RETRY_US;
	log_warning("the private PostgreSQL has ended: starting it again");
	c = start_and_await(p, why);
	PQfinish(c);
	return c ? 0 : -1;
}

/* SIGINT: without waiting for clients; SIGQUIT when it takes too long (recovery at the next start). */
void
store_private_stop(struct store_private *p)
{
	int64_t until = clock_monotonic() + STOP_MS * INT64_C(1000);
	int status;

	if (!p)
		return;
	if (p->pid > 0 && kill(p->pid, SIGINT) == 0) {
		while (waitpid(p->pid, &status, WNOHANG) == 0) {
			if (clock_monotonic() > until) {
				kill(p->pid, SIGQUIT);
				waitpid(p->pid, &status, 0);
				break;
			}
			nap(PROBE_MS);
		}
	}
	if (strncmp(p->run, "/tmp/yijianshi-", 15) == 0)
		rmdir(p->run);
	if (p->lock >= 0)
		close(p->lock);
	free(p);
}
