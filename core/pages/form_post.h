/* form_post.h: keep what was posted in the draft, then go on to where its button leads. */
#ifndef YJS_PAGES_FORM_POST_H
#define YJS_PAGES_FORM_POST_H

#include "pages/page.h"

/* Of a page with the field "posted". Ends the page. */
void form_keep(struct page *p);

#endif
