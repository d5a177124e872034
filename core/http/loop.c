#include "http/loop.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "http/exchange.h"

enum { AWAKE, ASLEEP, CALLED };

enum {
	PATIENCE = 16,   /* runs that change nothing, until that is taken for a connection that hangs */
	HANGING_MS = 10, /* then the library is run that often */
	MOVING_MS = 1    /* and that often, while others get on */
};

/* How long to wait, in ms; -1: until something comes.
 *
 * Without threads of its own 0.9.75 calls a connection ready for ever whose buffer is full of one
 * line between chunks, and does nothing about it. Its deadline will end it; until then it must not
 * cost much. */
static int
patience(struct loop *l)
{
	MHD_UNSIGNED_LONG_LONG left;
	bool moved = l->moved;

	l->moved = false;
	if (MHD_get_timeout(l->daemon, &left) != MHD_YES) {
		l->unmoved = 0;
		return -1;
	}
	if (left)
		return left < 1000 ? (int)left : 1000;
	if (l->unmoved >= PATIENCE)
		return moved ? MOVING_MS : HANGING_MS;
	l->unmoved = moved ? 0 : l->unmoved + 1;
	return 0;
}

static void
wait_for(struct loop *l, int epoll, int ms)
{
	struct pollfd fds[] = {
		{ .fd = epoll, .events = POLLIN },
		{ .fd = l->wake, .events = POLLIN },
	};
	int awake = AWAKE;
	eventfd_t n;

	/* who was called meanwhile has to look again, what called him wrote nothing */
	if (ms && atomic_compare_exchange_strong(&l->state, &awake, ASLEEP) &&
	    poll(fds, 2, ms) > 0 && fds[1].revents)
		eventfd_read(l->wake, &n);
	atomic_exchange(&l->state, AWAKE); /* not a store: what the caller did before is seen */
}

static void
resume_answered(struct loop *l)
{
	struct http_exchange *x = atomic_exchange(&l->answered, NULL), *next;

	for (; x; x = next) {
		next = x->next;
		x->next = NULL;
		MHD_resume_connection(x->mhd);
	}
}

static void *
run(void *cookie)
{
	struct loop *l = cookie;
	int epoll = MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;

	while (!atomic_load(&l->stopping)) {
		resume_answered(l);
		MHD_run(l->daemon);
		wait_for(l, epoll, patience(l));
	}
	return NULL;
}

int
loop_start(struct loop *l, struct error *why)
{
	int failed;

	atomic_init(&l->state, AWAKE);
	atomic_init(&l->answered, NULL);
	atomic_init(&l->stopping, false);
	l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->wake < 0)
		return error_set(why, ERROR_TEMPORARY, "no eventfd for HTTP: %s", strerror(errno));
	failed = pthread_create(&l->thread, NULL, run, l);
	if (!failed)
		return 0;
	close(l->wake);
	return error_set(why, ERROR_TEMPORARY, "no thread for HTTP: %s", strerror(failed));
}

void
loop_stop(struct loop *l)
{
	atomic_store(&l->stopping, true);
	loop_call(l);
	pthread_join(l->thread, NULL);
	resume_answered(l);
	close(l->wake);
}

void
loop_call(struct loop *l)
{
	if (atomic_exchange(&l->state, CALLED) == ASLEEP)
		eventfd_write(l->wake, 1);
}

void
loop_resume(struct loop *l, struct http_exchange *x)
{
	struct http_exchange *first = atomic_load(&l->answered);

	do
		x->next = first;
	while (!atomic_compare_exchange_weak(&l->answered, &first, x));
	loop_call(l);
}
