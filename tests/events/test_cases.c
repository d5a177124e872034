/* The sample cases of tests/events/<event>/cases: what should come of a form was written from the
 * facts first; here the program is asked. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "declared/load.h"
#include "folders.h"
#include "rules/form.h"
#include "rules/plan.h"
#include "rules/schema.h"

static struct event *event;
static const char *folder; /* the event at hand */
static int differences;
static const char *name; /* the case at hand */

static void
differs(const char *what, const char *is, const char *wanted)
{
	print_error("%s: %s is %s, the facts say %s\n", name, what, is ? is : "-", wanted ? wanted : "-");
	differences++;
}

static const char *
said(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* ---- what should be, against what is ---- */

/* Lists of texts, in any order. */
static void
same_names(const char *what, const json_t *is, const json_t *wanted)
{
	char *a, *b;
	size_t found = 0, i, k;
	json_t *one, *other;

	json_array_foreach((json_t *)(uintptr_t)wanted, i, one)
		json_array_foreach((json_t *)(uintptr_t)is, k, other)
			found += json_equal(one, other) ? 1 : 0;
	if (found == json_array_size(wanted) && found == json_array_size(is))
		return;
	a = json_dumps(is, JSON_COMPACT);
	b = json_dumps(wanted, JSON_COMPACT);
	differs(what, a, b);
	free(a);
	free(b);
}

/* The errors as the case writes them: pointer and code. */
static json_t *
bare_errors(const json_t *errors)
{
	json_t *list = json_array(), *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)errors, i, one)
		json_array_append_new(list, json_pack("{s:s, s:s}", "pointer", said(one, "pointer"),
		    "code", said(one, "code")));
	return list;
}

/* The ids of the rules whose sentence stands in the messages (of errors or reminders). */
static json_t *
rules_told(const json_t *told, const char *key, enum rule_do otherwise)
{
	json_t *list = json_array(), *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)told, i, one)
		for (size_t r = 0; r < event->n_rules; r++)
			if (event->rules[r].otherwise == otherwise &&
			    strcmp(said(one, key), event->rules[r].text) == 0)
				json_array_append_new(list, json_string(event->rules[r].id));
	return list;
}

static const char *
verdict_word(uint8_t verdict)
{
	static const char *const words[] = { [PLAN_RUNS] = "runs", [PLAN_NOT_APPLICABLE] = "not_apply",
		[PLAN_NOT_CHOSEN] = "not_chosen", [PLAN_DROPPED] = "dropped", [PLAN_SKIPPED] = "skipped" };

	return words[verdict];
}

static void
check_items(const struct plan *plan, const json_t *wanted)
{
	for (size_t i = 0; i < event->n_items; i++) {
		const char *id = event->items[i].id, *is = verdict_word(plan->item[i].verdict);

		if (event->items[i].later_of >= 0 && plan->item[i].verdict != PLAN_RUNS &&
		    !json_object_get(wanted, id))
			continue; /* what is sent on later goes without saying where it is not */
		if (strcmp(is, said(wanted, id)) != 0)
			differs(id, is, said(wanted, id));
	}
}

static void
check_papers(const struct plan *plan, const json_t *wanted)
{
	static const char *const words[] = { [WAY_FETCH] = "fetched", [WAY_RECORD] = "fetched",
		[WAY_PRODUCED] = "produced", [WAY_COMMIT] = "committed", [WAY_UPLOAD] = "uploaded" };
	json_t *is = json_array();

	for (size_t m = 0; m < event->n_materials; m++)
		if (plan->materials >> m & 1)
			json_array_append_new(is, json_pack("{s:s, s:s}", "material",
			    event->materials[m].id, "how", words[event->materials[m].get[0].way]));
	same_names("papers", is, wanted);
	json_decref(is);
}

static void
check_promises(const struct plan *plan, const json_t *wanted)
{
	for (size_t i = 0; i < event->n_items; i++) {
		const json_t *day = json_object_get(wanted, event->items[i].id);
		char is[11] = "null";
		int32_t due;

		if (!day)
			continue;
		if (plan_item_due(event, plan, (int)i, &due))
			clock_format_day(due, is);
		if (strcmp(is, json_is_string(day) ? json_string_value(day) : "null") != 0)
			differs(event->items[i].id, is, json_string_value(day));
	}
}

static void
check_saving(const struct plan *plan, const json_t *wanted)
{
	struct saving s = plan_saving(event, plan);
	json_t *is;

	if (!wanted)
		return;
	is = json_pack("{s:i, s:i}", "materials", s.materials, "visits", s.visits);
	if (!json_equal(is, wanted))
		differs("saving", "another", "materials and visits of the case");
	json_decref(is);
}

static void
check_plan(const struct facts *facts, const json_t *expect)
{
	struct plan plan;
	struct error why;

	assert_int_equal(plan_make(event, facts, &plan, &why), 0);
	check_items(&plan, json_object_get(expect, "items"));
	check_papers(&plan, json_object_get(expect, "papers"));
	check_promises(&plan, json_object_get(expect, "promised"));
	check_saving(&plan, json_object_get(expect, "saved"));
}

static void
check_told(const json_t *errors, const json_t *reminders, const json_t *expect)
{
	static const struct { const char *word; enum rule_do otherwise; } rules[] = {
		{ "offline", RULE_OFFLINE }, { "refuses", RULE_REFUSE }, { "corrects", RULE_CORRECT },
		{ "reminds", RULE_REMIND } };
	json_t *bare = bare_errors(errors);

	same_names("errors", bare, json_object_get(expect, "errors"));
	json_decref(bare);
	assert_non_null(json_object_get(expect, "offline"));
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const json_t *wanted = json_object_get(expect, rules[i].word);
		bool only_told = rules[i].otherwise == RULE_REMIND;
		json_t *told = rules_told(only_told ? reminders : errors, only_told ? "text" : "message",
		    rules[i].otherwise);

		if (wanted)
			same_names(rules[i].word, told, wanted);
		json_decref(told);
	}
}

static void
check_case(json_t *sample)
{
	const json_t *expect = json_object_get(sample, "expect");
	struct facts facts = { .event = event, .records = json_object_get(sample, "records"),
		.applicant = json_object_get(sample, "applicant") };
	const json_t *choices = json_object_get(sample, "choices");
	json_t *errors, *reminders, *form;
	char division[7];

	assert_true(json_array_size(json_object_get(sample, "facts")) > 0);
	assert_true(clock_parse_day(said(sample, "today"), &facts.today));
	form = form_filled(json_object_get(sample, "form"), choices, &facts);
	assert_int_equal(form_check(event, form, choices, &facts, "zh-CN", &errors, &reminders), 0);
	check_told(errors, reminders, expect);
	if (json_array_size(errors) == 0 && json_object_get(expect, "items")) {
		assert_true(form_division(event, &facts, division));
		facts.division = division;
		check_plan(&facts, expect);
	}
	json_decref(errors);
	json_decref(reminders);
	json_decref(form);
}

/* Do `look` to every JSON file of the folder below the event's that begins with `prefix`. */
static int
each_file(const char *below, const char *prefix, void (*look)(json_t *sample))
{
	char path[600];
	struct dirent **list;
	int n, seen = 0;

	snprintf(path, sizeof path, FOLDERS "/%s%s", folder, below);
	n = scandir(path, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		name = list[i]->d_name;
		if (name[0] != '.' && strncmp(name, prefix, strlen(prefix)) == 0) {
			json_t *sample;

			snprintf(path, sizeof path, FOLDERS "/%s%s/%s", folder, below, name);
			sample = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
			if (!sample)
				fail_msg("%s is not JSON", path);
			look(sample);
			json_decref(sample);
			seen++;
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return seen;
}

static void
cases_come_out_as_written(void **state)
{
	(void)state;
	differences = 0;
	assert_true(each_file("/cases", "", check_case) >= 8);
	assert_int_equal(differences, 0);
}

/* "@today-3T09:30:00+08:00" three days before `today`, "@today+1" the day after; anywhere in it. */
static json_t *
on_day(const json_t *value, int32_t today)
{
	const char *key, *text = json_string_value(value);
	char day[11], filled[64];
	int away, used;
	json_t *copy, *one;

	if (text && sscanf(text, "@today%d%n", &away, &used) == 1) {
		clock_format_day(today + away, day);
		snprintf(filled, sizeof filled, "%s%s", day, text + used);
		return json_string(filled);
	}
	copy = json_copy((json_t *)(uintptr_t)value);
	json_object_foreach((json_t *)(uintptr_t)value, key, one)
		json_object_set_new(copy, key, on_day(one, today));
	for (size_t i = 0; i < json_array_size(value); i++)
		json_array_set_new(copy, i, on_day(json_array_get(value, i), today));
	return copy;
}

static void
is_accepted(const json_t *form, const json_t *choices, const json_t *applicant, const char *day)
{
	struct facts facts = { .event = event, .applicant = applicant };
	json_t *errors, *reminders;

	assert_true(clock_parse_day(day, &facts.today));
	assert_int_equal(form_check(event, form, choices, &facts, "zh-CN", &errors, &reminders), 0);
	if (json_array_size(errors) > 0)
		differs(day, said(json_array_get(errors, 0), "message"), "nothing");
	json_decref(errors);
	json_decref(reminders);
}

static const char *const days[] = { "2026-03-01", "2026-11-20", "2027-02-28", "2028-02-29" };

/* The forms of the demonstration, filled in for several days, are accepted. */
static void
check_demo(json_t *sample)
{
	for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
		int32_t today;
		json_t *form;

		assert_true(clock_parse_day(days[d], &today));
		form = on_day(json_object_get(sample, "form"), today);
		is_accepted(form, json_object_get(sample, "choices"), NULL, days[d]);
		json_decref(form);
	}
}

/* Who must have logged in for the form: by the answers that only the login gives. */
static json_t *
who_filed(const json_t *form)
{
	struct facts facts = { .event = event, .form = form };
	json_t *who = json_pack("{s:s}", "as", "self");

	for (size_t i = 0; i < event->n_questions; i++) {
		const struct question *q = &event->questions[i];

		for (size_t k = 0; q->locked && k < q->n_from; k++) {
			const struct expr *from = q->from[k].value;

			if (from->op == EXPR_REF && from->space == EXPR_APPLICANT &&
			    expr_holds(q->from[k].when, &facts))
				json_object_set(who, from->name, json_object_get(form, q->id));
		}
	}
	return who;
}

/* The guide's example is accepted as it is on the day it is served, from the person that it is of. */
static void
the_example_is_accepted(void **state)
{
	(void)state;
	differences = 0;
	name = "the example of the guide";
	for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
		int32_t today;
		json_t *form, *who;

		assert_true(clock_parse_day(days[d], &today));
		form = schema_example(event, today);
		who = who_filed(form);
		is_accepted(form, NULL, who, days[d]);
		json_decref(who);
		json_decref(form);
	}
	assert_int_equal(differences, 0);
}

static void
demo_forms_are_accepted(void **state)
{
	(void)state;
	differences = 0;
	assert_true(each_file("", "demo", check_demo) >= 1);
	assert_int_equal(differences, 0);
}

static int
set_up(void **state)
{
	struct error why;

	(void)state;
	event = event_load(folders_event(folder), &why);
	assert_non_null(event);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	event_free(event);
	return 0;
}

static int
one_event(const char *id)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_come_out_as_written),
		cmocka_unit_test(demo_forms_are_accepted),
		cmocka_unit_test(the_example_is_accepted),
	};

	folder = id;
	return cmocka_run_group_tests_name(id, tests, set_up, tear_down);
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "reader") == 0) /* the reader starts this program again */
		return reader_main(argc - 1, argv + 1);
	return folders_each(one_event);
}
