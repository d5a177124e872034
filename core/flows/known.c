#include "flows/known.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"

/* Two that fall on one place push each other out: then the department is asked again. */
enum { PLACES = 4096, ANSWER = 1 << 20 };

struct known {
	struct seal *seal;
	pthread_mutex_t lock;
	struct place { uint8_t key[16]; int64_t until; struct text sealed; } places[PLACES];
};

struct known *
known_new(struct seal *seal, struct error *why)
{
	struct known *k = calloc(1, sizeof *k);

	if (!k) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	k->seal = seal;
	pthread_mutex_init(&k->lock, NULL);
	for (size_t i = 0; i < PLACES; i++)
		text_init(&k->places[i].sealed, ANSWER + 4096);
	return k;
}

void
known_free(struct known *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < PLACES; i++)
		text_free(&k->places[i].sealed);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

void
known_key(struct known *k, int64_t account, const char *by, const char *asked, size_t length, uint8_t key[16])
{
	struct text all;

	text_init(&all, ANSWER);
	text_putf(&all, "%lld %s ", (long long)account, by);
	text_put(&all, asked, length);
	seal_blind(k->seal, "known", all.data, all.length, key);
	text_free(&all);
}

static size_t
place_of(const uint8_t key[16])
{
	return (key[0] | (size_t)key[1] << 8) % PLACES;
}

/* Bound to the place, so that one does not pass for another. */
static struct seal_place
where(const uint8_t key[16])
{
	struct seal_place at = { "known", "answer", 0, 0 };

	memcpy(&at.row, key, sizeof at.row);
	return at;
}

json_t *
known_get(struct known *k, const uint8_t key[16])
{
	struct place *p = &k->places[place_of(key)];
	struct seal_place at = where(key);
	struct error why = { 0 };
	json_t *answer = NULL;
	struct text plain;

	text_init(&plain, ANSWER);
	pthread_mutex_lock(&k->lock);
	if (p->until > clock_monotonic() && memcmp(p->key, key, 16) == 0 &&
	    seal_open_value(k->seal, &at, p->sealed.data, p->sealed.length, &plain, &why) == 0)
		answer = json_read(plain.data, plain.length, ANSWER, &why);
	pthread_mutex_unlock(&k->lock);
	text_free(&plain);
	return answer;
}

/* Nothing stays longer than it counts, even where nobody comes again. */
static void
forget_old(struct known *k, int64_t now)
{
	for (size_t i = 0; i < PLACES; i++)
		if (k->places[i].until != 0 && k->places[i].until <= now) {
			k->places[i].until = 0;
			text_free(&k->places[i].sealed);
		}
}

void
known_put(struct known *k, const uint8_t key[16], const json_t *answer)
{
	struct place *p = &k->places[place_of(key)];
	struct seal_place at = where(key);
	char *plain = json_canonical_string(answer);
	int64_t now = clock_monotonic();
	struct error why = { 0 };

	if (!plain)
		return;
	pthread_mutex_lock(&k->lock);
	forget_old(k, now);
	text_free(&p->sealed);
	memcpy(p->key, key, 16);
	p->until = seal_close_value(k->seal, &at, plain, strlen(plain), &p->sealed, &why) == 0 ? now + KNOWN_US : 0;
	pthread_mutex_unlock(&k->lock);
	free(plain);
}
