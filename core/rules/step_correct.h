/* step_correct.h: one correction while it is judged (step_correct.c) and carried on (step_carry.c).
 */
#ifndef YJS_RULES_STEP_CORRECT_H
#define YJS_RULES_STEP_CORRECT_H

#include "rules/step_own.h"

struct correction {
	struct running *r;
	const json_t *form, *materials; /* as given; NULL: nothing */
	const char *language;
	struct effects *x;
	json_t *errors;
	json_t *patched;      /* the whole form as it would be */
	json_t *reasons;      /* item id -> why a decision on the old answer needs a person */
	size_t words;
	uint64_t *bits;       /* room of all the sets of questions */
	uint64_t *marked;     /* questions that may be given */
	uint64_t *given, *changed;
	uint64_t papers;      /* materials that may be given */
	uint64_t papers_given;
	uint64_t items;       /* items sent back that are answered */
	bool failed;
};

/* Note an error: its code is what stands before the dot of `sentence` (a key of form_messages). */
void step_refuse(struct correction *c, const char *folder, const char *name, const char *sentence,
    const struct question *q);
/* What was settled when it was filed: an answer that would change it is refused. */
void step_fixed(struct correction *c);
/* Found sound: the items, papers and look-ups that it concerns move, then whatever follows. Sets
 * `reasons`. */
void step_carry(struct correction *c);
/* The records (a mask) that were asked for with an answer that has changed. */
uint32_t step_carry_records(const struct correction *c);

#endif
