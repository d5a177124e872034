/* pages.h: the pages for people: a client of our own API, in the same process.
 *
 * A page's handler asks routes of the API (http/call.h) and hands their JSON to a Lua template of
 * scripts/pages. It never touches the store or the engine: rights, idempotency, access rows and errors
 * are the API's, written once. To add a page:
 *
 *  1. its route in the table of pages.c, its handler beside others of its subject (guide.c, …), written
 *     with page.h: begin, ask, show; declared in handlers.h;
 *  2. its template scripts/pages/<name>.lua: a function of `page` that gives layout{ page = page,
 *     title = …, main = … } (html.lua, layout.lua, text.lua say how);
 *  3. every sentence in scripts/pages/texts.lua, in both languages;
 *  4. its path in the list of tests/browser/list.cjs: looked at by axe-core in both widths, in large
 *     type and without script. `node tests/browser/look.cjs http://127.0.0.1:8080 NAME` does so with a node
 *     that runs, pictures go to the folder YJS_PICTURES.
 *
 * No page is cached, none needs a script. What changes something is a form that posts to an own path
 * and is answered with page_redirect(). SIGHUP reads the folder again; a broken template leaves what
 * was in force.
 */
#ifndef YJS_PAGES_PAGES_H
#define YJS_PAGES_PAGES_H

#include <jansson.h>

#include "flows/node.h"

/* What node_serve() wants of this room. */
extern const struct node_extension pages_extension;

/* The document of a template, made in the worker's own state. malloc()ed; NULL and *why. */
char *pages_render(void *pages, int worker, const char *template, json_t *fields, size_t *length,
    struct error *why) MUST_CHECK;

#endif
