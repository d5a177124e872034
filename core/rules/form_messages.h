/* form_messages.h: what is said of an answer that is not sound, and what to do about it.
 *
 * One sentence for each code and, where it helps, for each type of question; in Chinese or English.
 * Titles of questions stay as the event says them. No answer is ever quoted: messages go into
 * replies and may be kept by others.
 */
#ifndef YJS_RULES_FORM_MESSAGES_H
#define YJS_RULES_FORM_MESSAGES_H

#include "rules/event.h"

enum { FORM_MESSAGE = 768, FORM_CODE = 32 };

/* Write `sentence` about question `q` (NULL: about no question) in `language` ("en" or else Chinese)
 * to `out`. Its key is a code of form_codes, or where one code has several reasons "code.reason":
 * conflict.own conflict.derived conflict.twice conflict.self
 * conflict.same conflict.place conflict.once conflict.asked not_asked.sign. */
void form_message(const char *sentence, const struct question *q, const char *language,
    char out[FORM_MESSAGE]);
/* The code of a sentence: its key up to the dot. */
void form_code(const char *sentence, char code[FORM_CODE]);

#endif
