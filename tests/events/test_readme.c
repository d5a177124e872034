/* The examples in events/README.md and connectors/README.md are files that the reader accepts, the
 * sentence that the first one shows for a misspelt name is the sentence that is really said, and the
 * word lists speak of every word that the reader knows. */
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

/* Block n (0: the first) of Lua in a text, as a file in our folder; `from` in it is replaced by `to`. */
static char *
block(const char *readme, int n, const char *name, const char *from, const char *to)
{
	char *text = whole(readme), *path = NULL, *begin = text, *end, *at;
	FILE *f;

	for (int i = 0; i <= n; i++) {
		begin = strstr(begin, "```lua\n");
		assert_non_null(begin);
		begin += strlen("```lua\n");
	}
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

/* Read it together with the connectors and the shared parts, and `more` (or NULL). */
static void
read_with(const char *path, const char *connectors, const char *more, struct reader_result *result)
{
	struct reader_config config = { .scripts = "scripts", .wall_ms = 20000 };
	struct error why;
	char **list = NULL;
	const char *all[64];
	size_t n = 0, reading;

	if (connectors)
		assert_int_equal(reader_files(NULL, connectors, &list, &n, &why), 0);
	assert_true(n < 60);
	for (size_t i = 0; i < n; i++)
		all[i] = list[i];
	reading = n;
	all[reading++] = path;
	if (connectors)
		all[reading++] = "events/common.lua";
	if (more)
		all[reading++] = more;
	assert_int_equal(reader_read(&config, all, reading, result, &why), 0);
	for (size_t i = 0; i < result->n_problems; i++)
		print_message("%s:%d: %s\n", result->problems[i].file, result->problems[i].line,
		    result->problems[i].text);
	reader_files_free(list, n);
}

static void
the_first_event_is_accepted(void **state)
{
	char *path = block("events/README.md", 0, "child_card.lua", NULL, NULL);
	struct reader_result result;

	(void)state;
	read_with(path, "connectors", NULL, &result);
	assert_int_equal(result.n_problems, 0);
	reader_free(&result);
	unlink(path);
	free(path);
}

static void
a_misspelt_name_is_told(void **state)
{
	char *path = block("events/README.md", 0, "child_card.lua", "answer.child_id_no.age", "answer.child_id_on.age");
	char *readme = whole("events/README.md"), *line = NULL;
	struct reader_result result;

	(void)state;
	read_with(path, "connectors", NULL, &result);
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
	char *path = block("connectors/README.md", 0, "public_security.lua", NULL, NULL);
	struct reader_result result;

	(void)state;
	read_with(path, NULL, NULL, &result);
	assert_int_equal(result.n_problems, 0);
	reader_free(&result);
	unlink(path);
	free(path);
}

static void
the_second_event_is_accepted(void **state)
{
	char *path = block("events/README.md", 1, "deposit.lua", NULL, NULL);
	char *department = block("connectors/README.md", 1, "notary.lua", NULL, NULL);
	struct reader_result result;

	(void)state;
	read_with(path, "connectors", department, &result);
	assert_int_equal(result.n_problems, 0);
	reader_free(&result);
	unlink(path);
	unlink(department);
	free(path);
	free(department);
}

/* ---- the word lists ---- */

static char *events, *connectors;

static bool
in_word(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* `word` stands somewhere between backquotes, as a whole word. */
static bool
speaks_of(const char *readme, const char *word)
{
	bool quoted = false;
	size_t n = strlen(word);

	for (const char *at = readme; *at; at++) {
		quoted = *at == '`' ? !quoted : *at != '\n' && quoted;
		if (quoted && strncmp(at, word, n) == 0 && !in_word(at[-1]) && !in_word(at[n]))
			return true;
	}
	return false;
}

/* Each name before " = " in `text` that is a word or a setting of one: `see` it. */
static int
each_setting(char *text, void (*see)(const char *word, const char *of))
{
	char of[60] = "", *line, *rest = text;
	int n = 0;

	while ((line = strsep(&rest, "\n"))) {
		char word[60];

		if (line[0] == '\t' && sscanf(line + 1, "%59[a-z_] = {", word) == 1)
			snprintf(of, sizeof of, "%s", word);
		for (char *at = line; (at = strstr(at, " = \"")); at++) {
			char *begin = at;

			while (begin > line && in_word(begin[-1]))
				begin--;
			snprintf(word, sizeof word, "%.*s", (int)(at - begin), begin);
			see(word, of);
			n++;
		}
		if (*of)
			see(of, of);
	}
	return n;
}

static void
is_told(const char *word, const char *of)
{
	bool outside = strcmp(of, "connector") == 0 || strcmp(of, "call") == 0;

	if (!speaks_of(outside ? connectors : events, word))
		fail_msg("%s/README.md does not speak of \"%s\" of %s", outside ? "connectors" : "events", word, of);
}

/* The table `words` of scripts/check_shape.lua: every word with its settings. */
static void
the_lists_are_whole(void **state)
{
	char *shape = whole("scripts/check_shape.lua"), *begin = strstr(shape, "\nlocal words = {"), *end;

	(void)state;
	assert_non_null(begin);
	end = strstr(begin, "\n}");
	assert_non_null(end);
	*end = '\0';
	events = whole("events/README.md");
	connectors = whole("connectors/README.md");
	assert_true(each_setting(begin, is_told) > 70);
	free(events);
	free(connectors);
	free(shape);
}

/* What stands in conditions: the list in scripts/words.lua. */
static void
the_comparisons_are_told(void **state)
{
	static const char *const all[] = { "is", "is_not", "one_of", "known", "under", "over", "at_least",
		"at_most", "within", "before", "after", "between", "months_until", "years_on", "every", "where",
		"only", "answer", "record", "result", "applicant", "term", "here", "chosen", "signed", "each",
		"given", "birthday", "age", "sex", "surname", "refuse", "offline", "correct", "remind", "drop",
		"wait", "fetch", "produced", "commit", "upload" };

	(void)state;
	events = whole("events/README.md");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		is_told(all[i], "conditions");
	free(events);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_event_is_accepted),
		cmocka_unit_test(a_misspelt_name_is_told),
		cmocka_unit_test(the_first_connector_is_accepted),
		cmocka_unit_test(the_second_event_is_accepted),
		cmocka_unit_test(the_lists_are_whole),
		cmocka_unit_test(the_comparisons_are_told),
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
