/* folders.h: the events as the reader gives them, and the folders tests/events/<event> that hold
 * what the facts say of each. A folder belongs here as soon as it has a domain.json. */
#ifndef YJS_TESTS_FOLDERS_H
#define YJS_TESTS_FOLDERS_H

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "declared/reader.h"

#define FOLDERS "tests/events"

/* All files of events/ and connectors/, read once. Lent. */
static inline json_t *
folders_files(void)
{
	static json_t *files;
	struct reader_config config = { .scripts = "scripts", .wall_ms = 20000 };
	struct reader_result result;
	struct error why;
	char **list;
	size_t n;

	if (files)
		return files;
	assert_int_equal(reader_files("events", "connectors", &list, &n, &why), 0);
	assert_int_equal(reader_read(&config, (const char *const *)list, n, &result, &why), 0);
	for (size_t i = 0; i < result.n_problems; i++)
		print_error("%s:%d: %s\n", result.problems[i].file, result.problems[i].line,
		    result.problems[i].text);
	assert_int_equal(result.n_problems, 0);
	files = json_incref(result.files);
	reader_files_free(list, n);
	reader_free(&result);
	return files;
}

/* The declared event `id`, or NULL. Lent. */
static inline json_t *
folders_event(const char *id)
{
	size_t i;
	json_t *one;

	json_array_foreach(folders_files(), i, one) {
		const char *kind = json_string_value(json_object_get(one, "kind"));
		const char *its = json_string_value(json_object_get(one, "id"));

		if (kind && its && strcmp(kind, "event") == 0 && strcmp(its, id) == 0)
			return one;
	}
	return NULL;
}

/* Run `one_event` for every folder; returns the sum of what it returns (failed tests). */
static inline int
folders_each(int (*one_event)(const char *id))
{
	struct dirent **list;
	int n = scandir(FOLDERS, &list, NULL, alphasort), failed = n > 0 ? 0 : 1;

	for (int i = 0; i < n; i++) {
		char path[600];

		snprintf(path, sizeof path, FOLDERS "/%s/domain.json", list[i]->d_name);
		if (list[i]->d_name[0] != '.' && access(path, R_OK) == 0)
			failed += one_event(list[i]->d_name);
		free(list[i]);
	}
	free(list);
	json_decref(folders_files());
	return failed;
}

#endif
