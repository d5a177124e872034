/* month.h: statements sent to the tables of one month.
 *
 * Private to the room. An update of a partitioned table opens, locks and plans for all of its months, so that it
 * costs more with each month that the service has seen: with forty, a sixth of all that a node does. Statements of the
 * engine's groups name the month's tables instead, where those are there and ours to write; else, and for months that
 * have left for the archive, they go to the whole table as all others do.
 */
#ifndef YJS_STORE_MONTH_H
#define YJS_STORE_MONTH_H

#include "store/connection.h"

enum { MONTH_NAME = 64, MONTH_SUFFIX = 16 };

/* Look whether the month (year * 12 + month - 1) has tables that we may write, unless it is known. May wait for the
 * server: not while a group is in flight. */
int month_look(struct store *s, int month, struct error *why) MUST_CHECK;
/* May statements be sent to it? Of months that were looked at. */
bool month_apart(const struct store *s, int month);
/* Prepare `q` for the month's tables when not yet done (0: for the whole). */
int month_prepare(struct store *s, enum query q, int month, struct error *why) MUST_CHECK;
/* The name alone: `name`, or the statement's own. */
const char *month_name(enum query q, int month, char name[MONTH_NAME]);
/* The session is new: nothing is known. */
void month_forget(struct store *s);
/* A table was not where it had been: from now on this session's go to the whole. */
void month_moved(struct store *s);

/* What the names of a month's tables end with: "_2026_11"; of the whole "". */
void month_suffix(int month, char suffix[MONTH_SUFFIX]);
/* A statement's text for one month's tables, or (0) for the whole: where it says "{month}" stands which. */
char *month_sql(enum query q, int month);

#endif
