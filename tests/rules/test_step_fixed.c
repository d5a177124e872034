/* What was settled when it was filed: a correction leaves it as it was, or is told the way out. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved.h"
#include "rules/step_correct.h"

static struct expr *once[1] = { &moved_answers[NAME] };

/* ALPHA was sent back for the name: it is given as `name`. The code of the error at it; "" where it is taken. */
static const char *
correct(const char *name, char message[768])
{
	static char code[32];
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *form = json_pack("{s:s}", "name", name), *errors = NULL, *first;
	int result;

	tell(r, ALPHA, ENDING_CORRECTION, &x);
	effects_begin(&x, x.now + US_PER_SECOND);
	result = running_correct(r, form, NULL, "zh-CN", &errors, &x);
	first = json_array_get(errors, 0);
	assert_int_equal(result, first ? 1 : 0);
	snprintf(code, sizeof code, "%s", first ? json_text(first, "code") : "");
	snprintf(message, 768, "%s", first ? json_text(first, "message") : "");
	if (first)
		assert_string_equal(json_text(first, "pointer"), "/form/name");
	assert_string_equal(json_text(r->form, "name"), first ? "old" : name);
	json_decref(form);
	json_decref(errors);
	moved_end(r, &x);
	return code;
}

static void
what_it_is_handled_once_for_stays(void **state)
{
	char message[768];

	(void)state;
	moved.once_per = once;
	moved.n_once_per = 1;
	assert_string_equal(correct("new", message), "conflict");
	assert_non_null(strstr(message, "撤回"));
	assert_string_equal(correct("old", message), "");
}

static void
the_county_stays_and_the_rest_of_the_place_may_change(void **state)
{
	char message[768];

	(void)state;
	moved.place = &moved_answers[NAME];
	assert_string_equal(correct("330111001", message), "conflict");
	assert_non_null(strstr(message, "县"));
	moved.place = NULL;
	assert_string_equal(correct("330111001", message), "");
}

static void
who_was_asked_stays_and_whether_anybody_was(void **state)
{
	static struct expr is_old = { .op = EXPR_IS }, old;
	static struct expr *args[2] = { &moved_answers[NAME], &old };
	char message[768];

	(void)state;
	moved_signs[0].who = &moved_answers[NAME];
	assert_string_equal(correct("new", message), "conflict");
	assert_string_equal(correct("old", message), "");
	old = (struct expr){ .op = EXPR_CONST, .value = json_string("old") };
	is_old.args = args;
	is_old.n_args = 2;
	moved_signs[0].who = &moved_answers[ADDRESS];
	moved_signs[0].when = &is_old;
	assert_string_equal(correct("new", message), "conflict");
	assert_non_null(strstr(message, "同意"));
	json_decref(old.value);
}

/* Of a list each row's number: told once, however many of them change. */
static void
who_was_asked_of_a_list_stays(void **state)
{
	static struct question column = { .id = (char *)(uintptr_t)"id" };
	static struct expr number = { .op = EXPR_REF, .space = EXPR_EACH, .name = (char *)(uintptr_t)"id" };
	static struct expr *args[2] = { &moved_answers[PARTNER], &number };
	struct expr who[2] = { { .op = EXPR_OF_ROW, .args = args, .n_args = 2 },
		{ .op = EXPR_OF_ROW, .index = 1, .args = args, .n_args = 2 } };
	struct sign two[2] = { moved_signs[0], moved_signs[0] };
	json_t *before = json_pack("{s:[{s:s,s:i}, {s:s}]}", "partner", "id", "a", "share", 1, "id", "b");
	json_t *after = json_pack("{s:[{s:s,s:i}, {s:s}]}", "partner", "id", "a", "share", 2, "id", "b");
	uint64_t changed = UINT64_C(1) << PARTNER;
	struct correction c = { .errors = json_array(), .language = "zh-CN", .patched = after, .changed = &changed };
	struct effects x;

	(void)state;
	for (int i = 0; i < 2; i++) {
		two[i].row = i + 1;
		two[i].list = PARTNER;
		two[i].who = &who[i];
	}
	moved_questions[PARTNER].each = &column;
	c.r = moved_begin(&x);
	moved.signs = two; /* filed when there were none: only what is compared counts here */
	moved.n_signs = 2;
	json_decref(c.r->form);
	c.r->form = before;
	step_fixed(&c);
	assert_int_equal(json_array_size(c.errors), 0);
	for (int i = 0; i < 2; i++)
		json_object_set_new(json_array_get(json_object_get(after, "partner"), (size_t)i), "id", json_string("c"));
	step_fixed(&c);
	assert_int_equal(json_array_size(c.errors), 1);
	assert_string_equal(json_text(json_array_get(c.errors, 0), "pointer"), "/form/partner");
	json_decref(c.errors);
	json_decref(after);
	moved.n_signs = 1;
	moved_end(c.r, &x);
}

/* A locked answer that was drawn from the corrected one follows it. */
static void
a_locked_answer_follows_its_source(void **state)
{
	static struct source from = { .value = &moved_answers[NAME] };
	struct effects x;
	struct running *r;
	json_t *form = json_pack("{s:s}", "name", "new"), *errors;

	(void)state;
	moved_signs[0].who = &moved_answers[ADDRESS];
	moved_questions[PARTNER] = (struct question){ .id = text_of("partner"), .title = text_of("partner"),
		.type = TYPE_TEXT, .decides = true, .locked = true, .from = &from, .n_from = 1 };
	r = moved_begin(&x);
	json_object_set_new(r->form, "partner", json_string("old"));
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	effects_begin(&x, x.now + US_PER_SECOND);
	assert_int_equal(running_correct(r, form, NULL, "zh-CN", &errors, &x), 0);
	assert_string_equal(json_text(r->form, "partner"), "new");
	assert_string_equal(json_text(json_object_get(x.revision, "form"), "partner"), "new");
	json_decref(form);
	moved_end(r, &x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_it_is_handled_once_for_stays, moved_set_up),
		cmocka_unit_test_setup(the_county_stays_and_the_rest_of_the_place_may_change, moved_set_up),
		cmocka_unit_test_setup(who_was_asked_stays_and_whether_anybody_was, moved_set_up),
		cmocka_unit_test_setup(who_was_asked_of_a_list_stays, moved_set_up),
		cmocka_unit_test_setup(a_locked_answer_follows_its_source, moved_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
