/* reader.h: policy and connector files -> checked, plain data.
 *
 * The room `declared` reads what policy staff and integrators wrote. Files are somebody else's
 * programs, so they are read in a process of its own: the program starts itself with the hidden
 * subcommand `reader`, which walks the tokens, runs each file in a closed Lua state (sandbox.h),
 * checks the whole (scripts/check.lua) and answers with one JSON document. The parent waits no
 * longer than its limit, then kills. After that no Lua exists: load.h turns the data into the
 * structures of rules/event.h, and no citizen's request ever meets a policy file's Lua.
 */
#ifndef YJS_DECLARED_READER_H
#define YJS_DECLARED_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum {
	READER_WALL_MS = 60000,           /* default limit for all files together, on a busy machine too */
	READER_ANSWER_BYTES = 16 << 20,   /* the largest answer that is read */
	READER_FILE_BYTES = 512 << 10,    /* the largest file that is read */
	READER_FILES = 2000
};

struct reader_config {
	const char *program; /* what to start; NULL: /proc/self/exe */
	const char *scripts; /* folder with words.lua and check*.lua */
	int wall_ms;         /* 0: READER_WALL_MS */
	bool expand;         /* also give each event file's text with its shared parts filled in */
};

struct reader_problem {
	char *file, *text; /* text in Chinese: what is wrong, and the cure */
	int line;          /* 0: the file as a whole */
};

struct reader_result {
	struct reader_problem *problems; /* any: the files are refused */
	size_t n_problems;
	struct reader_problem *warnings;
	size_t n_warnings;
	json_t *files;    /* array of event and connector objects (only without problems) */
	json_t *expanded; /* object: file -> text, or NULL */
};

/* Read the `n` files together: events name the calls of connectors and the shared parts of
 * common.lua, so hand in all that belong together. 0 with *result filled (also when there are
 * problems), or -1 when the reader itself could not run. A reader that had to be killed is a
 * problem that names the file it was at. Free the result in both cases. */
int reader_read(const struct reader_config *config, const char *const *files, size_t n,
    struct reader_result *result, struct error *why) MUST_CHECK;

void reader_free(struct reader_result *result);

/* The *.lua files of the folders (either may be NULL), connectors first, sorted: what reader_read
 * wants. *files is an array of *n malloc()ed paths. Free with reader_files_free. */
int reader_files(const char *events, const char *connectors, char ***files, size_t *n,
    struct error *why) MUST_CHECK;
void reader_files_free(char **files, size_t n);

/* The hidden subcommand: argv = {"reader", scripts, wall_ms, expand "0"/"1", file...}. Writes lines
 * "at FILE" while it works and at the end "answer JSON". Never returns to run anything else: its
 * value is the exit status. */
int reader_main(int argc, char **argv);

#endif
