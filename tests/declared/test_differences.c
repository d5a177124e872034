/* What changes from one version of an event to another: told part by part, in words, and nothing left out. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "declared/differences.h"
#include "declared/load.h"
#include "reading.h"

static json_t *files, *edited;
static struct event *was, *is;
static json_t *found;

static struct event *
load(const json_t *declared)
{
	struct error why = { 0 };
	struct event *e = event_load(declared, &why);

	if (!e)
		fail_msg("%s", why.text);
	return e;
}

static int
read_events(void **state)
{
	struct reader_config config = { .scripts = "scripts", .wall_ms = 60000 };
	struct reader_result result = { 0 };
	struct error why = { 0 };
	char **list;
	size_t n;

	(void)state;
	if (reader_files("events", "connectors", &list, &n, &why) != 0 ||
	    reader_read(&config, (const char *const *)list, n, &result, &why) != 0)
		fail_msg("%s", why.text);
	print_problems(&result);
	files = json_incref(find_event(&result, "birth"));
	reader_files_free(list, n);
	reader_free(&result);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	json_decref(files);
	return 0;
}

static int
begin_one(void **state)
{
	(void)state;
	edited = json_deep_copy(files);
	was = load(files);
	is = NULL;
	found = NULL;
	return 0;
}

static int
end_one(void **state)
{
	(void)state;
	json_decref(found);
	json_decref(edited);
	event_free(was);
	event_free(is);
	return 0;
}

static json_t *
entry(const char *part, const char *id)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(edited, part), i, one)
		if (strcmp(json_text(one, "id"), id) == 0)
			return one;
	fail_msg("no %s %s", part, id);
	return NULL;
}

static size_t
place(const char *part, const char *id)
{
	size_t i = 0;

	while (json_array_get(json_object_get(edited, part), i) != entry(part, id))
		i++;
	return i;
}

/* Compare, and expect exactly this one difference. */
static const json_t *
only(const char *part, const char *kind, const char *id)
{
	const json_t *one;

	is = load(edited);
	found = differences_list(was, is);
	one = json_array_get(found, 0);
	if (json_array_size(found) != 1)
		fail_msg("%s", json_dumps(found, 0));
	assert_string_equal(json_text(one, "part"), part);
	assert_string_equal(json_text(one, "kind"), kind);
	assert_string_equal(json_text(one, "id"), id);
	return one;
}

/* Its only member that differs. */
static void
says(const json_t *one, const char *name, const char *before, const char *after)
{
	const json_t *members = json_object_get(one, "members"), *member = json_array_get(members, 0);

	assert_int_equal(json_array_size(members), 1);
	assert_string_equal(json_text(member, "name"), name);
	assert_string_equal(json_text(member, "before"), before);
	assert_string_equal(json_text(member, "after"), after);
}

static void
the_same_has_none(void **state)
{
	(void)state;
	is = load(edited);
	found = differences_list(was, is);
	assert_int_equal(json_array_size(found), 0);
}

static void
a_deadline_is_told_as_it_is_written(void **state)
{
	(void)state;
	json_object_set_new(entry("items", "fertility_registration"), "within",
	    json_pack("{s:i, s:s, s:s}", "n", 5, "text", "5个工作日", "unit", "wd"));
	says(only("items", "changed", "fertility_registration"), "within", "当场", "5个工作日");
}

static void
a_condition_is_told_in_words(void **state)
{
	json_t *args, *when = json_object_get(entry("items", "fertility_registration"), "when");

	(void)state;
	args = json_object_get(when, "args");
	json_array_set_new(args, 1, json_pack("{s:b}", "const", 1));
	says(only("items", "changed", "fertility_registration"), "when", "“是否已办生育登记”为“否”", "“是否已办生育登记”为“是”");
}

static void
the_ways_of_a_paper_are_told(void **state)
{
	(void)state;
	json_array_remove(json_object_get(entry("materials", "mother_id_card"), "get"), 0);
	only("materials", "changed", "mother_id_card");
	says(json_array_get(found, 0), "get", "向部门调取、上传", "上传");
}

static void
what_a_department_is_told_is_named_by_its_question(void **state)
{
	(void)state;
	json_array_remove(json_object_get(entry("items", "fertility_registration"), "request"), 1);
	says(only("items", "changed", "fertility_registration"), "request", "申请人姓名、孩次", "申请人姓名");
}

static void
a_question_may_come_and_go(void **state)
{
	json_t *asks = json_object_get(edited, "asks"), *new = json_pack("{s:s, s:s, s:s, s:i, s:b}", "id", "nickname",
	    "title", "小名", "type", "text", "section", 0, "optional", 1);

	(void)state;
	json_array_append_new(asks, new);
	assert_string_equal(json_text(only("asks", "added", "nickname"), "title"), "小名");
	json_decref(found);
	found = differences_list(is, was);
	assert_string_equal(json_text(json_array_get(found, 0), "kind"), "removed");
}

static void
another_order_is_told(void **state)
{
	json_t *items = json_object_get(edited, "items"), *first = json_incref(json_array_get(items, 0));
	size_t second = place("items", "birth_certificate");

	(void)state;
	json_array_set(items, 0, json_array_get(items, second));
	json_array_set_new(items, second, first);
	is = load(edited);
	found = differences_list(was, is);
	assert_string_equal(json_text(json_array_get(found, json_array_size(found) - 1), "kind"), "moved");
}

static void
all_of_a_new_event_is_new(void **state)
{
	const json_t *one;
	size_t i;

	(void)state;
	is = load(edited);
	found = differences_list(NULL, is);
	assert_true(json_array_size(found) > is->n_items + is->n_materials + is->n_questions);
	json_array_foreach(found, i, one)
		assert_string_equal(json_text(one, "kind"), "added");
}

/* ---- nothing is left out ---- */

static size_t n_places, wanted, n_changed;

/* Change the text or number that is the `wanted`-th on the way; does it still load as another version? */
static bool
change(json_t *value)
{
	const char *key;
	json_t *inner;
	size_t i;

	if (json_is_array(value))
		json_array_foreach(value, i, inner)
			if (change(inner))
				return true;
	if (json_is_object(value))
		json_object_foreach(value, key, inner)
			if (strcmp(key, "line") != 0 && strcmp(key, "file") != 0 && change(inner))
				return true;
	if (!json_is_string(value) && !json_is_integer(value))
		return false;
	if (n_places++ != wanted)
		return false;
	if (json_is_string(value))
		json_string_set(value, "changed");
	else
		json_integer_set(value, json_integer_value(value) + 1);
	return true;
}

/* One place after the other is changed; every version that comes of it must differ in words as well. */
static void
whatever_is_changed_is_told(void **state)
{
	(void)state;
	for (wanted = 0;; wanted += 7) {
		json_t *copy = json_deep_copy(files), *list;
		struct error why = { 0 };
		struct event *e = NULL;
		bool more;

		n_places = 0;
		more = change(copy);
		if (more)
			e = event_load(copy, &why);
		list = e ? differences_list(was, e) : NULL;
		if (e && (memcmp(e->version, was->version, 32) == 0) != (json_array_size(list) == 0))
			fail_msg("place %zu: %s", wanted, json_dumps(list, 0));
		n_changed += e != NULL;
		json_decref(list);
		event_free(e);
		json_decref(copy);
		if (!more)
			break;
	}
	assert_true(n_changed > 100);
}

int
main(int argc, char **argv)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, begin_one, end_one)
	const struct CMUnitTest tests[] = {
		ONE(the_same_has_none),
		ONE(a_deadline_is_told_as_it_is_written),
		ONE(a_condition_is_told_in_words),
		ONE(the_ways_of_a_paper_are_told),
		ONE(what_a_department_is_told_is_named_by_its_question),
		ONE(a_question_may_come_and_go),
		ONE(another_order_is_told),
		ONE(all_of_a_new_event_is_new),
		ONE(whatever_is_changed_is_told),
	};

	READER_IF_ASKED(argc, argv);
	return cmocka_run_group_tests(tests, read_events, end);
}
