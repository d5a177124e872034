/* loading.h: the inside of the load generator: for load.c and watch.c alone.
 */
#ifndef YJS_BENCH_LOADING_H
#define YJS_BENCH_LOADING_H

#include <stdbool.h>

#include "base/error.h"
#include "bench/load.h"
#include "store/measure.h"

enum { LOADING_BUCKETS = 65536, LOADING_LINES = 512, LOADING_IN = 65536, LOADING_CLOSING = 8192 };

enum form_state { FORM_QUEUED, FORM_SENT, FORM_RUNNING, FORM_CLOSING };

struct form { /* one application on its way */
	int64_t due, answered;   /* monotonic us */
	int64_t id;              /* once its last call was answered */
	uint64_t number;         /* hash of its number */
	enum form_state state;
	int32_t next;            /* in its list: free, queued, or a bucket of numbers; -1 the last */
};

struct line { int fd; int32_t form; size_t have; char in[LOADING_IN]; };

struct loading {
	const struct load_plan *plan;
	struct load_result result;
	int64_t begin, end, stop; /* the window, and when no more is filed; monotonic us */
	int epoll;
	/* forms */
	struct form *forms;
	int32_t n_forms, free_form, first_queued, last_queued;
	int32_t buckets[LOADING_BUCKETS];
	int64_t active, serial;
	int64_t due;              /* of the next form, open loop; not before, closed loop */
	uint64_t random;
	/* lines; those that are free in a ring */
	struct line *lines[LOADING_LINES];
	int n_lines, idle[LOADING_LINES], first_idle, n_idle;
	char *request;
	size_t request_length, key_at, serial_at;
	/* watch */
	struct measure *m;
	int64_t offset;           /* monotonic to the database's clock */
	uint64_t read;            /* of the ring */
	int32_t division;         /* of all of them */
	bool asked;
	int64_t ask_at;
	int32_t closing[LOADING_CLOSING];
	size_t n_closing;
	struct ring_note early[LOADING_CLOSING]; /* notes that overtook the answer to the filing */
	size_t n_early;
	/* figures */
	struct tally intake, finish, seen;
	int64_t area, area_at;    /* of forms on their way, over time within the window */
};

uint64_t loading_hash(const char *number, size_t length);
/* The running form of that number, or -1; taken out of its bucket when found. */
int32_t loading_take(struct loading *l, uint64_t number);
/* Its end is seen: count it, let go of it. */
void loading_finished(struct loading *l, int32_t form, int64_t finished_at, int64_t now);

/* watch.c */
/* How often it looks: as the peers' harness does, each ms up to 4 in flight, else each 5 ms. */
int64_t watch_tick(const struct loading *l);
/* Take what the stub told, ask the database for those, when it is time to. */
int watch_look(struct loading *l, int64_t now, struct error *why) MUST_CHECK;
/* The database answers. */
int watch_answers(struct loading *l, struct error *why) MUST_CHECK;

#endif
