/* reading.h: reading declared files in a test. The test program is its own reader process. */
#ifndef YJS_TESTS_READING_H
#define YJS_TESTS_READING_H

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "declared/reader.h"

/* For the first lines of main(): run as the reader when started as one. */
#define READER_IF_ASKED(argc, argv) do { \
	if ((argc) > 1 && strcmp((argv)[1], "reader") == 0) \
		return reader_main((argc) - 1, (argv) + 1); \
} while (0)

/* Read `file` (may be NULL) with the departments and the shared parts of these tests. */
static inline void
read_with_others(const char *file, bool expand, struct reader_result *result)
{
	const char *files[] = { "tests/declared/connectors/bank.lua", "tests/declared/connectors/civil.lua",
		"tests/declared/connectors/town.lua", "tests/declared/common.lua", file };
	struct reader_config config = { .scripts = "scripts", .wall_ms = 20000, .expand = expand };
	struct error why = { 0 };

	if (reader_read(&config, files, file ? 5 : 4, result, &why))
		fail_msg("%s", why.text);
}

static inline void
print_problems(const struct reader_result *r)
{
	for (size_t i = 0; i < r->n_problems; i++)
		print_message("  %s:%d: %s\n", r->problems[i].file, r->problems[i].line, r->problems[i].text);
}

/* The event object `id` of the answer, or NULL. Lent. */
static inline json_t *
find_event(const struct reader_result *r, const char *id)
{
	size_t i;
	json_t *file;

	json_array_foreach(r->files, i, file) {
		const char *kind = json_string_value(json_object_get(file, "kind"));
		const char *its = json_string_value(json_object_get(file, "id"));

		if (kind && its && strcmp(kind, "event") == 0 && strcmp(its, id) == 0)
			return file;
	}
	return NULL;
}

#endif
