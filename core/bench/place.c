#include "bench/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/text.h"
#include "seal/digest.h"

enum { DEEP = 32, SECRET = 32, REMOVE_TRIES = 50, REMOVE_NAP_MS = 50 };

/* --- the event --- */

static bool
has_event(struct place *p, const char *event, const char *dir, const char *below)
{
	char file[PATH_MAX * 2], real[PATH_MAX];

	snprintf(file, sizeof file, "%s/%s/%s.lua", dir, below, event);
	if (!realpath(file, real))
		return false;
	*strrchr(real, '/') = '\0';
	snprintf(p->event, sizeof p->event, "%s", real);
	return true;
}

/* Beside the program (a build in the checkout), beside the events (a build elsewhere), installed. */
static int
find_event(struct place *p, const char *event, const struct conf *conf, struct error *why)
{
	char program[PATH_MAX] = "", events[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

	program[n > 0 ? n : 0] = '\0';
	if (n > 0)
		*strrchr(program, '/') = '\0';
	if (!realpath(conf_text(conf, "events_dir"), events))
		snprintf(events, sizeof events, "/");
	if (has_event(p, event, program, "tests/bench") || has_event(p, event, events, "../tests/bench") ||
	    has_event(p, event, program, "../share/yijianshi/bench") || has_event(p, event, YJS_PKGDATADIR, "bench"))
		return 0;
	return error_set(why, ERROR_BROKEN, "the event %s is neither in tests/bench beside the program nor in %s/bench",
	    event, YJS_PKGDATADIR);
}

static int
find_departments(struct place *p, struct error *why)
{
	char dir[PATH_MAX + 16];
	struct dirent *e;
	DIR *d;

	snprintf(dir, sizeof dir, "%s/connectors", p->event);
	d = opendir(dir);
	while (d && (e = readdir(d)) && p->n_departments < PLACE_DEPARTMENTS) {
		size_t n = strlen(e->d_name);

		if (n > 4 && n - 4 < PLACE_ID && strcmp(e->d_name + n - 4, ".lua") == 0)
			snprintf(p->departments[p->n_departments++], PLACE_ID, "%.*s", (int)(n - 4), e->d_name);
	}
	if (d)
		closedir(d);
	return p->n_departments > 0 ? 0 : error_set(why, ERROR_BROKEN, "%s holds no connector files", dir);
}

/* --- the folder --- */

static int
make_dir(const char *path, struct error *why)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	return error_set(why, ERROR_BROKEN, "%s: %s", path, strerror(errno));
}

static int
make_folder(struct place *p, const char *dir, struct error *why)
{
	const char *base = getenv("TMPDIR");
	char wanted[PATH_MAX], log[PATH_MAX + 16];

	if (snprintf(wanted, sizeof wanted, "%s", dir ? dir : base ? base : "/var/tmp") > PATH_MAX - 40)
		return error_set(why, ERROR_BROKEN, "%s is too long a name", wanted);
	if (!dir) {
		snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), "/yijianshi-bench-XXXXXX");
		if (!mkdtemp(wanted))
			return error_set(why, ERROR_BROKEN, "%s: %s", wanted, strerror(errno));
		p->temporary = true;
		snprintf(p->dir, sizeof p->dir, "%s", wanted);
	} else if (make_dir(wanted, why) != 0) {
		return -1;
	}
	if (!realpath(wanted, p->dir))
		return error_set(why, ERROR_BROKEN, "%s: %s", wanted, strerror(errno));
	snprintf(log, sizeof log, "%s/log", p->dir);
	snprintf(p->log, sizeof p->log, "%s/node.log", log);
	snprintf(p->settings, sizeof p->settings, "%s/bench.conf", p->dir);
	return make_dir(log, why);
}

int
place_open(struct place *p, const char *event, const char *dir, const struct conf *conf, struct error *why)
{
	memset(p, 0, sizeof *p);
	if (find_event(p, event, conf, why) != 0 || find_departments(p, why) != 0)
		return -1;
	return make_folder(p, dir, why);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

void
place_close(struct place *p)
{
	/* a server that is told to end while it starts still makes and removes files for a moment */
	for (int i = 0; p->temporary && i < REMOVE_TRIES && access(p->dir, F_OK) == 0; i++)
		if (nftw(p->dir, remove_one, DEEP, FTW_DEPTH | FTW_PHYS) != 0)
			poll(NULL, 0, REMOVE_NAP_MS);
	if (p->temporary && access(p->dir, F_OK) == 0)
		fprintf(stderr, "yijianshi: %s is left behind\n", p->dir);
	p->temporary = false;
}

bool
place_in_memory(const struct place *p)
{
	struct statfs s;

	return statfs(p->dir, &s) == 0 && (s.f_type == TMPFS_MAGIC || s.f_type == RAMFS_MAGIC);
}

/* --- settings --- */

static int
write_file(const char *path, const struct text *t, struct error *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool done = fd >= 0 && !t->failed && write(fd, t->data, t->length) == (ssize_t)t->length;

	if (!done)
		error_set(why, ERROR_BROKEN, "cannot write %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return done ? 0 : -1;
}

static int
write_secret(const char *path, struct error *why)
{
	uint8_t random[SECRET];
	struct text t;
	int done;

	if (access(path, F_OK) == 0)
		return 0; /* of an earlier run in this folder */
	digest_random(random, sizeof random);
	text_init(&t, 1024);
	text_put_hex(&t, random, sizeof random);
	text_putc(&t, '\n');
	done = write_file(path, &t, why);
	text_free(&t);
	return done;
}

int
place_write(const struct place *p, const struct place_settings *s, struct error *why)
{
	struct text t;
	int done = 0;

	text_init(&t, 1 << 16);
	text_putf(&t, "# the node of one run of yijianshi bench\nlisten = 127.0.0.1:%d\nnode = bench\n", s->port);
	text_putf(&t, "data_dir = %s\nkey_file = %s\n", p->dir, s->key_file);
	text_putf(&t, "events_dir = %s\nconnectors_dir = %s/connectors\nscripts_dir = %s\n", p->event, p->event,
	    s->scripts);
	if (*s->database)
		text_putf(&t, "database = %s\n", s->database);
	if (*s->database && *s->owner)
		text_putf(&t, "database_owner = %s\n", s->owner);
	for (size_t i = 0; i < p->n_departments; i++) {
		const char *id = p->departments[i];
		char secret[PATH_MAX + 96];

		snprintf(secret, sizeof secret, "%s/%s.secret", p->dir, id);
		if (write_secret(secret, why) != 0)
			done = -1;
		text_putf(&t, "department.%s.url = %s/%s\ndepartment.%s.secret_file = %s\n", id, s->departments, id, id,
		    secret);
	}
	if (done == 0)
		done = write_file(p->settings, &t, why);
	text_free(&t);
	return done;
}
