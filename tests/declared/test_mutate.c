/* The reader against slips of the pen: each event is changed 200 times by seed (a line dropped, a word
 * misspelt, two names swapped), and so is the good file that says every word of the language; every
 * mutant must be refused or declare something else. Survivors are listed; the only ones that may be
 * are swaps inside one list of same-named answers of one request, whose order means nothing (a request
 * goes in form order). YJS_SEED=N for other mutants, YJS_MUTANTS=N for more. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "declared/load.h"
#include "reading.h"

enum { SOURCE = 256 << 10, SPANS = 8000, NAMES = 400, FILES = 100 };

struct span { size_t from, length; }; /* a piece of the source */

static char source[SOURCE], id[64]; /* the event that is changed */
static size_t length;
static struct span lines[SPANS], words[SPANS], names[SPANS]; /* names: uses of declared names */
static size_t n_lines, n_words, n_names;
static char *declared[NAMES];
static size_t n_declared;
static uint64_t random_state;
static uint8_t original[32];

static size_t
random_below(size_t n)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)((random_state >> 33) % n);
}

/* ---- what there is to change ---- */

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool
is_declared(const char *word, size_t n)
{
	for (size_t i = 0; i < n_declared; i++)
		if (strlen(declared[i]) == n && strncmp(declared[i], word, n) == 0)
			return true;
	return false;
}

/* The word that `word "name" {` declares, at the beginning of a line. */
static void
note_declaration(const char *line)
{
	static char names_room[NAMES][64];
	char word[20], name[64];

	if (n_declared < NAMES && sscanf(line, "%19[a-z] \"%63[a-z0-9_]\"", word, name) == 2) {
		strcpy(names_room[n_declared], name);
		declared[n_declared] = names_room[n_declared];
		n_declared++;
	}
}

/* Where the code of a line ends: at a comment outside quotes. */
static size_t
code_end(size_t from, size_t to)
{
	bool quoted = false;

	for (size_t i = from; i < to; i++) {
		if (source[i] == '"')
			quoted = !quoted;
		else if (!quoted && source[i] == '-' && i + 1 < to && source[i + 1] == '-')
			return i;
	}
	return to;
}

static void
note_words(size_t from, size_t to)
{
	for (size_t i = from; i < to;) {
		size_t begin = i;

		while (i < to && is_word(source[i]))
			i++;
		if (i - begin >= 2 && isalpha((unsigned char)source[begin]) && n_words < SPANS) {
			words[n_words++] = (struct span){ begin, i - begin };
			if (is_declared(source + begin, i - begin))
				names[n_names++] = (struct span){ begin, i - begin };
		}
		if (i == begin)
			i++;
	}
}

static void
take_apart(void)
{
	n_lines = n_words = n_names = n_declared = 0;
	for (int pass = 0; pass < 2; pass++) { /* first the names, then where they are used */
		for (size_t at = 0; at < length;) {
			const char *newline = memchr(source + at, '\n', length - at);
			size_t end = newline ? (size_t)(newline - source) : length;
			size_t code = code_end(at, end), blank = at;

			while (blank < code && isspace((unsigned char)source[blank]))
				blank++;
			if (pass == 0 && blank < code) {
				note_declaration(source + at);
				lines[n_lines++] = (struct span){ at, end + 1 - at };
			} else if (pass == 1) {
				note_words(at, code);
			}
			at = end + 1;
		}
	}
}

/* ---- mutants ---- */

static char mutant[SOURCE + 100], told[400];
static bool same_meaning; /* the change is one that means nothing */

static void
replace(struct span a, const char *with, size_t n)
{
	memcpy(mutant, source, a.from);
	memcpy(mutant + a.from, with, n);
	memcpy(mutant + a.from + n, source + a.from + a.length, length - a.from - a.length);
	mutant[length - a.length + n] = '\0';
}

static int
line_of(size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		line += source[i] == '\n';
	return line;
}

static void
drop_line(void)
{
	struct span l = lines[random_below(n_lines)];

	replace(l, "", 0);
	snprintf(told, sizeof told, "line %d dropped: %.*s", line_of(l.from),
	    (int)(l.length - 1 < 120 ? l.length - 1 : 120), source + l.from);
}

static void
misspell(void)
{
	struct span w = words[random_below(n_words)];
	char word[200];
	size_t n = w.length < 190 ? w.length : 190, at = random_below(n);

	memcpy(word, source + w.from, n);
	switch (random_below(4)) {
	case 0: /* a letter lost */
		memmove(word + at, word + at + 1, n - at - 1);
		n--;
		break;
	case 1: /* a letter twice */
		memmove(word + at + 1, word + at, n - at);
		n++;
		break;
	case 2: /* another letter */
		word[at] = word[at] == 'x' ? 'y' : 'x';
		break;
	default: /* two letters swapped */
		at = at + 1 < n ? at : at - 1;
		if (word[at] == word[at + 1]) {
			word[at] = 'q';
			break;
		}
		word[at] ^= word[at + 1];
		word[at + 1] ^= word[at];
		word[at] ^= word[at + 1];
	}
	replace(w, word, n);
	snprintf(told, sizeof told, "line %d: %.*s misspelt %.*s", line_of(w.from), (int)w.length,
	    source + w.from, (int)n, word);
}

/* Only names, quotes and commas between the two: one list of a request. */
static bool
in_one_list(struct span a, struct span b)
{
	for (size_t i = a.from; i < b.from; i++)
		if (!is_word(source[i]) && !strchr(" \t\n\",", source[i]))
			return false;
	return true;
}

static void
swap_names(void)
{
	struct span a, b, hold;

	do {
		a = names[random_below(n_names)];
		b = names[random_below(n_names)];
	} while (a.length == b.length && strncmp(source + a.from, source + b.from, a.length) == 0);
	if (a.from > b.from) {
		hold = a;
		a = b;
		b = hold;
	}
	same_meaning = in_one_list(a, b);
	snprintf(mutant, sizeof mutant, "%.*s%.*s%.*s%.*s%s", (int)a.from, source, (int)b.length,
	    source + b.from, (int)(b.from - a.from - a.length), source + a.from + a.length, (int)a.length,
	    source + a.from, source + b.from + b.length);
	snprintf(told, sizeof told, "lines %d and %d: %.*s and %.*s swapped", line_of(a.from),
	    line_of(b.from), (int)a.length, source + a.from, (int)b.length, source + b.from);
}

/* ---- reading them ---- */

static char **own; /* events/ and connectors/ */
static size_t n_own;
static const char *files[FILES]; /* shared parts, the event's departments, and last the mutant */
static size_t n_files;
static char path[60];

enum verdict { REFUSED, ANOTHER, SURVIVED };

static void
put(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Read `text` in the place of the event; its version goes to `version`. */
static enum verdict
read_as_event(const char *text, uint8_t version[32])
{
	struct reader_config config = { .scripts = "scripts", .wall_ms = 60000 };
	struct reader_result r;
	struct error why = { 0 };
	struct event *e = NULL;
	enum verdict verdict = REFUSED;

	put(text);
	if (reader_read(&config, files, n_files, &r, &why))
		fail_msg("%s", why.text);
	if (r.n_problems > 0) {
		if (strstr(r.problems[0].text, "失败") && !strstr(r.problems[0].text, "看不懂"))
			fail_msg("%s: the reader itself failed: %s", told, r.problems[0].text);
	} else if (!find_event(&r, id)) {
		verdict = ANOTHER;
	} else if (!(e = event_load(find_event(&r, id), &why))) {
		fail_msg("%s: %s", told, why.text);
	} else {
		verdict = memcmp(e->version, original, 32) ? ANOTHER : SURVIVED;
		memcpy(version, e->version, 32);
	}
	event_free(e);
	reader_free(&r);
	return verdict;
}

static long
number(const char *name, long otherwise)
{
	const char *s = getenv(name);

	return s ? strtol(s, NULL, 10) : otherwise;
}

static void
take(const char *file)
{
	char *name = strdup(file);
	FILE *f = fopen(file, "r");

	assert_non_null(f);
	assert_non_null(name);
	length = fread(source, 1, sizeof source - 1, f);
	source[length] = '\0';
	fclose(f);
	snprintf(id, sizeof id, "%.*s", (int)strcspn(basename(name), "."), basename(name));
	free(name);
	take_apart();
}

/* Departments that the event does not name have nothing to say to it. */
static void
choose_files(void)
{
	n_files = 0;
	for (size_t i = 0; i < n_own; i++) {
		char name[64];

		if (sscanf(own[i], "connectors/%63[a-z_]", name) == 1 ? strstr(source, name) : strstr(own[i], "common"))
			files[n_files++] = own[i];
	}
	files[n_files++] = "tests/declared/connectors/civil.lua";
	files[n_files++] = path;
}

/* How many mutants of the event survive without a reason. */
static int
mutate(const char *file, long seed, long mutants)
{
	static void (*const kinds[])(void) = { drop_line, misspell, swap_names };
	int count[3] = { 0 }, unexplained = 0;
	uint8_t version[32];

	take(file);
	choose_files();
	memset(original, 0, sizeof original);
	assert_int_equal(read_as_event(source, original), ANOTHER);
	random_state = (uint64_t)seed;
	for (int i = 0; i < 20; i++)
		random_below(2);
	for (long i = 0; i < mutants; i++) {
		enum verdict v;

		same_meaning = false;
		kinds[i % 3]();
		v = read_as_event(mutant, version);
		count[v]++;
		if (v == SURVIVED)
			print_message("survived%s: %s\n", same_meaning ? " (means the same)" : "", told);
		unexplained += v == SURVIVED && !same_meaning;
	}
	print_message("%s, seed %ld: %ld mutants, %d refused, %d declare something else, %d survived\n", id,
	    seed, mutants, count[REFUSED], count[ANOTHER], count[SURVIVED]);
	return unexplained;
}

static void
test_mutants(void **state)
{
	long seed = number("YJS_SEED", 20261123), mutants = number("YJS_MUTANTS", 200);
	int unexplained = 0;

	(void)state;
	for (size_t i = 0; i < n_own; i++)
		if (strncmp(own[i], "events/", 7) == 0 && !strstr(own[i], "common"))
			unexplained += mutate(own[i], seed, mutants);
	assert_int_equal(unexplained, 0);
}

static void
test_every_word(void **state)
{
	(void)state;
	assert_int_equal(mutate("tests/declared/good/farewell.lua", number("YJS_SEED", 20261123),
	    number("YJS_MUTANTS", 200)), 0);
}

static int
set_up(void **state)
{
	struct error why = { 0 };

	(void)state;
	snprintf(path, sizeof path, "/tmp/yijianshi-mutant-%ld.lua", (long)getpid());
	return reader_files("events", "connectors", &own, &n_own, &why) || n_own + 2 > FILES ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	reader_files_free(own, n_own);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mutants),
		cmocka_unit_test(test_every_word),
	};

	READER_IF_ASKED(argc, argv);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
