/* pass.h: one pass over files that belong together: each is walked, run in a state of its own (sandbox.h) and told to
 * the checks (scripts/check.lua), which say at the end what was declared or what is wrong.
 *
 * What the reader process does between its closed doors (child.c); a test may do it in its own process.
 */
#ifndef YJS_DECLARED_PASS_H
#define YJS_DECLARED_PASS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "declared/sandbox.h"

enum { PASS_SCRIPTS = 32 };

struct pass_source {
	const char *path;
	char *name;           /* scripts: "check_text" */
	char *text;           /* NULL: could not be read */
	size_t length;
	char trouble[200];
};

struct pass {
	const struct pass_source *scripts, *files; /* words.lua and check*.lua; all lent */
	size_t n_scripts, n_files;
	bool expand;
	void (*at)(const char *path); /* told before each file; or NULL */
	/* the pass's own: */
	lua_State *state;             /* the checks' */
	struct sandbox_meter meter;
	json_t *answer;
};

/* What stands at source->path, or why it cannot be read. */
void pass_read_source(struct pass_source *source);
/* words.lua and check*.lua of the folder; how many, 0: no words among them. */
size_t pass_read_scripts(const char *folder, struct pass_source scripts[PASS_SCRIPTS]);

/* False: no memory. */
bool pass_begin(struct pass *pass);
/* {files, problems, warnings, expanded?}, lent until pass_end(); NULL and why, when the checks themselves failed. */
const json_t *pass_run(struct pass *pass, const char **why);
void pass_end(struct pass *pass);

#endif
