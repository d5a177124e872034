/* The moves of a running application: order, blocking, papers, repetition, contradiction. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/history.h"
#include "rules/running.h"

enum { A, B, C, D, N_ITEMS };            /* A, then B and C side by side, then D */
enum { PAPER = MATERIAL_NODE, MADE, N_MATERIALS_END };
#define SECOND US_PER_SECOND
#define START INT64_C(1795000000000000)

static struct item items[N_ITEMS];
static struct get paper_ways[3], made_ways[2];
static struct material materials[2];
static struct param params[1];
static struct expr child_name = { .op = EXPR_REF, .space = EXPR_ANSWER };
static struct question questions[1];
static struct event event;
static const uint8_t hash[32] = { 1, 2, 3 };

static struct item
item_of(const char *id, uint64_t needs)
{
	return (struct item){ .id = (char *)(uintptr_t)id, .title = (char *)(uintptr_t)id,
		.department = (char *)(uintptr_t)"health", .call = (char *)(uintptr_t)"go",
		.by = (char *)(uintptr_t)"health.go", .needs = needs, .request = params, .n_request = 1,
		.fee_fen = -1 };
}

static int
set_up(void **state)
{
	(void)state;
	params[0].name = (char *)(uintptr_t)"child_name";
	params[0].value = &child_name;
	questions[0] = (struct question){ .id = params[0].name, .title = params[0].name };
	items[A] = item_of("a", 0);
	items[B] = item_of("b", 1 << A);
	items[C] = item_of("c", 1 << A);
	items[D] = item_of("d", 1 << B | 1 << C);
	paper_ways[0] = (struct get){ .way = WAY_FETCH, .department = (char *)(uintptr_t)"police",
		.call = (char *)(uintptr_t)"look" };
	paper_ways[1] = (struct get){ .way = WAY_COMMIT };
	paper_ways[2] = (struct get){ .way = WAY_UPLOAD };
	made_ways[0] = (struct get){ .way = WAY_PRODUCED, .item = A };
	made_ways[1] = (struct get){ .way = WAY_UPLOAD };
	materials[0] = (struct material){ .id = (char *)(uintptr_t)"paper", .title = (char *)(uintptr_t)"p",
		.get = paper_ways, .n_get = 3 };
	materials[1] = (struct material){ .id = (char *)(uintptr_t)"made", .title = (char *)(uintptr_t)"m",
		.get = made_ways, .n_get = 2 };
	event = (struct event){ .id = (char *)(uintptr_t)"test", .title = (char *)(uintptr_t)"test",
		.questions = questions, .n_questions = 1, .items = items, .n_items = N_ITEMS, .materials = materials, .n_materials = 2 };
	return 0;
}

static struct running *
begin(uint64_t b_uses, uint64_t d_uses, struct effects *x)
{
	struct running *r = running_new(&event);

	strcpy(r->number, "3301112611-TEST");
	strcpy(r->plan.division, "330111");
	r->plan.n_items = N_ITEMS;
	r->plan.n_materials = 2;
	r->plan.runs = 15;
	for (int i = 0; i < N_ITEMS; i++)
		r->plan.item[i].needs = items[i].needs;
	r->plan.item[B].uses = b_uses;
	r->plan.item[D].uses = d_uses;
	r->plan.materials = b_uses | d_uses;
	memset(x, 0, sizeof *x);
	effects_begin(x, START);
	running_begin(r, hash, x);
	return r;
}

static bool
tell(struct running *r, int node, enum ending_kind kind, int64_t now, struct effects *x)
{
	struct ending e = { .kind = kind, .code = "test", .outputs =
	    kind == ENDING_APPROVED || kind == ENDING_FOUND ? json_object() : NULL };
	bool changed;

	effects_begin(x, now);
	changed = running_settle(r, node, running_node(r, node)->round, &e, 7, x);
	ending_free(&e);
	return changed;
}

static void
end(struct running *r, struct effects *x)
{
	effects_free(x);
	running_free(r);
}

static void
items_run_in_order(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);

	(void)state;
	assert_int_equal(x.n_send, 1);
	assert_int_equal(x.send[0], A);
	assert_true(tell(r, A, ENDING_APPROVED, START + 1, &x));
	assert_int_equal(x.n_send, 2);
	tell(r, B, ENDING_APPROVED, START + 2, &x);
	assert_int_equal(x.n_send, 0);
	assert_int_equal(running_node(r, D)->state, ITEM_WAITING);
	tell(r, C, ENDING_APPROVED, START + 3, &x);
	assert_int_equal(x.n_send, 1);
	assert_int_equal(x.send[0], D);
	assert_int_equal(r->status, STATUS_IN_PROGRESS);
	tell(r, D, ENDING_APPROVED, START + 4, &x);
	assert_int_equal(r->status, STATUS_FINISHED);
	assert_int_equal(r->finished_at, START + 4);
	assert_non_null(strstr(x.history.data, "\"what\":\"finished\""));
	end(r, &x);
}

static void
a_refused_need_blocks_its_dependents_and_no_others(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);

	(void)state;
	tell(r, A, ENDING_APPROVED, START, &x);
	tell(r, B, ENDING_REJECTED, START, &x);
	assert_int_equal(running_node(r, D)->state, ITEM_BLOCKED);
	assert_int_equal(running_node(r, C)->state, ITEM_SENT);
	assert_int_equal(r->status, STATUS_IN_PROGRESS);
	tell(r, C, ENDING_APPROVED, START, &x);
	assert_int_equal(r->status, STATUS_FINISHED);
	end(r, &x);
}

static void
blocking_goes_through_the_whole_graph(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);

	(void)state;
	tell(r, A, ENDING_REJECTED, START, &x);
	for (int i = B; i <= D; i++)
		assert_int_equal(running_node(r, i)->state, ITEM_BLOCKED);
	assert_int_equal(r->status, STATUS_FINISHED);
	end(r, &x);
}

static void
a_skipped_item_is_settled_from_the_start(void **state)
{
	struct effects x = { 0 };
	struct running *r = begin(0, 0, &x);

	(void)state;
	effects_free(&x);
	memset(&x, 0, sizeof x);
	effects_begin(&x, START);
	r->plan.item[B].verdict = PLAN_NOT_CHOSEN;
	r->plan.item[D].needs = 1 << C;
	r->history_count = 0;
	running_begin(r, hash, &x);
	assert_int_equal(running_node(r, B)->state, ITEM_SKIPPED);
	tell(r, A, ENDING_APPROVED, START, &x);
	assert_int_equal(x.n_send, 1);
	assert_int_equal(x.send[0], C);
	end(r, &x);
}

static void
a_paper_is_fetched_before_the_item_that_uses_it(void **state)
{
	struct effects x;
	struct running *r = begin(1, 0, &x);

	(void)state;
	assert_int_equal(x.n_send, 2); /* the fetch and A, side by side */
	assert_int_equal(x.send[0], PAPER);
	tell(r, A, ENDING_APPROVED, START, &x);
	assert_int_equal(running_node(r, B)->state, ITEM_WAITING);
	assert_int_equal(running_node(r, C)->state, ITEM_SENT);
	tell(r, PAPER, ENDING_FOUND, START, &x);
	assert_int_equal(running_node(r, PAPER)->how, HOW_FETCHED);
	assert_int_equal(running_node(r, B)->state, ITEM_SENT);
	end(r, &x);
}

static void
no_paper_there_means_the_next_way(void **state)
{
	struct effects x;
	struct running *r = begin(1, 0, &x);

	(void)state;
	tell(r, A, ENDING_APPROVED, START, &x);
	tell(r, PAPER, ENDING_NONE_FOUND, START, &x);
	assert_int_equal(running_node(r, PAPER)->how, HOW_COMMITTED);
	assert_int_equal(running_node(r, B)->state, ITEM_SENT);
	end(r, &x);
}

static void
a_produced_paper_comes_from_its_item(void **state)
{
	struct effects x;
	struct running *r = begin(0, 2, &x);

	(void)state;
	assert_int_equal(running_node(r, MADE)->how, HOW_WAITING);
	tell(r, A, ENDING_APPROVED, START, &x);
	assert_int_equal(running_node(r, MADE)->how, HOW_PRODUCED);
	tell(r, B, ENDING_APPROVED, START, &x);
	tell(r, C, ENDING_APPROVED, START, &x);
	assert_int_equal(running_node(r, D)->state, ITEM_SENT);
	end(r, &x);
}

static void
an_upload_still_needed_waits_for_the_applicant_while_others_go_on(void **state)
{
	struct effects x;
	struct running *r;

	(void)state;
	paper_ways[0] = (struct get){ .way = WAY_UPLOAD };
	materials[0].n_get = 1;
	r = begin(1, 0, &x);
	assert_int_equal(r->status, STATUS_WAITING_FOR_APPLICANT);
	tell(r, A, ENDING_APPROVED, START, &x);
	assert_int_equal(running_node(r, C)->state, ITEM_SENT);
	assert_int_equal(running_node(r, B)->state, ITEM_WAITING);
	end(r, &x);
	set_up(NULL);
}

static void
an_unknown_outcome_is_repeated_for_seven_days_and_then_shown_to_a_person(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);
	struct running_item *a = running_node(r, A);
	int64_t now = START;
	int attempts = 1;

	(void)state;
	while (a->state == ITEM_SENT && attempts < 1000) {
		tell(r, A, ENDING_RETRY, now, &x);
		assert_int_equal(x.n_send, 0);
		if (a->state != ITEM_SENT)
			break;
		assert_int_equal(a->attempts, ++attempts);
		assert_true(a->next_at > now);
		assert_true(a->next_at <= now + 2 * 3600 * SECOND);
		assert_int_equal(a->silent_since, START);
		now = a->next_at;
	}
	assert_int_equal(a->state, ITEM_ATTENTION);
	assert_true(now - START > INT64_C(6) * 86400 * SECOND);
	assert_int_equal(r->status, STATUS_IN_PROGRESS);
	end(r, &x);
}

/* Twenty working days in a department are no silence: only failed attempts in a row are. */
static void
a_long_procedure_survives_one_failed_question(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);
	int64_t late = START + INT64_C(20) * 86400 * SECOND;

	(void)state;
	tell(r, A, ENDING_PENDING, START, &x);
	tell(r, A, ENDING_RETRY, late, &x);
	assert_int_equal(running_node(r, A)->state, ITEM_ACKNOWLEDGED);
	tell(r, A, ENDING_PENDING, late + SECOND, &x);
	assert_int_equal(running_node(r, A)->silent_since, 0);
	tell(r, A, ENDING_APPROVED, late + 2 * SECOND, &x);
	assert_int_equal(running_node(r, A)->state, ITEM_APPROVED);
	end(r, &x);
}

static void
a_decision_that_comes_after_all_ends_the_attention(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);

	(void)state;
	tell(r, A, ENDING_ATTENTION, START, &x);
	assert_int_equal(running_node(r, A)->state, ITEM_ATTENTION);
	assert_true(tell(r, A, ENDING_APPROVED, START + SECOND, &x));
	assert_int_equal(running_node(r, A)->state, ITEM_APPROVED);
	assert_int_equal(running_node(r, B)->state, ITEM_SENT);
	end(r, &x);
}

static void
silence_is_told_once_in_the_history(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);

	(void)state;
	tell(r, A, ENDING_RETRY, START, &x);
	assert_non_null(strstr(x.history.data, "silent"));
	tell(r, A, ENDING_RETRY, START + SECOND, &x);
	assert_int_equal(x.history.length, 0);
	tell(r, A, ENDING_APPROVED, START + 2 * SECOND, &x);
	assert_int_equal(running_node(r, A)->silent_since, 0);
	end(r, &x);
}

static void
the_same_word_twice_changes_nothing_and_another_is_a_conflict(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);

	(void)state;
	tell(r, A, ENDING_APPROVED, START, &x);
	assert_false(tell(r, A, ENDING_APPROVED, START, &x));
	assert_false(tell(r, A, ENDING_PENDING, START, &x));
	assert_true(tell(r, A, ENDING_REJECTED, START, &x));
	assert_int_equal(running_node(r, A)->state, ITEM_APPROVED);
	assert_non_null(strstr(x.history.data, "conflict"));
	end(r, &x);
}

static void
a_late_answer_of_another_round_is_recorded_only(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);
	struct ending e = { .kind = ENDING_APPROVED, .code = "approved", .outputs = json_object() };

	(void)state;
	effects_begin(&x, START);
	assert_true(running_settle(r, A, 2, &e, 0, &x));
	ending_free(&e);
	assert_int_equal(running_node(r, A)->state, ITEM_SENT);
	assert_non_null(strstr(x.history.data, "late"));
	end(r, &x);
}

static void
pending_is_acknowledged_once_with_the_departments_number(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);
	struct ending e = { .kind = ENDING_PENDING, .code = "pending", .receipt = strdup("D-1") };

	(void)state;
	effects_begin(&x, START);
	running_settle(r, A, 1, &e, 0, &x);
	ending_free(&e);
	assert_int_equal(running_node(r, A)->state, ITEM_ACKNOWLEDGED);
	assert_string_equal(running_node(r, A)->receipt, "D-1");
	tell(r, A, ENDING_PENDING, START + 1, &x);
	assert_int_equal(x.history.length, 0);
	tell(r, A, ENDING_APPROVED, START + 2, &x);
	assert_int_equal(running_node(r, A)->state, ITEM_APPROVED);
	end(r, &x);
}

static void
a_correction_names_fields_of_the_request_or_goes_to_a_person(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);
	struct ending e = { .kind = ENDING_CORRECTION, .code = "correction",
		.fields = json_pack("[{s:s, s:s}]", "field", "child_name", "reason", "r") };

	(void)state;
	effects_begin(&x, START);
	running_settle(r, A, 1, &e, 0, &x);
	ending_free(&e);
	assert_int_equal(running_node(r, A)->state, ITEM_CORRECTION);
	assert_int_equal(r->status, STATUS_WAITING_FOR_APPLICANT);
	end(r, &x);
	r = begin(0, 0, &x);
	e = (struct ending){ .kind = ENDING_CORRECTION, .code = "correction",
		.fields = json_pack("[{s:s, s:s}]", "field", "no_such", "reason", "r") };
	effects_begin(&x, START);
	running_settle(r, A, 1, &e, 0, &x);
	ending_free(&e);
	assert_int_equal(running_node(r, A)->state, ITEM_ATTENTION);
	end(r, &x);
}

static void
states_survive_packing(void **state)
{
	struct effects x;
	struct running *r = begin(1, 2, &x), *again = running_new(&event);
	struct error why = { 0 };
	struct text packed;

	(void)state;
	tell(r, A, ENDING_APPROVED, START, &x);
	text_init(&packed, 4096);
	assert_int_equal(running_pack(r, &packed), 0);
	assert_int_equal(running_unpack(again, packed.data, packed.length, &why), 0);
	for (size_t i = 0; i < N_ITEMS + 2; i++) {
		assert_int_equal(again->nodes[i].state, r->nodes[i].state);
		assert_int_equal(again->nodes[i].how, r->nodes[i].how);
	}
	assert_int_equal(running_unpack(again, packed.data, packed.length - 1, &why), -1);
	text_free(&packed);
	running_free(again);
	end(r, &x);
}

static void
the_history_is_a_chain_that_anyone_can_walk(void **state)
{
	struct effects x;
	struct running *r = begin(0, 0, &x);
	uint8_t walked[32] = { 0 };
	json_t *entries = json_array();
	char *changed;

	(void)state;
	assert_int_equal(history_walk(x.history.data, x.history.length, walked, entries), 0);
	assert_memory_equal(walked, r->history_hash, 32);
	assert_int_equal(json_array_size(entries), r->history_count);
	assert_string_equal(json_text(json_array_get(entries, 0), "what"), "accepted");
	changed = strdup(x.history.data);
	strstr(changed, "accepted")[0] = 'b';
	memset(walked, 0, sizeof walked);
	assert_int_equal(history_walk(changed, strlen(changed), walked, NULL), 0);
	assert_memory_not_equal(walked, r->history_hash, 32);
	free(changed);
	json_decref(entries);
	end(r, &x);
}

/* Every order in which the answers of a diamond can come, with every ending: one state at the end,
 * D is sent exactly once or never. */
static void
every_order_of_answers_sends_a_dependent_once(void **state)
{
	static const enum ending_kind kinds[] = { ENDING_APPROVED, ENDING_REJECTED, ENDING_PENDING };

	(void)state;
	for (int order = 0; order < 2; order++)
		for (int i = 0; i < 3; i++)
			for (int k = 0; k < 3; k++) {
				struct effects x;
				struct running *r = begin(0, 0, &x);
				int sent = 0, first = order ? C : B, second = order ? B : C;

				tell(r, A, ENDING_APPROVED, START, &x);
				tell(r, first, kinds[i], START, &x);
				sent += x.n_send;
				tell(r, second, kinds[k], START, &x);
				sent += x.n_send;
				assert_int_equal(sent, i == 0 && k == 0);
				end(r, &x);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_run_in_order),
		cmocka_unit_test(a_refused_need_blocks_its_dependents_and_no_others),
		cmocka_unit_test(blocking_goes_through_the_whole_graph),
		cmocka_unit_test(a_skipped_item_is_settled_from_the_start),
		cmocka_unit_test(a_paper_is_fetched_before_the_item_that_uses_it),
		cmocka_unit_test(no_paper_there_means_the_next_way),
		cmocka_unit_test(a_produced_paper_comes_from_its_item),
		cmocka_unit_test(an_upload_still_needed_waits_for_the_applicant_while_others_go_on),
		cmocka_unit_test(an_unknown_outcome_is_repeated_for_seven_days_and_then_shown_to_a_person),
		cmocka_unit_test(a_long_procedure_survives_one_failed_question),
		cmocka_unit_test(a_decision_that_comes_after_all_ends_the_attention),
		cmocka_unit_test(silence_is_told_once_in_the_history),
		cmocka_unit_test(the_same_word_twice_changes_nothing_and_another_is_a_conflict),
		cmocka_unit_test(a_late_answer_of_another_round_is_recorded_only),
		cmocka_unit_test(pending_is_acknowledged_once_with_the_departments_number),
		cmocka_unit_test(a_correction_names_fields_of_the_request_or_goes_to_a_person),
		cmocka_unit_test(states_survive_packing),
		cmocka_unit_test(the_history_is_a_chain_that_anyone_can_walk),
		cmocka_unit_test(every_order_of_answers_sends_a_dependent_once),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
