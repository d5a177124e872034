/* What is said beside a case stands in its history, and moves nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved.h"

static json_t *
last_entry(const struct effects *x)
{
	const char *end = x->history.data + x->history.length - 1, *begin = end;

	while (begin > x->history.data && begin[-1] != '\n')
		begin--;
	return json_loadb(begin, (size_t)(end - begin), 0, NULL);
}

static bool
is(json_t *entry, const char *name, const char *value)
{
	const char *told = json_text(entry, name);

	return value ? told && strcmp(told, value) == 0 : !told;
}

static void
it_is_told_of_an_item_by_whom_and_of_which_department(void **state)
{
	const struct running_note note = { .what = "answered", .item = ALPHA, .department = "tax", .by = "department" };
	struct effects x;
	struct running *r = moved_begin(&x);
	uint8_t was = r->nodes[ALPHA].state;
	json_t *entry;

	(void)state;
	assert_int_equal(running_note(r, &note, &x), 0);
	entry = last_entry(&x);
	assert_true(is(entry, "what", "answered") && is(entry, "item", "alpha") && is(entry, "department", "tax") &&
	    is(entry, "by", "department") && is(entry, "code", NULL));
	assert_int_equal(r->nodes[ALPHA].state, was);
	assert_true(x.changed);
	json_decref(entry);
	moved_end(r, &x);
}

static void
of_the_whole_case_it_names_no_item(void **state)
{
	const struct running_note note = { .what = "conferred", .item = -1, .department = "health", .by = "department" };
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *entry;

	(void)state;
	assert_int_equal(running_note(r, &note, &x), 0);
	entry = last_entry(&x);
	assert_true(is(entry, "item", NULL) && is(entry, "department", "health"));
	json_decref(entry);
	moved_end(r, &x);
}

static void
a_word_that_moves_something_is_none_that_is_said(void **state)
{
	const struct running_note note = { .what = "approved", .item = ALPHA, .by = "department" };
	struct effects x;
	struct running *r = moved_begin(&x);
	int32_t count = r->history_count;

	(void)state;
	assert_int_equal(running_note(r, &note, &x), 2);
	assert_int_equal(r->history_count, count);
	moved_end(r, &x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_told_of_an_item_by_whom_and_of_which_department),
		cmocka_unit_test(of_the_whole_case_it_names_no_item),
		cmocka_unit_test(a_word_that_moves_something_is_none_that_is_said),
	};

	return cmocka_run_group_tests(tests, moved_set_up, NULL);
}
