/* What the reader accepts, what it refuses and with which sentence, and that nothing in a file can
 * keep it, fill it or hurt it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "declared/load.h"
#include "declared/sandbox.h"
#include "reading.h"

enum { LIMIT_MS = 700, GRACE_MS = 100, START_MS = 400 }; /* START: of the process, under sanitizers */

static int
is_lua(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".lua") == 0;
}

/* Call `each` with the path of every *.lua of `folder`; returns how many there are. */
static int
for_each(const char *folder, void (*each)(const char *path))
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_lua, alphasort);
	char path[512];

	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		each(path);
		free(entries[i]);
	}
	free(entries);
	return n;
}

/* ---- what is right ---- */

static void
accepts(const char *path)
{
	struct reader_result r;

	read_with_others(path, false, &r);
	print_problems(&r);
	if (r.n_problems || r.n_warnings)
		fail_msg("%s should pass without a word", path);
	reader_free(&r);
}

static void
test_good(void **state)
{
	(void)state;
	for_each("tests/declared/good", accepts);
}

/* The files of the house itself. */
static void
test_own_files(void **state)
{
	struct reader_config config = { .scripts = "scripts", .wall_ms = 60000 };
	struct reader_result r;
	struct error why = { 0 };
	char **files;
	size_t n;

	(void)state;
	assert_int_equal(reader_files("events", "connectors", &files, &n, &why), 0);
	assert_int_equal(reader_read(&config, (const char *const *)files, n, &r, &why), 0);
	print_problems(&r);
	assert_int_equal(r.n_problems, 0);
	reader_free(&r);
	reader_files_free(files, n);
}

/* ---- what is wrong ---- */

/* First line of a file: "-- expect: LINE: part of the sentence". */
static int
expected(const char *path, char *part, size_t size)
{
	char line[1000], *text;
	FILE *f = fopen(path, "r");
	int number;

	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f));
	fclose(f);
	if (sscanf(line, "-- expect: %d: ", &number) != 1 || !(text = strchr(line + 11, ':')))
		fail_msg("%s does not say what to expect", path);
	snprintf(part, size, "%s", text + 2);
	part[strcspn(part, "\n")] = '\0';
	return number;
}

/* Exactly one sentence: a second one would be an echo of the first. */
static void
refuses(const char *path)
{
	struct reader_result r;
	char part[1000];
	int line = expected(path, part, sizeof part);

	read_with_others(path, false, &r);
	if (r.n_problems != 1 || strcmp(r.problems[0].file, path) != 0 || r.problems[0].line != line ||
	    !strstr(r.problems[0].text, part)) {
		print_problems(&r);
		fail_msg("%s: expected at line %d: %s", path, line, part);
	}
	assert_int_equal(json_array_size(r.files), 0);
	reader_free(&r);
}

static void
test_bad(void **state)
{
	(void)state;
	assert_true(for_each("tests/declared/bad", refuses) > 100);
}

/* Accepted, with one warning that says `part`. */
static void
warns(const char *path, const char *event, const char *part)
{
	struct reader_result r;

	read_with_others(path, false, &r);
	print_problems(&r);
	assert_int_equal(r.n_problems, 0);
	assert_int_equal(r.n_warnings, 1);
	assert_non_null(strstr(r.warnings[0].text, part));
	assert_non_null(find_event(&r, event));
	reader_free(&r);
}

static void
test_warnings(void **state)
{
	(void)state;
	warns("tests/declared/warned/not_unknown.lua", "shed", "answer.reason 可能没有答案");
	warns("tests/declared/warned/each_unknown.lua", "farewell", "each.other 可能没有答案");
}

static void
test_no_file_no_scripts(void **state)
{
	const char *missing[] = { "tests/declared/there-is-no-such-file.lua" };
	struct reader_config config = { .scripts = "scripts", .wall_ms = 60000 };
	struct reader_result r;
	struct error why = { 0 };

	(void)state;
	assert_int_equal(reader_read(&config, missing, 1, &r, &why), 0);
	assert_int_equal(r.n_problems, 1);
	assert_non_null(strstr(r.problems[0].text, "打不开这个文件"));
	reader_free(&r);
	config.scripts = "tests/declared/bad";
	assert_int_equal(reader_read(&config, missing, 1, &r, &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
	error_clear(&why);
	config.program = "/there/is/no/such/program";
	assert_int_equal(reader_read(&config, missing, 1, &r, &why), -1);
	assert_int_equal(why.kind, ERROR_TEMPORARY);
}

/* ---- files that mean harm ---- */

static const char *scripts; /* the real vocabulary, or the loose one */
static bool must_be_told;

static void
survives(const char *path)
{
	struct reader_config config = { .scripts = scripts, .wall_ms = LIMIT_MS };
	const char *files[] = { path };
	struct reader_result r;
	struct error why = { 0 };
	int64_t begin = clock_monotonic();

	assert_int_equal(reader_read(&config, files, 1, &r, &why), 0);
	if (clock_monotonic() - begin > (LIMIT_MS + GRACE_MS + START_MS) * 1000)
		fail_msg("%s took %d ms", path, (int)((clock_monotonic() - begin) / 1000));
	if (must_be_told && r.n_problems == 0)
		fail_msg("%s passed", path);
	for (size_t i = 0; i < r.n_problems; i++) {
		assert_string_equal(r.problems[i].file, path);
		assert_true(strlen(r.problems[i].text) > 10 && strlen(r.problems[i].text) < 1000);
		if (strstr(r.problems[i].text, "失败"))
			fail_msg("%s broke the reader: %s", path, r.problems[i].text);
	}
	reader_free(&r);
}

static void
test_hostile(void **state)
{
	(void)state;
	scripts = "scripts";
	must_be_told = true;
	for_each("tests/declared/hostile", survives);
}

/* Without the walk of the tokens and with functions that no file ever gets: the walls behind. */
static void
test_hostile_let_in(void **state)
{
	(void)state;
	scripts = "tests/declared/loose";
	must_be_told = false;
	for_each("tests/declared/hostile", survives);
}

/* What the reader says of a file that ends at its own wall; the clock's is far away (a loaded machine
 * must not stop it first) unless it is the one that is meant. */
static const char *
told_within(const char *path, const char *with, int wall_ms)
{
	static char text[800];
	struct reader_config config = { .scripts = with, .wall_ms = wall_ms };
	struct reader_result r;
	struct error why = { 0 };

	assert_int_equal(reader_read(&config, &path, 1, &r, &why), 0);
	assert_true(r.n_problems > 0);
	snprintf(text, sizeof text, "%s", r.problems[0].text);
	reader_free(&r);
	return text;
}

static const char *
told(const char *path, const char *with)
{
	return told_within(path, with, 20 * LIMIT_MS);
}

/* Which wall stops what. */
static void
test_walls(void **state)
{
	static const struct { const char *file, *sentence; } walls[] = {
		{ "loop", "步数超过上限" }, { "recursion", "步数超过上限" }, { "loop_goto", "步数超过上限" },
		{ "memory_string", "内存超过" }, { "memory_table", "内存超过" },
		{ "deep_recursion", "内存超过" },
		{ "pattern", "毫秒,已停止" }, { "finaliser", "毫秒,已停止" },
		{ "os", "global 'os'" }, { "io", "global 'io'" }, { "require", "global 'require'" },
		{ "debug", "global 'debug'" }, { "load", "global 'load'" }, { "pcall", "global 'pcall'" },
		{ "package", "global 'package'" }, { "loadfile", "global 'loadfile'" }, { "dofile", "global 'dofile'" },
		{ "string_dump", "global 'string'" }, { "collectgarbage", "global 'collectgarbage'" },
		{ "pattern_method", "index a string value" }, { "string_meta", "global 'getmetatable'" },
	};
	char path[200];

	(void)state;
	for (size_t i = 0; i < sizeof walls / sizeof *walls; i++) {
		snprintf(path, sizeof path, "tests/declared/hostile/%s.lua", walls[i].file);
		bool clock = strstr(walls[i].sentence, "毫秒") != NULL;
		const char *said = told_within(path, "tests/declared/loose", clock ? LIMIT_MS : 20 * LIMIT_MS);

		if (!strstr(said, walls[i].sentence))
			fail_msg("%s: %s", path, said);
	}
}

/* ---- what a file finds, and what the one before it left ---- */

static char *
text_of(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	assert_non_null(f);
	assert_true(getdelim(&text, &room, '\0', f) > 0);
	fclose(f);
	return text;
}

/* Run `source` after `words`, the result on top of `l`: 0, or -1 without one. */
static int
run_in(lua_State *l, const char *words, const char *source)
{
	struct sandbox_failure failure;

	return sandbox_run(l, words, strlen(words), source, strlen(source), &failure);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The words are all that there is, and there are no others than these. */
static void
test_words_alone(void **state)
{
	static const char *const expected[] = { "answer", "applicant", "ask", "call", "chosen", "commit", "connector", "correct",
		"drop", "each", "either", "event", "fetch", "figure", "given", "here", "item", "list", "material", "offline", "place",
		"produced", "record", "refuse", "remind", "result", "rule", "section", "shared", "sign", "signed", "tell", "term",
		"upload", "use", "wait" };
	enum { MOST = 100 };
	static const char end[] = "return environment, finish";
	static const char tells[] = "return environment, function() local l = {} for w in pairs(words) do l[#l + 1] = w end return l end";
	char *text = text_of("scripts/words.lua"), *at = strstr(text, end), words[20000];
	lua_State *l = luaL_newstate();
	const char *found[MOST];
	size_t n;

	(void)state;
	assert_non_null(at);
	assert_true(snprintf(words, sizeof words, "%.*s%s", (int)(at - text), text, tells) < (int)sizeof words);
	assert_int_equal(run_in(l, words, ""), 0);
	n = lua_rawlen(l, 1);
	assert_true(n < MOST);
	for (size_t i = 0; i < n; i++) {
		lua_rawgeti(l, 1, (lua_Integer)i + 1);
		found[i] = lua_tostring(l, -1);
	}
	qsort(found, n, sizeof *found, by_name);
	for (size_t i = 0; i < n && i < sizeof expected / sizeof *expected; i++)
		assert_string_equal(found[i], expected[i]);
	assert_int_equal(n, sizeof expected / sizeof *expected);
	lua_close(l);
	free(text);
}

/* What a file changes of its state, of the few functions in it, of what all strings share, is gone with it. */
static void
test_nothing_is_left(void **state)
{
	static const char changes[] = "leaked = 'left' find = function() return 7 end pairs = nil\n";
	static const char looks[] = "if leaked or not pairs or find('a', 'a') ~= 1 then seen.it() end\n";
	static const char asks_strings[] = "local s = ('').left if s then none.such() end\n";
	char *words = text_of("tests/declared/loose/words.lua"), both[400];
	lua_State *l = luaL_newstate();

	(void)state;
	assert_int_equal(run_in(l, words, looks), 0);
	snprintf(both, sizeof both, "%s%s", changes, looks);
	assert_int_equal(run_in(l, words, both), -1); /* who looks would see it */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(run_in(l, words, changes), 0);
		assert_int_equal(run_in(l, words, looks), 0);
	}
	assert_int_equal(run_in(l, words, asks_strings), -1); /* strings have nothing that could be changed for all */
	lua_close(l);
	free(words);
}

/* ---- files too large or too strange to be kept in the sources ---- */

static char *folder;

static const char *
put(const char *name, const char *bytes, size_t length)
{
	static char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.lua", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, length, f), length);
	assert_int_equal(fclose(f), 0);
	return path;
}

/* before + n times middle + n times end + after */
static const char *
put_repeated(const char *name, const char *before, const char *middle, const char *end,
    const char *after, int n)
{
	struct text t;
	const char *path;

	text_init(&t, 4 << 20);
	text_puts(&t, before);
	for (int i = 0; i < n; i++)
		text_puts(&t, middle);
	for (int i = 0; i < n; i++)
		text_puts(&t, end);
	text_puts(&t, after);
	assert_false(t.failed);
	path = put(name, t.data, t.length);
	text_free(&t);
	return path;
}

static int
append(lua_State *l, const void *bytes, size_t length, void *cookie)
{
	(void)l;
	return text_put(cookie, bytes, length);
}

static const char *
put_bytecode(void)
{
	lua_State *l = luaL_newstate();
	struct text t;
	const char *path;

	text_init(&t, 1 << 20);
	assert_int_equal(luaL_loadstring(l, "while true do end"), 0);
	assert_int_equal(lua_dump(l, append, &t, 0), 0);
	lua_close(l);
	path = put("bytecode", t.data, t.length);
	text_free(&t);
	return path;
}

/* Real and loose vocabulary, each file made just before. */
static void
both(const char *path)
{
	scripts = "scripts";
	must_be_told = true;
	survives(path);
	scripts = "tests/declared/loose";
	must_be_told = false;
	survives(path);
}

static void
test_made(void **state)
{
	static const char nul[] = "event \"x\" {\0}", not_utf8[] = "event \"x\" { \"\xff\xfe\" }";

	(void)state;
	both(put_bytecode());
	assert_non_null(strstr(told(put_bytecode(), "scripts"), "只收文本文件"));
	assert_non_null(strstr(told(put_bytecode(), "tests/declared/loose"), "只收文本文件"));
	both(put("nul", nul, sizeof nul - 1));
	both(put("not_utf8", not_utf8, sizeof not_utf8 - 1));
	both(put_repeated("braces", "event \"x\" ", "{", "}", "\n", 100000));
	both(put_repeated("brackets", "rule \"x\" { ", "(", ")", " }\n", 50000));
	both(put_repeated("chain", "rule \"x\" { answer.a:known()", " & answer.a:known()", "", " }\n", 5000));
	both(put_repeated("longer_chain", "rule \"x\" { answer.a:known()", " & answer.a:known()", "", " }\n",
	    20000));
	both(put_repeated("nots", "rule \"x\" { ", "~ ", "", "answer.a:known() }\n", 30000));
	both(put_repeated("commas", "", ",", "", "\n", 400000));
	both(put_repeated("names", "event \"", "x", "", "\" { \"y\" }\n", 200000));
	both(put_repeated("declarations", "", "section \"x\"\n", "", "", 5000));
	both(put_repeated("indexes", "rule \"x\" { answer", ".a", "", ":known() }\n", 10000));
	both(put_repeated("quotes", "", "\"\n", "", "", 10000));
	both(put_repeated("lines", "", "\n", "", "ask \"x\" {", 400000));
	put_repeated("large", "-- ", "x", "", "\n", READER_FILE_BYTES);
	assert_non_null(strstr(told(put_repeated("large", "-- ", "x", "", "\n", READER_FILE_BYTES), "scripts"),
	    "文件超过"));
}

/* More consents than fit the sets of core/rules/event.h. */
static void
test_too_many(void **state)
{
	struct reader_config config = { .scripts = "scripts", .wall_ms = 20 * LIMIT_MS };
	struct reader_result r;
	struct error why = { 0 };
	struct text t;
	const char *path;
	int told_so = 0;

	(void)state;
	text_init(&t, 1 << 20);
	text_puts(&t, "event \"many\" { \"很多\" }\n");
	for (int i = 0; i <= EVENT_SIGNS; i++)
		text_putf(&t, "sign \"s%d\" { \"签字\", text = \"同意\", otherwise = refuse \"不同意\" }\n", i);
	path = put("signs", t.data, t.length);
	text_free(&t);
	assert_int_equal(reader_read(&config, &path, 1, &r, &why), 0);
	for (size_t i = 0; i < r.n_problems; i++)
		told_so += strstr(r.problems[i].text, "sign 最多 64 个") != NULL;
	assert_int_equal(told_so, 1);
	reader_free(&r);
}

static int
make_folder(void **state)
{
	static char name[40];

	(void)state;
	snprintf(name, sizeof name, "/tmp/yijianshi-reader-XXXXXX");
	folder = mkdtemp(name);
	return folder ? 0 : -1;
}

static int
remove_folder(void **state)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_lua, NULL);
	char path[600];

	(void)state;
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		unlink(path);
		free(entries[i]);
	}
	free(entries);
	return rmdir(folder);
}

/* ---- check --expand ---- */

/* The file `path` declares the same as `event`. */
static void
same_event(const json_t *event, const char *path)
{
	struct reader_result r;
	json_t *one, *other;

	read_with_others(path, false, &r);
	print_problems(&r);
	assert_int_equal(r.n_problems, 0);
	assert_non_null(event);
	one = event_bare(event);
	other = event_bare(find_event(&r, "shed"));
	assert_true(json_equal(one, other));
	json_decref(one);
	json_decref(other);
	reader_free(&r);
}

static void
test_expand(void **state)
{
	struct reader_result r;
	const char *text;

	(void)state;
	read_with_others("tests/declared/good/shed.lua", true, &r);
	text = json_string_value(json_object_get(r.expanded, "tests/declared/good/shed.lua"));
	assert_non_null(text);
	assert_null(strstr(text, "\nuse \""));
	assert_null(strstr(text, "given."));
	assert_non_null(strstr(text, "ask \"holder\" { \"开户名\", type = \"person_name\", why = \"补贴打入此账户\" }"));
	assert_non_null(strstr(text, "when = answer.paid:is \"yes\" }"));
	assert_non_null(strstr(text, "list \"neighbours\" { \"邻居\", optional = \"yes\", max = 5, why = \"动工前告知他们\","));
	assert_non_null(strstr(text, "ask \"name\" { \"姓名\", type = \"person_name\", example = \"王建国\" },"));
	assert_non_null(strstr(text, "material \"proof\" { \"证明\", when = answer.local_hukou:is \"no\","));
	same_event(find_event(&r, "shed"), put("expanded", text, strlen(text)));
	reader_free(&r);
}

/* What the reader makes of either and later is told beside the file's own text. */
static void
test_expand_made(void **state)
{
	struct reader_result r;
	const char *text;

	(void)state;
	read_with_others("tests/declared/good/farewell.lua", true, &r);
	text = json_string_value(json_object_get(r.expanded, "tests/declared/good/farewell.lua"));
	assert_non_null(text);
	assert_non_null(strstr(text, "\n-- proof(死亡证明):依次看 cert、odd,"));
	assert_non_null(strstr(text,
	    "\n-- item \"cert_later\":cert 和 burn 都办好以后,把 cremation_no 补送给 civil.cert\n"));
	reader_free(&r);
}

/* Wrong files are refused in words with --expand, too, whatever their bytes. */
static void
test_expand_wrong(void **state)
{
	static const char not_utf8[] = "event \"x\" { \"\xc5\xef\" }\n";
	struct reader_result r;

	(void)state;
	read_with_others(put("not_utf8", not_utf8, sizeof not_utf8 - 1), true, &r);
	assert_int_equal(r.n_problems, 1);
	assert_non_null(strstr(r.problems[0].text, "另存为 UTF-8"));
	assert_null(r.expanded);
	reader_free(&r);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_own_files),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_no_file_no_scripts),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_hostile_let_in),
		cmocka_unit_test(test_walls),
		cmocka_unit_test(test_words_alone),
		cmocka_unit_test(test_nothing_is_left),
		cmocka_unit_test_setup_teardown(test_made, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_too_many, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_expand, make_folder, remove_folder),
		cmocka_unit_test(test_expand_made),
		cmocka_unit_test_setup_teardown(test_expand_wrong, make_folder, remove_folder),
	};

	READER_IF_ASKED(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
