/* upload.h: papers on their way, piece by piece: what has come stays, so that what broke off goes on from there.
 *
 * A piece is committed with how much has come. The pieces are those of the file that it becomes (file.h), under
 * its id. Deleted with its pieces a day after it was begun, unless it is whole.
 */
#ifndef YJS_STORE_UPLOAD_H
#define YJS_STORE_UPLOAD_H

#include "store/file.h"

struct store_upload {
	int32_t division;
	int64_t id, account; /* the file's */
	int64_t size, had;   /* bytes */
};

/* Begin: *u holds what a new one would be, then the one that there is, of this account and mark. 1; 0: the
 * account has `most` others under way; -1. */
int store_upload_begin(struct store *s, struct store_upload *u, const uint8_t mark[16], int64_t now, int most,
    struct error *why) MUST_CHECK;
/* Of division, id and account: 1 and the rest filled, 0, -1. */
int store_upload(struct store *s, struct store_upload *u, struct error *why) MUST_CHECK;
/* Add a sealed piece (AAD as in file.h): 1 and u->had is `had`; 0: it no longer ends where *u says; -1. `token`
 * as in store_file_put(). */
int store_upload_add(struct store *s, struct store_upload *u, int64_t token, int32_t number,
    const struct bytes *sealed, int64_t had, struct error *why) MUST_CHECK;
/* All of it is there: it is the file *f from now on, of the same division, id and account. 1; 0: it was
 * already, or is gone; -1. */
int store_upload_end(struct store *s, const struct store_file *f, int64_t token, struct error *why) MUST_CHECK;
/* It is no paper. 0 or -1. */
int store_upload_drop(struct store *s, const struct store_upload *u, struct error *why) MUST_CHECK;

#define STORE_UPLOAD_US (86400 * INT64_C(1000000))
/* Delete at most `limit` that are too old at `now`: the number deleted, -1. */
int64_t store_uploads_sweep(struct store *s, int64_t now, int limit, struct error *why) MUST_CHECK;

#endif
