/* access.h: who reads whose data: a row before it is shown.
 *
 * The rows of one connection are a chain: each has a keyed hash over the one before it, and the chain's end
 * moves in the statement that adds to it. Connections have chains of their own, so nobody waits; two that
 * claim the same one cannot both add to it.
 */
#ifndef YJS_STORE_ACCESS_H
#define YJS_STORE_ACCESS_H

#include "store/bytes.h"

struct seal;

/* Commit that somebody reads another person's data, before it is shown. */
struct store_access {
	int32_t division;
	int64_t id, account, at;
	int64_t application;   /* it tells whose data they are; 0: there is none, */
	const uint8_t *person; /* then the blind index of his identity number does; else NULL */
	const char *fields, *why;
};
/* The connection writes this chain (0 .. ACCESS_CHAINS - 1) from now on; without one it notes nothing. `seal`
 * is lent. Where somebody else has moved the chain's end it stays as it is, for store_access_check(), and a new
 * one is begun (number + ACCESS_CHAINS, and so on). */
enum { ACCESS_CHAINS = 1 << 15 };
void store_access_chain(struct store *s, struct seal *seal, int32_t number);
int store_access_put(struct store *s, const struct store_access *rows, size_t n, struct error *why) MUST_CHECK;
/* Where its chain ends, after rows were put: in which row, with which hash. */
void store_access_end(const struct store *s, int32_t *chain, int64_t *seq, uint8_t hash[32]);

/* Who read an application, the last first, then who was refused a look (500 at most). The role and department of
 * the account are today's. */
struct store_reading {
	int64_t at, account;
	char role[24], department[48], fields[64], why[64];
	bool bulk; /* when its account read of many (bulk.h) */
};
int store_readings(struct store *s, int32_t division, int64_t application,
    void (*each)(void *cookie, const struct store_reading *r), void *cookie, struct error *why) MUST_CHECK;

/* Who looked somebody up (blind index of his identity number) while there was no application. */
int store_readings_of_person(struct store *s, const uint8_t person[16],
    void (*each)(void *cookie, const struct store_reading *r), void *cookie, struct error *why) MUST_CHECK;

/* Walk all chains from their beginnings and tell each row that is not as it was written: which chain (-1: of
 * none), the place in it, the row's id (0: it is gone) and what is wrong with it. */
struct store_access_walk {
	struct seal *seal;
	void (*wrong)(void *cookie, int32_t chain, int64_t seq, int64_t id, const char *what);
	/* Each row that stands in its place; or NULL. */
	void (*passed)(void *cookie, int32_t chain, int64_t seq, const uint8_t hash[32]);
	void *cookie;
	int64_t rows; /* looked at */
};
int store_access_check(struct store *s, struct store_access_walk *w, struct error *why) MUST_CHECK;

#endif
