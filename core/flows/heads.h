/* heads.h: where the chains of accesses and histories ended, kept outside of the database.
 *
 * Whoever may rewrite all of the database could cut off the end of a chain and set its head back: nothing in the
 * database would tell. An older backup put back looks the same. So each node appends what it has seen committed to a
 * file of its own in the folder KEY_FILE.heads: within a minute, and when it stops. `verify` holds the database
 * against all files there. One line a head:
 *
 *	history DIVISION ID NUMBER ENTRIES HASH
 *	access CHAIN 0 - ROWS HASH
 *	archive 0 MONTH - APPLICATIONS HASH
 *
 * Nobody changes a line; a file may be carried off at any time, the next line begins another. What a longer head of
 * the same chain tells of as well leaves a file now and then (heads_file.h).
 */
#ifndef YJS_FLOWS_HEADS_H
#define YJS_FLOWS_HEADS_H

#include "seal/digest.h"
#include "store/access.h"

struct conf;
struct heads;
struct node;
struct running;

enum heads_kind { HEADS_ACCESS, HEADS_HISTORY, HEADS_ARCHIVE, HEADS_KINDS };

struct head {
	enum heads_kind kind;
	int32_t chain;            /* of accesses; or the division of an application, */
	int64_t id;               /* and its id; or a month that has left (year * 12 + month - 1) */
	char number[40];          /* "-" but of an application */
	int64_t length;           /* rows, entries or applications */
	uint8_t hash[32];         /* of the last; of all ends of a month's histories */
	bool seen;                /* whoever compares marks it */
};

/* --- keeping --- */

/* For this node's file; NULL: no memory. */
struct heads *heads_new(const struct conf *conf);
void heads_free(struct heads *h);
/* An application's history was committed. From any thread. */
void heads_note(struct node *n, const struct running *r);
/* Commit these rows as store_access_put() does, and note where the chain ends now. By a worker. */
int heads_access_put(struct node *n, struct store *s, const struct store_access *rows, size_t count,
    struct error *why) MUST_CHECK;
/* Append one head at once, to that file of the folder. */
int heads_keep(const struct conf *conf, const char *file, const struct head *head, struct error *why) MUST_CHECK;
/* Write what was noted; what cannot be written stays for the next time. By the main thread. */
void heads_write(struct node *n);

/* --- comparing --- */

/* In order: by chain, then by length. */
struct heads_kept { struct head *list; size_t n, room; };

int heads_order(const struct head *x, const struct head *y);
/* What comes next in order tells all that this one does: it is longer, or the same. */
bool heads_supersedes(const struct head *next, const struct head *h);
/* False: no memory. */
bool heads_kept_add(struct heads_kept *kept, const struct head *head) MUST_CHECK;
/* Leave the longest heads of each chain, in order; more than one where they contradict each other. */
void heads_kept_last(struct heads_kept *kept);

/* Read all files, of each chain the longest heads. No folder: none are kept. */
int heads_read(const struct conf *conf, struct heads_kept *kept, struct error *why) MUST_CHECK;
/* Where they are kept, and can they be? In words for people. */
bool heads_tell(const struct conf *conf, char *out, size_t room);
void heads_kept_free(struct heads_kept *kept);
/* NULL: none is kept of that chain; or none besides. */
struct head *heads_find(struct heads_kept *kept, enum heads_kind kind, int32_t chain, int64_t id);
struct head *heads_next(struct heads_kept *kept, struct head *head);

#endif
