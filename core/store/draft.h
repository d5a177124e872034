/* draft.h: what people have typed and not yet filed.
 *
 * One draft for an account, an event and a person: an agent has one for each whom he helps, everybody
 * else one for himself (person all zeros). Each change is a revision; the files that a draft names are
 * not swept as unused (file.h). It ends with the application that is filed under its key
 * (store_application.drafted), or thirty days after the last change.
 */
#ifndef YJS_STORE_DRAFT_H
#define YJS_STORE_DRAFT_H

#include "store/file.h"

struct store_draft {
	int64_t id, account;
	char event[64];
	uint8_t person[16];   /* blind index */
	uint8_t key_hash[16]; /* of its Idempotency-Key, as in store_application; only written */
	int32_t revision;     /* from 1 */
	int64_t changed_at;
	struct bytes sealed;  /* AAD draft.sealed.id, part = revision */
	int64_t mandate;      /* under which it is written for another, as `token` (mandate.h); 0; only written */
};

/* Store revision 1 of a new draft, or the next revision of one that there is, with the files (division
 * and id are read) that it names; those that are not the account's are passed over. `token` (0 none)
 * must be in force, else ERROR_CONFLICT. 1 stored, 0 somebody else was first, -1. */
int store_draft_put(struct store *s, const struct store_draft *d, const struct store_file *files, size_t n,
    int64_t token, struct error *why) MUST_CHECK;

/* The draft of an account, an event and `whose`, its person or its key_hash: 1 and *d filled (sealed
 * malloc()ed), 0 none, -1. */
int store_draft(struct store *s, int64_t account, const char *event, const uint8_t whose[16],
    struct store_draft *d, struct error *why) MUST_CHECK;
/* An account's, the last changed first; what is lent dies with the call, -1 of `each` ends it. */
enum { STORE_DRAFTS_MOST = 200 };
int store_drafts(struct store *s, int64_t account,
    int (*each)(void *cookie, const struct store_draft *d, struct error *why), void *cookie,
    struct error *why) MUST_CHECK;

/* 1 it is gone, 0 there was none, -1 (`token` as above). */
int store_draft_delete(struct store *s, int64_t account, const char *event, const uint8_t whose[16],
    int64_t token, struct error *why) MUST_CHECK;

#define STORE_DRAFT_US (30 * 86400 * INT64_C(1000000))
/* Delete at most `limit` drafts not changed for so long at `now`: the number deleted, -1. */
int64_t store_drafts_sweep(struct store *s, int64_t now, int limit, struct error *why) MUST_CHECK;

#endif
