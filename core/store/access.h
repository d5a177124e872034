/* access.h: who reads whose data: a row before it is shown.
 */
#ifndef YJS_STORE_ACCESS_H
#define YJS_STORE_ACCESS_H

#include "store/bytes.h"

/* Commit that somebody reads another person's data, before it is shown. */
struct store_access {
	int32_t division;
	int64_t id, account, at;
	int64_t application;   /* it tells whose data they are; 0: there is none, */
	const uint8_t *person; /* then the blind index of his identity number does; else NULL */
	const char *fields, *why;
};
int store_access_put(struct store *s, const struct store_access *rows, size_t n, struct error *why) MUST_CHECK;

/* Who read an application, the last first (500 at most). The role and department of the account are today's. */
struct store_reading {
	int64_t at, account;
	char role[24], department[48], fields[64], why[64];
};
int store_readings(struct store *s, int32_t division, int64_t application,
    void (*each)(void *cookie, const struct store_reading *r), void *cookie, struct error *why) MUST_CHECK;

/* Who looked somebody up (blind index of his identity number) while there was no application. */
int store_readings_of_person(struct store *s, const uint8_t person[16],
    void (*each)(void *cookie, const struct store_reading *r), void *cookie, struct error *why) MUST_CHECK;

#endif
