/* The examples in events/README.md and connectors/README.md are files that the reader accepts, and
 * the sentence that the first one shows for a misspelt name is the sentence that is really said. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "declared/reader.h"

static char folder[] = "/tmp/readme-XXXXXX";

static char *
whole(const char *name)
{
	FILE *f = fopen(name, "rb");
	char *text = calloc(1, 1 << 20);

	assert_non_null(f);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
	fclose(f);
	return text;
}

/* The first block of Lua in a text, as a file in our folder; `from` in it is replaced by `to`. */
static char *
block(const char *readme, const char *name, const char *from, const char *to)
{
	char *text = whole(readme), *path = NULL, *begin, *end, *at;
	FILE *f;

	begin = strstr(text, "```lua\n");
	assert_non_null(begin);
	begin += strlen("```lua\n");
	end = strstr(begin, "```");
	assert_non_null(end);
	*end = '\0';
	assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
	f = fopen(path, "wb");
	assert_non_null(f);
	at = from ? strstr(begin, from) : NULL;
	if (at)
		fprintf(f, "%.*s%s%s", (int)(at - begin), begin, to, at + strlen(from));
	else
		fputs(begin, f);
	fclose(f);
	free(text);
	return path;
}

/* Read it together with the connectors and the shared parts. */
static void
read_with(const char *path, const char *connectors, struct reader_result *result)
{
	struct reader_config config = { .scripts = "scripts", .wall_ms = 20000 };
	struct error why;
	char **list = NULL;
	const char *all[64];
	size_t n = 0;

	if (connectors)
		assert_int_equal(reader_files(NULL, connectors, &list, &n, &why), 0);
	assert_true(n < 60);
	for (size_t i = 0; i < n; i++)
		all[i] = list[i];
	all[n] = path;
	if (connectors)
		all[n + 1] = "events/common.lua";
	assert_int_equal(reader_read(&config, all, n + (connectors ? 2 : 1), result, &why), 0);
	for (size_t i = 0; i < result->n_problems; i++)
		print_message("%s:%d: %s\n", result->problems[i].file, result->problems[i].line,
		    result->problems[i].text);
	reader_files_free(list, n);
}

static void
the_first_event_is_accepted(void **state)
{
	char *path = block("events/README.md", "child_card.lua", NULL, NULL);
	struct reader_result result;

	(void)state;
	read_with(path, "connectors", &result);
	assert_int_equal(result.n_problems, 0);
	reader_free(&result);
	unlink(path);
	free(path);
}

static void
a_misspelt_name_is_told(void **state)
{
	char *path = block("events/README.md", "child_card.lua", "answer.child_id_no.age", "answer.child_id_on.age");
	char *readme = whole("events/README.md"), *line = NULL;
	struct reader_result result;

	(void)state;
	read_with(path, "connectors", &result);
	assert_true(result.n_problems > 0);
	assert_true(asprintf(&line, "events/child_card.lua:%d: %s", result.problems[0].line,
	    result.problems[0].text) > 0);
	if (!strstr(readme, line))
		fail_msg("the README does not say: %s", line);
	reader_free(&result);
	unlink(path);
	free(line);
	free(readme);
	free(path);
}

static void
the_first_connector_is_accepted(void **state)
{
	char *path = block("connectors/README.md", "public_security.lua", NULL, NULL);
	struct reader_result result;

	(void)state;
	read_with(path, NULL, &result);
	assert_int_equal(result.n_problems, 0);
	reader_free(&result);
	unlink(path);
	free(path);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_event_is_accepted),
		cmocka_unit_test(a_misspelt_name_is_told),
		cmocka_unit_test(the_first_connector_is_accepted),
	};
	int failed;

	if (argc > 1 && strcmp(argv[1], "reader") == 0) /* the reader starts this program again */
		return reader_main(argc - 1, argv + 1);
	if (!mkdtemp(folder))
		return 99;
	failed = cmocka_run_group_tests_name("the examples", tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
