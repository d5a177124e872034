/* Lists in a form: every column of every row, and nobody twice. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "checked.h"

#define SPOUSE "{\"name\":\"王建国\",\"id_no\":\"33011119930708001X\",\"relation\":\"spouse\",\"army\":true}"
#define CHILD "{\"name\":\"王小满\",\"id_no\":\"330111202003150028\",\"relation\":\"child\"}"

static void
sound(void **state)
{
	(void)state;
	put("family", "[" SPOUSE "]");
	json_object_del(form, "school");
	assert_errors("");
	put("family", "[" SPOUSE "," CHILD "]");
	put("school", "\"第一小学\"");
	assert_errors("");
}

static void
rows(void **state)
{
	(void)state;
	put("family", "{}");
	assert_errors("/family type");
	put("family", "[]");
	assert_errors("/family length");
	assert_string_equal(message(0), "应填 1 到 3 项");
	put("family", "[" SPOUSE "," SPOUSE "," SPOUSE "," SPOUSE "]");
	assert_errors("/family length");
	put("family", "[" SPOUSE ",1]");
	assert_errors("/family type");
	put("family", "null");
	assert_errors("/family required");
	json_object_del(form, "family");
	assert_errors("/family required");
}

static void
columns(void **state)
{
	(void)state;
	put("family", "[" SPOUSE ",{\"name\":\"王\",\"id_no\":\"330111202003150029\",\"relation\":3,"
	    "\"moved\":\"2026-11-21\",\"age\":1}]");
	assert_errors("/family/1/name length /family/1/id_no check_digit /family/1/relation type "
	              "/family/1/moved too_late /family/1/age unknown_field");
	put("family", "[{}]");
	assert_errors("/family/0/name required /family/0/id_no required /family/0/relation required");
	put("family", "[{\"name\":null,\"id_no\":\"\",\"relation\":\"spouse\"}]");
	assert_errors("/family/0/name required /family/0/id_no required");
	put("family", "[" CHILD "]");
	put("lodgers", "[{\"name\":\"王建国\",\"id_no\":\"33011119930708001X\"}]");
	put("school", "\"第一小学\"");
	assert_errors("/lodgers length");
}

/* A column's condition is asked of its own row. */
static void
asked(void **state)
{
	(void)state;
	put("family", "[{\"name\":\"王安然\",\"id_no\":\"330111199503120023\",\"relation\":\"other\"}]");
	assert_errors("/family/0/what required");
	put("family", "[{\"name\":\"王安然\",\"id_no\":\"330111199503120023\",\"relation\":\"spouse\","
	              "\"what\":\"妹妹\"}]");
	assert_errors("/family/0/what not_asked");
	put("family", "[{\"name\":\"王安然\",\"id_no\":\"330111199503120023\",\"relation\":\"spouse\","
	              "\"parent_id_no\":\"33011119930708001X\",\"moved\":\"2020-01-01\",\"army\":false}]");
	assert_errors("/family/0/parent_id_no not_asked /family/0/why_moved required /family/0/army not_asked");
	/* nothing is said of what hangs on others before these are put right */
	put("family", "[{\"name\":\"王\",\"id_no\":\"330111199503120023\",\"relation\":\"aunt\"}]");
	assert_errors("/family/0/name length /family/0/relation unknown_code");
}

static void
nobody_twice(void **state)
{
	(void)state;
	put("family", "[" SPOUSE "," CHILD "," SPOUSE "]");
	put("school", "\"第一小学\"");
	assert_errors("/family/2/id_no conflict");
	assert_string_equal(message(0), "这个人在前面已经填过一次,请去掉重复的");
	/* only of whom the row is: of two children the same parent */
	put("family", "[{\"name\":\"王小满\",\"id_no\":\"330111202003150028\",\"relation\":\"child\","
	    "\"parent_id_no\":\"330111199503120023\"},{\"name\":\"王安然\",\"id_no\":\"330111199003074518\","
	    "\"relation\":\"child\",\"army\":true,\"parent_id_no\":\"330111199503120023\"}]");
	assert_errors("");
	assert_string_equal(form_person(&sample.questions[event_question(&sample, "family")])->id, "id_no");
	assert_null(form_person(&sample.questions[event_question(&sample, "heirs")]));
}

/* No condition and no rule builds on a list with anything wrong in it; what hangs on it waits. */
static void
a_wrong_list_counts_for_nothing(void **state)
{
	(void)state;
	put("family", "[{\"name\":\"王小满\",\"id_no\":\"330111202003150029\",\"relation\":\"child\"}]");
	json_object_del(form, "school");
	assert_errors("/family/0/id_no check_digit");
	put("family", "[" CHILD "]");
	assert_errors("/school required");
	put("family", "[" SPOUSE "]");
	put("school", "\"第一小学\"");
	assert_errors("/school not_asked");
}

/* A list without columns has none. */
static void
no_columns(void **state)
{
	(void)state;
	put("heirs", "[{},{}]");
	assert_errors("");
	put("heirs", "[{\"name\":\"x\"},{\"a~/\":1}]");
	assert_errors("/heirs/0/name unknown_field /heirs/1/a~0~1 unknown_field");
}

static void
a_hostile_list(void **state)
{
	json_t *list = json_array();

	(void)state;
	for (int i = 0; i < 3; i++) {
		json_t *row = json_object();

		for (int k = 0; k < 200; k++) {
			char name[16];

			snprintf(name, sizeof name, "c%d", k);
			json_object_set_new(row, name, json_null());
		}
		json_array_append_new(list, row);
	}
	json_object_set_new(form, "family", list);
	check("zh-CN");
	assert_int_equal(json_array_size(errors), 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		with_form(sound), with_form(rows), with_form(columns), with_form(asked),
		with_form(nobody_twice), with_form(a_wrong_list_counts_for_nothing), with_form(no_columns),
		with_form(a_hostile_list),
	};

	return checked_run(tests);
}
