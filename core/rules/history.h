/* history.h: the case history: append-only, hash-chained, without personal data.
 *
 * An entry is one canonical JSON object. Its hash is hex SHA-256(previous hash, 64 zeros first, +
 * "\n" + the entry's canonical JSON without `hash`). Only keyed hashes of what
 * people wrote stand in it.
 */
#ifndef YJS_RULES_HISTORY_H
#define YJS_RULES_HISTORY_H

#include <stdint.h>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

/* The words that an entry may say, counted under the same names (verify recounts them). */
enum history_word {
	HISTORY_ACCEPTED, HISTORY_SENT, HISTORY_ACKNOWLEDGED, HISTORY_APPROVED, HISTORY_FETCHED,
	HISTORY_FOUND, HISTORY_NOT_FOUND, HISTORY_REFUSED, HISTORY_BLOCKED, HISTORY_SKIPPED,
	HISTORY_ATTENTION, HISTORY_CORRECTION, HISTORY_CORRECTED, HISTORY_UPLOADED, HISTORY_COMMITTED,
	HISTORY_UPLOAD_NEEDED, HISTORY_SILENT, HISTORY_LATE, HISTORY_CONFLICT, HISTORY_HELD,
	HISTORY_OVERDUE, HISTORY_DEEMED_ACCEPTED, HISTORY_SIGNED, HISTORY_DECLINED, HISTORY_WITHDRAWAL,
	HISTORY_UNDO_SENT, HISTORY_UNDONE, HISTORY_UNDO_FAILED, HISTORY_UNDO_IMPOSSIBLE,
	HISTORY_WITHDRAWN, HISTORY_FINISHED, HISTORY_CLOCK_STOPPED, HISTORY_CLOCK_RESUMED, HISTORY_REMINDED,
	HISTORY_RETYPED, HISTORY_SETTLED, HISTORY_DISPUTED,
	/* said beside it: nothing moves */
	HISTORY_INQUIRED, HISTORY_ANSWERED, HISTORY_CONFERRED, HISTORY_CONCLUDED, HISTORY_RATED,
	HISTORY_COMPLAINED, HISTORY_REPLIED, HISTORY_WORDS
};
extern const char *const history_words[HISTORY_WORDS];

struct history_entry { /* NULL or 0: not said. Written in the order of the names' letters. */
	int64_t at;
	const char *body;   /* 64 hex: keyed hash of what was filed or sent */
	const char *by;     /* who moved it: applicant agent signer department supervisor clock operator */
	const char *code;   /* fixed word: how it ended; disputed: the question; rated: the grade */
	const char *department; /* disputed: whose record it is; said beside it: by or to whom */
	int fields;         /* accepted, corrected: answers typed */
	const char *item;   /* item id, "material:<id>", "record:<id>" or "sign:<id>" */
	const char *key;    /* the operation's key */
	const char *plan;   /* accepted: plan_hash */
	int round;
	const char *took;   /* approved, refused: working days that the department took, as a step (took.h) */
	const char *what;   /* one of history_words */
};

/* Append the entry as a line to `lines`; moves `count` and `hash` on. Lines are stored without
 * `hash`: it follows from the chain, and the store keeps the hash after each group of lines, so an
 * edited line is found and located all the same, at a quarter less of log. */
int history_add(const struct history_entry *e, int32_t *count, uint8_t hash[32], struct text *lines);

/* Walk stored lines on from `hash` (zeros at the start); moves `hash` on. When `shown` is not NULL
 * every entry is appended to it as an object with its `hash`. -1 when a line is not an entry. */
int history_walk(const char *lines, size_t length, uint8_t hash[32], json_t *shown) MUST_CHECK;

#endif
