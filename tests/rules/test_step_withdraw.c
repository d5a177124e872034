/* Withdrawal: what stops, what is undone and in which order, what stays in force. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved.h"

static int
withdraw(struct running *r, struct effects *x)
{
	int result;

	effects_begin(x, x->now + US_PER_SECOND);
	result = running_withdraw(r, "another plan", x);
	moved_send(r, x);
	return result;
}

/* ALPHA approved, BETA sent. */
static struct running *
with_beta_sent(struct effects *x)
{
	struct running *r = moved_begin(x);
	json_t *files = json_pack("{s:o}", "paper", a_file()), *errors;

	effects_begin(x, x->now);
	assert_int_equal(running_correct(r, NULL, files, "zh-CN", &errors, x), 0);
	json_decref(files);
	tell(r, ALPHA, ENDING_APPROVED, x);
	assert_int_equal(running_node(r, BETA)->state, ITEM_SENT);
	return r;
}

static void
what_was_never_sent_stops_at_once(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	assert_int_equal(withdraw(r, &x), 0);
	assert_int_equal(running_node(r, BETA)->state, ITEM_WITHDRAWN);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_WITHDRAWN);
	assert_int_equal(running_node(r, ALPHA)->state, ITEM_SENT);
	assert_int_equal(running_node(r, REGISTER)->state, ITEM_WITHDRAWN);
	assert_int_equal(x.n_send, 0);
	assert_int_equal(r->status, STATUS_IN_PROGRESS);
	assert_string_equal(json_text(x.revision, "kind"), "withdrawal");
	assert_string_equal(r->withdrawn_why, "another plan");
	moved_end(r, &x);
}

static void
what_is_under_way_is_settled_first_and_then_undone_once(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	withdraw(r, &x);
	tell(r, ALPHA, ENDING_APPROVED, &x);
	assert_int_equal(x.n_send, 1);
	assert_int_equal(x.send[0], ALPHA | SEND_UNDO);
	assert_int_equal(running_node(r, ALPHA)->undo, UNDO_SENT);
	assert_int_equal(r->status, STATUS_IN_PROGRESS);
	tell_undo(r, ALPHA, ENDING_CANCELLED, &x);
	assert_int_equal(running_node(r, ALPHA)->state, ITEM_WITHDRAWN);
	assert_int_equal(running_node(r, ALPHA)->undo, UNDO_DONE);
	assert_int_equal(r->status, STATUS_WITHDRAWN);
	assert_true(x.released_once);
	assert_false(tell_undo(r, ALPHA, ENDING_CANCELLED, &x));
	moved_end(r, &x);
}

static void
what_was_only_acknowledged_is_decided_with_its_undo(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	tell(r, ALPHA, ENDING_PENDING, &x);
	withdraw(r, &x);
	assert_int_equal(running_node(r, ALPHA)->undo, UNDO_SENT);
	assert_true(running_is_open(r, ALPHA));
	tell_undo(r, ALPHA, ENDING_CANCELLED, &x);
	assert_false(running_is_open(r, ALPHA));
	assert_true(running_node(r, ALPHA)->decided_at == x.now);
	moved_end(r, &x);
}

static void
what_was_sent_back_keeps_the_hour_of_that(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	int64_t sent_back;

	(void)state;
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	sent_back = x.now;
	withdraw(r, &x);
	assert_int_equal(running_node(r, ALPHA)->state, ITEM_WITHDRAWN);
	assert_true(running_node(r, ALPHA)->decided_at == sent_back);
	moved_end(r, &x);
}

static void
what_never_arrived_is_not_sent_again(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	tell(r, ALPHA, ENDING_RETRY, &x);
	withdraw(r, &x);
	tell(r, ALPHA, ENDING_NOT_RECEIVED, &x);
	assert_int_equal(running_node(r, ALPHA)->state, ITEM_WITHDRAWN);
	assert_int_equal(running_node(r, ALPHA)->undo, UNDO_NONE);
	assert_int_equal(r->status, STATUS_WITHDRAWN);
	moved_end(r, &x);
}

static void
dependents_are_undone_first(void **state)
{
	struct effects x;
	struct running *r = with_beta_sent(&x);

	(void)state;
	withdraw(r, &x);
	assert_int_equal(running_node(r, ALPHA)->undo, UNDO_WANTED);
	assert_int_equal(x.n_send, 0);
	tell(r, BETA, ENDING_PENDING, &x);
	assert_int_equal(x.n_send, 1);
	assert_int_equal(x.send[0], BETA | SEND_UNDO);
	tell_undo(r, BETA, ENDING_PENDING, &x);
	assert_int_equal(x.n_send, 0);
	tell_undo(r, BETA, ENDING_CANCELLED, &x);
	assert_int_equal(x.n_send, 1);
	assert_int_equal(x.send[0], ALPHA | SEND_UNDO);
	moved_end(r, &x);
}

static void
what_cannot_be_undone_stays_in_force_and_says_so(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	moved_answer(r, REGISTER, 1, ENDING_FOUND, "yes", x.now, &x);
	effects_begin(&x, x.now);
	running_sign(r, 0, true, &x);
	tell(r, GAMMA, ENDING_PENDING, &x);
	tell(r, ALPHA, ENDING_REJECTED, &x);
	withdraw(r, &x);
	assert_int_equal(running_node(r, GAMMA)->undo, UNDO_IMPOSSIBLE);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_ACKNOWLEDGED);
	assert_int_equal(r->status, STATUS_IN_PROGRESS); /* its decision is still taken */
	tell(r, GAMMA, ENDING_APPROVED, &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_APPROVED);
	assert_int_equal(r->status, STATUS_WITHDRAWN);
	moved_end(r, &x);
}

static void
an_undo_that_a_department_refuses_leaves_the_item_as_it_was(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	tell(r, ALPHA, ENDING_APPROVED, &x);
	withdraw(r, &x);
	tell_undo(r, ALPHA, ENDING_REJECTED, &x);
	assert_int_equal(running_node(r, ALPHA)->state, ITEM_APPROVED);
	assert_int_equal(running_node(r, ALPHA)->undo, UNDO_FAILED);
	assert_string_equal(running_node(r, ALPHA)->undo_reason, "no");
	assert_non_null(strstr(x.history.data, "undo_failed"));
	assert_int_equal(r->status, STATUS_WITHDRAWN);
	assert_true(tell_undo(r, ALPHA, ENDING_CANCELLED, &x)); /* it has done it after all */
	assert_int_equal(running_node(r, ALPHA)->undo, UNDO_DONE);
	moved_end(r, &x);
}

static void
an_undo_is_repeated_for_seven_days_and_then_a_person_looks(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	int64_t begun;

	(void)state;
	tell(r, ALPHA, ENDING_APPROVED, &x);
	withdraw(r, &x);
	begun = x.now;
	for (int i = 0; i < 1000 && running_node(r, ALPHA)->undo == UNDO_SENT; i++) {
		x.now = running_node(r, ALPHA)->undoing.next_at ? running_node(r, ALPHA)->undoing.next_at : x.now;
		tell_undo(r, ALPHA, ENDING_RETRY, &x);
	}
	assert_int_equal(running_node(r, ALPHA)->undo, UNDO_FAILED);
	assert_true(x.now - begun > INT64_C(6) * 86400 * US_PER_SECOND);
	moved_end(r, &x);
}

/* Nobody knows what became of ALPHA: without an undo that is no withdrawal yet. */
static void
what_nobody_knows_is_not_withdrawn(void **state)
{
	struct effects x;
	struct running *r;

	(void)state;
	moved_items[ALPHA].undo = false;
	r = moved_begin(&x);
	withdraw(r, &x);
	for (int i = 0; i < 1000 && running_is_open(r, ALPHA); i++) {
		x.now = running_node(r, ALPHA)->next_at ? running_node(r, ALPHA)->next_at : x.now;
		tell(r, ALPHA, ENDING_RETRY, &x);
	}
	assert_int_equal(running_node(r, ALPHA)->state, ITEM_ATTENTION);
	assert_int_equal(running_node(r, ALPHA)->undo, UNDO_IMPOSSIBLE);
	assert_int_equal(r->status, STATUS_IN_PROGRESS);
	tell(r, ALPHA, ENDING_REJECTED, &x);
	assert_int_equal(r->status, STATUS_WITHDRAWN);
	moved_end(r, &x);
}

static void
an_item_sent_back_stops(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	assert_true(r->stopped_since != 0);
	withdraw(r, &x);
	assert_int_equal(running_node(r, ALPHA)->state, ITEM_WITHDRAWN);
	assert_int_equal(r->status, STATUS_WITHDRAWN);
	assert_int_equal(r->stopped_since, 0);
	assert_true(tell(r, ALPHA, ENDING_APPROVED, &x)); /* the same round, decided after all */
	assert_non_null(strstr(x.history.data, "conflict"));
	moved_end(r, &x);
}

static void
nobody_withdraws_twice_or_too_late(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	withdraw(r, &x);
	assert_int_equal(withdraw(r, &x), 2);
	assert_int_equal(x.history.length, 0);
	assert_null(x.revision);
	moved_end(r, &x);
}

static void
the_consequences_are_told_before(void **state)
{
	struct effects x;
	struct running *r = with_beta_sent(&x);
	json_t *list = running_withdrawal(r, "en");

	(void)state;
	assert_int_equal(json_array_size(list), 4);
	assert_string_equal(json_text(json_array_get(list, ALPHA), "effect"), "undone");
	assert_string_equal(json_text(json_array_get(list, BETA), "effect"), "undone");
	assert_string_equal(json_text(json_array_get(list, GAMMA), "effect"), "stops");
	assert_string_equal(json_text(json_array_get(list, DELTA), "effect"), "stays");
	json_decref(list);
	moved_end(r, &x);
}

static void
one_refused_by_all_may_be_filed_again(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	moved_answer(r, REGISTER, 1, ENDING_FOUND, "no", x.now, &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_REFUSED);
	tell(r, ALPHA, ENDING_REJECTED, &x);
	assert_int_equal(r->status, STATUS_FINISHED);
	assert_true(x.released_once);
	moved_end(r, &x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_was_never_sent_stops_at_once, moved_set_up),
		cmocka_unit_test_setup(what_is_under_way_is_settled_first_and_then_undone_once, moved_set_up),
		cmocka_unit_test_setup(what_was_only_acknowledged_is_decided_with_its_undo, moved_set_up),
		cmocka_unit_test_setup(what_was_sent_back_keeps_the_hour_of_that, moved_set_up),
		cmocka_unit_test_setup(what_never_arrived_is_not_sent_again, moved_set_up),
		cmocka_unit_test_setup(dependents_are_undone_first, moved_set_up),
		cmocka_unit_test_setup(what_cannot_be_undone_stays_in_force_and_says_so, moved_set_up),
		cmocka_unit_test_setup(an_undo_that_a_department_refuses_leaves_the_item_as_it_was, moved_set_up),
		cmocka_unit_test_setup(an_undo_is_repeated_for_seven_days_and_then_a_person_looks, moved_set_up),
		cmocka_unit_test_setup(what_nobody_knows_is_not_withdrawn, moved_set_up),
		cmocka_unit_test_setup(an_item_sent_back_stops, moved_set_up),
		cmocka_unit_test_setup(nobody_withdraws_twice_or_too_late, moved_set_up),
		cmocka_unit_test_setup(the_consequences_are_told_before, moved_set_up),
		cmocka_unit_test_setup(one_refused_by_all_may_be_filed_again, moved_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
