#include "flows/strangers.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "flows/login.h"
#include "flows/node.h"
#include "store/refusal.h"

enum { MOST = 256, SEALED_CEILING = 512 };
#define MINUTE_US (60 * US_PER_SECOND)

struct stranger {
	int64_t minute, refused;
	uint8_t who[16];
	char address[INET6_ADDRSTRLEN];
};

struct counted { /* the last place is for all that found none */
	struct stranger list[MOST];
	int n;
};

struct strangers {
	pthread_mutex_t lock;
	atomic_long total;
	struct counted counted;
};

struct strangers *
strangers_new(void)
{
	struct strangers *t = calloc(1, sizeof *t);

	if (t)
		pthread_mutex_init(&t->lock, NULL);
	return t;
}

void
strangers_free(struct strangers *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t);
}

static void
add(struct counted *c, const struct stranger *one)
{
	int i = 0;

	while (i < c->n && (c->list[i].minute != one->minute || memcmp(c->list[i].who, one->who, sizeof one->who) != 0))
		i++;
	if (i < c->n) {
		c->list[i].refused += one->refused;
	} else if (c->n < MOST - 1) {
		c->list[c->n++] = *one;
	} else {
		struct stranger *others = &c->list[MOST - 1];

		others->minute = one->minute;
		others->refused += one->refused;
		c->n = MOST;
	}
}

void
strangers_count(struct node *n, const char *address)
{
	struct strangers *t = n->strangers;
	struct stranger one = { .minute = node_now(n) / MINUTE_US * MINUTE_US, .refused = 1 };
	struct store_tries index;

	login_address_tries(n, address, &index);
	memcpy(one.who, index.who, sizeof one.who);
	snprintf(one.address, sizeof one.address, "%s", address);
	atomic_fetch_add(&t->total, 1);
	pthread_mutex_lock(&t->lock);
	add(&t->counted, &one);
	pthread_mutex_unlock(&t->lock);
	node_write_soon(n);
}

long
strangers_total(const struct strangers *t)
{
	return atomic_load(&t->total);
}

/* --- writing --- */

static int
write_all(struct seal *seal, struct store *s, const struct counted *c, struct error *why)
{
	struct store_refusal rows[MOST];
	struct text sealed[MOST];
	int done = 0;

	for (int i = 0; i < c->n; i++) {
		const struct stranger *one = &c->list[i];
		struct seal_place at = { "refusal", "address", one->minute, 0 };

		text_init(&sealed[i], SEALED_CEILING);
		if (done == 0)
			done = seal_close_value(seal, &at, one->address, strlen(one->address), &sealed[i], why);
		rows[i] = (struct store_refusal){ .minute = one->minute, .refused = one->refused,
			.address = { sealed[i].data, sealed[i].length } };
		memcpy(rows[i].who, one->who, sizeof one->who);
	}
	if (done == 0)
		done = store_refusals_put(s, rows, (size_t)c->n, why);
	for (int i = 0; i < c->n; i++)
		text_free(&sealed[i]);
	return done;
}

void
strangers_write(struct node *n, struct store *s)
{
	struct strangers *t = n->strangers;
	struct error why = { 0 };
	struct counted now;

	pthread_mutex_lock(&t->lock);
	now = t->counted;
	memset(&t->counted, 0, sizeof t->counted);
	pthread_mutex_unlock(&t->lock);
	if (now.n == 0)
		return;
	if (store_alive(s) && write_all(n->seal, s, &now, &why) == 0)
		return;
	log_warning("refusals of strangers are written later: %s", why.kind ? why.text : "no database");
	pthread_mutex_lock(&t->lock);
	for (int i = 0; i < now.n; i++)
		add(&t->counted, &now.list[i]);
	pthread_mutex_unlock(&t->lock);
	node_write_soon(n);
}

/* --- telling --- */

int
strangers_tell(struct store *s, struct seal *seal, char *out, size_t room, struct error *why)
{
	struct store_refused r;
	struct seal_place at = { "refusal", "address", 0, 0 };
	struct text address;
	int done;

	if (store_refusals_read(s, &r, why) != 0)
		return -1;
	if (!r.most.address.data) {
		snprintf(out, room, "no callback was refused in the last day");
		return 0;
	}
	at.row = r.most.minute;
	text_init(&address, SEALED_CEILING);
	done = seal_open_value(seal, &at, r.most.address.data, r.most.address.length, &address, why);
	if (done == 0)
		snprintf(out, room, "%lld refused callbacks of %lld addresses in the last day, most of %s: %lld in a minute",
		    (long long)r.refused, (long long)r.addresses, address.length ? address.data : "many addresses",
		    (long long)r.most.refused);
	text_free(&address);
	free((void *)(uintptr_t)r.most.address.data);
	return done;
}
