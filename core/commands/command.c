#include "commands/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "declared/reader.h"
#include "flows/base.h"
#include "flows/catalog.h"
#include "flows/draw.h"
#include "rules/calendar.h"
#include "rules/form.h"
#include "rules/plan.h"

static int
no(const struct error *why)
{
	fprintf(stderr, "yijianshi: %s\n", why->text);
	return 1;
}

int
command_usage(const char *takes)
{
	fprintf(stderr, "usage: yijianshi %s\n", takes);
	return 2;
}

static void
print_json(json_t *value)
{
	json_dumpf(value, stdout, JSON_SORT_KEYS | JSON_INDENT(2));
	putchar('\n');
	json_decref(value);
}

int
command_migrate(const struct command_context *c, int argc, char **argv)
{
	struct base base;
	struct error why = { 0 };
	int done;

	(void)argv;
	if (argc != 1)
		return command_usage(COMMAND_MIGRATE);
	done = base_open(&base, c->conf, BASE_MIGRATE, &why);
	if (done == 0 && !base.owner)
		done = error_set(&why, ERROR_BROKEN, "set database_owner: the schema belongs to the owner's role");
	base_close(&base);
	return done == 0 ? 0 : no(&why);
}

/* --- check --- */

static void
print_problems(const struct reader_problem *list, size_t n, const char *prefix)
{
	for (size_t i = 0; i < n; i++)
		printf("%s:%d: %s%s\n", list[i].file, list[i].line, prefix, list[i].text);
}

/* Files named on the command line are read with everything else they speak of: a named event
 * replaces the one of the same file name in events_dir. */
static int
gather(const struct conf *conf, int argc, char **argv, char ***files, size_t *n, struct error *why)
{
	char **wider;

	if (reader_files(conf_text(conf, "events_dir"), conf_text(conf, "connectors_dir"), files, n, why) != 0)
		return -1;
	wider = realloc(*files, (*n + (size_t)argc + 1) * sizeof *wider);
	if (!wider)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	*files = wider;
	for (int i = 0; i < argc; i++) {
		const char *name = strrchr(argv[i], '/') ? strrchr(argv[i], '/') + 1 : argv[i];
		size_t k;

		for (k = 0; k < *n; k++) {
			const char *other = strrchr(wider[k], '/') ? strrchr(wider[k], '/') + 1 : wider[k];

			if (strcmp(name, other) == 0)
				break;
		}
		if (k < *n)
			free(wider[k]);
		else
			(*n)++;
		wider[k] = strdup(argv[i]);
	}
	return 0;
}

static void
print_expanded(const struct reader_result *result, int argc, char **argv)
{
	const char *file;
	json_t *text;

	json_object_foreach(result->expanded, file, text) {
		bool wanted = argc == 0;

		for (int i = 0; i < argc; i++)
			wanted = wanted || strcmp(argv[i], file) == 0;
		if (wanted)
			printf("%s", json_string_value(text));
	}
}

int
command_check(const struct command_context *c, int argc, char **argv)
{
	struct reader_config config = { .scripts = conf_text(c->conf, "scripts_dir") };
	struct reader_result result = { 0 };
	struct error why = { 0 };
	char **files = NULL;
	size_t n = 0;
	int exit_code;

	argc--;
	argv++;
	if (argc > 0 && strcmp(argv[0], "--expand") == 0) {
		config.expand = true;
		argc--;
		argv++;
	}
	if (gather(c->conf, argc, argv, &files, &n, &why) != 0 ||
	    reader_read(&config, (const char *const *)files, n, &result, &why) != 0) {
		reader_files_free(files, n);
		return no(&why);
	}
	reader_files_free(files, n);
	exit_code = result.n_problems > 0;
	if (c->json && !exit_code)
		print_json(json_pack("{s:O}", "files", result.files));
	else if (config.expand && !exit_code)
		print_expanded(&result, argc, argv);
	if (!c->json || exit_code) {
		print_problems(result.problems, result.n_problems, "");
		print_problems(result.warnings, result.n_warnings, "注意:");
		if (!exit_code && !config.expand)
			printf("%zu 个文件,没有错误\n", n);
	}
	reader_free(&result);
	return exit_code;
}

/* --- try --- */

static json_t *
read_form(const char *file, struct error *why)
{
	json_error_t told;
	json_t *value = json_load_file(file, JSON_REJECT_DUPLICATES, &told);

	if (!json_is_object(value)) {
		json_decref(value);
		error_set(why, ERROR_INPUT, "%s: line %d: %s", file, told.line,
		    value ? "an object is expected" : told.text);
		return NULL;
	}
	return value;
}

static void
print_errors(const json_t *errors)
{
	json_t *e;
	size_t i;

	json_array_foreach(errors, i, e)
		printf("%s: %s (%s)\n", json_text(e, "pointer"), json_text(e, "message"), json_text(e, "code"));
}

static void
print_takes(const json_t *takes)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)takes, name, value) {
		char *text = json_canonical_string(value);

		printf("%-28s   %s = %s\n", "", name, text ? text : "?");
		free(text);
	}
}

static void
print_details(const json_t *item)
{
	static const struct { const char *name, *title; } details[] = { { "notice", "公示" },
		{ "in_person", "本人到场" }, { "visit", "要跑一趟" }, { "fee", "收费" }, { "issues", "发" } };
	const json_t *wait;
	size_t i;

	for (i = 0; i < sizeof details / sizeof *details; i++)
		if (json_text(item, details[i].name))
			printf("%-28s   %s:%s\n", "", details[i].title, json_text(item, details[i].name));
	json_array_foreach(json_object_get(item, "waits"), i, wait)
		printf("%-28s   %s:%s\n", "", json_is_true(json_object_get(wait, "known")) ? "先等" : "可能要等",
		    json_text(wait, "text"));
}

/* Whose consent is waited for, and what departments are asked after filing. */
static void
print_outside(const json_t *shown)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(shown, "signs"), i, one)
		printf("签署 %s: %s\n", json_text(one, "title"),
		    strcmp(json_text(one, "who"), "other") == 0 ? "由对方在自己的账户里签" : "填表时签");
	json_array_foreach(json_object_get(shown, "records"), i, one)
		printf("查询 %s: %s\n", json_text(one, "title"), json_text(one, "department"));
}

static void
print_plan(const json_t *shown)
{
	const json_t *saved = json_object_get(shown, "expected_saved");
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(shown, "items"), i, one) {
		printf("%-28s %-15s %s %s\n", json_text(one, "id"), json_text(one, "verdict"),
		    json_text(one, "promised_by") ? json_text(one, "promised_by") : "          ",
		    json_text(one, "title"));
		print_takes(json_object_get(one, "takes"));
		if (json_text(one, "why") && strcmp(json_text(one, "verdict"), "runs") != 0)
			printf("%-28s   %s\n", "", json_text(one, "why"));
		print_details(one);
	}
	json_array_foreach(json_object_get(shown, "materials"), i, one)
		printf("材料 %s: %s\n", json_text(one, "title"),
		    json_text(one, "how_expected") ? json_text(one, "how_expected") : "");
	print_outside(shown);
	printf("预计少交 %d 份材料,少跑 %d 次,少等 %d 个工作日\n",
	    (int)json_integer_value(json_object_get(saved, "materials")),
	    (int)json_integer_value(json_object_get(saved, "visits")),
	    (int)json_integer_value(json_object_get(saved, "working_days")));
}

static int
show_plan(const struct command_context *c, const struct facts *facts, const json_t *reminders,
    struct error *why)
{
	struct plan plan;
	json_t *shown;

	if (plan_make(facts->event, facts, &plan, why) != 0)
		return -1;
	shown = plan_show(facts->event, &plan, facts, reminders, "zh-CN");
	if (c->json) {
		print_json(shown);
	} else {
		print_plan(shown);
		json_decref(shown);
	}
	return 0;
}

static int
try_filled(const struct command_context *c, const json_t *form, const json_t *choices,
    struct facts *facts, struct error *why)
{
	json_t *errors, *reminders;
	char division[7];
	int done = 1;

	if (form_check(facts->event, form, choices, facts, "zh-CN", &errors, &reminders) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (form_division(facts->event, facts, division))
		facts->division = division;
	if (json_array_size(errors) == 0)
		done = show_plan(c, facts, reminders, why);
	else if (c->json)
		print_json(json_pack("{s:O}", "errors", errors));
	else
		print_errors(errors);
	facts->division = NULL;
	json_decref(errors);
	json_decref(reminders);
	return done;
}

/* `filed`: a form, or {"form", "choices"?, "applicant"?} as the tests of events have it. */
static int
try_form(const struct command_context *c, const struct event *event, const json_t *filed, int32_t today,
    struct error *why)
{
	const json_t *form = json_object_get(filed, "form");
	const json_t *choices = form ? json_object_get(filed, "choices") : NULL;
	struct facts facts = { .event = event, .today = today,
		.applicant = form ? json_object_get(filed, "applicant") : NULL };
	json_t *filled = form_filled(form ? form : filed, choices, &facts);
	int done = filled ? try_filled(c, filled, choices, &facts, why)
	    : error_set(why, ERROR_TEMPORARY, "no memory");

	json_decref(filled);
	return done;
}

int
command_try(const struct command_context *c, int argc, char **argv)
{
	struct catalog_places places = catalog_places(c->conf);
	struct error why = { 0 };
	json_t *connectors = NULL, *filed;
	const struct event *event;
	struct catalog *catalog;
	int32_t today = clock_day(clock_now());
	int result;

	if (argc == 5 && strcmp(argv[3], "--today") == 0 && clock_parse_day(argv[4], &today))
		argc = 3;
	if (argc != 3)
		return command_usage(COMMAND_TRY);
	catalog = catalog_open(&places, NULL, &connectors, &why);
	if (!catalog)
		return no(&why);
	json_decref(connectors);
	event = catalog_current(catalog, argv[1]);
	filed = event ? read_form(argv[2], &why)
	    : (error_set(&why, ERROR_INPUT, "there is no event %s", argv[1]), NULL);
	result = filed ? try_form(c, event, filed, today, &why) : -1;
	json_decref(filed);
	catalog_close(catalog);
	return result < 0 ? no(&why) : result;
}

/* By the connector files. */
static const char *
title_in(const void *connectors, const char *department)
{
	for (size_t i = 0; i < json_array_size(connectors); i++) {
		const json_t *c = json_array_get(connectors, i);

		if (strcmp(json_text(c, "id"), department) == 0)
			return json_text(c, "title");
	}
	return NULL;
}

int
command_draw(const struct command_context *c, int argc, char **argv)
{
	struct catalog_places places = catalog_places(c->conf);
	const struct event *event;
	struct error why = { 0 };
	json_t *connectors = NULL;
	struct catalog *catalog;
	struct text drawn;

	if (argc != 2)
		return command_usage(COMMAND_DRAW);
	catalog = catalog_open(&places, NULL, &connectors, &why);
	event = catalog ? catalog_current(catalog, argv[1]) : NULL;
	text_init(&drawn, DRAW_CEILING);
	if (event && draw_event(event, title_in, connectors, &drawn) == 0)
		fwrite(drawn.data, 1, drawn.length, stdout);
	else if (event)
		error_set(&why, ERROR_TEMPORARY, "no memory");
	else if (catalog)
		error_set(&why, ERROR_INPUT, "there is no event %s in %s", argv[1], places.events);
	text_free(&drawn);
	json_decref(connectors);
	catalog_close(catalog);
	if (why.kind != ERROR_NONE)
		fprintf(stderr, "yijianshi: %s\n", why.text);
	return why.kind != ERROR_NONE;
}
