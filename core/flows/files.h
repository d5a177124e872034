/* files.h: papers that people upload: taken in, resolved for the applications that name them, read.
 *
 * Whoever uploads a file owns it: to anybody else its id is unknown, until an application names it and
 * he may see that, or a draft that names it has come to him. In JSON a file is {"id","sha256","size","type"}
 * everywhere.
 */
#ifndef YJS_FLOWS_FILES_H
#define YJS_FLOWS_FILES_H

#include "flows/account.h"
#include "rules/running.h"
#include "rules/upload.h"
#include "seal/digest.h"
#include "store/store.h"

struct file {
	int32_t division;
	int64_t row, account;
	int32_t pieces;
	bool used;          /* an application or a draft names it */
	char id[FILE_ID_SIZE], sha256[65], type[8];
	int64_t size;
};

/* {"id","sha256","size","type"}; NULL when memory is gone. */
json_t *files_object(const struct file *f);

/* Store what `who` sent, sealed in pieces, durably. `type` as upload_type() gave it. ERROR_CONFLICT:
 * his token was revoked meanwhile; ERROR_UNKNOWN: perhaps stored. */
int files_take_in(struct node *n, struct store *s, const struct account *who, const char *bytes,
    size_t length, const char *type, struct file *f, struct error *why) MUST_CHECK;

/* The file of that id, whoever owns it: 1, 0 there is none (or it was not used in time), -1. */
int files_find(struct node *n, struct store *s, const char *id, struct file *f, struct error *why) MUST_CHECK;
/* Its content, `size` bytes, malloc()ed; NULL when it cannot be had whole. */
char *files_read(struct node *n, struct store *s, const struct file *f, struct error *why) MUST_CHECK;

struct files_wish { /* what somebody says: {material: file id} */
	const struct account *who;
	const struct event *event;
	const json_t *materials; /* object */
	const json_t *had;       /* running.files: of twenty so many are had already; or NULL */
	const char *language;
};
/* Resolve it: each file must be there, the caller's (or named by a draft that is), of a type that the material's
 * upload way allows. *files gets material id -> {"id","sha256","size","type"} as running.files has it, *errors an
 * array of {pointer "/materials/<id>", code, message}, empty when all is well; both new references. -1: the
 * database is away or memory gone. What was resolved can be named for another hour at least. */
int files_resolve(struct node *n, struct store *s, const struct files_wish *w, json_t **files,
    json_t **errors, struct error *why) MUST_CHECK;
/* The rows that keep them, for the transaction of the application: how many of `out`. */
size_t files_uses(const json_t *files, int32_t home, int64_t application,
    struct store_file_use out[UPLOADS_MOST]);

/* Was the file told to a department in this operation? 1, 0, -1. The case was read with bodies. */
int files_carried(struct node *n, const struct store_case *c, const struct store_case_operation *o,
    const char *id, struct error *why) MUST_CHECK;

/* Delete what nobody has named for seven days. Takes its time; by the main thread. */
void files_sweep(struct node *n, struct store *s);

#endif
