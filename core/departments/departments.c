#include "departments/departments.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "departments/callback.h"
#include "departments/papers.h"
#include "departments/person.h"
#include "departments/visit.h"

enum { USUAL_PORT = 8090, CONNECTIONS = 4000, IDLE_S = 120, NAP_MS = 100 };

struct options {
	const char *listen, *dir, *secrets;
	int port, delay_ms;
	bool sync, help;
	struct faults faults;
};

static void
help(FILE *to)
{
	fputs("usage: yijianshi departments [--port N] [--listen ADDRESS] [--dir DIR] [--secrets DIR]\n"
	    "                             [--delay MS] [--fault DEPARTMENT:KIND[:SHARE[:SEED]]]...\n"
	    "                             [--no-sync]\n\n"
	    "All departments of the connector files on one port: http://127.0.0.1:N/DEPARTMENT/CALL\n\n"
	    "  --port N       8090; 0 takes a free one and prints it\n"
	    "  --listen A     127.0.0.1\n"
	    "  --dir DIR      keeps ledger.ndjson and secrets/DEPARTMENT there (made when absent);\n"
	    "                 without it nothing outlives the process and signatures are not checked\n"
	    "  --secrets DIR  one file a department, instead of DIR/secrets\n"
	    "  --delay MS     every answer comes that much later\n"
	    "  --no-sync      the ledger is written but not fsynced\n"
	    "  --fault        DEPARTMENT (or *), KIND, how often (0 to 1, else always), seed:\n"
	    "                 slow hang 500 reset_before reset_after garbage twice early accept keep\n\n"
	    "GET /_ledger     one JSON line a key: department, call, key, body_sha256, arrived, effects,\n"
	    "                 answer, attempts, ...\n\n"
	    "People whose matters go a certain way, wherever their name stands in what a department is told:\n",
	    to);
	person_list(to);
}

static int
read_number(const char *text, int most, const char *name, int *out)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end || end == text || value < 0 || value > most) {
		fprintf(stderr, "--%s takes a number from 0 to %d, not %s\n", name, most, text);
		return -1;
	}
	*out = (int)value;
	return 0;
}

static int
read_option(struct options *o, int option, const char *value)
{
	struct error why = {0};

	switch (option) {
	case 'p':
		return read_number(value, 65535, "port", &o->port);
	case 'm':
		return read_number(value, 3600000, "delay", &o->delay_ms);
	case 'l':
		o->listen = value;
		return 0;
	case 'd':
		o->dir = value;
		return 0;
	case 's':
		o->secrets = value;
		return 0;
	case 'n':
		o->sync = false;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	case 'f':
		if (fault_parse(&o->faults, value, &why) == 0)
			return 0;
		fprintf(stderr, "%s\n", why.text);
		return -1;
	default:
		fputs("see yijianshi departments --help\n", stderr);
		return -1;
	}
}

static int
read_options(struct options *o, int argc, char **argv)
{
	static const struct option known[] = {
		{"port", required_argument, NULL, 'p'}, {"listen", required_argument, NULL, 'l'},
		{"dir", required_argument, NULL, 'd'}, {"secrets", required_argument, NULL, 's'},
		{"delay", required_argument, NULL, 'm'}, {"fault", required_argument, NULL, 'f'},
		{"no-sync", no_argument, NULL, 'n'}, {"help", no_argument, NULL, 'h'}, {0},
	};
	int option;

	memset(o, 0, sizeof *o);
	o->port = USUAL_PORT;
	o->listen = "127.0.0.1";
	o->sync = true;
	optind = 1;
	while ((option = getopt_long(argc, argv, "h", known, NULL)) >= 0)
		if (read_option(o, option, optarg) != 0)
			return -1;
	if (optind < argc) {
		fprintf(stderr, "%s is not expected here; see yijianshi departments --help\n", argv[optind]);
		return -1;
	}
	return 0;
}

/* Where ledger and secrets are; empty strings for none. */
static int
find_files(const struct options *o, char ledger[PATH_MAX], char secrets[PATH_MAX],
    struct error *why)
{
	ledger[0] = secrets[0] = '\0';
	if (o->dir) {
		if (mkdir(o->dir, 0700) != 0 && errno != EEXIST)
			return error_set(why, ERROR_BROKEN, "cannot make %s: %s", o->dir, strerror(errno));
		if (snprintf(ledger, PATH_MAX, "%s/ledger.ndjson", o->dir) >= PATH_MAX ||
		    snprintf(secrets, PATH_MAX, "%s/secrets", o->dir) >= PATH_MAX)
			return error_set(why, ERROR_BROKEN, "%s is too long a name", o->dir);
	}
	if (o->secrets && snprintf(secrets, PATH_MAX, "%s", o->secrets) >= PATH_MAX)
		return error_set(why, ERROR_BROKEN, "%s is too long a name", o->secrets);
	return 0;
}

static int
open_office(struct office *office, const struct options *o, const json_t *connectors,
    struct error *why)
{
	char ledger[PATH_MAX], secrets[PATH_MAX];

	memset(office, 0, sizeof *office);
	pthread_mutex_init(&office->lock, NULL);
	office->faults = o->faults;
	office->delay_us = o->delay_ms * INT64_C(1000);
	office->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (office->wake < 0)
		return error_set(why, ERROR_TEMPORARY, "no eventfd: %s", strerror(errno));
	if (find_files(o, ledger, secrets, why) != 0 || desk_open(&office->desk, connectors, why) != 0 ||
	    keyring_open(&office->keyring, &office->desk, secrets[0] ? secrets : NULL, why) != 0)
		return -1;
	office->ledger = ledger_open(ledger[0] ? ledger : NULL, o->sync, why);
	office->agenda = office->ledger ? agenda_new(why) : NULL;
	if (!office->agenda)
		return -1;
	for (size_t i = 0; i < ledger_count(office->ledger); i++) { /* told before the last end? */
		struct entry *e = ledger_at(office->ledger, i);

		if (e->callback_url && !e->told)
			callback_plan(office, e, 1, NULL);
		papers_plan(office, e);
	}
	return 0;
}

/* Whatever waits is let go, then nothing is left that could be waited for. */
static void
stop_office(struct office *office)
{
	office->stopping = true;
	if (office->agenda)
		agenda_stop(office->agenda);
	if (office->ledger)
		ledger_stop(office->ledger);
	for (size_t i = 0; office->ledger && i < ledger_count(office->ledger); i++) {
		callback_free(ledger_at(office->ledger, i)->callback);
		ledger_at(office->ledger, i)->callback = NULL;
		papers_free(ledger_at(office->ledger, i));
	}
}

static void
close_office(struct office *office)
{
	agenda_free(office->agenda);
	ledger_close(office->ledger);
	keyring_close(&office->keyring);
	desk_close(&office->desk);
	if (office->wake >= 0)
		close(office->wake);
	pthread_mutex_destroy(&office->lock);
}

static struct MHD_Daemon *
start_daemon(struct office *office, const struct options *o, struct error *why)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)o->port)};
	struct MHD_Daemon *daemon;

	if (inet_pton(AF_INET, o->listen, &to.sin_addr) != 1) {
		error_set(why, ERROR_INPUT, "--listen takes an IPv4 address, not %s", o->listen);
		return NULL;
	}
	errno = 0;
	daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO,
	    (uint16_t)o->port, NULL, NULL, visit_handle, office,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&to,
	    MHD_OPTION_URI_LOG_CALLBACK, visit_begin, office,
	    MHD_OPTION_NOTIFY_COMPLETED, visit_end, office,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
	    MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u, MHD_OPTION_END);
	if (!daemon)
		error_set(why, ERROR_BROKEN, "cannot listen on %s:%d: %s", o->listen, o->port,
		    errno ? strerror(errno) : "is the port taken?");
	return daemon;
}

struct loop { struct MHD_Daemon *daemon; int wake; pthread_t thread; atomic_bool stop; };

/* A loop of our own: libmicrohttpd 0.9.75's sleeps on, with work at hand, when exactly 128 (or 256,
 * …) connections became ready at once, because it asks for more events with the same timeout. It
 * then has no channel for MHD_resume_connection() to wake it by; `wake` is that. */
static void *
serve(void *cookie)
{
	struct loop *loop = cookie;
	struct pollfd fds[] = {
		{.fd = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, .events = POLLIN},
		{.fd = loop->wake, .events = POLLIN},
	};

	while (!loop->stop) {
		MHD_UNSIGNED_LONG_LONG left;
		eventfd_t n;
		int wait = MHD_get_timeout(loop->daemon, &left) == MHD_YES && left < NAP_MS ? (int)left : NAP_MS;

		if (poll(fds, 2, wait) > 0 && fds[1].revents)
			eventfd_read(loop->wake, &n);
		MHD_run(loop->daemon);
	}
	return NULL;
}

static void
say_ready(struct MHD_Daemon *daemon, const struct office *office, const struct options *o)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);

	printf("departments ready on http://%s:%d (%zu departments, %zu calls)\n", o->listen,
	    info ? info->port : o->port, office->desk.n, office->desk.n_calls);
	fflush(stdout);
}

static void
raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max < CONNECTIONS + 200 ? limit.rlim_max : CONNECTIONS + 200;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int
run(const struct options *o, const json_t *connectors)
{
	struct office office;
	struct loop loop = {0};
	struct error why = {0};
	sigset_t ends;
	int got, result = 1;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL); /* before any thread: they inherit it */
	raise_limit();
	if (open_office(&office, o, connectors, &why) == 0)
		loop.daemon = start_daemon(&office, o, &why);
	loop.wake = office.wake;
	if (loop.daemon && pthread_create(&loop.thread, NULL, serve, &loop) == 0) {
		say_ready(loop.daemon, &office, o);
		while (sigwait(&ends, &got) != 0)
			;
		stop_office(&office);
		usleep(2 * NAP_MS * 1000); /* what was let go is torn by the loop */
		loop.stop = true;
		pthread_join(loop.thread, NULL);
		result = 0;
	} else {
		fprintf(stderr, "departments: %s\n", why.text[0] ? why.text : "no thread");
		stop_office(&office);
	}
	if (loop.daemon)
		MHD_stop_daemon(loop.daemon);
	close_office(&office);
	return result;
}

int
departments_main(int argc, char **argv, const json_t *connectors)
{
	struct options o;

	if (read_options(&o, argc, argv) != 0)
		return 2;
	if (o.help) {
		help(stdout);
		return 0;
	}
	return run(&o, connectors);
}
