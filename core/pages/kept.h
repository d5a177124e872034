/* kept.h: what was typed is not lost on the way to a login.
 *
 * A form comes when its session has ended, when its token is of an earlier one, or when the password is asked
 * for once more: the page that asks has it along unseen ("_kept"), and once that is done it is offered to be
 * sent, by one more press: nothing is done that nobody looked at. The same when we are away for a moment.
 * Passwords, tokens and files never go along. Whoever else comes in on that browser is not shown it: each
 * form says whose it is ("_who").
 */
#ifndef YJS_PAGES_KEPT_H
#define YJS_PAGES_KEPT_H

#include "pages/page.h"

/* The form that this page was to take, kept, instead of a refusal: with the way on. False: there is nothing
 * to be kept, or this refusal is not one of these. */
bool kept_refuse(struct page *p, int status);
/* The password once more, with the form kept; `next` is where one goes who has none. */
void kept_prove(struct page *p, const char *next);

/* What the form of a login or a proof has along is the page's now. */
void kept_take(struct page *p, const json_t *form);
/* It is done: offer what is kept to `who`, with the session's token. False: nothing is. */
bool kept_offer(struct page *p, const char *who, const char *csrf);

#endif
