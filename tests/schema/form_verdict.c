/* form_verdict.c: what the form check in C says, for the independent validator beside it.
 *
 *   form_verdict                        of the sample event of tests/rules/sample.h
 *   form_verdict EVENT SCRIPTS FILE...  of an event in these files
 *
 * Reads a line of JSON, writes one: {"schema": day} gives the schema of that day; {"form", "today",
 * "choices"?, "records"?, "applicant"?} gives {"errors": [...], "reminders": [...]}. {"base": such an object} is
 * answered by nothing; {"set": {...}, "gone": [...]} then means the same with these answers put in and taken out.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "declared/load.h"
#include "declared/reader.h"
#include "rules/form.h"
#include "rules/schema.h"
#include "../rules/sample.h"

static json_t *
declared_event(const json_t *files, const char *id)
{
	const json_t *file;
	size_t i;

	json_array_foreach(files, i, file) {
		const char *kind = json_text(file, "kind"), *name = json_text(file, "id");

		if (kind && name && strcmp(kind, "event") == 0 && strcmp(name, id) == 0)
			return (json_t *)(uintptr_t)file;
	}
	return NULL;
}

static struct event *
read_event(const char *id, const char *scripts, const char *const *files, size_t n)
{
	struct reader_config config = { .scripts = scripts, .wall_ms = 20000 };
	struct reader_result result;
	struct error why = { 0 };
	struct event *event = NULL;
	json_t *declared;

	if (reader_read(&config, files, n, &result, &why) != 0) {
		fprintf(stderr, "%s\n", why.text);
		return NULL;
	}
	for (size_t i = 0; i < result.n_problems; i++)
		fprintf(stderr, "%s:%d: %s\n", result.problems[i].file, result.problems[i].line,
		    result.problems[i].text);
	declared = declared_event(result.files, id);
	if (declared)
		event = event_load(declared, &why);
	if (!event)
		fprintf(stderr, "no event %s: %s\n", id, why.text);
	reader_free(&result);
	return event;
}

/* As an application is checked: with what the login says filled in. */
static json_t *
verdict(const struct event *event, const json_t *asked)
{
	const json_t *choices = json_object_get(asked, "choices");
	struct facts facts = { .event = event, .records = json_object_get(asked, "records"),
		.applicant = json_object_get(asked, "applicant") };
	json_t *errors, *reminders, *form, *said = NULL;
	const char *day = json_text(asked, "today");

	if (!day || !clock_parse_day(day, &facts.today))
		return NULL;
	form = form_filled(json_object_get(asked, "form"), choices, &facts);
	if (form && form_check(event, form, choices, &facts, "zh-CN", &errors, &reminders) == 0)
		said = json_pack("{s:o, s:o}", "errors", errors, "reminders", reminders);
	json_decref(form);
	return said;
}

/* What surrounds the base's form, and the form with what `asked` changes of it. */
static json_t *
change(const json_t *base, const json_t *asked)
{
	json_t *changed = json_copy((json_t *)(uintptr_t)base), *form = json_copy(json_object_get(base, "form"));
	const json_t *gone;
	size_t i;

	json_array_foreach(json_object_get(asked, "gone"), i, gone)
		json_object_del(form, json_string_value(gone));
	if (json_object_update(form, json_object_get(asked, "set")) || json_object_set_new(changed, "form", form)) {
		json_decref(changed);
		return NULL;
	}
	return changed;
}

static json_t *
reply(const struct event *event, const json_t *base, const json_t *asked)
{
	const char *day = json_text(asked, "schema");
	json_t *changed, *said;
	int32_t today;

	if (day)
		return clock_parse_day(day, &today) ? schema_of(event, today) : NULL;
	if (!json_object_get(asked, "set"))
		return verdict(event, asked);
	changed = change(base, asked);
	said = changed ? verdict(event, changed) : NULL;
	json_decref(changed);
	return said;
}

static int
write_reply(const struct event *event, const json_t *base, const json_t *asked)
{
	json_t *out = asked ? reply(event, base, asked) : NULL;
	bool answered = out && json_dumpf(out, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF;

	json_decref(out);
	return answered ? 0 : -1;
}

static int
answer_lines(const struct event *event)
{
	json_t *base = NULL;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int status = 0;

	while (status == 0 && (n = getline(&line, &room, stdin)) > 0) {
		struct error why = { 0 };
		json_t *asked = json_read(line, (size_t)n, 1 << 20, &why), *next = json_object_get(asked, "base");

		if (next) {
			json_decref(base);
			base = json_incref(next);
		} else if (write_reply(event, base, asked) != 0) {
			fprintf(stderr, "no answer: %s\n", why.text);
			status = 1;
		}
		json_decref(asked);
	}
	json_decref(base);
	free(line);
	return status;
}

int
main(int argc, char **argv)
{
	struct event *event;
	int status;

	if (argc > 1 && strcmp(argv[1], "reader") == 0)
		return reader_main(argc - 1, argv + 1);
	if (argc < 4)
		return answer_lines(sample_event());
	event = read_event(argv[1], argv[2], (const char *const *)argv + 3, (size_t)argc - 3);
	if (!event)
		return 1;
	status = answer_lines(event);
	event_free(event);
	return status;
}
