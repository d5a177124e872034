/* prefill.h: what need not be typed, because the login or a department's record says it.
 *
 * Pure. Which records would fill in what is asked and still open, which of them this person may have looked
 * up before anything is filed, and what is known of each question afterwards. A record is looked up for whom
 * it is about, or for nobody: else whoever knows a stranger's identity number could read his papers
 * here. What is about a company alone is open.
 */
#ifndef YJS_RULES_PREFILL_H
#define YJS_RULES_PREFILL_H

#include "rules/expr.h"

enum prefill_look { PREFILL_NOT_ASKED, PREFILL_FOUND, PREFILL_NONE, PREFILL_UNREACHABLE };

struct prefill { /* what is known; everything lent */
	const json_t *own;      /* how the login is told as a source: an object */
	const json_t *disputed; /* array of ids of questions, or NULL */
	struct prefill_record {
		enum prefill_look look;
		const json_t *source; /* how it is told */
		const char *at;
	} records[EVENT_RECORDS];
};

/* The records to be looked up for these facts, as a mask: a question that is asked is filled from them, and
 * they may be. facts: form (with what is known already filled in), applicant, chosen, today as given. */
uint32_t prefill_records(const struct event *event, const struct facts *facts);

/* The form with each answer that is asked, missing, and known from a source filled in, as form_filled()
 * does it for locked ones. What a source says and the question does not allow is left out. New
 * reference; NULL: memory is gone. */
json_t *prefill_form(const json_t *form, const json_t *choices, const struct facts *facts);

/* {question: {"state", "value"?, "source", "at"?}} of all that is asked and can be filled in. facts.records:
 * what was found. state: known none unreachable, or disputed: known, and the person says it is wrong.
 * New reference; NULL: memory is gone. */
json_t *prefill_show(const struct event *event, const struct facts *facts, const struct prefill *p);

#endif
