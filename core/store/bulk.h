/* bulk.h: who read of many applications within an hour.
 *
 * Counted from what was noted (access.h): applications, people who were looked up, and those that he was refused. What
 * he decides or closes, and an agent's own list of residents, is no looking around. One row an account and hour.
 */
#ifndef YJS_STORE_BULK_H
#define YJS_STORE_BULK_H

#include "store/bytes.h"

struct store_bulk {
	int64_t account, at;
	int most, count;
	char name[64], role[24], department[48]; /* when listed: whose account it is, today */
};
/* Has `account` read of more than `most` in the hour before `at`? 1: yes, and that is written now (count is
 * filled); 0 no, or it was written within the hour; -1. */
int store_bulk_look(struct store *s, struct store_bulk *b, struct error *why) MUST_CHECK;
/* All that was written, the last first (200 at most); of staff who serve one of the divisions (n 0: all), or all. */
int store_bulk_list(struct store *s, const int32_t *divisions, int n, void (*each)(void *cookie,
    const struct store_bulk *b), void *cookie, struct error *why) MUST_CHECK;

#endif
