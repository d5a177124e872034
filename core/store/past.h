/* past.h: finished applications of the past, written at once.
 *
 * For measuring how the program does with years behind it (`yijianshi past`): the rows are those that
 * intake and the engine's groups would have left, without the updates in between.
 */
#ifndef YJS_STORE_PAST_H
#define YJS_STORE_PAST_H

#include "store/account.h"
#include "store/group.h"

struct store_past {
	struct store_application filed; /* its items, status, history_count and _hash: the last ones; its
	                                 * history is not used, request key and answer are not written */
	int64_t finished_at;
	const struct store_outcome *outcomes; /* of filed.operations, one each */
	const struct store_past_lines { int32_t seq; const char *entries; uint8_t hash[32]; } *lines;
	size_t n_lines;
	const struct store_revision *revisions;
	size_t n_revisions;
};

struct store_past_account { struct store_account account; uint8_t person[16]; };

/* Partitions for every month from that of one day to that of another; as the owner. */
int store_past_partitions(const char *owner, int32_t from, int32_t to, struct error *why) MUST_CHECK;
/* Afterwards, as the owner: what the server would else do while something is measured. */
int store_past_settle(const char *owner, struct error *why) MUST_CHECK;
/* From now on this connection does not wait for the disk: what a crash takes is made again. */
int store_past_begin(struct store *s, struct error *why) MUST_CHECK;
/* Commit a group of them, owned by a life that has done with them, and accounts. */
int store_past(struct store *s, int32_t incarnation, const struct store_past *rows, size_t n,
    const struct store_past_account *accounts, size_t n_accounts, struct error *why) MUST_CHECK;

#endif
