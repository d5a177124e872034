/* papers.h: the files that came along with a form, uploaded one after the other.
 *
 * A field is named "paper." and the material's id.
 */
#ifndef YJS_PAGES_PAPERS_H
#define YJS_PAGES_PAPERS_H

#include "pages/page.h"

/* Upload them with the session's token; ids of those taken go into `materials` (lent until `next`), by
 * material. One that is not taken is named in page.paper, why in page.paper_wrong ("413", "415", "429" or
 * "503"); the others are all the same. Then `next`. */
void papers_take(struct page *p, json_t *materials, const char *csrf, page_next *next);

/* Papers that are up already: a field "had." and the material's id holds the file's. New reference. */
json_t *papers_had(const json_t *posted);

#endif
