/* What the fields of the one page say as answers of a form. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>

#include "pages/answers.h"

static const char guide[] = "{\"signs\": [{\"id\": \"agree\"}], \"sections\": [{\"questions\": ["
    "{\"id\": \"name\", \"type\": \"person_name\"}, {\"id\": \"id_no\", \"type\": \"id_number\"},"
    "{\"id\": \"phone\", \"type\": \"phone\"}, {\"id\": \"yes\", \"type\": \"yes_no\"},"
    "{\"id\": \"read\", \"type\": \"consent\"}, {\"id\": \"some\", \"type\": \"choices\"},"
    "{\"id\": \"n\", \"type\": \"number\"}, {\"id\": \"sum\", \"type\": \"money\"},"
    "{\"id\": \"at\", \"type\": \"datetime\"}, {\"id\": \"home\", \"type\": \"address\"},"
    "{\"id\": \"place\", \"type\": \"division\"}, {\"id\": \"heirs\", \"type\": \"list\", \"each\": ["
    "{\"id\": \"name\", \"type\": \"person_name\"}, {\"id\": \"share\", \"type\": \"number\"}]}]}]}";

static json_t *
read_json(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	if (!value)
		fail_msg("no JSON: %s", text);
	return value;
}

/* Fields posted onto a form give that form. */
static void
gives(const char *form_text, const char *posted_text, const char *expected_text)
{
	json_t *form = read_json(form_text), *posted = read_json(posted_text), *expected = read_json(expected_text);
	json_t *g = read_json(guide);

	answers_take(form, g, posted);
	if (!json_equal(form, expected)) {
		char *got = json_dumps(form, JSON_SORT_KEYS);

		fail_msg("%s gave %s", posted_text, got);
	}
	json_decref(form);
	json_decref(posted);
	json_decref(expected);
	json_decref(g);
}

static void
texts(void **state)
{
	(void)state;
	gives("{}", "{\"_asked\": \"name\", \"name\": \" \u3000李 明\u3000 \"}", "{\"name\": \"李 明\"}");
	gives("{}", "{\"_asked\": \"id_no\", \"id_no\": \"330111 19950312 002x\"}", "{\"id_no\": \"33011119950312002X\"}");
	gives("{}", "{\"_asked\": \"id_no\", \"id_no\": \"３３０１１１\"}", "{\"id_no\": \"330111\"}");
	gives("{}", "{\"_asked\": \"phone\", \"phone\": \"138-0000-0001\"}", "{\"phone\": \"13800000001\"}");
	gives("{}", "{\"_asked\": \"place\", \"place\": \"330111 杭州市富阳区\"}", "{\"place\": \"330111\"}");
	gives("{}", "{\"_asked\": \"place\", \"place\": \"富阳\"}", "{\"place\": \"富阳\"}");
}

static void
other_types(void **state)
{
	(void)state;
	gives("{}", "{\"_asked\": \"yes read\", \"yes\": \"no\", \"read\": \"yes\"}", "{\"yes\": false, \"read\": true}");
	gives("{}", "{\"_asked\": \"agree\", \"agree\": \"yes\"}", "{\"agree\": true}");
	gives("{}", "{\"_asked\": \"some\", \"some\": \"a\"}", "{\"some\": [\"a\"]}");
	gives("{}", "{\"_asked\": \"some\", \"some\": [\"a\", \"b\"]}", "{\"some\": [\"a\", \"b\"]}");
	gives("{}", "{\"_asked\": \"n sum\", \"n\": \"3.5\", \"sum\": \"12.30\"}", "{\"n\": 3.5, \"sum\": 1230}");
	gives("{}", "{\"_asked\": \"n sum\", \"n\": \"about 3\", \"sum\": \"inf\"}", "{\"n\": \"about 3\", \"sum\": \"inf\"}");
	gives("{}", "{\"_asked\": \"at\", \"at.day\": \"2026-11-20\", \"at.time\": \"08:30\"}",
	    "{\"at\": \"2026-11-20T08:30:00+08:00\"}");
	gives("{}", "{\"_asked\": \"at\", \"at.day\": \"2026-11-20\", \"at.time\": \"08:30:12+08:00\"}",
	    "{\"at\": \"2026-11-20T08:30:12+08:00\"}");
	gives("{}", "{\"_asked\": \"at\", \"at.day\": \"2026-11-20\", \"at.time\": \"\"}", "{\"at\": \"2026-11-20T\"}");
	gives("{}", "{\"_asked\": \"home\", \"home.division\": \"330111\", \"home.text\": \"\"}", "{\"home\": {\"division\": \"330111\"}}");
}

/* A field that was shown and is empty takes the answer away; one that was not shown leaves it. */
static void
what_was_not_asked_stays(void **state)
{
	(void)state;
	gives("{\"name\": \"李明\", \"n\": 1}", "{\"_asked\": \"name\", \"name\": \"\", \"n\": \"2\"}", "{\"n\": 1}");
	gives("{\"yes\": true, \"read\": true}", "{\"_asked\": \"yes read\"}", "{}");
	gives("{\"unknown\": [1]}", "{\"_asked\": \"\"}", "{\"unknown\": [1]}");
	gives("{\"name\": \"李明\"}", "{\"_asked\": \"surname names\", \"name\": \"王\"}", "{\"name\": \"李明\"}");
}

static void
rows(void **state)
{
	json_t *form = read_json("{}");

	(void)state;
	gives("{}", "{\"_asked\": \"heirs\", \"_rows.heirs\": \"2\", \"heirs.0.name\": \"李明\", \"heirs.1.share\": \"50\", "
	    "\"heirs.2.name\": \"王\"}", "{\"heirs\": [{\"name\": \"李明\"}, {\"share\": 50}]}");
	gives("{\"heirs\": [{}]}", "{\"_asked\": \"heirs\", \"_rows.heirs\": \"-1\"}", "{}");
	answers_add_row(form, "heirs");
	answers_add_row(form, "heirs");
	assert_int_equal(json_array_size(json_object_get(form, "heirs")), 2);
	for (int i = 0; i < 60; i++)
		answers_add_row(form, "heirs");
	assert_int_equal(json_array_size(json_object_get(form, "heirs")), 50);
	answers_remove_row(form, "heirs", 99);
	for (int i = 0; i < 50; i++)
		answers_remove_row(form, "heirs", 0);
	assert_null(json_object_get(form, "heirs"));
	answers_remove_row(form, "heirs", 0);
	json_decref(form);
}

static void
only_what_is_asked_is_filed(void **state)
{
	json_t *form = read_json("{\"name\": \"李明\", \"n\": 1, \"heirs\": [{\"name\": \"王\", \"share\": 5}, {\"name\": \"张\"}],"
	    " \"agree\": false}");
	json_t *begun = read_json("{\"asked\": [{\"id\": \"name\"}, {\"id\": \"phone\"}, {\"id\": \"heirs\", \"rows\": "
	    "[[\"name\"], [\"name\", \"share\"]]}], \"signs\": [{\"id\": \"agree\"}]}");
	json_t *filed = answers_asked(form, begun);
	json_t *wanted = read_json("{\"name\": \"李明\", \"heirs\": [{\"name\": \"王\"}, {\"name\": \"张\"}], \"agree\": false}");

	(void)state;
	assert_true(json_equal(filed, wanted));
	json_decref(form);
	json_decref(begun);
	json_decref(filed);
	json_decref(wanted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(texts), cmocka_unit_test(other_types),
		cmocka_unit_test(what_was_not_asked_stays), cmocka_unit_test(rows),
		cmocka_unit_test(only_what_is_asked_is_filed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
