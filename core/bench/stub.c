#include "bench/stub.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "seal/digest.h"

enum { EVENTS = 128, IN = 32768, OUT = 1024, KEY_FROM = 12, KEY_PART = 16, HUNG_MS = 20 };

#define SLOW_US (2 * US_PER_SECOND)

struct client {
	int fd;
	size_t have;
	int64_t due;         /* its answer is late until then, monotonic us; 0: it is not */
	bool listed;         /* among those that are late, */
	struct client *next; /* before this one */
	char in[IN];
};

struct stub {
	int epoll, listening;
	const char *last, *ailing;
	size_t last_length, ailing_length;
	struct ring *ring;
	struct client *first_late, *last_late;
};

struct request { /* lent from the client's buffer */
	const char *path, *key, *application;
	size_t path_length, key_length, application_length, length; /* length: of head and body */
};

/* The value of a header when the line begins with its name. */
static const char *
value_of(const char *line, const char *end, const char *name, size_t *length)
{
	size_t n = strlen(name);

	if ((size_t)(end - line) <= n || line[n] != ':' || strncasecmp(line, name, n) != 0)
		return NULL;
	line += n + 1;
	while (line < end && *line == ' ')
		line++;
	*length = (size_t)(end - line);
	return line;
}

/* 1 a whole request, 0 more must come, -1 what we do not speak. */
static int
parse(const struct client *c, struct request *r)
{
	const char *head_end = memmem(c->in, c->have, "\r\n\r\n", 4), *line, *end, *value;
	size_t length = 0, n;

	if (!head_end)
		return c->have == IN ? -1 : 0;
	memset(r, 0, sizeof *r);
	if (strncmp(c->in, "POST ", 5) != 0)
		return -1;
	r->path = c->in + 5;
	r->path_length = strcspn(r->path, " \r");
	for (line = c->in; line < head_end; line = end + 2) {
		end = memchr(line, '\r', (size_t)(head_end + 1 - line));
		switch (*line | 0x20) { /* the first letter in lower case */
		case 'c':
			if ((value = value_of(line, end, "Content-Length", &n)))
				length = strtoul(value, NULL, 10);
			break;
		case 'i':
			if ((value = value_of(line, end, "Idempotency-Key", &n))) {
				r->key = value;
				r->key_length = n;
			}
			break;
		case 'x':
			if ((value = value_of(line, end, "X-Application-Id", &n))) {
				r->application = value;
				r->application_length = n;
			}
			break;
		}
	}
	r->length = (size_t)(head_end + 4 - c->in) + length;
	if (r->length > IN)
		return -1;
	return r->length <= c->have;
}

static bool
is_last(const struct stub *s, const struct request *r)
{
	return r->path_length == s->last_length && memcmp(r->path, s->last, s->last_length) == 0;
}

/* The id of the application stands in the key of its operation. */
static void
note_last(struct stub *s, const struct request *r)
{
	struct ring_note note = { 0 };
	struct operation_key parsed;
	char key[OPERATION_KEY_SIZE];

	if (!is_last(s, r) || r->key_length >= sizeof key || !r->application || r->application_length >= RING_NUMBER)
		return;
	memcpy(key, r->key, r->key_length);
	key[r->key_length] = '\0';
	if (!operation_key_parse(key, &parsed))
		return;
	note.application = parsed.application;
	note.division = (int32_t)atoi(parsed.division);
	memcpy(note.number, r->application, r->application_length);
	ring_put(s->ring, &note);
}

/* Id and item of the key make the receipt and both outputs: the same key, the same answer. */
static int
answer(struct stub *s, struct client *c, const struct request *r)
{
	char part[KEY_PART + 1] = "0000000000000-00", body[OUT / 2], out[OUT];
	int body_length, length;

	if (r->key_length >= KEY_FROM + KEY_PART)
		memcpy(part, r->key + KEY_FROM, KEY_PART);
	body_length = snprintf(body, sizeof body, "{\"state\":\"approved\",\"result_id\":\"R-%s\","
	    "\"outputs\":{\"no\":\"330111-%s\",\"code\":\"C-%s\"}}", part, part, part);
	length = snprintf(out, sizeof out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: %d\r\n\r\n%s", body_length, body);
	if (send(c->fd, out, (size_t)length, MSG_NOSIGNAL) != length)
		return -1;
	note_last(s, r);
	return 0;
}

/* --- one department that is not well --- */

static bool
is_ailing(const struct stub *s, const struct request *r)
{
	return s->ailing && r->path_length > s->ailing_length + 1 &&
	    memcmp(r->path + 1, s->ailing, s->ailing_length) == 0 && r->path[s->ailing_length + 1] == '/';
}

/* Late by the same time all of them, so the first is due first; or for ever. */
static void
put_off(struct stub *s, struct client *c, int fault)
{
	c->due = fault == RING_HANG ? INT64_MAX : clock_monotonic() + SLOW_US;
	c->next = NULL;
	c->listed = true;
	if (s->last_late)
		s->last_late->next = c;
	else
		s->first_late = c;
	s->last_late = c;
}

static void
unlist(struct stub *s, struct client *c)
{
	struct client **at = &s->first_late, *before = NULL;

	for (; *at != c; at = &(*at)->next)
		before = *at;
	*at = c->next;
	if (s->last_late == c)
		s->last_late = before;
	c->listed = false;
}

static void
drop(struct stub *s, struct client *c)
{
	if (c->listed)
		unlist(s, c);
	close(c->fd);
	free(c);
}

/* --- requests --- */

/* 1: answered, look for the next; 0: no answer now; -1: hang up. */
static int
reply(struct stub *s, struct client *c, const struct request *r)
{
	bool ailing = is_ailing(s, r);
	int fault = ailing ? atomic_load_explicit(&s->ring->fault, memory_order_relaxed) : RING_WELL;

	if (fault == RING_DOWN)
		return -1;
	if (fault != RING_WELL && !c->due)
		put_off(s, c, fault);
	if (c->due > clock_monotonic())
		return 0;
	c->due = 0;
	if (ailing || !is_last(s, r)) /* the last waits for all departments */
		atomic_fetch_add_explicit(ailing ? &s->ring->faulty : &s->ring->others, 1, memory_order_relaxed);
	return answer(s, c, r) == 0 ? 1 : -1;
}

/* All whole requests that have come. */
static void
go_on(struct stub *s, struct client *c)
{
	struct request r;
	int whole;

	while ((whole = c->have > 0 ? parse(c, &r) : 0) > 0) {
		whole = reply(s, c, &r);
		if (whole <= 0)
			break;
		c->have -= r.length;
		memmove(c->in, c->in + r.length, c->have);
	}
	if (whole < 0)
		drop(s, c);
}

static void
serve(struct stub *s, struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->have, IN - c->have, 0);

	if (n > 0) {
		c->have += (size_t)n;
		go_on(s, c);
	} else if (n == 0 || errno != EAGAIN) {
		drop(s, c);
	}
}

/* Answer those whose time has come; who hung hangs up when he is begun anew. How long to wait for the next, ms, -1 for
 * ever. */
static int
serve_late(struct stub *s)
{
	int64_t now = clock_monotonic();

	while (s->first_late && s->first_late->due == INT64_MAX && atomic_load(&s->ring->fault) == RING_WELL)
		drop(s, s->first_late);
	while (s->first_late && s->first_late->due <= now) {
		struct client *c = s->first_late;

		unlist(s, c);
		go_on(s, c);
	}
	if (!s->first_late)
		return -1;
	return s->first_late->due == INT64_MAX ? HUNG_MS : (int)((s->first_late->due - now) / 1000) + 1;
}

static void
accept_all(struct stub *s)
{
	int fd, one = 1;

	while ((fd = accept4(s->listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct client *c = malloc(sizeof *c);
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		if (!c || epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) != 0) {
			free(c);
			close(fd);
			continue;
		}
		c->fd = fd;
		c->have = 0;
		c->due = 0;
		c->listed = false;
	}
}

int
stub_run(int listening, const char *last, const char *ailing, struct ring *ring)
{
	struct stub s = { .epoll = epoll_create1(EPOLL_CLOEXEC), .listening = listening, .last = last,
		.last_length = strlen(last), .ailing = ailing, .ailing_length = ailing ? strlen(ailing) : 0, .ring = ring };
	struct epoll_event first = { .events = EPOLLIN, .data.ptr = NULL }, events[EVENTS];
	int n;

	if (s.epoll < 0 || epoll_ctl(s.epoll, EPOLL_CTL_ADD, listening, &first) != 0)
		return 1;
	for (;;) {
		n = epoll_wait(s.epoll, events, EVENTS, serve_late(&s));
		if (n < 0 && errno != EINTR)
			return 1;
		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr)
				serve(&s, events[i].data.ptr);
			else
				accept_all(&s);
		}
	}
}
