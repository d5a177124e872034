/* apply.h: what the pages of an application in the making begin with: who it is, which event, the draft
 * that is kept of it, what it asks.
 *
 * In the template: page.event (its id), page.key (of the draft, where an agent helps somebody: addresses
 * tell nothing of him; nil for oneself), page.session, page.guide, page.draft as the API tells them; after
 * apply_ask() page.form (the draft's answers and those that are known), page.begun, page.prefill,
 * page.departments.
 */
#ifndef YJS_PAGES_APPLY_H
#define YJS_PAGES_APPLY_H

#include "pages/page.h"

/* A page to which a form was posted: page.posted. NULL: the exchange is answered. */
struct page *apply_posted(struct node *n, struct http_exchange *x, const char *template) MUST_CHECK;
/* page.event and page.key, from the address. */
void apply_place(struct page *p);
/* The same, session, guide and draft; then `next`. Who has not logged in goes there first; an agent who has not
 * said for whom is asked that. */
void apply_load(struct page *p, page_next *next);
/* The page on which an agent says whom he helps; page.wrong, if set, is why he was sent back. */
void apply_ask_for_whom(struct page *p);
/* What is known of the person, and what is asked by all of it; then `next`. */
void apply_ask(struct page *p, page_next *next);

/* The draft's address in the API, to read it or throw it away. Lent until the next page_target(). */
const char *apply_draft(struct page *p);
/* /api/v1/events/{event}<rest>; the same. */
const char *apply_event(struct page *p, const char *rest);
/* Redirect to /apply/{event}<rest>, the agent's draft kept. rest: "/check", "?check=1", "#id". */
void apply_go(struct page *p, const char *rest);
/* Whom it is for, as the API wants it: {"id_number","full_name"}, or NULL for oneself. Lent. */
json_t *apply_person(const struct page *p);
/* {"form","choices","for"?}: what the API's questions and plan are asked about. Takes `form`. */
json_t *apply_answers(const struct page *p, json_t *form);
/* An API request with JSON and the CSRF token of the posted form. A page that is only shown asks as itself,
 * wherever the link to it stood: so it must ask nothing that changes anything. Takes `body`, which may be
 * NULL. */
void apply_send(struct page *p, const char *as, const char *method, const char *target, json_t *body,
    page_then *then);
/* Keep the draft: what it answers becomes page.answer. */
void apply_keep(struct page *p, json_t *draft_take, page_then *then);

#endif
