/* upload.h: a paper that somebody uploads: what kind of file is it, and may it stand for a material?
 *
 * Pure. What a file is told to be (its name, its content type) counts for nothing, only its bytes. The
 * checks are of magic and structure, not of content: what carries a foreign head, was cut off on its way
 * or is no more than the name of a format is refused; what a page shows is for people.
 */
#ifndef YJS_RULES_UPLOAD_H
#define YJS_RULES_UPLOAD_H

#include "rules/event.h"

enum { UPLOAD_CEILING = 10 << 20, /* bytes of one file */
	UPLOADS_MOST = 20 /* files of one application */ };

/* "pdf", "jpg", "png" or "ofd" (for ever); NULL when it is none of them or not whole, and *why is a
 * sentence for the one who sent it, in Chinese (for ever). */
const char *upload_type(const void *bytes, size_t length, const char **why);
/* How such a file is told in HTTP: "application/pdf", ...; NULL for an unknown type. For ever. */
const char *upload_media_type(const char *type);

/* The upload way of a material, or NULL when it is not to be had by upload. */
const struct get *upload_way(const struct material *m);
/* Is a file of this type welcome there? */
bool upload_allows(const struct get *way, const char *type);

#endif
