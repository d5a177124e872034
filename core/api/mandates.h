/* mandates.h: what mandates.c (residents) and roster.c (agents) share: the same routes, seen from two sides. */
#ifndef YJS_API_MANDATES_H
#define YJS_API_MANDATES_H

#include <jansson.h>

#include "flows/mandates.h"

struct mandates_request {
	struct node *node;
	struct http_exchange *x;
	struct account who; /* a resident whose number is known, or an agent */
	struct store *store;
};

/* What both are told of one. */
json_t *mandates_show(const struct store_mandate *m);
/* The village of a body, or the only one that the agent serves; 0: the exchange has been answered (422). */
int64_t mandates_village(struct http_exchange *x, const json_t *body, const int64_t *places, int n);
/* Everything but MANDATE_IN_FORCE. */
void mandates_refuse(struct http_exchange *x, enum store_mandate_done done, const struct error *why);

/* There is no agent of that name. */
void mandates_refuse_agent(struct http_exchange *x);

/* An agent's side of the routes. */
void roster_list(const struct mandates_request *r);
/* ?village= of a list; 0: any. False: the exchange has been answered. */
bool roster_place(struct http_exchange *x, int64_t *place);
void roster_take(const struct mandates_request *r);

#endif
