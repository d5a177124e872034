/* The sample cases of tests/events/<event>/cases: what should come of a form was written from the
 * facts first; here the program is asked. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "declared/load.h"
#include "declared/reader.h"
#include "rules/form.h"
#include "rules/plan.h"

#define CASES "tests/events/birth/cases"

static json_t *files;
static struct event *event;
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
	json_t *bare = bare_errors(errors);
	json_t *offline = rules_told(errors, "message", RULE_OFFLINE);
	json_t *reminds = rules_told(reminders, "text", RULE_REMIND);

	same_names("errors", bare, json_object_get(expect, "errors"));
	same_names("offline", offline, json_object_get(expect, "offline"));
	if (json_object_get(expect, "reminds"))
		same_names("reminds", reminds, json_object_get(expect, "reminds"));
	json_decref(bare);
	json_decref(offline);
	json_decref(reminds);
}

static void
check_case(const json_t *sample)
{
	const json_t *form = json_object_get(sample, "form"), *expect = json_object_get(sample, "expect");
	struct facts facts = { .event = event, .records = json_object_get(sample, "records") };
	json_t *errors, *reminders;
	char division[7];

	assert_true(json_array_size(json_object_get(sample, "facts")) > 0);
	assert_true(clock_parse_day(said(sample, "today"), &facts.today));
	assert_int_equal(form_check(event, form, json_object_get(sample, "choices"), &facts, "zh-CN",
	    &errors, &reminders), 0);
	check_told(errors, reminders, expect);
	if (json_array_size(errors) == 0 && json_object_get(expect, "items")) {
		assert_true(form_division(event, &facts, division));
		facts.division = division;
		check_plan(&facts, expect);
	}
	json_decref(errors);
	json_decref(reminders);
}

static void
cases_come_out_as_written(void **state)
{
	struct dirent **list;
	int n = scandir(CASES, &list, NULL, alphasort), cases = 0;

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char path[600];
		json_t *sample;

		if (list[i]->d_name[0] != '.') {
			snprintf(path, sizeof path, CASES "/%s", list[i]->d_name);
			sample = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
			assert_non_null(sample);
			name = list[i]->d_name;
			check_case(sample);
			json_decref(sample);
			cases++;
		}
		free(list[i]);
	}
	free(list);
	assert_true(cases >= 12);
	assert_int_equal(differences, 0);
}

/* The forms of the demonstration, filled in for several days, are accepted. */
static void
demo_forms_are_accepted(void **state)
{
	static const char *const forms[] = { "demo", "demo_all", "demo_mother_only" };
	static const char *const days[] = { "2026-03-01", "2026-11-20", "2027-02-28", "2028-02-29" };

	(void)state;
	differences = 0;
	for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
		for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
			struct facts facts = { .event = event };
			char path[100], born[40], day[11];
			json_t *sample, *errors, *reminders, *form;
			int back = 0;

			snprintf(path, sizeof path, "tests/events/birth/%s.json", forms[f]);
			sample = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
			assert_non_null(sample);
			form = json_object_get(sample, "form");
			assert_int_equal(sscanf(said(form, "birth_datetime"), "@today-%d", &back), 1);
			assert_true(clock_parse_day(days[d], &facts.today));
			clock_format_day(facts.today - back, day);
			snprintf(born, sizeof born, "%sT09:30:00+08:00", day);
			json_object_set_new(form, "birth_datetime", json_string(born));
			name = forms[f];
			assert_int_equal(form_check(event, form, json_object_get(sample, "choices"), &facts,
			    "zh-CN", &errors, &reminders), 0);
			if (json_array_size(errors) > 0)
				differs(days[d], said(json_array_get(errors, 0), "message"), "nothing");
			json_decref(errors);
			json_decref(reminders);
			json_decref(sample);
		}
	assert_int_equal(differences, 0);
}

static int
set_up(void **state)
{
	struct reader_config config = { .scripts = "scripts", .wall_ms = 20000 };
	struct reader_result result;
	struct error why;
	char **list;
	size_t n, i;
	json_t *one;

	(void)state;
	assert_int_equal(reader_files("events", "connectors", &list, &n, &why), 0);
	assert_int_equal(reader_read(&config, (const char *const *)list, n, &result, &why), 0);
	assert_int_equal(result.n_problems, 0);
	files = json_incref(result.files);
	reader_files_free(list, n);
	reader_free(&result);
	json_array_foreach(files, i, one)
		if (strcmp(said(one, "id"), "birth") == 0 && strcmp(said(one, "kind"), "event") == 0)
			event = event_load(one, &why);
	assert_non_null(event);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	event_free(event);
	json_decref(files);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_come_out_as_written),
		cmocka_unit_test(demo_forms_are_accepted),
	};

	if (argc > 1 && strcmp(argv[1], "reader") == 0) /* the reader starts this program again */
		return reader_main(argc - 1, argv + 1);
	return cmocka_run_group_tests_name("sample cases", tests, set_up, tear_down);
}
