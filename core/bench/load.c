#include "bench/loading.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "bench/wire.h"

enum { FORMS = 65536, EVENTS = 256, DATABASE = -1, OPEN_LINES = 64 };

#define AFTER_US 200000   /* filing goes on after the window, until the parent has taken its figures */
#define DRAIN_US (20 * US_PER_SECOND)
#define REST_US 50000     /* after a failure */

/* --- forms --- */

uint64_t
loading_hash(const char *number, size_t length)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)number[i]) * UINT64_C(1099511628211);
	return hash;
}

static int32_t
form_new(struct loading *l, int64_t due)
{
	int32_t i = l->free_form;

	if (i < 0)
		return -1;
	l->free_form = l->forms[i].next;
	l->forms[i] = (struct form){ .due = due, .state = FORM_QUEUED, .next = -1 };
	l->active++;
	return i;
}

static void
form_release(struct loading *l, int32_t i)
{
	l->forms[i].next = l->free_form;
	l->free_form = i;
	l->active--;
}

static void
form_queue(struct loading *l, int32_t i)
{
	l->forms[i].next = -1;
	if (l->last_queued >= 0)
		l->forms[l->last_queued].next = i;
	else
		l->first_queued = i;
	l->last_queued = i;
}

static int32_t
form_unqueue(struct loading *l)
{
	int32_t i = l->first_queued;

	l->first_queued = l->forms[i].next;
	if (l->first_queued < 0)
		l->last_queued = -1;
	return i;
}

int32_t
loading_take(struct loading *l, uint64_t number)
{
	int32_t *p = &l->buckets[number % LOADING_BUCKETS], i;

	while ((i = *p) >= 0 && l->forms[i].number != number)
		p = &l->forms[i].next;
	if (i >= 0)
		*p = l->forms[i].next;
	return i;
}

static bool
in_window(const struct loading *l, int64_t at)
{
	return at >= l->begin && at < l->end;
}

void
loading_finished(struct loading *l, int32_t form, int64_t finished_at, int64_t now)
{
	struct form *f = &l->forms[form];

	if (in_window(l, finished_at)) {
		l->result.finished++;
		tally_add(&l->finish, finished_at - f->due);
		tally_add(&l->seen, now - f->due);
	}
	form_release(l, form);
}

static void
form_failed(struct loading *l, int32_t form, const char *answer, size_t length)
{
	if (l->result.failed++ == 0)
		snprintf(l->result.problem, sizeof l->result.problem, "%.*s", (int)length, answer);
	form_release(l, form);
	if (l->plan->rate <= 0)
		l->due = clock_monotonic() + REST_US;
}

/* --- lines --- */

static int
line_connect(struct loading *l, int i)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = (uint32_t)i };
	struct line *line = l->lines[i];

	line->fd = wire_connect(l->plan->port);
	line->have = 0;
	if (line->fd < 0)
		return -1;
	if (fcntl(line->fd, F_SETFL, O_NONBLOCK) != 0 || epoll_ctl(l->epoll, EPOLL_CTL_ADD, line->fd, &e) != 0) {
		close(line->fd);
		line->fd = -1;
		return -1;
	}
	return 0;
}

static void
line_idle(struct loading *l, int i)
{
	l->lines[i]->form = -1;
	l->lines[i]->have = 0;
	l->idle[(l->first_idle + l->n_idle++) % LOADING_LINES] = i;
}

static int
line_add(struct loading *l)
{
	struct line *line = l->n_lines < LOADING_LINES ? malloc(sizeof *line) : NULL;

	if (!line)
		return -1;
	line->fd = -1;
	l->lines[l->n_lines] = line;
	line_idle(l, l->n_lines++);
	return 0;
}

/* The one that has rested longest, so that all are used in turn; -1 when all are busy. */
static int
line_take(struct loading *l)
{
	int i;

	if (l->n_idle == 0)
		return -1;
	i = l->idle[l->first_idle];
	l->first_idle = (l->first_idle + 1) % LOADING_LINES;
	l->n_idle--;
	return i;
}

static void
line_lost(struct loading *l, int i, const char *why)
{
	struct line *line = l->lines[i];
	int32_t form = line->form;

	close(line->fd);
	line->fd = -1;
	if (form < 0)
		return; /* it rested: the node closes those */
	line_idle(l, i);
	form_failed(l, form, why, strlen(why));
}

/* --- filing --- */

static int
request_make(struct loading *l)
{
	const struct load_plan *p = l->plan;
	struct text t;

	text_init(&t, 1 << 20);
	text_putf(&t, "POST /api/v1/applications HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\nIdempotency-Key: bench-%s-", p->port,
	    p->token, p->length, p->nonce);
	l->key_at = t.length;
	text_puts(&t, "0000000000\r\n\r\n");
	l->serial_at = t.length + p->serial;
	text_put(&t, p->body, p->length);
	l->request = text_take(&t, &l->request_length);
	return l->request ? 0 : -1;
}

static void
send_form(struct loading *l, int32_t form, int i)
{
	char digits[LOAD_DIGITS + 12];
	struct line *line = l->lines[i];

	snprintf(digits, sizeof digits, "%0*lld", LOAD_DIGITS, (long long)l->serial++);
	memcpy(l->request + l->key_at, digits, LOAD_DIGITS);
	memcpy(l->request + l->serial_at, digits, LOAD_DIGITS);
	line->form = form;
	l->forms[form].state = FORM_SENT;
	if (line->fd < 0 && line_connect(l, i) != 0) {
		line_idle(l, i);
		form_failed(l, form, "no connection", 13);
		return;
	}
	if (send(line->fd, l->request, l->request_length, MSG_NOSIGNAL) != (ssize_t)l->request_length)
		line_lost(l, i, "the connection takes nothing");
}

/* Gaps between people who know nothing of each other. */
static int64_t
next_gap(struct loading *l)
{
	l->random ^= l->random << 13;
	l->random ^= l->random >> 7;
	l->random ^= l->random << 17;
	return (int64_t)(-log(((double)(l->random >> 11) + 1) / 9007199254740993.0) / l->plan->rate * 1e6);
}

static bool
wants_more(const struct loading *l, int64_t now)
{
	if (now >= l->stop || now < l->due)
		return false;
	return l->plan->rate > 0 || l->active < l->plan->in_flight;
}

static void
file_forms(struct loading *l, int64_t now)
{
	int line;

	while (wants_more(l, now)) {
		int32_t form = form_new(l, l->plan->rate > 0 ? l->due : now);

		if (form < 0)
			break;
		if (l->plan->rate > 0)
			l->due += next_gap(l);
		form_queue(l, form);
	}
	while (l->first_queued >= 0) {
		line = line_take(l);
		if (line < 0 && line_add(l) == 0)
			line = line_take(l);
		if (line < 0)
			return;
		if (l->plan->rate <= 0) /* it leaves now */
			l->forms[l->first_queued].due = clock_monotonic();
		send_form(l, form_unqueue(l), line);
	}
}

/* --- answers --- */

/* Length of a whole answer, 0 when more must come, -1 when it is none. */
static ssize_t
answer_length(const struct line *line, const char **body)
{
	const char *end = memmem(line->in, line->have, "\r\n\r\n", 4), *s;
	size_t length = 0;

	if (!end)
		return line->have == LOADING_IN ? -1 : 0;
	*body = end + 4;
	for (s = line->in; s < end; s = (const char *)memchr(s, '\n', (size_t)(end + 2 - s)) + 1)
		if (strncasecmp(s, "Content-Length:", 15) == 0)
			length = strtoul(s + 15, NULL, 10);
	length += (size_t)(*body - line->in);
	return length > LOADING_IN ? -1 : length > line->have ? 0 : (ssize_t)length;
}

static void
answered(struct loading *l, int i, const char *body, const char *end)
{
	static const char member[] = "\"number\":\"";
	struct line *line = l->lines[i];
	int32_t form = line->form, *bucket;
	struct form *f = &l->forms[form];
	const char *number = memmem(body, (size_t)(end - body), member, sizeof member - 1), *close_quote;

	if (number) {
		number += sizeof member - 1;
		close_quote = memchr(number, '"', (size_t)(end - number));
	}
	if (!number || !close_quote || memcmp(line->in, "HTTP/1.1 201", 12) != 0) {
		form_failed(l, form, line->in, (size_t)(end - line->in));
		line_idle(l, i);
		return;
	}
	f->answered = clock_monotonic();
	f->number = loading_hash(number, (size_t)(close_quote - number));
	f->state = FORM_RUNNING;
	bucket = &l->buckets[f->number % LOADING_BUCKETS];
	f->next = *bucket;
	*bucket = form;
	if (in_window(l, f->answered)) {
		l->result.filed++;
		tally_add(&l->intake, f->answered - f->due);
	}
	line_idle(l, i);
}

static void
line_read(struct loading *l, int i)
{
	struct line *line = l->lines[i];
	const char *body;
	ssize_t n;

	n = recv(line->fd, line->in + line->have, LOADING_IN - line->have, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0 || line->form < 0) {
		line_lost(l, i, "the connection was closed");
		return;
	}
	line->have += (size_t)n;
	n = answer_length(line, &body);
	if (n < 0)
		line_lost(l, i, "no answer that can be read");
	else if (n > 0)
		answered(l, i, body, line->in + n);
}

/* --- the loop --- */

/* Forms on their way, summed over the window. */
static void
add_area(struct loading *l, int64_t now)
{
	int64_t from = l->area_at > l->begin ? l->area_at : l->begin, to = now < l->end ? now : l->end;

	if (to > from)
		l->area += l->active * (to - from);
	l->area_at = now;
}

static struct timespec
sleep_for(const struct loading *l, int64_t now)
{
	int64_t until = l->ask_at, left;

	if (now < l->stop && l->due > now && l->due < until)
		until = l->due;
	left = until > now ? until - now : 0;
	return (struct timespec){ left / US_PER_SECOND, left % US_PER_SECOND * 1000 };
}

static int
loop(struct loading *l, struct error *why)
{
	struct epoll_event events[EVENTS];
	int64_t now = clock_monotonic();

	while (now < l->stop || (l->active > 0 && !l->plan->leave && now < l->stop + DRAIN_US)) {
		struct timespec wait;
		int n;

		file_forms(l, now);
		if (watch_look(l, now, why) != 0)
			return -1;
		now = clock_monotonic();
		wait = sleep_for(l, now);
		n = epoll_pwait2(l->epoll, events, EVENTS, &wait, NULL);
		now = clock_monotonic();
		add_area(l, now);
		for (int i = 0; i < n; i++) {
			if (events[i].data.u32 != (uint32_t)DATABASE)
				line_read(l, (int)events[i].data.u32);
			else if (watch_answers(l, why) != 0)
				return -1;
		}
	}
	return 0;
}

static int
prepare(struct loading *l, struct error *why)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = (uint32_t)DATABASE };
	int lines = l->plan->rate > 0 ? OPEN_LINES : l->plan->in_flight;

	l->forms = calloc(FORMS, sizeof *l->forms);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!l->forms || l->epoll < 0 || request_make(l) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (int32_t i = 0; i < FORMS; i++)
		l->forms[i].next = i + 1 < FORMS ? i + 1 : -1;
	memset(l->buckets, 0xff, sizeof l->buckets);
	l->first_queued = l->last_queued = -1;
	l->random = UINT64_C(88172645463325252);
	l->serial = l->plan->first;
	for (int i = 0; i < lines; i++)
		if (line_add(l) != 0 || line_connect(l, i) != 0)
			return error_set(why, ERROR_TEMPORARY, "the node takes no %d connections", lines);
	l->m = measure_open(l->plan->database, NULL, why);
	if (!l->m || measure_clock(l->m, &l->offset, why) != 0)
		return -1;
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, measure_socket(l->m), &e) != 0)
		return error_set(why, ERROR_BROKEN, "epoll: %s", strerror(errno));
	l->read = ring_now(l->plan->ring);
	return 0;
}

static void
conclude(struct loading *l)
{
	struct load_result *r = &l->result;

	r->lost = l->plan->leave ? 0 : l->active;
	r->numbers = l->serial - l->plan->first;
	r->in_flight = (double)l->area / (double)l->plan->window_us;
	r->intake = tally_figures(&l->intake);
	r->finish = tally_figures(&l->finish);
	r->seen = tally_figures(&l->seen);
}

int
load_run(const struct load_plan *plan, int out)
{
	static struct loading l; /* large */
	struct load_ready ready;
	struct error why = { 0 };

	l.plan = plan;
	if (prepare(&l, &why) == 0) {
		l.begin = clock_monotonic() + plan->warm_us;
		l.due = l.area_at = clock_monotonic();
		l.end = l.begin + plan->window_us;
		l.stop = l.end + AFTER_US;
		ready = (struct load_ready){ measure_backend(l.m), l.begin, l.end };
		if (write(out, &ready, sizeof ready) == sizeof ready && loop(&l, &why) == 0) {
			conclude(&l);
			return write(out, &l.result, sizeof l.result) == sizeof l.result ? 0 : 1;
		}
	}
	fprintf(stderr, "yijianshi bench, load generator: %s\n", why.text);
	return 1;
}
