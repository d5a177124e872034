/* fill.h: answers and results -> the bytes a department is sent.
 *
 * Pure. Only what the item declares goes out. The bytes are made once, stored before the first send
 * and never made again.
 */
#ifndef YJS_RULES_FILL_H
#define YJS_RULES_FILL_H

#include "base/text.h"
#include "rules/plan.h"

/* Append {"application","item","round","data":{..},"materials":[..]} (connectors/PROTOCOL.md).
 *  materials  array of {"id","title","how"} for this item, lent. 0 or -1. */
int fill_body(const struct event *event, int item, int round, const char *number,
    const struct facts *facts, const json_t *materials, struct text *out) MUST_CHECK;

/* What is sent on to an item that started without it: `item` is one with later_of, the body names the
 * item that it is sent on for; {..,"of"} is the key of that one's operation of `round`. Nothing to be
 * sent on: -1. */
int fill_later(const struct event *event, int item, int round, const char *number, const char *of,
    const struct facts *facts, struct text *out) MUST_CHECK;

/* Body of an undo: what the forward operation `of` did is to be taken back. receipt: the department's
 * own number, or NULL. */
int fill_undo(const struct event *event, int item, int round, const char *number, const char *of,
    const char *receipt, struct text *out) MUST_CHECK;

/* Body of a record's look-up: item is "record:<id>". */
int fill_record(const struct event *event, int record, int round, const char *number,
    const struct facts *facts, struct text *out) MUST_CHECK;

/* Body of a material's fetch: item is "material:<id>". */
int fill_fetch(const struct event *event, int material, int way, int round, const char *number,
    const struct facts *facts, struct text *out) MUST_CHECK;

/* The values a request would carry: object param -> value, in `data`'s shape. New reference. */
json_t *fill_data(const struct event *event, int item, const struct facts *facts);

#endif
