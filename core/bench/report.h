/* report.h: what a run prints: a table for people, or one JSON object a line.
 */
#ifndef YJS_BENCH_REPORT_H
#define YJS_BENCH_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"
#include "bench/run.h"

struct durability { /* read back from the server */
	char version[32], fsync[8], commit[16], pages[8], method[24], buffers[24], log_most[24];
};

int report_durability(struct measure *m, struct durability *out, struct error *why) MUST_CHECK;
/* Nothing that was confirmed can be lost when the power fails. */
bool report_is_durable(const struct durability *d);

/* What stands above the table. `limit` NULL: not measured. */
void report_head(FILE *to, const struct durability *d, const struct limit_row *limit, const struct run *r,
    bool private, bool in_memory);
void report_columns(FILE *to);
void report_row(FILE *to, const struct row *row, const struct limit_row *limit);
/* The same as one line of JSON. 0 or -1. */
int report_json(FILE *to, const struct row *row, const struct limit_row *limit, const struct durability *d,
    const struct run *r);
/* What makes a row doubtful, on stderr; nothing when nothing does. */
void report_doubts(const struct row *row);

#endif
