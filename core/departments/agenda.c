#include "departments/agenda.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "rules/upload.h"

enum { LETTERS = 64, NAP_MS = 1000 };

struct agenda {
	struct outcall *outcall; /* the thread's own, but for outcall_wakeup() */
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* of what follows */
	struct task *first, *last; /* by due */
	bool stop;
};

/* Most tasks are due later than all others (one delay for all), so the place is sought backwards.
 * True when it is now the first. */
static bool
insert(struct agenda *a, struct task *task)
{
	struct task *before = a->last;

	while (before && before->due > task->due)
		before = before->prev;
	task->prev = before;
	task->next = before ? before->next : a->first;
	if (before)
		before->next = task;
	else
		a->first = task;
	if (task->next)
		task->next->prev = task;
	else
		a->last = task;
	return !before;
}

/* The first task if it is due (or `all`), else NULL and how long to sleep. */
static struct task *
take(struct agenda *a, bool all, int *sleep_ms)
{
	struct task *task;
	int64_t left;

	pthread_mutex_lock(&a->lock);
	task = a->first;
	left = task && !all ? task->due - clock_monotonic() : 0;
	*sleep_ms = a->stop ? 0 : !task || left > NAP_MS * 1000 ? NAP_MS : (int)((left + 999) / 1000);
	if (task && left > 0)
		task = NULL;
	if (task) {
		a->first = task->next;
		if (a->first)
			a->first->prev = NULL;
		else
			a->last = NULL;
	}
	pthread_mutex_unlock(&a->lock);
	return task;
}

static void *
work(void *cookie)
{
	struct agenda *a = cookie;
	struct outcall_done done;
	struct task *task;
	int sleep_ms;
	bool stop = false;

	while (!stop) {
		while ((task = take(a, false, &sleep_ms)))
			task->run(task);
		outcall_wait(a->outcall, NULL, 0, sleep_ms);
		while (outcall_next(a->outcall, &done)) {
			struct letter *letter = done.cookie;

			if (done.address_refused)
				log_warning("a callback's address is refused: %s", done.problem);
			letter->done(letter, done.answer.complete ? &done.answer : NULL);
			outcall_release(a->outcall, done.call);
		}
		pthread_mutex_lock(&a->lock);
		stop = a->stop;
		pthread_mutex_unlock(&a->lock);
	}
	return NULL;
}

struct agenda *
agenda_new(struct error *why)
{
	struct agenda *a = calloc(1, sizeof *a);

	if (!a) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	pthread_mutex_init(&a->lock, NULL);
	a->outcall = outcall_new(&(struct outcall_limits){.in_flight = LETTERS,
	    .answer_bytes = UPLOAD_CEILING}, why);
	if (a->outcall && pthread_create(&a->thread, NULL, work, a) == 0) {
		a->running = true;
		return a;
	}
	error_set(why, ERROR_TEMPORARY, "no thread for the agenda");
	agenda_free(a);
	return NULL;
}

void
agenda_add(struct agenda *a, struct task *task, int64_t due)
{
	bool first, stopped;

	task->due = due;
	pthread_mutex_lock(&a->lock);
	stopped = a->stop && !a->running;
	first = !stopped && insert(a, task);
	pthread_mutex_unlock(&a->lock);
	if (stopped)
		task->run(task);
	else if (first)
		outcall_wakeup(a->outcall);
}

bool
agenda_post(struct agenda *a, struct letter *letter)
{
	struct error why = {0};

	letter->request.cookie = letter;
	if (outcall_start(a->outcall, &letter->request, &why) == 0)
		return true;
	if (why.kind != ERROR_TEMPORARY)
		log_warning("a callback cannot be sent: %s", why.text);
	return false;
}

void
agenda_stop(struct agenda *a)
{
	struct task *task;
	int sleep_ms;

	if (!a->running)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_mutex_unlock(&a->lock);
	outcall_wakeup(a->outcall);
	pthread_join(a->thread, NULL);
	pthread_mutex_lock(&a->lock);
	a->running = false;
	pthread_mutex_unlock(&a->lock);
	while ((task = take(a, true, &sleep_ms)))
		task->run(task);
}

void
agenda_free(struct agenda *a)
{
	if (!a)
		return;
	agenda_stop(a);
	outcall_free(a->outcall);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
