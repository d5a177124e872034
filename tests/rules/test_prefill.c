/* What need not be typed: whose records may be looked up, and what is known of each question. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/prefill.h"

#define S(text) ((char *)(uintptr_t)(text))
#define OWN "11010119950312002X"

enum { ID_NO, OTHER_NO, FIRM_NO, PAPER_NO, NAME, SPOUSE, MARRIED, FIRM, NICK, AGE, QUESTIONS };
enum { HIS_OWN, ANOTHERS, OF_BOTH, OF_A_FIRM, BY_PAPER, RECORDS };

static struct expr answers[QUESTIONS], login_id = { .op = EXPR_REF, .space = EXPR_APPLICANT, .name = S("id") },
    login_name = { .op = EXPR_REF, .space = EXPR_APPLICANT, .name = S("name") };
static struct expr fields[QUESTIONS];
static struct param asks[RECORDS][2];
static struct source sources[QUESTIONS][2];
static struct record records[RECORDS] = { { .id = S("own") }, { .id = S("other") }, { .id = S("both") }, { .id = S("firm") },
	{ .id = S("paper") } };
static struct question questions[QUESTIONS] = {
	[ID_NO] = { .id = S("id_no"), .type = TYPE_ID_NUMBER }, [OTHER_NO] = { .id = S("other_no"), .type = TYPE_ID_NUMBER },
	[FIRM_NO] = { .id = S("firm_no"), .type = TYPE_USCC }, [PAPER_NO] = { .id = S("paper_no"), .type = TYPE_PASSPORT },
	[NAME] = { .id = S("name"), .type = TYPE_TEXT }, [SPOUSE] = { .id = S("spouse"), .type = TYPE_TEXT },
	[MARRIED] = { .id = S("married"), .type = TYPE_YES_NO }, [FIRM] = { .id = S("firm"), .type = TYPE_TEXT },
	[NICK] = { .id = S("nick"), .type = TYPE_TEXT }, [AGE] = { .id = S("age"), .type = TYPE_NUMBER, .has_max = true, .max = 99 },
};
static struct event event = { .questions = questions, .n_questions = QUESTIONS, .records = records, .n_records = RECORDS };
static json_t *form, *person, *found, *shown;
static struct facts facts;
static struct prefill p;

static void
fill_from(int question, struct expr *value)
{
	struct question *q = &questions[question];

	q->from = sources[question];
	sources[question][q->n_from++] = (struct source){ .value = value };
}

static void
fill_from_record(int question, int record, const char *name)
{
	fields[question] = (struct expr){ .op = EXPR_REF, .space = EXPR_RECORD, .index = record, .name = S(name) };
	fill_from(question, &fields[question]);
}

static void
ask_with(int record, int question)
{
	struct record *r = &records[record];

	r->request = asks[record];
	asks[record][r->n_request++] = (struct param){ S("x"), &answers[question], false };
}

static void
make_event(void)
{
	for (int i = 0; i < QUESTIONS; i++) {
		answers[i] = (struct expr){ .op = EXPR_REF, .space = EXPR_ANSWER, .index = i };
		questions[i].decides = true;
	}
	ask_with(HIS_OWN, ID_NO);
	ask_with(ANOTHERS, OTHER_NO);
	ask_with(OF_BOTH, OTHER_NO);
	ask_with(OF_BOTH, ID_NO);
	ask_with(OF_A_FIRM, FIRM_NO);
	ask_with(BY_PAPER, PAPER_NO);
	fill_from(ID_NO, &login_id);
	fill_from_record(NAME, HIS_OWN, "name");
	fill_from_record(SPOUSE, ANOTHERS, "name");
	fill_from_record(MARRIED, OF_BOTH, "married");
	fill_from_record(FIRM, OF_A_FIRM, "title");
	fill_from_record(NICK, HIS_OWN, "nick");
	fill_from(NICK, &login_name);
	fill_from_record(AGE, BY_PAPER, "age");
}

static int
begin(void **state)
{
	(void)state;
	form = json_pack("{s:s, s:s, s:s}", "other_no", "110101199001010029", "firm_no", "91330100MA27KD8P0R", "paper_no", "E12345678");
	person = json_pack("{s:s, s:s}", "id", OWN, "name", "李秀兰");
	found = json_object();
	shown = NULL;
	facts = (struct facts){ .event = &event, .form = form, .applicant = person, .records = found, .today = clock_day_of(2026, 11, 20) };
	p = (struct prefill){ .own = json_pack("{s:s}", "title", "login") };
	for (int i = 0; i < RECORDS; i++)
		p.records[i].source = json_pack("{s:s}", "title", records[i].id);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	json_decref((json_t *)(uintptr_t)p.own);
	for (int i = 0; i < RECORDS; i++)
		json_decref((json_t *)(uintptr_t)p.records[i].source);
	json_decref(form);
	json_decref(person);
	json_decref(found);
	json_decref(shown);
	return 0;
}

/* Fill in what is known and look again. */
static void
fill(void)
{
	json_t *filled = prefill_form(form, NULL, &facts);

	assert_non_null(filled);
	json_decref(form);
	form = filled;
	facts.form = form;
}

static void
says(int record, const char *outputs)
{
	p.records[record].look = outputs ? PREFILL_FOUND : PREFILL_NONE;
	p.records[record].at = "then";
	if (outputs)
		json_object_set_new(found, records[record].id, json_loads(outputs, 0, NULL));
}

/* "state value" of a question, "" where nothing is told. */
static void
is(int question, const char *expected)
{
	const json_t *one;
	char got[200] = "", *value;

	json_decref(shown);
	shown = prefill_show(&event, &facts, &p);
	one = json_object_get(shown, questions[question].id);
	value = json_dumps(json_object_get(one, "value"), JSON_ENCODE_ANY);
	if (one)
		snprintf(got, sizeof got, "%s %s", json_text(one, "state"), value ? value : "");
	free(value);
	assert_string_equal(got, expected);
}

static void
only_ones_own_records_and_those_of_firms(void **state)
{
	(void)state;
	assert_int_equal(prefill_records(&event, &facts), 1 << OF_A_FIRM); /* whose is not known yet */
	fill();
	assert_int_equal(prefill_records(&event, &facts), 1 << HIS_OWN | 1 << OF_BOTH | 1 << OF_A_FIRM);
	json_object_set_new(form, "id_no", json_string("110101199001010010")); /* he may type what he likes */
	assert_int_equal(prefill_records(&event, &facts), 1 << OF_A_FIRM);
	json_object_set_new(form, "paper_no", json_string(OWN)); /* the number counts, wherever it stands */
	assert_int_equal(prefill_records(&event, &facts), 1 << OF_A_FIRM | 1 << BY_PAPER);
	facts.applicant = NULL;
	assert_int_equal(prefill_records(&event, &facts), 1 << OF_A_FIRM);
}

static void
what_is_asked_for_nothing_is_not_looked_up(void **state)
{
	(void)state;
	fill();
	questions[NAME].decides = questions[NICK].decides = false;
	assert_int_equal(prefill_records(&event, &facts), 1 << OF_BOTH | 1 << OF_A_FIRM);
	questions[NAME].decides = questions[NICK].decides = true;
}

static void
four_states(void **state)
{
	(void)state;
	fill();
	is(ID_NO, "known \"" OWN "\"");
	is(NAME, ""); /* not looked up */
	p.records[HIS_OWN].look = p.records[OF_BOTH].look = PREFILL_UNREACHABLE;
	is(NAME, "unreachable ");
	says(OF_BOTH, NULL);
	is(MARRIED, "none ");
	says(HIS_OWN, "{\"name\": \"李\"}");
	is(NAME, "known \"李\"");
	is(SPOUSE, "");
	p.disputed = json_pack("[s, s]", "name", "married");
	is(NAME, "disputed \"李\"");
	is(MARRIED, "none ");
	json_decref((json_t *)(uintptr_t)p.disputed);
	assert_string_equal(json_text(json_object_get(json_object_get(shown, "name"), "source"), "title"), "own");
	assert_string_equal(json_text(json_object_get(shown, "name"), "at"), "then");
}

static void
the_first_source_that_says_it(void **state)
{
	(void)state;
	fill();
	p.records[HIS_OWN].look = PREFILL_UNREACHABLE;
	is(NICK, "known \"李秀兰\"");
	says(HIS_OWN, "{\"nick\": \"兰兰\"}");
	is(NICK, "known \"兰兰\"");
	facts.applicant = NULL;
	json_object_clear(found);
	says(HIS_OWN, "{}");
	is(NICK, "none ");
}

static void
what_the_question_does_not_allow_is_neither_filled_in_nor_none(void **state)
{
	(void)state;
	says(BY_PAPER, "{\"age\": 120}");
	fill();
	assert_null(json_object_get(form, "age"));
	is(AGE, "unreachable ");
	says(BY_PAPER, "{\"age\": 12}");
	fill();
	assert_int_equal(json_integer_value(json_object_get(form, "age")), 12);
	is(AGE, "known 12");
}

static void
what_stands_in_the_form_stays(void **state)
{
	(void)state;
	json_object_set_new(form, "name", json_string("typed"));
	says(HIS_OWN, "{\"name\": \"李\"}");
	fill();
	assert_string_equal(json_text(form, "name"), "typed");
	is(NAME, "known \"李\""); /* what the source says is told beside it */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_ones_own_records_and_those_of_firms, begin, end),
		cmocka_unit_test_setup_teardown(what_is_asked_for_nothing_is_not_looked_up, begin, end),
		cmocka_unit_test_setup_teardown(four_states, begin, end),
		cmocka_unit_test_setup_teardown(the_first_source_that_says_it, begin, end),
		cmocka_unit_test_setup_teardown(what_the_question_does_not_allow_is_neither_filled_in_nor_none, begin, end),
		cmocka_unit_test_setup_teardown(what_stands_in_the_form_stays, begin, end),
	};

	make_event();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
