/* petition.h: what people ask for after filing: a correction, a withdrawal, a consent; and what clerks
 * decide and close.
 *
 * An HTTP worker checks who asks, seals it and commits it under the caller's key
 * (store/petition.h); the engine of the node that owns the application decides it by the pure rules,
 * in the transaction of the case; the answer leaves after that commit. A petition once committed is
 * decided whatever happens to either node, once.
 */
#ifndef YJS_FLOWS_PETITION_H
#define YJS_FLOWS_PETITION_H

#include "flows/node.h"
#include "rules/running.h"
#include "store/store.h"

enum petition_kind { PETITION_CORRECTION, PETITION_WITHDRAWAL, PETITION_SIGNATURE,
	PETITION_DECISION, PETITION_CLOSING, PETITION_NOTE /* said beside it: nothing is decided */,
	PETITION_KINDS };

struct petition {
	int32_t division;
	int64_t id, application;
	int64_t account;    /* who asks */
	enum petition_kind kind;
	json_t *body;       /* owned: {"do","by","language"} and "form", "materials" (correction),
	                     * "reason" (withdrawal), "sign", "agrees" (signature), "department", "item",
	                     * "round", "undo", "desk", "copied", "result" (decision), "department", "item",
	                     * "reason" (closing), "what", "item", "department", "code", "status", "answer" (note) */
	int16_t status;     /* of the answer; 0: not decided */
	char *answer;       /* owned: 200 the application, 422 the errors, else "" */
};

struct hearing { /* a request that waits for what is decided */
	struct hearing *next;
	struct http_exchange *x;
	enum petition_kind kind;
	int32_t division;
	int64_t id;         /* the petition's */
	int64_t until;      /* monotonic us */
	bool replayed;      /* it was sent before */
};

/* Made of what was asked (body taken, id made). NULL: no memory. */
struct petition *petition_new(struct node *n, const struct store_case *c, int64_t account,
    enum petition_kind kind, json_t *body_take);
void petition_free(struct petition *p);
/* Its body, sealed for its row; read back from there. */
int petition_seal(struct node *n, const struct petition *p, struct text *sealed, struct error *why) MUST_CHECK;
struct petition *petition_open(struct node *n, const struct store_petition *row, struct error *why) MUST_CHECK;

/* The operation that a decision or closing answers: its node, and whether it is the undo. False: it is
 * about none. */
bool petition_operation(const struct petition *p, const struct event *event, int *node, bool *undo);
/* Decide: moves r by the rules and sets the status; what it brings about is in *x. -1: no memory. */
int petition_decide(struct petition *p, struct running *r, struct effects *x) MUST_CHECK;
/* Make the answer, once all that it brought about is done to r. */
int petition_tell(struct petition *p, const struct running *r) MUST_CHECK;
/* The answer, sealed for its row. */
int petition_seal_answer(struct node *n, const struct petition *p, struct text *sealed,
    struct error *why) MUST_CHECK;

/* Answer a request by what was decided. `answer` as in struct petition. */
void petition_answer(struct http_exchange *x, enum petition_kind kind, int status, const char *answer,
    bool replayed);
/* The same from the store's row (sealed). */
void petition_answer_stored(struct node *n, struct http_exchange *x, enum petition_kind kind,
    int64_t id, int status, const struct bytes *sealed, bool replayed);

#endif
