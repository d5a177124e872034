/* act.h: forms by which somebody acts on an application under way.
 *
 * Shown with the session (page.session, whose CSRF token goes along) and a key of its own (page.key): the
 * same form sent twice is the same act. What the API refuses is told on the form itself: page.wrong is its
 * problem document, page.again what had been typed.
 */
#ifndef YJS_PAGES_ACT_H
#define YJS_PAGES_ACT_H

#include "pages/page.h"

/* What shows the form: begins with the API's answers that it rests on, ends with act_show(). */
typedef void act_form(struct page *p);

/* Ask who is there, make the key, then go on to the form. */
void act_begin(struct page *p, act_form *form);
/* Show it: 200, or what the API said to what was sent before. */
void act_show(struct page *p);

/* The same, with the departments' names. */
void act_show_with_departments(struct page *p);
/* What page_get() asked for has come: shown so when it is a 200, else the page is refused. */
void act_show_come(struct page *p, int status);

/* A list of the API, from this page's ?cursor= on, as page.list; then show it, with the departments' names. */
void act_show_list(struct page *p, const char *target);

/* What was posted: page.again, with its key. False: the page is refused, and gone. */
bool act_read(struct page *p);
/* Text of a field that was posted; NULL when there is none or it is empty. Lent. */
const char *act_text(const struct page *p, const char *name);
/* Send `body` (taken) under the form's key. Done: to `done` (an own path); refused: the form again. */
void act_send_take(struct page *p, const char *target, json_t *body, const char *done, act_form *form);

/* The same, and what it gives is shown: done, page.answer holds it and page_go_on() is called. */
void act_ask_take(struct page *p, const char *target, json_t *body, act_form *form);
/* DELETE; what is gone already is done too. */
void act_delete(struct page *p, const char *target, const char *done);

#endif
