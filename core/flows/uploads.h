/* uploads.h: papers on their way, piece by piece: what broke off goes on where it broke.
 *
 * An upload has the id that its file will have. Each piece is durable when it is answered; the last one makes
 * it a file (files.h), if it is one. Only who began an upload sees it. Deleted a day after its beginning.
 */
#ifndef YJS_FLOWS_UPLOADS_H
#define YJS_FLOWS_UPLOADS_H

#include "flows/files.h"

/* Under way of one account. */
enum { UPLOADS_AT_ONCE = UPLOADS_MOST };

/* {"id","size","offset"}; NULL when memory is gone. */
json_t *uploads_object(const struct store_upload *u);

/* Begin, or find what was begun of the same size under the same mark (the sender's name for the file). 1; 0:
 * too many are under way; -1. */
int uploads_begin(struct node *n, struct store *s, const struct account *who, int64_t size, const char *mark,
    struct store_upload *u, struct error *why) MUST_CHECK;
/* His of that id: 1, 0, -1. */
int uploads_find(struct store *s, const struct account *who, const char *id, struct store_upload *u,
    struct error *why) MUST_CHECK;
/* Is this what comes next: from where it ends, 256 kB or the rest? */
bool uploads_fits(const struct store_upload *u, int64_t offset, size_t length);
/* Add it: 1; 0: somebody else was first; -1 (ERROR_CONFLICT: the login was revoked). */
int uploads_add(struct node *n, struct store *s, const struct account *who, struct store_upload *u,
    const char *bytes, size_t length, struct error *why) MUST_CHECK;
/* All is there: 1 and *f; 0: it is no paper, *wrong says why, and it is gone; -1. */
int uploads_end(struct node *n, struct store *s, const struct account *who, const struct store_upload *u,
    struct file *f, const char **wrong, struct error *why) MUST_CHECK;

/* Delete what nobody went on with. By the main thread. */
void uploads_sweep(struct node *n, struct store *s);

#endif
