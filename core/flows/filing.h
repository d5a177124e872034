/* filing.h: one application on its way into the store (intake's own).
 *
 * Made and filled by an HTTP worker, committed by the intake writer, answered after that.
 */
#ifndef YJS_FLOWS_FILING_H
#define YJS_FLOWS_FILING_H

#include "flows/account.h"
#include "flows/case.h"
#include "flows/files.h"
#include "store/store.h"

struct filing {
	struct filing *next;
	struct http_exchange *x;
	struct store_application row;   /* points into what follows */
	struct running *r;              /* handed to the engine when committed */
	struct case_operation *made;    /* the same */
	int n_made;
	struct store_operation *operations;
	struct store_count *counts;
	struct store_file_use files[UPLOADS_MOST];
	struct store_consent consents[EVENT_SIGNS];
	struct text sealed, items, answer_sealed, history;
	bool no_mandate;                /* an agent files for somebody who has not let him, or no more */
	char *plan;
	char *answer;                   /* the 201's body */
	size_t answer_length;
	void **bodies;                  /* sealed bodies of operations */
};

void filing_free(struct filing *f);

/* From a request: parsed, checked, planned, filled and sealed. NULL when the exchange has been
 * answered (400, 422, 503). */
struct filing *filing_make(struct node *n, const struct account *who, struct http_exchange *x);

/* What a request asks for, read strictly: also used by the plan's dry run. All owned. */
struct filing_request {
	json_t *body;
	const struct event *event;
	json_t *form;                 /* as sent, with what the login says of locked answers filled in */
	const json_t *choices, *materials, *disputed; /* lent from body; may be NULL */
	json_t *applicant;            /* as expressions see it */
	char person_id[19];           /* whose application it is; "" unknown */
};
/* 0, or -1 with the exchange answered. `event` NULL: taken from the body. */
int filing_read(struct node *n, const struct account *who, const char *event,
    struct http_exchange *x, struct filing_request *q) MUST_CHECK;
void filing_request_free(struct filing_request *q);
/* form_check points into the form; whoever sent the document wants to be pointed into that. */
void filing_point(json_t *errors);

/* For filing.c, into f->r and f->row: the owner. An agent files for another, who may have no account
 * (yet): 0, he finds it by his identity number all the same; f->no_mandate when he may not. */
int filing_find_owner(struct node *n, struct filing *f, const struct account *who,
    const struct filing_request *q, struct error *why) MUST_CHECK;

#endif
