/* step_note.c: what belongs to a case and moves nothing in it: departments ask one another and confer,
 * people say how they were served and are answered. What was said stands elsewhere, sealed; here only that
 * it was, by whom and when. */
#include "rules/step_own.h"

#include <string.h>

static const enum history_word words[] = { HISTORY_INQUIRED, HISTORY_ANSWERED, HISTORY_CONFERRED,
	HISTORY_CONCLUDED, HISTORY_RATED, HISTORY_COMPLAINED, HISTORY_REPLIED };

int
running_note(struct running *r, const struct running_note *note, struct effects *x)
{
	struct history_entry e = { .by = note->by, .code = note->code, .department = note->department };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(history_words[words[i]], note->what) == 0) {
			step_tell_entry(r, note->item, words[i], &e, x);
			return 0;
		}
	return 2;
}
