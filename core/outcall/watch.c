#include "outcall/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct socket { /* by its number */
	uint8_t wanted; /* WATCH_* */
	uint8_t known;  /* what the kernel was told; 0: not registered */
};

struct watch {
	int epoll, wake;
	struct socket *sockets;
	int n_sockets;
};

struct watch *
watch_new(void)
{
	struct watch *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->epoll < 0 || w->wake < 0 || watch_set(w, w->wake, WATCH_READ) != 0) {
		watch_free(w);
		return NULL;
	}
	return w;
}

void
watch_free(struct watch *w)
{
	if (!w)
		return;
	if (w->epoll >= 0)
		close(w->epoll);
	if (w->wake >= 0)
		close(w->wake);
	free(w->sockets);
	free(w);
}

static struct socket *
socket_of(struct watch *w, int fd)
{
	struct socket *wider;
	int n = fd < 512 ? 1024 : fd * 2;

	if (fd < w->n_sockets)
		return &w->sockets[fd];
	wider = realloc(w->sockets, (size_t)n * sizeof *wider);
	if (!wider)
		return NULL;
	memset(wider + w->n_sockets, 0, (size_t)(n - w->n_sockets) * sizeof *wider);
	w->sockets = wider;
	w->n_sockets = n;
	return &wider[fd];
}

static int
tell_kernel(struct watch *w, int fd, struct socket *s, uint8_t what)
{
	struct epoll_event e = { .data.fd = fd };
	int op = !what ? EPOLL_CTL_DEL : s->known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (what & WATCH_READ)
		e.events |= EPOLLIN;
	if (what & WATCH_WRITE)
		e.events |= EPOLLOUT;
	if (epoll_ctl(w->epoll, op, fd, &e) != 0 && what &&
	    /* closed unseen (libpq's, a resolver's) and made again under the same number */
	    (errno != ENOENT || epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e) != 0))
		return -1;
	s->known = what;
	return 0;
}

int
watch_set(struct watch *w, int fd, int what)
{
	struct socket *s = socket_of(w, fd);
	bool begins;

	if (!s)
		return -1;
	begins = !s->wanted;
	s->wanted = (uint8_t)what;
	/* nothing wanted: the kernel need not hear of it unless something comes (watch_wait); something
	 * wanted again: it may be another socket by now */
	return what && (begins || s->known != what) ? tell_kernel(w, fd, s, s->wanted) : 0;
}

void
watch_forget(struct watch *w, int fd)
{
	if (fd >= w->n_sockets)
		return;
	if (w->sockets[fd].known)
		(void)tell_kernel(w, fd, &w->sockets[fd], 0);
	w->sockets[fd] = (struct socket){ 0 };
}

/* True when somebody waits for what came. */
static bool
is_wanted(struct watch *w, const struct epoll_event *came, struct watch_event *event)
{
	int fd = came->data.fd;
	struct socket *s = &w->sockets[fd];
	uint64_t count;

	if (fd == w->wake) {
		(void)!read(w->wake, &count, sizeof count);
		return false;
	}
	if (!s->wanted) { /* a kept connection that its other end closes: of no use to anybody now */
		(void)tell_kernel(w, fd, s, 0);
		return false;
	}
	event->fd = fd;
	event->what = (came->events & EPOLLIN ? WATCH_READ : 0) |
	    (came->events & EPOLLOUT ? WATCH_WRITE : 0) |
	    (came->events & (EPOLLERR | EPOLLHUP) ? WATCH_ERROR : 0);
	return true;
}

int
watch_wait(struct watch *w, struct watch_event events[WATCH_EVENTS], int timeout_ms)
{
	struct epoll_event came[WATCH_EVENTS];
	int n = epoll_wait(w->epoll, came, WATCH_EVENTS, timeout_ms), wanted = 0;

	for (int i = 0; i < n; i++)
		wanted += is_wanted(w, &came[i], &events[wanted]);
	return wanted;
}

void
watch_wake(struct watch *w)
{
	uint64_t one = 1;

	(void)!write(w->wake, &one, sizeof one);
}
