/* approval.h: who has approved which version of an event, and which one is in force.
 *
 * Rows are only inserted. A version is its content: what is edited again is another one, which nobody
 * has approved.
 */
#ifndef YJS_STORE_APPROVAL_H
#define YJS_STORE_APPROVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct store;

struct store_standing {
	int approvals;        /* by so many different people */
	bool published;       /* some version of its event is in force: */
	uint8_t in_force[32]; /* this one, */
	int64_t since;        /* since then */
};

/* How a version of an event stands. */
int store_approval_standing(struct store *s, const uint8_t version[32], const char *event,
    struct store_standing *standing, struct error *why) MUST_CHECK;

struct store_approval { int64_t account, at; char name[64]; };
typedef int store_approval_each(void *cookie, const struct store_approval *a, struct error *why);
/* All of a version, the first one first; `each` ends it by -1. */
int store_approval_list(struct store *s, const uint8_t version[32], store_approval_each *each, void *cookie,
    struct error *why) MUST_CHECK;

/* The account, whose token is held meanwhile (ERROR_CONFLICT: revoked), approves it; a second time changes
 * nothing. The version must be stored. Each node hears of it (store_on_approved). */
int store_approval_put(struct store *s, int64_t token, int64_t account, const uint8_t version[32],
    struct error *why) MUST_CHECK;

/* --- what is in force --- */

struct store_published {
	char subject[80]; /* an event, or "connectors/<department>" */
	uint8_t version[32];
	int64_t since;
};

/* All of it by subject: *n, malloc()ed. */
int store_published_list(struct store *s, struct store_published **list, size_t *n, struct error *why) MUST_CHECK;
/* Nothing of the subject is in force any more, as says the stored `version`, whose own name is another. */
int store_unpublish(struct store *s, const char *subject, const uint8_t version[32], struct error *why) MUST_CHECK;

#endif
