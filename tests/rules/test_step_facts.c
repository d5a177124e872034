/* What rules, records, consents and what is sent on later do while an application runs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved.h"

#define DAY (INT64_C(86400) * US_PER_SECOND)

static bool
says(struct running *r, const char *what, struct effects *x)
{
	return moved_answer(r, REGISTER, running_node(r, REGISTER)->round, ENDING_FOUND, what,
	    x->now + US_PER_SECOND, x);
}

static int
sign(struct running *r, bool agrees, struct effects *x)
{
	int result;

	effects_begin(x, x->now + US_PER_SECOND);
	result = running_sign(r, 0, agrees, x);
	moved_send(r, x);
	return result;
}

static void
clock_runs(struct running *r, int64_t now, struct effects *x)
{
	effects_begin(x, now);
	running_clock(r, x);
	moved_send(r, x);
}

static bool
sends(const struct effects *x, int node)
{
	for (int i = 0; i < x->n_send; i++)
		if (x->send[i] == node)
			return true;
	return false;
}

/* --- records --- */

static void
records_that_rules_rest_on_are_looked_up_at_once(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	assert_true(sends(&x, REGISTER));
	assert_non_null(strstr(x.history.data, "record:register"));
	sign(r, true, &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_WAITING);
	says(r, "yes", &x);
	assert_true(sends(&x, GAMMA));
	assert_string_equal(json_text(json_object_get(r->records, "register"), "ok"), "yes");
	moved_end(r, &x);
}

static void
a_record_of_a_reminder_or_of_nothing_is_left_alone(void **state)
{
	struct effects x;
	struct running *r;

	(void)state;
	moved_rules[0].otherwise = RULE_REMIND;
	r = moved_begin(&x);
	assert_false(sends(&x, REGISTER));
	assert_int_equal(running_node(r, REGISTER)->state, ITEM_SKIPPED);
	moved_end(r, &x);
}

static void
what_is_unknown_fails_no_rule(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	sign(r, true, &x);
	tell(r, REGISTER, ENDING_NONE_FOUND, &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_SENT);
	moved_end(r, &x);
}

static void
a_record_silent_for_ten_minutes_holds_nothing_up(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	sign(r, true, &x);
	tell(r, REGISTER, ENDING_RETRY, &x);
	assert_int_equal(running_next_clock(r), x.now + 600 * US_PER_SECOND);
	clock_runs(r, running_next_clock(r), &x);
	assert_true(sends(&x, GAMMA));
	says(r, "no", &x); /* too late to refuse: it has gone out */
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_SENT);
	moved_end(r, &x);
}

static void
a_record_against_it_refuses_with_the_rules_words(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *shown, *problem;

	(void)state;
	says(r, "no", &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_REFUSED);
	assert_non_null(strstr(x.history.data, "\"code\":\"rule\""));
	shown = shown_to(r, NULL, "zh-CN");
	problem = json_object_get(json_array_get(json_object_get(shown, "items"), GAMMA), "problem");
	assert_string_equal(json_text(problem, "text"), "not registered");
	json_decref(shown);
	moved_end(r, &x);
}

static void
a_rule_that_sends_to_the_window_says_so(void **state)
{
	struct effects x;
	struct running *r;

	(void)state;
	moved_rules[0].otherwise = RULE_OFFLINE;
	r = moved_begin(&x);
	says(r, "no", &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_REFUSED);
	assert_true(running_node(r, GAMMA)->flags & ITEM_OFFLINE);
	assert_non_null(strstr(x.history.data, "\"code\":\"offline\""));
	moved_end(r, &x);
}

static void
a_rule_that_leaves_out_leaves_out_what_lacks_its_result(void **state)
{
	static struct expr result = { .op = EXPR_REF, .space = EXPR_RESULT, .index = GAMMA };
	struct effects x;
	struct running *r;

	(void)state;
	result.name = text_of("ok");
	moved_rules[0].otherwise = RULE_DROP;
	moved_items[GAMMA].outputs = moved_outputs;
	moved_items[GAMMA].n_outputs = 1;
	moved_params[BETA].value = &result;
	moved_items[BETA].needs = moved_items[BETA].feeds_from = 1 << GAMMA;
	moved_items[ALPHA].needs = 1 << GAMMA; /* for the order only */
	r = moved_begin(&x);
	says(r, "no", &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_SKIPPED);
	assert_int_equal(running_node(r, BETA)->state, ITEM_SKIPPED);
	assert_int_equal(running_node(r, ALPHA)->state, ITEM_SENT);
	moved_end(r, &x);
}

/* GAMMA goes back before it ever went out: no second round, and the rule is asked again. */
static void
a_rule_may_send_back_what_never_went_out(void **state)
{
	static struct expr *pair[2], both = { .op = EXPR_OR, .args = pair, .n_args = 2 }, named, new_name;
	static struct expr *is_args[2] = { &moved_answers[NAME], &new_name };
	struct effects x;
	struct running *r;
	json_t *form = json_pack("{s:s}", "name", "new"), *asked, *errors;

	(void)state;
	new_name = (struct expr){ .op = EXPR_CONST, .value = json_string("new") };
	named = (struct expr){ .op = EXPR_IS, .args = is_args, .n_args = 2 };
	pair[0] = &moved_must;
	pair[1] = &named;
	moved_rules[0].must = &both;
	moved_rules[0].otherwise = RULE_CORRECT;
	moved_records[0].n_request = 0; /* else the new name is looked up first */
	r = moved_begin(&x);
	says(r, "no", &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_CORRECTION);
	asked = running_asked(r, x.now, "zh-CN");
	assert_string_equal(json_text(json_array_get(asked, 0), "pointer"), "/form/name");
	assert_string_equal(json_text(json_array_get(asked, 0), "reason"), "not registered");
	json_decref(asked);
	effects_begin(&x, x.now);
	assert_int_equal(running_correct(r, form, NULL, "zh-CN", &errors, &x), 0);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_WAITING); /* for the consent */
	assert_int_equal(running_node(r, GAMMA)->round, 1);
	json_decref(form);
	json_decref(new_name.value);
	moved_end(r, &x);
}

/* What the record said of the old name does not count against the new one: that is looked up first. */
static void
a_new_answer_is_looked_up_before_it_is_judged(void **state)
{
	static struct expr *name[1] = { &moved_answers[NAME] };
	static struct expr known = { .op = EXPR_KNOWN, .args = name, .n_args = 1 };
	struct effects x;
	struct running *r;
	json_t *form = json_pack("{s:s}", "name", "new"), *errors;

	(void)state;
	moved_rules[0].when = &known; /* its answers are those that may be given */
	moved_rules[0].otherwise = RULE_CORRECT;
	r = moved_begin(&x);
	sign(r, true, &x);
	says(r, "no", &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_CORRECTION);
	effects_begin(&x, x.now);
	assert_int_equal(running_correct(r, form, NULL, "zh-CN", &errors, &x), 0);
	moved_send(r, &x);
	assert_true(sends(&x, REGISTER));
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_WAITING);
	says(r, "yes", &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_SENT);
	json_decref(form);
	moved_end(r, &x);
}

static void
a_paper_may_rest_on_a_record(void **state)
{
	static const struct { enum ending_kind kind; enum material_how how; } ends[] = {
		{ ENDING_FOUND, HOW_FETCHED }, { ENDING_NONE_FOUND, HOW_UPLOAD_NEEDED } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct effects x;
		struct running *r;

		moved_ways[0] = (struct get){ .way = WAY_RECORD, .record = 0 };
		moved_ways[1] = (struct get){ .way = WAY_UPLOAD };
		moved_materials[0].n_get = 2;
		r = moved_begin(&x);
		assert_int_equal(running_node(r, PAPER)->how, HOW_WAITING);
		moved_answer(r, REGISTER, 1, ends[i].kind, "yes", x.now, &x);
		assert_int_equal(running_node(r, PAPER)->how, ends[i].how);
		moved_end(r, &x);
	}
}

/* He comes of age the day after he filed; the register answers then, or two days later. */
static void
who_comes_of_age_meanwhile_has_filed_in_time(void **state)
{
	static struct expr born, today, years = { .op = EXPR_YEARS_ON }, eighteen, minor = { .op = EXPR_UNDER };
	static struct expr *of[2] = { &born, &today }, *than[2] = { &years, &eighteen };
	struct effects x;
	struct running *r;

	(void)state;
	born = (struct expr){ .op = EXPR_CONST, .value = json_string("2008-11-19") };
	today = (struct expr){ .op = EXPR_CONST, .value = json_string("today") };
	eighteen = (struct expr){ .op = EXPR_CONST, .value = json_integer(18) };
	years.args = of;
	minor.args = than;
	years.n_args = minor.n_args = 2;
	moved_rules[0].when = &moved_must; /* where the register says yes he must be a minor */
	moved_rules[0].must = &minor;
	for (int days = 0; days < 3; days++) {
		r = moved_begin(&x);
		sign(r, true, &x);
		x.now += days * DAY;
		says(r, "yes", &x);
		assert_int_equal(running_node(r, GAMMA)->state, ITEM_SENT);
		moved_end(r, &x);
	}
	json_decref(born.value);
	born.value = json_string("2008-11-18"); /* he was of age when he filed */
	r = moved_begin(&x);
	sign(r, true, &x);
	says(r, "yes", &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_REFUSED);
	moved_end(r, &x);
	json_decref(born.value);
	json_decref(today.value);
	json_decref(eighteen.value);
}

/* --- waiting --- */

static void
a_rule_that_waits_holds_and_asks_again_each_day(void **state)
{
	struct effects x;
	struct running *r;
	json_t *shown, *problem;

	(void)state;
	moved_rules[0].otherwise = RULE_WAIT;
	r = moved_begin(&x);
	sign(r, true, &x);
	says(r, "no", &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_WAITING);
	assert_true(running_node(r, GAMMA)->flags & ITEM_HELD);
	assert_non_null(strstr(x.history.data, "held"));
	shown = shown_to(r, NULL, "zh-CN");
	problem = json_object_get(json_array_get(json_object_get(shown, "items"), GAMMA), "problem");
	assert_string_equal(json_text(problem, "code"), "held");
	assert_string_equal(json_text(problem, "text"), "not registered");
	json_decref(shown);
	assert_int_equal(running_next_clock(r), clock_day_start(clock_day(MOVED_START) + 1));
	clock_runs(r, running_next_clock(r), &x);
	assert_true(sends(&x, REGISTER));
	assert_true(running_node(r, GAMMA)->flags & ITEM_HELD);
	assert_int_equal(running_next_clock(r), clock_day_start(clock_day(MOVED_START) + 2));
	says(r, "no", &x);
	assert_null(strstr(x.history.data, "held")); /* as before: told once */
	clock_runs(r, running_next_clock(r), &x);
	says(r, "yes", &x);
	assert_true(sends(&x, GAMMA));
	moved_end(r, &x);
}

static void
a_wait_may_be_for_a_day(void **state)
{
	static struct expr before = { .op = EXPR_AFTER }, day, today;
	static struct expr *args[2] = { &today, &day };
	struct effects x;
	struct running *r;

	(void)state;
	day = (struct expr){ .op = EXPR_CONST, .value = json_string("2026-11-19") };
	today = (struct expr){ .op = EXPR_CONST, .value = json_string("today") };
	before.args = args;
	before.n_args = 2;
	moved_rules[0].otherwise = RULE_WAIT;
	moved_rules[0].must = &before;
	moved_rules[0].only = 1 << ALPHA;
	r = moved_begin(&x);
	assert_false(sends(&x, ALPHA));
	clock_runs(r, running_next_clock(r), &x); /* the 19th */
	assert_false(sends(&x, ALPHA));
	clock_runs(r, running_next_clock(r), &x);
	assert_true(sends(&x, ALPHA));
	json_decref(day.value);
	json_decref(today.value);
	moved_end(r, &x);
}

/* --- consents --- */

static void
an_item_waits_for_the_second_person(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	says(r, "yes", &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_WAITING);
	assert_int_equal(sign(r, true, &x), 0);
	assert_true(sends(&x, GAMMA));
	assert_true(json_is_true(json_object_get(r->form, "consent")));
	assert_string_equal(json_text(x.revision, "kind"), "sign");
	assert_int_equal(sign(r, false, &x), 2);
	moved_end(r, &x);
}

static void
who_declines_or_is_late_ends_the_items_as_declared(void **state)
{
	static const struct { enum rule_do otherwise; enum item_state state; } ends[] = {
		{ RULE_REFUSE, ITEM_REFUSED }, { RULE_OFFLINE, ITEM_REFUSED }, { RULE_DROP, ITEM_SKIPPED } };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof ends / sizeof *ends; i++) {
		struct effects x;
		struct running *r;

		moved_signs[0].otherwise = ends[i / 2].otherwise;
		r = moved_begin(&x);
		if (i % 2)
			sign(r, false, &x);
		else
			clock_runs(r, MOVED_START + 30 * DAY, &x);
		assert_int_equal(running_node(r, GAMMA)->state, ends[i / 2].state);
		assert_non_null(strstr(x.history.data, "declined"));
		moved_end(r, &x);
	}
}

/* Two are asked for the same item: when one declines it has ended, and nobody else is asked, shown or reminded. */
static void
nobody_is_asked_for_what_has_ended(void **state)
{
	struct sign two[2] = { moved_signs[0], moved_signs[0] };
	struct effects x;
	struct running *r;
	json_t *shown;

	(void)state;
	two[1].id = text_of("second");
	moved.signs = two;
	moved.n_signs = 2;
	moved_items[GAMMA].signs = 3;
	r = moved_begin(&x);
	assert_int_equal(sign(r, false, &x), 0);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_REFUSED);
	assert_int_equal(running_node(r, CONSENT + 1)->state, ITEM_WAITING);
	effects_begin(&x, x.now + US_PER_SECOND);
	assert_int_equal(running_sign(r, 1, true, &x), 2);
	clock_runs(r, MOVED_START + 30 * DAY, &x);
	assert_null(strstr(x.history.data ? x.history.data : "", "sign:second"));
	shown = shown_to(r, NULL, "zh-CN");
	assert_string_equal(json_text(json_array_get(json_object_get(shown, "signs"), 1), "status"), "not_needed");
	json_decref(shown);
	moved_end(r, &x);
}

static void
a_consent_is_shown_with_its_end_and_a_masked_person(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *shown = shown_to(r, NULL, "zh-CN"), *one;

	(void)state;
	one = json_array_get(json_object_get(shown, "signs"), 0);
	assert_string_equal(json_text(one, "status"), "asked");
	assert_string_equal(json_text(one, "until"), "2026-12-02");
	assert_string_equal(json_text(one, "who"), "330106********123X");
	json_decref(shown);
	moved_end(r, &x);
}

/* --- notifications, what is sent on later --- */

static void
the_end_does_not_wait_for_a_notification(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	tell(r, ALPHA, ENDING_APPROVED, &x);
	assert_true(sends(&x, DELTA));
	says(r, "no", &x);
	effects_begin(&x, x.now);
	running_attention(r, BETA, "test", "test", &x);
	tell(r, BETA, ENDING_REJECTED, &x);
	assert_int_equal(r->status, STATUS_IN_PROGRESS); /* BETA was never sent: a person looks */
	running_node(r, BETA)->sent_at = x.now;
	tell(r, BETA, ENDING_REJECTED, &x);
	assert_int_equal(r->status, STATUS_FINISHED);
	assert_true(running_is_busy(r));
	tell(r, DELTA, ENDING_PENDING, &x);
	assert_int_equal(running_node(r, DELTA)->state, ITEM_APPROVED);
	assert_false(running_is_busy(r));
	moved_end(r, &x);
}

/* DELTA sends BETA's result on to ALPHA's call; gone out with it, there is nothing to send on. */
static void
what_came_in_time_is_not_sent_on(void **state)
{
	(void)state;
	for (int in_time = 0; in_time < 2; in_time++) {
		struct effects x;
		struct running *r;

		moved_set_up(NULL);
		moved_items[BETA].uses = 0;
		moved_items[BETA].needs = 0;
		moved_items[DELTA].later_of = ALPHA;
		moved_items[DELTA].needs = 1 << ALPHA | 1 << BETA;
		moved_items[ALPHA].needs = in_time ? 1 << BETA : 0;
		r = moved_begin(&x);
		tell(r, BETA, ENDING_APPROVED, &x);
		assert_int_equal(running_node(r, DELTA)->state, in_time ? ITEM_SKIPPED : ITEM_WAITING);
		tell(r, ALPHA, ENDING_APPROVED, &x);
		assert_int_equal(running_node(r, DELTA)->state, in_time ? ITEM_SKIPPED : ITEM_SENT);
		moved_end(r, &x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(records_that_rules_rest_on_are_looked_up_at_once, moved_set_up),
		cmocka_unit_test_setup(a_record_of_a_reminder_or_of_nothing_is_left_alone, moved_set_up),
		cmocka_unit_test_setup(what_is_unknown_fails_no_rule, moved_set_up),
		cmocka_unit_test_setup(a_record_silent_for_ten_minutes_holds_nothing_up, moved_set_up),
		cmocka_unit_test_setup(a_record_against_it_refuses_with_the_rules_words, moved_set_up),
		cmocka_unit_test_setup(a_rule_that_sends_to_the_window_says_so, moved_set_up),
		cmocka_unit_test_setup(a_rule_that_leaves_out_leaves_out_what_lacks_its_result, moved_set_up),
		cmocka_unit_test_setup(a_rule_may_send_back_what_never_went_out, moved_set_up),
		cmocka_unit_test_setup(a_new_answer_is_looked_up_before_it_is_judged, moved_set_up),
		cmocka_unit_test_setup(a_paper_may_rest_on_a_record, moved_set_up),
		cmocka_unit_test_setup(who_comes_of_age_meanwhile_has_filed_in_time, moved_set_up),
		cmocka_unit_test_setup(a_rule_that_waits_holds_and_asks_again_each_day, moved_set_up),
		cmocka_unit_test_setup(a_wait_may_be_for_a_day, moved_set_up),
		cmocka_unit_test_setup(an_item_waits_for_the_second_person, moved_set_up),
		cmocka_unit_test_setup(who_declines_or_is_late_ends_the_items_as_declared, moved_set_up),
		cmocka_unit_test_setup(nobody_is_asked_for_what_has_ended, moved_set_up),
		cmocka_unit_test_setup(a_consent_is_shown_with_its_end_and_a_masked_person, moved_set_up),
		cmocka_unit_test_setup(the_end_does_not_wait_for_a_notification, moved_set_up),
		cmocka_unit_test_setup(what_came_in_time_is_not_sent_on, moved_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
