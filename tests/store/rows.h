/* rows.h: made-up rows for the tests of store. */
#ifndef YJS_TESTS_STORE_ROWS_H
#define YJS_TESTS_STORE_ROWS_H

#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "seal/digest.h"
#include "store/store.h"

enum { DIVISION = 330106 };

struct sample { /* one application and what it points to */
	struct store_application a;
	struct store_operation operations[2];
	struct store_count counts[1];
	char number[NUMBER_SIZE];
	uint8_t sealed[900];
	uint8_t body[300];
};

static inline void
sample_make(struct sample *x, int slot, int64_t account)
{
	int64_t now = clock_now();

	memset(x, 0, sizeof *x);
	number_make("330106", clock_day(now), x->number);
	digest_random(x->sealed, sizeof x->sealed);
	digest_random(x->body, sizeof x->body);
	x->a = (struct store_application){ .division = DIVISION, .id = store_id(slot, now),
		.number = x->number, .event = "birth", .account = account, .submitted_at = now,
		.sealed = { x->sealed, sizeof x->sealed }, .plan = { "{\"items\":[]}", 12 },
		.items = { "items", 5 }, .status = 0, .history = "{\"what\":\"accepted\"}\n",
		.history_count = 1, .account_division = DIVISION, .answer = { x->sealed, 400 },
		.operations = x->operations, .n_operations = 2, .counts = x->counts, .n_counts = 1 };
	digest_random(x->a.key_hash, sizeof x->a.key_hash);
	digest_random(x->a.body_hash, sizeof x->a.body_hash);
	digest_random(x->a.person, sizeof x->a.person);
	memset(x->a.version, 7, sizeof x->a.version);
	memset(x->a.history_hash, 1, sizeof x->a.history_hash);
	for (int i = 0; i < 2; i++)
		x->operations[i] = (struct store_operation){ .division = DIVISION, .application = x->a.id,
			.item = (int16_t)i, .round = 1, .department = i ? "health" : "public_security",
			.call = "add", .url = i ? "http://h/add" : "http://p/add",
			.body = { x->body, sizeof x->body }, .created_at = now };
	x->counts[0] = (struct store_count){ DIVISION, 20780, "birth", "", "submitted", 1 };
}

/* Pointers for store_intake. */
static inline void
samples_make(struct sample *x, struct store_application **rows, int n, int slot)
{
	for (int i = 0; i < n; i++) {
		sample_make(&x[i], slot, 1000 + i);
		rows[i] = &x[i].a;
	}
}

static inline struct store_step
step_of(const struct store_case *c, int16_t status, const char *history)
{
	struct store_step s = { .division = c->division, .id = c->id, .fence = c->fence, .status = status,
		.open = status < 2, .items = { "ITEMS", 5 }, .history_first = c->history_count + 1,
		.history_count = c->history_count + 1, .history = history,
		.finished_at = status < 2 ? 0 : clock_now() };

	memset(s.history_hash, 2, sizeof s.history_hash);
	return s;
}

/* Send a group and wait for its end: 1 committed, -1. */
static inline int
group_run(struct store *s, const struct store_group *g, struct error *why)
{
	int done;

	if (store_group_send(s, g, why) != 0)
		return -1;
	while ((done = store_group_poll(s, why)) == 0) {
		struct pollfd p = { .fd = store_socket(s), .events = POLLIN };

		if (store_unsent(s))
			p.events |= POLLOUT;
		poll(&p, 1, 100);
	}
	return done;
}

#endif
