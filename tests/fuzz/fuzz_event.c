/* An event's file, whatever it says, read beside the departments and shared parts of tests/declared: refused with a place
 * and a cure, or an event that loads, loads again as the same version, has a form, and reads the same with its shared
 * parts written out. The lines of the checks that are seen count as branches. */
#include <unistd.h>

#include "base/json.h"
#include "declared/differences.h"
#include "declared/load.h"
#include "declared/pass.h"
#include "declared/reader.h"
#include "fuzz/target.h"
#include "rules/schema.h"

enum { BESIDE = 4, LINES = 16384 };

static struct pass_source scripts[PASS_SCRIPTS], files[BESIDE + 1] = { { .path = "tests/declared/connectors/bank.lua" },
	{ .path = "tests/declared/connectors/civil.lua" }, { .path = "tests/declared/connectors/town.lua" },
	{ .path = "tests/declared/common.lua" }, { .path = "event.lua" } };
static size_t n_scripts;

/* libFuzzer takes a line of the checks that was not seen before for something new, as it does a branch. */
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t seen[LINES];

static void
at_line(lua_State *l, lua_Debug *frame)
{
	uint32_t place;

	lua_getinfo(l, "Sl", frame);
	place = (uint32_t)frame->currentline;
	for (const char *c = frame->short_src; *c; c++)
		place = place * 31 + (unsigned char)*c;
	seen[place % LINES] = 1;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	n_scripts = pass_read_scripts("scripts", scripts);
	MUST(n_scripts > 0);
	for (size_t i = 0; i < BESIDE; i++)
		pass_read_source(&files[i]);
	return 0;
}

/* What is wrong is told by a place in these files and in words that can be shown. */
static void
check_problems(const json_t *problems)
{
	size_t i;
	json_t *one;

	json_array_foreach((json_t *)(uintptr_t)problems, i, one) {
		const char *text = json_text(one, "text");

		MUST(json_text(one, "file") && json_integer_value(json_object_get(one, "line")) >= 0);
		MUST(text && *text);
	}
}

static const json_t *
only_event(const json_t *answer)
{
	const json_t *list = json_object_get(answer, "files");
	size_t i;
	json_t *one;

	json_array_foreach((json_t *)(uintptr_t)list, i, one)
		if (strcmp(json_text(one, "kind"), "event") == 0)
			return one;
	return NULL;
}

static void
check_loaded(const struct event *event)
{
	struct error why = { 0 };
	struct event *again = event_load(event->declared, &why);
	json_t *differences, *schema = schema_of(event, TODAY);

	MUST(schema);
	json_decref(schema);
	MUST(again && memcmp(again->version, event->version, sizeof event->version) == 0);
	differences = differences_list(event, again);
	MUST(differences && json_array_size(differences) == 0);
	json_decref(differences);
	event_free(again);
}

/* The event of that text; NULL: it is refused. `expanded` gets it with its shared parts written out, yours. */
static struct event *
read_event(const char *text, size_t length, char **expanded)
{
	struct pass pass = { .scripts = scripts, .n_scripts = n_scripts, .files = files, .n_files = BESIDE + 1,
		.expand = expanded };
	struct error why = { 0 };
	struct event *event = NULL;
	const char *failed = "";
	const json_t *answer, *declared;

	files[BESIDE].text = (char *)(uintptr_t)text;
	files[BESIDE].length = length;
	MUST(pass_begin(&pass));
	lua_sethook(pass.state, at_line, LUA_MASKLINE, 0);
	answer = pass_run(&pass, &failed);
	if (!answer)
		fprintf(stderr, "the checks failed: %s\n", failed);
	MUST(answer);
	check_problems(json_object_get(answer, "problems"));
	check_problems(json_object_get(answer, "warnings"));
	declared = only_event(answer);
	if (declared) {
		event = event_load(declared, &why);
		if (!event)
			fprintf(stderr, "not loaded: %s\n", why.text);
		MUST(event);
		if (expanded)
			*expanded = strdup(json_text(json_object_get(answer, "expanded"), files[BESIDE].path));
	}
	pass_end(&pass);
	return event;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = target_string(data, size), *expanded = NULL;
	struct event *event = read_event(text, size, &expanded), *again;

	if (event) {
		check_loaded(event);
		MUST(expanded);
		again = read_event(expanded, strlen(expanded), NULL);
		MUST(again && memcmp(again->version, event->version, sizeof event->version) == 0);
		event_free(again);
		event_free(event);
	}
	free(expanded);
	free(text);
	return 0;
}
