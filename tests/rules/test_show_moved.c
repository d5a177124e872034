/* What people see while an application is corrected, withdrawn, undone or waits for somebody. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved.h"

static const json_t *
item(const json_t *shown, int i)
{
	return json_array_get(json_object_get(shown, "items"), (size_t)i);
}

static void
next_says(const struct running *r, const char *who, const char *part)
{
	json_t *shown = shown_to(r, NULL, "zh-CN"), *next = json_object_get(shown, "next");

	assert_string_equal(json_text(next, "who"), who);
	if (!strstr(json_text(next, "text"), part))
		print_error("%s\n", json_text(next, "text"));
	assert_non_null(strstr(json_text(next, "text"), part));
	json_decref(shown);
}

static void
upload(struct running *r, struct effects *x)
{
	json_t *files = json_pack("{s:o}", "paper", a_file()), *errors;

	effects_begin(x, x->now);
	assert_int_equal(running_correct(r, NULL, files, "zh-CN", &errors, x), 0);
	json_decref(files);
}

static void
withdraw(struct running *r, struct effects *x)
{
	effects_begin(x, x->now);
	assert_int_equal(running_withdraw(r, "another plan", x), 0);
	moved_send(r, x);
}

static void
the_first_line_names_what_is_expected(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	next_says(r, "applicant", "请上传“paper”");
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	next_says(r, "applicant", "请改正“name”,并上传“paper”");
	moved_end(r, &x);
}

static void
the_first_line_names_the_consent_that_is_waited_for(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	upload(r, &x);
	next_says(r, "applicant", "“consent”");
	effects_begin(&x, x.now);
	running_sign(r, 0, true, &x);
	next_says(r, "department", "不需要");
	moved_end(r, &x);
}

static void
an_item_sent_back_tells_pointer_field_and_reason(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *shown, *one;

	(void)state;
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	shown = shown_to(r, NULL, "zh-CN");
	one = json_array_get(json_object_get(item(shown, ALPHA), "correction"), 0);
	assert_string_equal(json_text(one, "pointer"), "/form/name");
	assert_string_equal(json_text(one, "field"), "name");
	assert_string_equal(json_text(one, "reason"), "blurred");
	assert_true(json_is_null(json_object_get(item(shown, ALPHA), "decided_at")));
	assert_true(json_is_true(json_object_get(item(shown, DELTA), "tell")));
	assert_null(json_object_get(item(shown, BETA), "tell"));
	json_decref(shown);
	moved_end(r, &x);
}

static void
a_withdrawal_is_shown_until_every_undo_has_ended(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *shown;

	(void)state;
	tell(r, ALPHA, ENDING_APPROVED, &x);
	withdraw(r, &x);
	next_says(r, "department", "撤销");
	shown = shown_to(r, NULL, "zh-CN");
	assert_string_equal(json_text(shown, "status"), "in_progress");
	assert_string_equal(json_text(json_object_get(shown, "withdrawal"), "reason"), "another plan");
	assert_string_equal(json_text(item(shown, ALPHA), "status"), "approved");
	assert_string_equal(json_text(item(shown, ALPHA), "undo"), "pending");
	json_decref(shown);
	tell_undo(r, ALPHA, ENDING_REJECTED, &x);
	next_says(r, "nobody", "仍然有效的有“alpha”");
	shown = shown_to(r, NULL, "zh-CN");
	assert_string_equal(json_text(shown, "status"), "withdrawn");
	assert_string_equal(json_text(item(shown, ALPHA), "undo"), "failed");
	assert_string_equal(json_text(json_object_get(item(shown, ALPHA), "problem"), "text"), "no");
	json_decref(shown);
	moved_end(r, &x);
}

static void
a_silent_undo_is_told_like_any_silence(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *shown;

	(void)state;
	tell(r, ALPHA, ENDING_APPROVED, &x);
	withdraw(r, &x);
	tell_undo(r, ALPHA, ENDING_RETRY, &x);
	shown = shown_to(r, NULL, "zh-CN");
	assert_string_equal(json_text(json_object_get(item(shown, ALPHA), "problem"), "code"), "silent");
	json_decref(shown);
	moved_end(r, &x);
}

static void
why_somebody_withdraws_is_no_departments_business(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *shown;

	(void)state;
	withdraw(r, &x);
	shown = shown_to(r, "health", "zh-CN");
	assert_true(json_is_null(json_object_get(json_object_get(shown, "withdrawal"), "reason")));
	assert_int_equal(json_array_size(json_object_get(shown, "signs")), 0);
	json_decref(shown);
	moved_end(r, &x);
}

static void
papers_tell_how_they_come(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *shown = shown_to(r, NULL, "zh-CN"), *paper;

	(void)state;
	paper = json_array_get(json_object_get(shown, "materials"), 0);
	assert_true(json_is_true(json_object_get(paper, "upload_needed")));
	assert_true(json_is_null(json_object_get(paper, "how")));
	json_decref(shown);
	upload(r, &x);
	shown = shown_to(r, NULL, "zh-CN");
	paper = json_array_get(json_object_get(shown, "materials"), 0);
	assert_string_equal(json_text(paper, "how"), "uploaded");
	json_decref(shown);
	moved_end(r, &x);
}

static void
what_is_overdue_or_deemed_accepted_is_marked(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *shown;

	(void)state;
	tell(r, ALPHA, ENDING_PENDING, &x);
	effects_begin(&x, MOVED_START + INT64_C(30) * 86400 * US_PER_SECOND);
	running_clock(r, &x);
	shown = shown_to(r, NULL, "zh-CN");
	assert_true(json_is_true(json_object_get(item(shown, ALPHA), "overdue")));
	assert_true(json_is_true(json_object_get(item(shown, ALPHA), "deemed_accepted")));
	json_decref(shown);
	moved_end(r, &x);
}

static void
a_silent_lookup_is_told_with_the_item_that_waits_for_it(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	struct running_item *lookup = running_node(r, RECORD_NODE);
	json_t *shown, *problem;

	(void)state;
	assert_int_equal(lookup->state, ITEM_SENT);
	lookup->silent_since = MOVED_START + US_PER_SECOND;
	lookup->next_at = MOVED_START + 3 * US_PER_SECOND;
	shown = shown_to(r, NULL, "zh-CN");
	problem = json_object_get(item(shown, GAMMA), "problem");
	assert_string_equal(json_text(problem, "code"), "silent");
	assert_string_equal(json_text(problem, "department"), "police");
	assert_non_null(json_text(problem, "since"));
	assert_true(json_is_null(json_object_get(item(shown, BETA), "problem"))); /* that waits for another */
	json_decref(shown);
	lookup->flags |= ITEM_LATE; /* nothing waits for it any more */
	shown = shown_to(r, NULL, "zh-CN");
	assert_true(json_is_null(json_object_get(item(shown, GAMMA), "problem")));
	json_decref(shown);
	moved_end(r, &x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_first_line_names_what_is_expected, moved_set_up),
		cmocka_unit_test_setup(the_first_line_names_the_consent_that_is_waited_for, moved_set_up),
		cmocka_unit_test_setup(an_item_sent_back_tells_pointer_field_and_reason, moved_set_up),
		cmocka_unit_test_setup(a_withdrawal_is_shown_until_every_undo_has_ended, moved_set_up),
		cmocka_unit_test_setup(a_silent_undo_is_told_like_any_silence, moved_set_up),
		cmocka_unit_test_setup(why_somebody_withdraws_is_no_departments_business, moved_set_up),
		cmocka_unit_test_setup(papers_tell_how_they_come, moved_set_up),
		cmocka_unit_test_setup(a_silent_lookup_is_told_with_the_item_that_waits_for_it, moved_set_up),
		cmocka_unit_test_setup(what_is_overdue_or_deemed_accepted_is_marked, moved_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
