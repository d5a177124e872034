/* shed.h: the event of tests/declared/good/shed.lua, which uses every word, for targets that need one. The
 * program is its own reader process. */
#ifndef YJS_TESTS_FUZZ_SHED_H
#define YJS_TESTS_FUZZ_SHED_H

#include "declared/load.h"
#include "declared/reader.h"
#include "fuzz/target.h"

static struct event *shed;

static inline void
shed_load(void)
{
	static const char *const files[] = { "tests/declared/connectors/bank.lua", "tests/declared/connectors/civil.lua",
		"tests/declared/connectors/town.lua", "tests/declared/common.lua", "tests/declared/good/shed.lua" };
	struct reader_config config = { .scripts = "scripts", .wall_ms = 20000 };
	struct reader_result result;
	struct error why = { 0 };
	size_t i;
	json_t *one;

	MUST(reader_read(&config, files, 5, &result, &why) == 0 && result.n_problems == 0);
	json_array_foreach(result.files, i, one)
		if (strcmp(json_string_value(json_object_get(one, "kind")), "event") == 0)
			shed = event_load(one, &why);
	MUST(shed);
	reader_free(&result);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	if (*argc > 1 && strcmp((*argv)[1], "reader") == 0)
		exit(reader_main(*argc - 1, *argv + 1));
	shed_load();
	return 0;
}

#endif
