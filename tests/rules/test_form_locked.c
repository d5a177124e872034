/* What the login or a record says is filled in, and nothing else is accepted; one's own consents. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "checked.h"

static json_t *person;

static void
login(const char *as, const char *name)
{
	json_decref(person);
	person = json_pack("{s:s, s:s*}", "as", as, "name", name);
	facts.applicant = person;
}

static int
log_out(void **state)
{
	json_decref(person);
	person = NULL;
	return end(state);
}

/* The form with what was left out filled in takes the place of `form`. */
static void
fill(void)
{
	json_t *filled = form_filled(form, choices, &facts);

	assert_non_null(filled);
	json_decref(form);
	form = filled;
}

static void
is_text(const char *question, const char *expected)
{
	const json_t *value = json_object_get(form, question);

	assert_string_equal(value ? json_string_value(value) : "", expected);
}

static void
filled_in(void **state)
{
	(void)state;
	login("self", "赵小兰");
	json_object_del(form, "filed_as");
	json_object_del(form, "by_agent");
	json_object_del(form, "born_on");
	fill();
	is_text("filed_as", "赵小兰");
	is_text("born_on", "1995-03-12");
	assert_true(json_is_false(json_object_get(form, "by_agent")));
	assert_errors("");
}

/* What was typed stands, and is refused where it differs; null is no leaving out. */
static void
not_overwritten(void **state)
{
	(void)state;
	login("self", "赵小兰");
	put("filed_as", "\"李秀兰\"");
	put("by_agent", "null");
	put("born_on", "\"1995-03-13\"");
	fill();
	is_text("filed_as", "李秀兰");
	assert_errors("/filed_as conflict /by_agent required /born_on conflict");
	assert_non_null(strstr(message(0), "替别人办请由代办员申请"));
	assert_non_null(strstr(message(2), "对不上"));
	put("filed_as", "\"赵小兰\"");
	put("by_agent", "true");
	put("agent_paper", "\"1\"");
	json_object_del(form, "born_on");
	assert_errors("/by_agent conflict");
	assert_non_null(strstr(message(0), "本人申请填否"));
}

/* An agent says so, or leaves it out; what hangs on it is asked then. */
static void
agents(void **state)
{
	(void)state;
	login("agent", "赵小兰");
	put("filed_as", "\"赵小兰\"");
	put("agent_note", "\"受托\"");
	assert_errors("/by_agent conflict");
	json_object_del(form, "by_agent");
	fill();
	assert_true(json_is_true(json_object_get(form, "by_agent")));
	assert_errors("/agent_paper required");
}

/* Nobody has logged in, or the account does not say it: then it is asked for as anything else. */
static void
unknown_source(void **state)
{
	(void)state;
	fill();
	assert_errors("");
	json_object_del(form, "filed_as");
	fill();
	assert_null(json_object_get(form, "filed_as"));
	assert_errors("/filed_as required");
	login("self", NULL);
	assert_errors("/filed_as required");
	put("filed_as", "\"赵小兰\"");
	assert_errors("");
}

/* The first source that applies and is known counts; what is not asked is not filled in. */
static void
sources_in_order(void **state)
{
	struct question *name = &sample_questions[event_question(&sample, "registered_name")];
	struct source rows[2] = { sample_sources[0], sample_sources[1] };
	json_t *records = json_pack("{s:{s:s, s:s}}", "household", "name", "王安然", "registered", "no");

	(void)state;
	name->from = rows;
	name->n_from = 2;
	login("self", "赵小兰");
	put("filed_as", "\"赵小兰\"");
	json_object_del(form, "registered_name");
	fill();
	is_text("registered_name", "赵小兰");
	facts.records = records;
	assert_errors("/registered_name conflict");
	json_object_del(form, "registered_name");
	fill();
	is_text("registered_name", "王安然");
	rows[0].when = yes("married");
	put("married", "false");
	json_object_del(form, "registered_name");
	fill();
	is_text("registered_name", "赵小兰");
	name->items = 0; /* of use to nobody: not asked */
	json_object_del(form, "registered_name");
	fill();
	assert_null(json_object_get(form, "registered_name"));
	name->items = BASE;
	name->from = &sample_sources[0];
	name->n_from = 1;
	json_decref(records);
}

/* A source of another kind than the answer says nothing against it. */
static void
sources_of_another_kind(void **state)
{
	json_t *records = json_pack("{s:{s:i, s:s}}", "household", "name", 7, "registered", "no");

	(void)state;
	facts.records = records;
	assert_errors("");
	json_decref(records);
}

static void
not_a_form(void **state)
{
	(void)state;
	login("self", "赵小兰");
	json_decref(form);
	form = json_pack("[s]", "x");
	fill();
	assert_int_equal(json_array_size(form), 1);
}

/* Needed by an item that runs: given, true. Declined it says what the event says. */
static void
own_consent(void **state)
{
	(void)state;
	put("kids", "2");
	put("second", "\"李安然\"");
	assert_errors("/agrees_to_move required");
	assert_string_equal(message(0), "请选择“同意迁移”:是或否");
	put("agrees_to_move", "true");
	assert_errors("");
	put("agrees_to_move", "\"yes\"");
	assert_errors("/agrees_to_move type");
	put("agrees_to_move", "false");
	assert_errors("/agrees_to_move refused");
	assert_string_equal(message(0), "不同意就不能办");
	put("kids", "1");
	json_object_del(form, "second");
	assert_errors("/agrees_to_move not_asked");
}

/* Another's consent is that person's alone. */
static void
others_consent(void **state)
{
	(void)state;
	put("witness", "true");
	assert_errors("/witness not_asked");
	assert_non_null(strstr(message(0), "本人在自己的账户里签署"));
	put("witness", "false");
	assert_errors("/witness not_asked");
}

#define logged_in(test) cmocka_unit_test_setup_teardown(test, begin, log_out)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		logged_in(filled_in), logged_in(not_overwritten), logged_in(agents),
		logged_in(unknown_source), logged_in(sources_in_order), logged_in(sources_of_another_kind),
		logged_in(not_a_form), logged_in(own_consent), logged_in(others_consent),
	};

	return checked_run(tests);
}
