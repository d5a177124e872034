/* draft.h: what people have typed and not yet filed.
 *
 * One draft for an account, an event and a person: an agent has one for each whom he helps, everybody
 * else one for himself (person all zeros). Each change is a revision; the files that a draft names are
 * not swept as unused (file.h). It ends with the application that is filed under its key
 * (store_application.drafted), or thirty days after the last change. One that an agent has begun goes on with whom it
 * is for: to the agent who comes after (store_mandate_take, store_mandate_hand), or to himself.
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
	char agent[64];       /* who has begun it; of store_drafts_begun() only */
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

/* Those that agents have begun for a person, in the same way; one of these by its key_hash, as store_draft(). */
int store_drafts_begun(struct store *s, const uint8_t person[16],
    int (*each)(void *cookie, const struct store_draft *d, struct error *why), void *cookie,
    struct error *why) MUST_CHECK;
int store_draft_begun(struct store *s, const uint8_t person[16], const char *event, const uint8_t key_hash[16],
    struct store_draft *d, struct error *why) MUST_CHECK;
/* One of these becomes the own draft of d->account, the person's, as its next revision. 1, 0 somebody was first, or
 * he has one of that event, -1 (`token` as above). */
int store_draft_take(struct store *s, const struct store_draft *d, int64_t token, struct error *why) MUST_CHECK;

/* Does a draft name a file: the account's (person: whom that is for), or another's? */
enum store_draft_names { DRAFT_UNKNOWN = -1, DRAFT_NONE, DRAFT_HIS, DRAFT_ANOTHERS };
enum store_draft_names store_draft_of_file(struct store *s, int64_t account, int32_t division, int64_t file,
    uint8_t person[16], struct error *why) MUST_CHECK;

/* 1 it is gone, 0 there was none, -1 (`token` as above). */
int store_draft_delete(struct store *s, int64_t account, const char *event, const uint8_t whose[16],
    int64_t token, struct error *why) MUST_CHECK;

#define STORE_DRAFT_US (30 * 86400 * INT64_C(1000000))
/* Delete at most `limit` drafts not changed for so long at `now`: the number deleted, -1. */
int64_t store_drafts_sweep(struct store *s, int64_t now, int limit, struct error *why) MUST_CHECK;

#endif
