/* form_twice.h: the same draft was changed on another device meanwhile: both stand side by side, and
 * whoever typed them chooses, answer by answer. */
#ifndef YJS_PAGES_FORM_TWICE_H
#define YJS_PAGES_FORM_TWICE_H

#include "pages/page.h"

/* Ends the page. stored: the draft that is kept; mine: the one that came too late. Lent. */
void form_twice_show(struct page *p, json_t *stored, json_t *mine);

#endif
