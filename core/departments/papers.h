/* papers.h: the files that a department is told of: fetched, and held against what was told.
 *
 * Nothing waits for them: a simulated department decides by what it was told. What came of each is in
 * the ledger ("papers": verified true or false), and one that was not to be had is asked for again,
 * also after this program was killed.
 */
#ifndef YJS_DEPARTMENTS_PAPERS_H
#define YJS_DEPARTMENTS_PAPERS_H

#include "departments/office.h"

/* The files that `materials` of a request tell of. New reference, NULL when there are none. */
json_t *papers_of(const json_t *materials);
/* Plan to fetch those of a durable entry that are not yet. Takes no lock. */
void papers_plan(struct office *office, struct entry *e);
/* After agenda_stop(). */
void papers_free(struct entry *e);

#endif
