/* case.h: an application as stored <-> as running.
 */
#ifndef YJS_FLOWS_CASE_H
#define YJS_FLOWS_CASE_H

#include "flows/node.h"
#include "rules/running.h"
#include "seal/digest.h"

/* Open what is sealed and build the running application. With `form` also the answers (the engine
 * needs them; showing does not). NULL when something of it does not open. */
struct running *case_load(struct node *n, struct store *s, const struct store_case *c, bool form,
    struct error *why) MUST_CHECK;

/* What went out with an operation, as stored: its body. The case was read with bodies. NULL: it does not
 * open. New reference. */
json_t *case_sent(struct node *n, const struct store_case *c, const struct store_case_operation *o,
    struct error *why) MUST_CHECK;

/* What is known of it, {"outputs","receipt","reason","fields"}: NULL: nothing, or (and *why) it does not
 * open. New reference. */
json_t *case_outcome(struct node *n, const struct store_case *c, const struct store_case_operation *o,
    struct error *why) MUST_CHECK;

/* AAD part of an operation's sealed values. */
int32_t case_part(int node, int round, bool undo);

/* The key of an operation of r. */
void case_key(const struct running *r, int node, int round, bool undo, char key[OPERATION_KEY_SIZE]);
/* Whom the operation of `node` goes to, lent; NULL: there is none. */
const char *case_department(const struct running *r, int node);

/* Stands in an URL for the application's number, where the connector says `url_ends = "application"`: what is stored
 * is one URL a call, and never changes. */
#define CASE_URL_NUMBER "{application}"

struct case_operation {
	const char *department_id; /* lent */
	const char *call;    /* lent */
	char *url;           /* yours */
	char *body;          /* yours, plain */
	size_t length;
	char key[OPERATION_KEY_SIZE];
	int node, round;
	bool undo;
	int64_t made_at;
};
void case_operation_free(struct case_operation *op); /* URL and body, not op */

/* Make the operation of a node (with SEND_UNDO: its undo): fills the body, its key, URL and keyed hash,
 * notes it in the history. A value it needs is missing: *made is false and the rules have been told. */
int case_operation_make(struct node *n, struct running *r, int send, struct effects *x,
    struct case_operation *op, bool *made, struct error *why) MUST_CHECK;

/* Materials as the department of `item` is told of them: [{"id","title","how","file"?}]. `key` is that
 * of the operation that tells it: with it the department fetches the files. */
json_t *case_materials(const struct node *n, const struct running *r, int item, const char *key);

#endif
