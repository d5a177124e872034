/* http.c: the server's life: listen, start, drain, stop. */
#include "http/http.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/call.h"
#include "http/exchange.h"
#include "http/refusal.h"
#include "http/serve.h"
#include "http/server.h"

enum { BACKLOG = 1024, STOP_WAIT_MS = 5000 };

/* "host:port" or "[address]:port" into its parts. */
static int
split_listen(const char *listen, char *host, size_t room, const char **port, struct error *why)
{
	const char *colon = strrchr(listen, ':');
	const char *from = listen;
	size_t n;

	if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return error_set(why, ERROR_BROKEN,
		    "listen = \"%s\" has no port: write for example 127.0.0.1:8080", listen);
	n = (size_t)(colon - listen);
	if (n >= 2 && from[0] == '[' && from[n - 1] == ']') {
		from++;
		n -= 2;
	}
	if (n == 0 || n >= room)
		return error_set(why, ERROR_BROKEN,
		    "listen = \"%s\" has no address: write for example 127.0.0.1:8080", listen);
	memcpy(host, from, n);
	host[n] = '\0';
	*port = colon + 1;
	return 0;
}

static int
listen_on(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1, kept;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	kept = errno;
	close(fd);
	errno = kept;
	return -1;
}

static int
bind_to(const char *listen, struct error *why)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
	struct addrinfo *found;
	char host[256];
	const char *service = NULL;
	int failed, fd;

	if (split_listen(listen, host, sizeof host, &service, why) != 0)
		return -1;
	failed = getaddrinfo(host, service, &hints, &found);
	if (failed)
		return error_set(why, ERROR_BROKEN, "listen = \"%s\": %s", listen, gai_strerror(failed));
	fd = listen_on(found);
	freeaddrinfo(found);
	return fd >= 0 ? fd
	    : error_set(why, ERROR_BROKEN, "cannot listen on %s: %s", listen, strerror(errno));
}

int
http_can_listen(const char *listen, struct error *why)
{
	int fd = bind_to(listen, why);

	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int
open_listener(struct http *h, struct error *why)
{
	struct sockaddr_storage bound;
	socklen_t size = sizeof bound;

	h->listener = bind_to(h->settings.listen, why);
	if (h->listener < 0)
		return -1;
	memset(&bound, 0, sizeof bound);
	if (getsockname(h->listener, (struct sockaddr *)&bound, &size) == 0)
		h->port = ntohs(bound.ss_family == AF_INET6
		    ? ((const struct sockaddr_in6 *)(const void *)&bound)->sin6_port
		    : ((const struct sockaddr_in *)(const void *)&bound)->sin_port);
	return 0;
}

static void
fill_settings(struct http_settings *s)
{
	if (s->workers < 1)
		s->workers = 1;
	if (s->io_threads < 1)
		s->io_threads = 1;
	if (s->connections < 1)
		s->connections = 1024;
	if (s->request_us < 1)
		s->request_us = 30 * US_PER_SECOND;
	if (s->idle_us < 1)
		s->idle_us = 60 * US_PER_SECOND;
	if (!s->body_memory)
		s->body_memory = (size_t)256 << 20;
}

static int
start_all(struct http *h, struct error *why)
{
	struct peers_caps caps = { h->settings.connections, h->settings.connections_per_address, 0 };

	if (routes_make(&h->routes, h->settings.routes, h->settings.n_routes, why) != 0)
		return -1;
	h->reserves = routes_reserve(&h->routes, h->settings.reserved);
	if (h->reserves)
		caps.reserve = caps.most / RESERVE_SHARE;
	if (open_listener(h, why) != 0)
		goto no_listener;
	if (h->settings.bound && h->settings.bound(h->settings.cookie, h->port, why) != 0)
		goto no_peers;
	if (peers_start(&h->peers, &caps, h->settings.request_us, h->settings.idle_us, why) != 0)
		goto no_peers;
	if (workers_start(&h->workers, h, why) != 0)
		goto no_workers;
	if (serve_start(h, why) == 0) {
		close(h->listener);
		return 0;
	}
	workers_stop(&h->workers);
	workers_free(&h->workers);
no_workers:
	peers_stop(&h->peers);
no_peers:
	close(h->listener);
no_listener:
	routes_free(&h->routes);
	return -1;
}

struct http *
http_start(const struct http_settings *settings, struct error *why)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };
	struct http *h = calloc(1, sizeof *h);
	sigset_t all, before;
	int failed;

	if (!h) {
		error_set(why, ERROR_TEMPORARY, "no memory for the HTTP server");
		return NULL;
	}
	h->settings = *settings;
	fill_settings(&h->settings);
	h->bodies.most = h->settings.body_memory;
	if (getrandom(&h->seed, sizeof h->seed, 0) != sizeof h->seed)
		h->seed = (uint64_t)clock_now();
	sigfillset(&all); /* signals are for the threads of others, but for one's own faults */
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		sigdelset(&all, faults[i]);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = start_all(h, why);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed) {
		free(h);
		return NULL;
	}
	return h;
}

int
http_port(const struct http *h)
{
	return h->port;
}

/* ---- drain and stop ---- */

static void
sleep_ms(int ms)
{
	struct timespec t = { .tv_nsec = ms * 1000000L };

	nanosleep(&t, NULL);
}

void
http_drain(struct http *h, int64_t us)
{
	int64_t until = clock_monotonic() + us;

	if (!atomic_exchange(&h->draining, true)) {
		serve_refuse_new(h);
		peers_drain(&h->peers);
	}
	while (atomic_load(&h->exchanges) > 0 && clock_monotonic() < until)
		sleep_ms(2);
}

void
http_end_work(struct http *h)
{
	struct http_exchange *x, *next;

	if (atomic_exchange(&h->stopping, true))
		return;
	for (x = workers_stop(&h->workers); x; x = next) {
		next = x->next;
		if (x->call) {
			call_give_up(x);
			continue;
		}
		http_add_header(x, "Retry-After", "1");
		http_problem(x, refusal_busy.status, refusal_busy.type, refusal_busy.title, NULL, NULL);
	}
}

void
http_stop(struct http *h)
{
	if (!h)
		return;
	http_drain(h, 0);
	http_end_work(h);
	for (int i = 0; atomic_load(&h->unanswered) > 0 && i < STOP_WAIT_MS / 2; i++)
		sleep_ms(2);
	if (atomic_load(&h->unanswered) > 0) { /* the library would abort: rather leave it to exit */
		log_error("http: %lld requests were never answered; the server is left as it is",
		    (long long)atomic_load(&h->unanswered));
		return;
	}
	for (int i = 0; atomic_load(&h->exchanges) > 0 && i < 100; i++)
		sleep_ms(2); /* answers on their way out */
	serve_stop(h);
	workers_free(&h->workers);
	peers_stop(&h->peers);
	routes_free(&h->routes);
	free(h);
}
