#include "outcall/driver.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "outcall/watch.h"

struct driver {
	CURLM *multi;
	struct watch *watch;
	struct flights done;
	int64_t due; /* monotonic us: when libcurl wants to be asked; 0 not */
	int with[OUTCALL_WITH]; /* the caller's sockets that are watched too, -1 none */
	bool failed; /* a socket could not be watched: fall back on looking at all transfers */
};

/* --- queues --- */

void
flights_put(struct flights *q, struct flight *f)
{
	f->next = NULL;
	if (q->first)
		*q->end = f;
	else
		q->first = f;
	q->end = &f->next;
}

struct flight *
flights_take(struct flights *q)
{
	struct flight *f = q->first;

	if (f)
		q->first = f->next;
	return f;
}

/* --- what libcurl tells --- */

int
driver_close(void *driver, curl_socket_t fd)
{
	watch_forget(((struct driver *)driver)->watch, fd);
	return close(fd);
}

/* What it waits for on a socket. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *cookie, void *unused)
{
	struct driver *d = cookie;
	int wanted = what == CURL_POLL_IN ? WATCH_READ : what == CURL_POLL_OUT ? WATCH_WRITE
	    : what == CURL_POLL_INOUT ? WATCH_READ | WATCH_WRITE : 0;

	(void)easy;
	(void)unused;
	if (watch_set(d->watch, fd, wanted) != 0)
		d->failed = true;
	return 0;
}

static int
on_timer(CURLM *multi, long timeout_ms, void *cookie)
{
	struct driver *d = cookie;

	(void)multi;
	d->due = timeout_ms < 0 ? 0 : clock_monotonic() + timeout_ms * 1000;
	return 0;
}

struct driver *
driver_new(long kept)
{
	struct driver *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	for (int i = 0; i < OUTCALL_WITH; i++)
		d->with[i] = -1;
	d->watch = watch_new();
	d->multi = curl_multi_init();
	if (!d->multi || !d->watch || curl_multi_setopt(d->multi, CURLMOPT_MAXCONNECTS, kept) ||
	    curl_multi_setopt(d->multi, CURLMOPT_SOCKETFUNCTION, on_socket) ||
	    curl_multi_setopt(d->multi, CURLMOPT_SOCKETDATA, d) ||
	    curl_multi_setopt(d->multi, CURLMOPT_TIMERFUNCTION, on_timer) ||
	    curl_multi_setopt(d->multi, CURLMOPT_TIMERDATA, d)) {
		driver_free(d);
		return NULL;
	}
	return d;
}

void
driver_free(struct driver *d)
{
	if (!d)
		return;
	curl_multi_cleanup(d->multi);
	watch_free(d->watch);
	free(d);
}

/* --- transfers --- */

int
driver_start(struct driver *d, struct flight *f)
{
	f->result = CURLE_OK;
	f->flying = curl_multi_add_handle(d->multi, f->easy) == CURLM_OK;
	return f->flying ? 0 : -1;
}

void
driver_drop(struct driver *d, struct flight *f)
{
	if (f->flying)
		curl_multi_remove_handle(d->multi, f->easy);
	f->flying = false;
}

struct flights *
driver_done(struct driver *d)
{
	return &d->done;
}

static void
gather(struct driver *d)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(d->multi, &left))) {
		char *private;
		struct flight *f;
		CURLcode result = message->data.result; /* gone once the handle is removed */

		if (message->msg != CURLMSG_DONE ||
		    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private) != CURLE_OK)
			continue;
		f = (struct flight *)(void *)private;
		driver_drop(d, f);
		f->result = result;
		flights_put(&d->done, f);
	}
}

/* Transfers just started, and those whose time is up. */
static void
act_on_time(struct driver *d)
{
	int running;

	if (d->failed) {
		d->failed = false;
		curl_multi_perform(d->multi, &running);
	} else if (d->due && d->due <= clock_monotonic()) {
		d->due = 0;
		curl_multi_socket_action(d->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
}

static void
act_on(struct driver *d, const struct watch_event *event)
{
	int what = 0, running;

	if (event->what & WATCH_READ)
		what |= CURL_CSELECT_IN;
	if (event->what & WATCH_WRITE)
		what |= CURL_CSELECT_OUT;
	if (event->what & WATCH_ERROR)
		what |= CURL_CSELECT_ERR;
	curl_multi_socket_action(d->multi, event->fd, what, &running);
}

/* --- the caller's sockets, watched beside those of the transfers --- */

static void
watch_with(struct driver *d, const struct pollfd *with, int n)
{
	/* first what is no longer his: one of his sockets may bear the number now that another had */
	for (int i = 0; i < OUTCALL_WITH; i++)
		if (d->with[i] >= 0 && (i >= n || d->with[i] != with[i].fd)) {
			watch_forget(d->watch, d->with[i]);
			d->with[i] = -1;
		}
	for (int i = 0; i < n; i++) {
		int wanted = (with[i].events & POLLIN ? WATCH_READ : 0) | (with[i].events & POLLOUT ? WATCH_WRITE : 0);

		/* it may have been closed and opened again under the same number since */
		if (with[i].fd >= 0 && watch_set(d->watch, with[i].fd, 0) == 0 &&
		    watch_set(d->watch, with[i].fd, wanted) == 0)
			d->with[i] = with[i].fd;
	}
}

/* True when it is one of the caller's; then it is told there. */
static bool
tell_caller(struct pollfd *with, int n, const struct watch_event *event)
{
	for (int i = 0; i < n; i++) {
		if (with[i].fd != event->fd)
			continue;
		if (event->what & WATCH_WRITE)
			with[i].revents |= POLLOUT;
		if (event->what & (WATCH_READ | WATCH_ERROR))
			with[i].revents |= POLLIN;
		return true;
	}
	return false;
}

/* --- a turn --- */

static int
sleep_ms(const struct driver *d, int timeout_ms)
{
	int64_t left;

	if (d->done.first || d->failed)
		return 0;
	if (!d->due)
		return timeout_ms;
	left = (d->due - clock_monotonic() + 999) / 1000;
	return left <= 0 ? 0 : timeout_ms < 0 || left < timeout_ms ? (int)left : timeout_ms;
}

int
driver_turn(struct driver *d, struct pollfd *with, int n, int timeout_ms)
{
	struct watch_event came[WATCH_EVENTS];
	int told = 0, events;

	for (int i = 0; i < n; i++)
		with[i].revents = 0;
	watch_with(d, with, n);
	act_on_time(d);
	gather(d);
	events = watch_wait(d->watch, came, sleep_ms(d, timeout_ms));
	for (int i = 0; i < events; i++)
		if (!tell_caller(with, n, &came[i]))
			act_on(d, &came[i]);
	act_on_time(d);
	gather(d);
	for (int i = 0; i < n; i++)
		told += with[i].revents != 0;
	return told;
}

void
driver_wake(struct driver *d)
{
	watch_wake(d->watch);
}
