/* asking.h: one request that asks something of an application, from its body to its way into the engine
 * (flows/petition.h). petitions.c, desk_decide.c, inquiries.c,
 * conferences.c, feedback.c and complaints.c check who may ask or say what; the rest is the same here.
 */
#ifndef YJS_API_ASKING_H
#define YJS_API_ASKING_H

#include "flows/account.h"
#include "flows/petition.h"

struct asking { /* on the worker's thread */
	struct node *n;
	struct http_exchange *x;
	enum petition_kind kind;
	const char *key;
	struct account who;
	struct store *s;
	struct store_case c;
	struct running *r;
	json_t *body;   /* as sent */
	json_t *files;  /* resolved, or NULL */
	struct store_beside beside; /* of a note: its rows, */
	const char *taken;          /* and what to say when they were there before */
};
void asking_free(struct asking *a);

/* 0, or -1 with the exchange answered. */
int asking_read_body(struct asking *a) MUST_CHECK;

/* The language that the caller reads, or NULL when he says none that can be. */
const char *asking_language(const struct asking *a);
/* Commit it under the caller's key and hand it to the engine, which answers; or answer what stands
 * there. `content` (taken; NULL: no memory) is the petition's body. */
void asking_send_off(struct asking *a, json_t *content);
/* The same of something said beside the case: a->beside is written with it, then its history tells of it,
 * then the caller gets `status` and `answer` (taken). */
void asking_send_note(struct asking *a, const struct running_note *note, int status, json_t *answer);

#endif
