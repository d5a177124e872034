#include "outcall/plain.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"

enum { IN = 16384, RETRY_MOST_S = 7 * 86400 };
#define KEPT_US (100 * US_PER_SECOND) /* an older connection is not trusted any more */

struct plain_line {
	struct plain_line *next; /* kept, or NULL */
	struct plain_host *host;
	struct plain_call *call; /* NULL: it is kept for the next one */
	int fd;
	bool connecting;
	bool used;               /* it has carried a call before */
	int64_t kept_since;
};

struct plain_host {
	struct plain_host *next;
	struct outcall_allow at;
	struct sockaddr_storage address;
	socklen_t length;
	char name[280];          /* as in the header Host */
	struct plain_line *kept;
};

struct plain {
	struct watch *watch;
	const struct outcall_limits *limits;
	void (*finished)(struct plain_call *call);
	struct plain_host *hosts;
	struct plain_line **lines; /* by descriptor */
	int n_lines, n_kept;
	struct plain_call *flying;
	int64_t due;               /* not later than the first of their ends; 0 none */
};

struct plain *
plain_new(struct watch *w, const struct outcall_limits *limits, void (*finished)(struct plain_call *call))
{
	struct plain *p = calloc(1, sizeof *p);

	if (p) {
		p->watch = w;
		p->limits = limits;
		p->finished = finished;
	}
	return p;
}

/* --- lines --- */

static void
line_close(struct plain *p, struct plain_line *line)
{
	watch_forget(p->watch, line->fd);
	p->lines[line->fd] = NULL;
	close(line->fd);
	free(line);
}

void
plain_free(struct plain *p)
{
	struct plain_host *host;

	if (!p)
		return;
	for (int i = 0; i < p->n_lines; i++)
		if (p->lines[i])
			line_close(p, p->lines[i]);
	while ((host = p->hosts)) {
		p->hosts = host->next;
		free(host);
	}
	free(p->lines);
	free(p);
}

static bool
make_place(struct plain *p, int fd)
{
	int n = fd < 512 ? 1024 : fd * 2;
	struct plain_line **wider;

	if (fd < p->n_lines)
		return true;
	wider = realloc(p->lines, (size_t)n * sizeof *wider);
	if (!wider)
		return false;
	memset(wider + p->n_lines, 0, (size_t)(n - p->n_lines) * sizeof *wider);
	p->lines = wider;
	p->n_lines = n;
	return true;
}

/* A new connection on its way, or NULL. */
static struct plain_line *
line_open(struct plain *p, struct plain_host *host)
{
	struct plain_line *line = calloc(1, sizeof *line);
	int fd = line ? socket(host->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1, one = 1;

	if (fd >= 0 && make_place(p, fd)) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		line->connecting = connect(fd, (struct sockaddr *)&host->address, host->length) != 0;
		line->fd = fd;
		line->host = host;
		if ((!line->connecting || errno == EINPROGRESS) &&
		    watch_set(p->watch, fd, line->connecting ? WATCH_WRITE : WATCH_READ) == 0) {
			p->lines[fd] = line;
			return line;
		}
		watch_forget(p->watch, fd);
	}
	if (fd >= 0)
		close(fd);
	free(line);
	return NULL;
}

/* One that is kept, or a new one. */
static struct plain_line *
line_take(struct plain *p, struct plain_host *host, bool fresh)
{
	int64_t oldest = clock_monotonic() - KEPT_US;
	struct plain_line *line;

	while (!fresh && (line = host->kept)) {
		host->kept = line->next;
		line->next = NULL;
		p->n_kept--;
		if (line->kept_since >= oldest)
			return line;
		line_close(p, line);
	}
	return line_open(p, host);
}

static void
line_keep(struct plain *p, struct plain_line *line)
{
	line->call = NULL;
	line->used = true;
	line->kept_since = clock_monotonic();
	line->next = line->host->kept;
	line->host->kept = line;
	p->n_kept++;
}

/* The other end has closed it, or says something that nobody asked for. */
static void
line_unkeep(struct plain *p, struct plain_line *line)
{
	struct plain_line **at = &line->host->kept;

	while (*at && *at != line)
		at = &(*at)->next;
	if (*at) {
		*at = line->next;
		p->n_kept--;
	}
	line_close(p, line);
}

/* --- calls --- */

static void
unlink_call(struct plain_call *call)
{
	*call->place = call->next;
	if (call->next)
		call->next->place = call->place;
	call->place = NULL;
	call->next = NULL;
}

static void
finish(struct plain *p, struct plain_call *call, const char *problem)
{
	struct plain_line *line = call->line;

	call->problem = problem;
	call->line = NULL;
	if (line && !problem && call->wire.keeps && call->wire.at == call->in.length && !call->never_twice &&
	    call->out == call->head.length + call->length && p->n_kept < p->limits->in_flight)
		line_keep(p, line);
	else if (line)
		line_close(p, line);
	unlink_call(call);
	p->finished(call);
}

static void push(struct plain *p, struct plain_call *call);

/* Put the call on a line; it goes out when that stands. */
static void
board(struct plain *p, struct plain_call *call, bool fresh)
{
	call->line = line_take(p, call->host, fresh);
	if (!call->line) {
		finish(p, call, "no connection could be made");
		return;
	}
	call->line->call = call;
	if (!call->line->connecting)
		push(p, call);
}

/* The connection is gone. One that was kept may have been closed long ago: then once more, on a new one. */
static void
broken_off(struct plain *p, struct plain_call *call)
{
	struct plain_line *line = call->line;

	if (line->used && call->in.length == 0 && !call->never_twice) {
		call->line = NULL;
		line_close(p, line);
		call->out = 0;
		board(p, call, true);
		return;
	}
	finish(p, call, line->connecting ? "no connection" : call->wire.state == WIRE_UNFRAMED
	    ? "the answer does not say how long it is" : "the connection ended before the answer was whole");
}

/* Send what has not yet left. */
static void
push(struct plain *p, struct plain_call *call)
{
	size_t head = call->out < call->head.length ? call->head.length - call->out : 0;
	size_t from = head ? 0 : call->out - call->head.length;
	struct iovec parts[2] = { { call->head.data + call->head.length - head, head },
		{ (char *)(uintptr_t)call->body + from, call->length - from } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t n;

	call->sent = true;
	n = sendmsg(call->line->fd, &message, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		broken_off(p, call);
		return;
	}
	call->out += n > 0 ? (size_t)n : 0;
	if (watch_set(p->watch, call->line->fd, call->out < call->head.length + call->length
	    ? WATCH_READ | WATCH_WRITE : WATCH_READ) != 0)
		finish(p, call, "no memory");
}

static void
pull(struct plain *p, struct plain_call *call)
{
	char bytes[IN];
	ssize_t n = recv(call->line->fd, bytes, sizeof bytes, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		broken_off(p, call);
		return;
	}
	if (text_put(&call->in, bytes, (size_t)n) != 0) {
		finish(p, call, "the answer is too long");
		return;
	}
	switch (wire_read(&call->wire, &call->in)) {
	case WIRE_WHOLE:
		finish(p, call, NULL);
		break;
	case WIRE_BROKEN:
		finish(p, call, "the answer is no HTTP, ambiguous, or too long");
		break;
	default:
		break;
	}
}

/* It stands, or could not be made. */
static void
connected(struct plain *p, struct plain_call *call)
{
	int error = 0;
	socklen_t length = sizeof error;

	if (getsockopt(call->line->fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error) {
		finish(p, call, "no connection");
		return;
	}
	call->line->connecting = false;
	push(p, call);
}

bool
plain_act(struct plain *p, const struct watch_event *event)
{
	struct plain_line *line = event->fd < p->n_lines ? p->lines[event->fd] : NULL;
	struct plain_call *call = line ? line->call : NULL;

	if (!line)
		return false;
	if (!call)
		line_unkeep(p, line);
	else if (line->connecting)
		connected(p, call);
	else if (event->what & (WATCH_READ | WATCH_ERROR))
		pull(p, call);
	else
		push(p, call);
	return true;
}

/* --- from outcall.c --- */

/* Where it leads; false: a name, which must be looked up. */
static bool
read_address(struct plain_host *host)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&host->address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&host->address;
	size_t n = strlen(host->at.host);
	char inside[sizeof host->at.host];

	if (inet_pton(AF_INET, host->at.host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)host->at.port);
		host->length = sizeof *four;
		return true;
	}
	if (n < 3 || host->at.host[0] != '[')
		return false;
	memcpy(inside, host->at.host + 1, n - 2);
	inside[n - 2] = '\0';
	if (inet_pton(AF_INET6, inside, &six->sin6_addr) != 1)
		return false;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)host->at.port);
	host->length = sizeof *six;
	return true;
}

struct plain_host *
plain_host(struct plain *p, const char *url, const struct outcall_allow *to, bool own)
{
	struct plain_host *host;

	if (!own || strncasecmp(url, "http://", 7) != 0)
		return NULL;
	for (host = p->hosts; host; host = host->next)
		if (host->at.port == to->port && strcmp(host->at.host, to->host) == 0)
			return host->length ? host : NULL;
	host = calloc(1, sizeof *host);
	if (!host)
		return NULL;
	host->at = *to;
	if (to->port == 80)
		snprintf(host->name, sizeof host->name, "%s", to->host);
	else
		snprintf(host->name, sizeof host->name, "%s:%d", to->host, to->port);
	host->next = p->hosts; /* a name is remembered as none of ours */
	p->hosts = host;
	return read_address(host) ? host : NULL;
}

void
plain_head(struct plain_call *call, const struct plain_host *host, const char *method, const char *target)
{
	text_clear(&call->head);
	text_puts(&call->head, method);
	text_putc(&call->head, ' ');
	text_puts(&call->head, target);
	text_puts(&call->head, " HTTP/1.1\r\nHost: ");
	text_puts(&call->head, host->name);
	text_puts(&call->head, "\r\nUser-Agent: yijianshi/1\r\n");
}

void
plain_start(struct plain *p, struct plain_call *call, struct plain_host *host, int timeout_ms)
{
	int64_t now = clock_monotonic();

	call->until = now + timeout_ms * INT64_C(1000);
	call->connect_until = now + p->limits->connect_ms * INT64_C(1000);
	if (call->connect_until < call->until && (!p->due || call->connect_until < p->due))
		p->due = call->connect_until;
	if (!p->due || call->until < p->due)
		p->due = call->until;
	call->host = host;
	call->out = 0;
	call->sent = false;
	call->problem = NULL;
	text_clear(&call->in);
	wire_begin(&call->wire, p->limits->answer_bytes);
	call->next = p->flying;
	if (call->next)
		call->next->place = &call->next;
	call->place = &p->flying;
	p->flying = call;
	board(p, call, call->never_twice);
}

int64_t
plain_time(struct plain *p)
{
	int64_t now = clock_monotonic();
	struct plain_call *call, *next;

	if (!p->due || now < p->due)
		return p->due;
	p->due = 0;
	for (call = p->flying; call; call = next) {
		bool connecting = call->line && call->line->connecting;
		int64_t end = connecting && call->connect_until < call->until ? call->connect_until : call->until;

		next = call->next;
		if (now >= end)
			finish(p, call, connecting ? "no connection in time" : "no answer in time");
		else if (!p->due || end < p->due)
			p->due = end;
	}
	return p->due;
}

void
plain_drop(struct plain *p, struct plain_call *call)
{
	if (call->place) {
		if (call->line)
			line_close(p, call->line);
		unlink_call(call);
	}
	text_free(&call->head);
	text_free(&call->in);
}

/* Seconds, or a date. */
static int64_t
retry_after_us(const char *told)
{
	char *end;
	long long seconds = strtoll(told, &end, 10);

	if (*told && *end) {
		time_t then = curl_getdate(told, NULL);

		seconds = then < 0 ? 0 : (long long)then - clock_now() / US_PER_SECOND;
	}
	return (seconds < 0 ? 0 : seconds > RETRY_MOST_S ? RETRY_MOST_S : seconds) * US_PER_SECOND;
}

void
plain_answer(const struct plain_call *call, struct answer *answer)
{
	*answer = (struct answer){ .sent = call->sent, .complete = !call->problem, .status = call->wire.status,
		.type = *call->wire.type ? call->wire.type : NULL,
		.body = call->in.data ? call->in.data + call->wire.body : "", .length = call->wire.length,
		.retry_after_us = *call->wire.retry_after ? retry_after_us(call->wire.retry_after) : 0 };
}
