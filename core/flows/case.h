/* case.h: an application as stored <-> as running.
 */
#ifndef YJS_FLOWS_CASE_H
#define YJS_FLOWS_CASE_H

#include "flows/node.h"
#include "rules/running.h"

/* Open what is sealed and build the running application. With `form` also the answers (the engine
 * needs them; showing does not). NULL when something of it does not open. */
struct running *case_load(struct node *n, struct store *s, const struct store_case *c, bool form,
    struct error *why) MUST_CHECK;

/* What went out with an operation, as stored: its body. The case was read with bodies. NULL: it does not
 * open. New reference. */
json_t *case_sent(struct node *n, const struct store_case *c, const struct store_case_operation *o,
    struct error *why) MUST_CHECK;

/* AAD part of an operation's sealed values. */
int32_t case_part(int node, int round, bool undo);

/* Make the operation of `node`: fills the body, its key, URL and keyed hash, notes `sent` in the
 * history. The item goes to attention (and *made is false) when a value it needs is missing. */
struct case_operation {
	char *department_id; /* lent */
	char *call;          /* lent */
	char *url;           /* yours */
	char *body;          /* yours, plain */
	size_t length;
	char key[48];
	int node, round;
};
int case_operation_make(struct node *n, struct running *r, int node, struct effects *x,
    struct case_operation *op, bool *made, struct error *why) MUST_CHECK;

/* Materials as the department of `item` is told of them: [{"id","title","how","file"?}]. `key` is that
 * of the operation that tells it: with it the department fetches the files. */
json_t *case_materials(const struct node *n, const struct running *r, int item, const char *key);

#endif
