/* script.h: the trusted templates, run in a Lua state of their own: one a worker.
 *
 * The state has base, string, table, math and utf8, without anything that reads files, loads code or
 * prints; require() finds the templates of the bundle and nothing else. Its memory has a ceiling, each
 * page a number of steps. All templates are run when the state is made, so a broken one is found then
 * and not by a visitor.
 */
#ifndef YJS_PAGES_SCRIPT_H
#define YJS_PAGES_SCRIPT_H

#include <jansson.h>

#include "base/error.h"
#include "pages/bundle.h"

enum { SCRIPT_MEMORY = 64 << 20, SCRIPT_STEPS = 50000000 };

struct script;

/* A state with all templates of `b` (lent for its life). NULL and *why, which names file and line. */
struct script *script_open(const struct bundle *b, struct error *why) MUST_CHECK;
void script_close(struct script *s);

/* The document that template `name` makes of `page` (an object; JSON null is nil, an array counts from
 * 1). malloc()ed; NULL and *why when the template fails: the state is as before. */
char *script_render(struct script *s, const char *name, const json_t *page, size_t *length,
    struct error *why) MUST_CHECK;

#endif
