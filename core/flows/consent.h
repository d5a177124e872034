/* consent.h: second persons: who is asked to agree (running_show_asked: what he sees of it).
 */
#ifndef YJS_FLOWS_CONSENT_H
#define YJS_FLOWS_CONSENT_H

#include "flows/account.h"
#include "rules/running.h"
#include "store/store.h"

/* The signs (a mask) that this person is asked for by his identity number. */
uint64_t consent_of(const struct running *r, const char *id_number);
/* Rows by which those who are asked now find it; at most EVENT_SIGNS. The number. */
size_t consent_rows(struct node *n, const struct running *r, struct store_consent rows[EVENT_SIGNS]);

#endif
