/* step_own.h: what the files that move an application (step*.c) share; those that show it (show*.c,
 * task.c, decision.c) ask it, nobody else includes it.
 *
 * Every move ends in step_go_on: what has become possible is done, then it is seen where the whole
 * stands. A word of the history is written by step_tell alone, which counts it as well: counters and
 * histories cannot differ.
 */
#ifndef YJS_RULES_STEP_OWN_H
#define YJS_RULES_STEP_OWN_H

#include "rules/history.h"
#include "rules/running.h"

/* A source silent for so long holds nothing up any more. */
#define STEP_LATE_US (600 * US_PER_SECOND)

/* Merge a JSON object into another that may be shared: a new one takes its place. null clears. */
int running_merge(json_t **into, const json_t *changes) MUST_CHECK;

/* --- dispute.c --- */
/* Write down what r->disputed says, as it is filed. */
void dispute_begin(struct running *r, struct effects *x);

/* --- step_effects.c --- */
/* Write an entry about node (-1: the whole) and count it. The longer form takes more to say. */
void step_tell(struct running *r, int node, enum history_word what, const char *by, const char *code,
    struct effects *x);
void step_tell_entry(struct running *r, int node, enum history_word what, struct history_entry *e,
    struct effects *x);
/* Its operation is to be stored and sent. */
void step_send(struct running *r, int node, struct effects *x);
/* The department that node's operation goes to, or NULL. */
const char *step_department(const struct running *r, int node);

/* --- step.c --- */
/* Send, undo, block, skip whatever can be now; then the status of the whole. */
void step_go_on(struct running *r, struct effects *x);
/* Items in a state, as a mask. */
uint64_t step_items_in(const struct running *r, uint8_t state);
/* Refused, blocked, skipped or withdrawn. */
bool step_is_over(uint8_t state);
/* Items (a mask) that have not been sent yet end in `state` because of a rule or consent. */
void step_end_unsent(struct running *r, uint64_t items, uint8_t state, enum item_cause cause, int index,
    const char *code, struct effects *x);
/* The facts of today: for what is asked while it runs. */
void step_facts(const struct running *r, int64_t now, json_t **outputs, struct facts *facts);

/* --- step_answer.c --- */
void step_set_reason(struct running_item *it, const char *text, struct effects *x);
/* Decided on an answer that was corrected since: a person must look. Its reason is set already. */
void step_changed(struct running *r, int node, struct effects *x);
/* The next try of an operation that failed once more; false when seven days are over. */
bool step_try_again(const struct ending *ending, uint32_t random, int64_t now, int32_t *attempts,
    int64_t *next_at, int64_t *silent_since);

/* --- step_material.c --- */
bool step_material_settled(const struct running *r, int material);
/* Try its ways from the present one on until one settles it or must be waited for. */
void step_material_next(struct running *r, int material, struct effects *x);
/* The way that was waited for has failed: the next one. */
void step_material_failed(struct running *r, int material, const char *code, struct effects *x);
/* Papers that an item makes or a record proves: has it come? */
void step_material_look(struct running *r, struct effects *x);
/* The applicant's own file takes the place of whatever was tried. */
void step_material_upload(struct running *r, int material, struct effects *x);

/* --- step_record.c --- */
/* Ask for the records that rules, waits and papers rest on. */
void step_record_begin(struct running *r, struct effects *x);
void step_record_found(struct running *r, int record, struct effects *x);
void step_record_none(struct running *r, int record, const char *code, struct effects *x);
/* Must the item wait for a record that one of its rules speaks of? */
bool step_record_awaited(const struct running *r, size_t item);
/* Ask again for those of the records that were asked for; `forget`: what they said was of old answers. */
void step_record_again(struct running *r, uint32_t records, bool forget, struct effects *x);
/* Look at the rules that speak of these records: refuse, leave out, send back. */
void step_record_rules(struct running *r, uint32_t records, struct effects *x);
/* What the rules remind of, as things stand: [{"rule","text"}]. New reference. */
json_t *step_record_reminders(const struct running *r);
/* The rules that say wait: hold and let go. */
void step_record_waits(struct running *r, struct effects *x);
/* The records that rules of waiting rest on. */
uint32_t step_record_waited(const struct running *r);
/* A record's look-up is taken for lost: nothing waits for it. */
bool step_record_is_late(const struct running *r, int record);

/* --- step_sign.c --- */
void step_sign_begin(struct running *r, struct effects *x);
bool step_sign_awaited(const struct running *r, size_t item);
/* May it be given still: somebody is asked, and what waits for it has not ended (another one declined). */
bool step_sign_open(const struct running *r, int sign);
/* The last day on which it may be given; false: there is none. */
bool step_sign_due(const struct running *r, int sign, int32_t *due);
int64_t step_sign_next(const struct running *r);
void step_sign_clock(struct running *r, struct effects *x);

/* --- step_withdraw.c --- */
/* After a withdrawal: stop, undo, or see that it cannot be undone. */
void step_undo_look(struct running *r, struct effects *x);
/* What a withdrawal makes of an item: it stops before it was sent, it is undone as soon as it is settled,
 * or it cannot be undone. */
enum step_withdrawal { WITHDRAWAL_NOTHING /* it is over */, WITHDRAWAL_STOPS, WITHDRAWAL_UNDOES,
	WITHDRAWAL_STAYS };
enum step_withdrawal step_withdrawal(const struct running *r, size_t item);
/* It will not be undone: as the department says (reason NULL: it said nothing), `code` for the history. */
void step_undo_failed(struct running *r, int node, const char *reason, const char *code,
    struct effects *x);
/* Every undo has ended and nothing is unknown. */
bool step_undo_ended(const struct running *r);

/* --- step_asked.c --- */
/* Some item waits for an upload or was sent back: it is the applicant's turn. */
bool step_waits_for_applicant(const struct running *r);
/* The answers in an expression that the applicant can mend (locked ones he cannot), as bits in
 * `questions` (as form_asked; may be NULL). Is there one? */
bool step_mends(const struct event *e, const struct expr *expr, uint64_t *questions);
/* What is marked in an item that was sent back. */
void step_marks(const struct running *r, int item, uint64_t *questions, uint64_t *materials);
/* As running_asked, of one item that was sent back, without saying which and that it is needed. */
json_t *step_item_correction(const struct running *r, int item, const char *language);
/* Papers that may be given now: needed by an item that waits, and offered because a source is silent. */
uint64_t step_uploads_needed(const struct running *r);
uint64_t step_uploads_offered(const struct running *r, int64_t now);

/* --- step_clock.c --- */
/* The last day of the item's promise: from its first sending, with the days its clock stood still. */
bool step_item_due(const struct running *r, int item, int32_t *due);

static inline bool
step_bit(const uint64_t *set, size_t i)
{
	return set[i / 64] >> (i % 64) & 1;
}

static inline void
step_set(uint64_t *set, size_t i)
{
	set[i / 64] |= UINT64_C(1) << (i % 64);
}

#endif
