/* file.h: papers that people upload.
 *
 * A file is a row and its pieces, all sealed before they come here. It is stored whole in one
 * transaction; linked to the application that names it in that application's own; swept when no application
 * and no draft (draft.h) has named it for seven days. No more than one piece is in memory here at a time.
 */
#ifndef YJS_STORE_FILE_H
#define YJS_STORE_FILE_H

#include "store/bytes.h"

struct store_file {
	int32_t division;    /* of the one who sent it */
	int64_t id;
	int64_t account;
	int64_t stored_at;
	int32_t pieces;
	bool used;           /* an application or a draft (draft.h) names it; only read */
	struct bytes about;  /* sealed {"sha256","size","type"}; AAD file.about.id */
};

/* Store a file. `piece` gives the sealed piece `number` (0 .. pieces-1; AAD file_piece.bytes.id, part
 * = number), lent until it is called again; -1 ends it all. `token` (0 none) must be in force, else
 * ERROR_CONFLICT. ERROR_UNKNOWN: perhaps stored. */
int store_file_put(struct store *s, const struct store_file *f, int64_t token,
    int (*piece)(void *cookie, int32_t number, struct bytes *sealed, struct error *why), void *cookie,
    struct error *why) MUST_CHECK;

/* Tell of those of `n` files (division and id are read) that exist; what is lent dies with the call.
 * -1 ends it. */
int store_files(struct store *s, const struct store_file *places, size_t n,
    int (*each)(void *cookie, const struct store_file *f, struct error *why), void *cookie,
    struct error *why) MUST_CHECK;
/* One piece, malloc()ed. 1 found, 0 not, -1. */
int store_file_piece(struct store *s, int32_t division, int64_t id, int32_t number, struct bytes *sealed,
    struct error *why) MUST_CHECK;
/* How many files of an account nobody has named yet; -1. */
int64_t store_files_unused(struct store *s, int64_t account, struct error *why) MUST_CHECK;

struct store_file_use { /* an application names a file; see store_application, store_petition */
	int32_t division;    /* the file's */
	int64_t file;
	int32_t home;        /* the application's division */
	int64_t application;
};
/* The applications that name a file; -1 of `each` ends it. */
int store_file_uses(struct store *s, int32_t division, int64_t id,
    int (*each)(void *cookie, const struct store_file_use *use, struct error *why), void *cookie,
    struct error *why) MUST_CHECK;

/* Unused files live so long; the sweeper gives another hour to who has just looked at one. */
#define STORE_FILE_US (7 * 86400 * INT64_C(1000000))
/* Delete at most `limit` unused files that no draft names and that are too old at `now`: the number deleted, -1. */
int64_t store_files_sweep(struct store *s, int64_t now, int limit, struct error *why) MUST_CHECK;

#endif
