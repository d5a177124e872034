#include "flows/lookups.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "outcall/outcall.h"

/* AT_ONCE: of one department, beside what the engine has in flight within its own limits. */
enum { IN_FLIGHT = 64, AT_ONCE = 8, MS = 1000, WAITING_MS = 20, IDLE_MS = 3600000 };
#define LEFT_ALONE_US (5 * US_PER_SECOND)

struct lookups {
	struct node *node;
	struct outcall *out;
	int64_t patience; /* us */
	pthread_t thread;
	pthread_mutex_t lock;
	struct lookup_set *fresh; /* from other threads, under the lock */
	bool stopping;
	/* the thread's own: */
	bool ending;
	struct lookup *waiting, **waiting_end;
	struct line { int in_flight; int64_t left_alone_until; } *lines; /* by place in node.departments */
};

static struct line *
line_of(struct lookups *l, const struct lookup *one)
{
	return &l->lines[one->department - l->node->departments.list];
}

/* --- endings --- */

static void
end(struct lookup *one)
{
	struct lookup_set *set = one->set;

	if (--set->left == 0)
		set->done(set->cookie);
}

static void
answered(struct lookups *l, struct outcall_done *done)
{
	struct lookup *one = done->cookie;
	const struct record *r = &one->event->records[one->record];
	struct line *line = line_of(l, one);
	struct ending ending = { 0 };

	line->in_flight--;
	done->answer.dialect = one->department->connector.answer;
	ending_judge(ENDING_OF_FETCH, &done->answer, r->outputs, r->n_outputs, &ending);
	one->at = node_now(l->node);
	if (ending.kind == ENDING_FOUND) {
		one->state = LOOKUP_FOUND;
		one->outputs = json_incref(ending.outputs);
	} else if (ending.kind == ENDING_NONE_FOUND) {
		one->state = LOOKUP_NONE;
	} else {
		line->left_alone_until = clock_monotonic() + LEFT_ALONE_US;
		log_warning("department %s does not tell %s to fill in a form: %s", one->department->id, r->call,
		    done->problem ? done->problem : ending.code);
	}
	ending_free(&ending);
	end(one);
}

/* --- beginnings --- */

static int
start(struct lookups *l, struct lookup *one, int64_t left, struct error *why)
{
	const struct department *d = one->department;
	struct outcall_request q = { .cookie = one, .method = "POST", .url = one->url, .body = one->body.data,
		.length = one->body.length, .key = one->key, .application = one->number, .round = 1,
		.direction = SIGN_OUT, .secret = d->has_secret ? &d->secret : NULL, .allow = &d->allow,
		.timeout_ms = (int)(left / MS) + 1 };

	return outcall_start(l->out, &q, why);
}

/* True: it is under way, or ended at once; false: it must wait for others to end. */
static bool
try_to_start(struct lookups *l, struct lookup *one)
{
	struct line *line = line_of(l, one);
	int64_t now = clock_monotonic(), left = one->set->deadline - now;
	struct error why = { 0 };
	bool hopeless = l->ending || left <= 0 || now < line->left_alone_until || !one->url;

	if (!hopeless && (line->in_flight >= AT_ONCE || outcall_room(l->out) <= 0))
		return false;
	if (!hopeless && start(l, one, left, &why) == 0) {
		line->in_flight++;
		return true;
	}
	if (why.kind)
		log_error("department %s: %s", one->department->id, why.text);
	end(one);
	return true;
}

/* In the order in which they came, as far as there is room. */
static void
start_waiting(struct lookups *l)
{
	struct lookup *one = l->waiting, *next;

	l->waiting = NULL;
	l->waiting_end = &l->waiting;
	for (; one; one = next) {
		next = one->next; /* `one` and its set may be gone afterwards */
		one->next = NULL;
		if (!try_to_start(l, one)) {
			*l->waiting_end = one;
			l->waiting_end = &one->next;
		}
	}
}

static void
queue_set(struct lookups *l, struct lookup_set *set)
{
	for (int i = 0; i < set->n; i++) {
		*l->waiting_end = &set->list[i];
		l->waiting_end = &set->list[i].next;
	}
}

/* What came from other threads, in its order; false: it is time to end. */
static bool
take_fresh(struct lookups *l)
{
	struct lookup_set *fresh, *in_order = NULL;

	pthread_mutex_lock(&l->lock);
	fresh = l->fresh;
	l->fresh = NULL;
	l->ending = l->stopping;
	pthread_mutex_unlock(&l->lock);
	while (fresh) {
		struct lookup_set *next = fresh->next;

		fresh->next = in_order;
		in_order = fresh;
		fresh = next;
	}
	for (; in_order; in_order = in_order->next)
		queue_set(l, in_order);
	return !l->ending;
}

static void *
lookups_run(void *cookie)
{
	struct lookups *l = cookie;
	struct outcall_done done;

	while (take_fresh(l) || l->waiting || outcall_busy(l->out) > 0) {
		start_waiting(l);
		outcall_wait(l->out, NULL, 0, l->waiting ? WAITING_MS : IDLE_MS);
		while (outcall_next(l->out, &done)) {
			answered(l, &done);
			outcall_release(l->out, done.call);
		}
	}
	return NULL;
}

/* --- from other threads --- */

struct lookups *
lookups_start(struct node *n, struct error *why)
{
	const int64_t patience = conf_number(n->conf, "prefill_seconds") * US_PER_SECOND;
	const struct outcall_limits limits = { .in_flight = IN_FLIGHT, .connect_ms = (int)(patience / MS) };
	struct lookups *l = calloc(1, sizeof *l);

	if (!l) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	l->node = n;
	l->patience = patience;
	l->waiting_end = &l->waiting;
	pthread_mutex_init(&l->lock, NULL);
	l->lines = calloc(n->departments.room, sizeof *l->lines);
	l->out = l->lines ? outcall_new(&limits, why) : NULL;
	if (l->out && pthread_create(&l->thread, NULL, lookups_run, l) == 0)
		return l;
	error_set(why, ERROR_TEMPORARY, "no thread");
	outcall_free(l->out);
	free(l->lines);
	free(l);
	return NULL;
}

void
lookups_stop(struct lookups *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_mutex_unlock(&l->lock);
	outcall_wakeup(l->out);
	pthread_join(l->thread, NULL);
	outcall_free(l->out);
	pthread_mutex_destroy(&l->lock);
	free(l->lines);
	free(l);
}

void
lookups_name(struct lookup *one, const char division[7], int32_t today)
{
	number_make(division, today, one->number);
	/* "3301112611-<26>" -> "330111-2611-<26>-l": no key of an operation */
	snprintf(one->key, sizeof one->key, "%.6s-%.4s%.27s-l", one->number, one->number + 6, one->number + 10);
}

void
lookups_begin(struct lookups *l, struct lookup_set *set)
{
	set->left = set->n;
	set->deadline = clock_monotonic() + l->patience;
	for (int i = 0; i < set->n; i++) {
		struct lookup *one = &set->list[i];

		one->set = set;
		if (one->department->url && asprintf(&one->url, "%s/%s%s%s", one->department->url,
		    one->event->records[one->record].call, one->department->connector.by_application ? "/" : "",
		    one->department->connector.by_application ? one->number : "") < 0)
			one->url = NULL;
	}
	pthread_mutex_lock(&l->lock);
	set->next = l->fresh;
	l->fresh = set;
	pthread_mutex_unlock(&l->lock);
	outcall_wakeup(l->out);
}

void
lookups_free(struct lookup_set *set)
{
	for (int i = 0; i < set->n; i++) {
		text_free(&set->list[i].body);
		json_decref(set->list[i].outputs);
		free(set->list[i].url);
	}
}
