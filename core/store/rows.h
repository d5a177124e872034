/* rows.h: rows that intake and the engine's groups both write.
 *
 * Private to the room. Each fills one statement of the pipeline (and none when there are no rows);
 * what they point to is copied.
 */
#ifndef YJS_STORE_ROWS_H
#define YJS_STORE_ROWS_H

#include "store/desk.h"
#include "store/pipeline.h"

/* Declare the columns: n types in the statement's order. */
void rows_columns(struct params *p, const enum param_type *types, int n);

/* application_put; once_put for those that have a value. */
void rows_applications(struct store *s, const struct store_application *const *rows, size_t n);
void rows_once(struct store *s, const struct store_application *const *rows, size_t n);

/* operation_put. rows_endpoints() must have been called for them before the pipeline began: it looks
 * the endpoints' numbers up and makes new ones. */
int rows_endpoints(struct store *s, const struct store_operation *rows, size_t n, struct error *why) MUST_CHECK;
struct params *rows_operations_begin(struct store *s);
int rows_operation(struct store *s, struct params *p, const struct store_operation *row, struct error *why) MUST_CHECK;

void rows_revisions(struct store *s, const struct store_revision *rows, size_t n);

struct params *rows_history_begin(struct store *s);
void rows_history(struct params *p, int32_t division, int64_t application, int32_t seq,
    const char *entries, const uint8_t hash[32]);

/* desk_put, desk_close, when there are any: of one place the last in the list counts. */
void rows_desks(struct store *s, const struct store_desk *rows, size_t n);

/* consent_put, when there are any. */
void rows_consents(struct store *s, const struct store_consent *rows, size_t n);
/* file_use_put. The files must still be there, or the group is refused. */
int rows_file_uses(struct store *s, const struct store_file_use *rows, size_t n, struct error *why) MUST_CHECK;

/* counter_add: sums what is alike and sorts, so that all writers lock in one order. */
int rows_counts(struct store *s, const struct store_count *rows, size_t n, struct error *why) MUST_CHECK;

#endif
