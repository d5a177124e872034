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

#include "seal/digest.h"

enum { EVENTS = 128, IN = 32768, OUT = 1024, KEY_FROM = 12, KEY_PART = 16 };

struct client { int fd; size_t have; char in[IN]; };

struct stub { int epoll, listening; const char *last; size_t last_length; struct ring *ring; };

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

/* The id of the application stands in the key of its operation. */
static void
note_last(struct stub *s, const struct request *r)
{
	struct ring_note note = { 0 };
	struct operation_key parsed;
	char key[OPERATION_KEY_SIZE];

	if (r->path_length != s->last_length || memcmp(r->path, s->last, s->last_length) != 0 ||
	    r->key_length >= sizeof key || !r->application || r->application_length >= RING_NUMBER)
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

static void
drop(struct client *c)
{
	close(c->fd);
	free(c);
}

static void
serve(struct stub *s, struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->have, IN - c->have, 0);
	struct request r;
	int whole;

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			drop(c);
		return;
	}
	c->have += (size_t)n;
	while ((whole = c->have > 0 ? parse(c, &r) : 0) > 0) {
		if (answer(s, c, &r) != 0) {
			whole = -1;
			break;
		}
		c->have -= r.length;
		memmove(c->in, c->in + r.length, c->have);
	}
	if (whole < 0)
		drop(c);
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
	}
}

int
stub_run(int listening, const char *last, struct ring *ring)
{
	struct stub s = { .epoll = epoll_create1(EPOLL_CLOEXEC), .listening = listening, .last = last,
		.last_length = strlen(last), .ring = ring };
	struct epoll_event first = { .events = EPOLLIN, .data.ptr = NULL }, events[EVENTS];
	int n;

	if (s.epoll < 0 || epoll_ctl(s.epoll, EPOLL_CTL_ADD, listening, &first) != 0)
		return 1;
	for (;;) {
		n = epoll_wait(s.epoll, events, EVENTS, -1);
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
