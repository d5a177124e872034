/* plants.cjs: the mistakes that the test build can be made to make (PLANTED in core/), what has to happen that
 * each shows, and by which names a checker has to find it; any of them is enough.
 *
 *	lose     [kind, loss] of transactions that are lost while it runs (tests/kill/losses.cjs)
 *	crash    the node ends at these points, one after the other
 *	restart  PostgreSQL ends at once while people file
 *	forge    somebody who has no secret tells results
 *	undone   something is undone that rested on something undone, in some applications
 *	keyless  departments that keep no keys
 */
'use strict';

const plants = {
	answer_before_commit: { found: ['EARLY', 'LOST'] },
	commit_not_flushed: { restart: true, found: ['LOST', 'VERIFY', 'PHANTOM', 'DUPLICATE-EFFECT', 'CHANGED-ANSWER'] },
	unknown_is_stored: { lose: [['filing', 'before']], found: ['LOST', 'EARLY'] },
	unknown_is_forgotten: { lose: [['filing', 'after'], ['filing', 'after']], found: ['UNFINISHED', 'LEFT-OPEN'] },
	key_made_anew_at_restart: { crash: ['call/answered', 'group/before_commit'], found: ['TWO-KEYS', 'DUPLICATE-EFFECT'] },
	another_body_at_the_next_try: { found: ['CHANGED-BODY'] },
	another_url_at_the_next_try: { found: ['CHANGED-CALL'] },
	operation_forgotten: { found: ['UNFINISHED', 'LEFT-OPEN'] },
	dependent_not_held_back: { found: ['ORDER'] },
	error_is_a_refusal: { found: ['UNAWARE', 'NO-EFFECT'] },
	no_answer_is_an_approval: { found: ['UNDO'] },
	sent_blindly_again_without_keys: { keyless: true, found: ['DUPLICATE-EFFECT'] },
	callback_before_the_record_refused: { found: ['CALLBACK'] },
	callback_told_though_not_stored: { lose: [['inbox', 'before'], ['inbox', 'before']], found: ['CALLBACK'] },
	signature_not_checked: { forge: true, found: ['FORGED'] },
	inbox_not_read_at_start: { crash: ['callback/committed', 'callback/answered'], found: ['LEFT-OPEN'] },
	petition_forgotten_at_restart: { crash: ['petition/committed', 'petition/committed'], found: ['UNANSWERED', 'LEFT-OPEN'] },
	key_of_the_caller_not_kept: { crash: ['intake/before_answer'], found: ['PHANTOM', 'REFUSED', 'CHANGED-ANSWER', 'DOUBLED'] },
	another_answer_to_the_same_key: { found: ['CHANGED-ANSWER'] },
	goes_on_after_the_withdrawal: { found: ['AFTER', 'WITHDRAWAL', 'UNDO'] },
	nothing_is_undone: { found: ['UNDO'] },
	undone_in_any_order: { undone: true, found: ['ORDER'] },
	undo_without_key: { found: ['CHANGED-BODY', 'UNDO'] },
	correction_in_the_same_round: { found: ['CHANGED-BODY', 'UNFINISHED', 'LEFT-OPEN'] },
	withdrawal_not_counted: { found: ['VERIFY'] },
	step_not_written: { found: ['VERIFY', 'HISTORY'] },
	chain_begins_anew: { found: ['CHAIN', 'VERIFY'] },
};

module.exports = { plants };
