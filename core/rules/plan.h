/* plan.h: which items apply, in which order, told what.
 *
 * Pure. Computed once at submission from the version in force and stored with the application;
 * nothing later changes it. A need that does not apply or was not chosen is settled for order only;
 * an item whose request needs a result of such an item is skipped itself, on through the graph.
 */
#ifndef YJS_RULES_PLAN_H
#define YJS_RULES_PLAN_H

#include "base/error.h"
#include "rules/expr.h"

enum plan_verdict {
	PLAN_RUNS,
	PLAN_NOT_APPLICABLE, /* its `when` does not hold */
	PLAN_NOT_CHOSEN,
	PLAN_DROPPED,        /* a rule leaves it out */
	PLAN_SKIPPED         /* it needs a result that will never come */
};

struct plan {
	size_t n_items, n_materials;
	struct {
		uint8_t verdict;  /* enum plan_verdict */
		int8_t because;   /* rule (dropped), item (skipped; not applicable: it runs instead), or -1 */
		uint64_t needs;   /* items that run and must be approved first */
		uint64_t uses;    /* materials that apply */
		uint64_t signs;   /* consents that apply: it waits for them */
		uint16_t fields;  /* answers that it needs: a form of its own would have asked them again */
	} item[EVENT_ITEMS];
	uint64_t runs;            /* mask of PLAN_RUNS */
	uint64_t materials;       /* mask of the materials that apply to items that run */
	int32_t submitted;        /* day */
	char division[7];
};

/* Make the plan of a sound form. */
int plan_make(const struct event *event, const struct facts *facts, struct plan *plan,
    struct error *why) MUST_CHECK;

/* The plan as data for storage (small, no personal data) and back. */
json_t *plan_pack(const struct event *event, const struct plan *plan);
int plan_unpack(const struct event *event, const json_t *data, struct plan *plan,
    struct error *why) MUST_CHECK;

/* 32 hex digits and NUL that stand for all of it in the history: a plan edited later is found out. */
void plan_hash(const struct plan *plan, char hex[33]);

/* When the whole is promised: the longest path of promises from `plan->submitted`. False when it
 * would rest on a calendar not yet published, or an item promises nothing. */
bool plan_due(const struct event *event, const struct plan *plan, int32_t *due);
/* The same per item, as if all before it took their whole promise. */
bool plan_item_due(const struct event *event, const struct plan *plan, int item, int32_t *due);

/* All of them at once: due[i] for every bit i of the returned mask. */
uint64_t plan_dues(const struct event *event, const struct plan *plan, int32_t due[EVENT_ITEMS]);
/* The promise of the whole (item -1) or of one item as the API tells it: sets
 * "promised_by", and where that is null "promise" {"days","counted_until","note"}; days are working
 * days, null when an item on the way promises nothing. 0, or -1 when memory is gone. */
int plan_promise(const struct event *event, const struct plan *plan, int item,
    const char *language, json_t *object) MUST_CHECK;
/* Working days on the longest path to `item` (-1: of the whole), without a calendar: calendar days
 * count 5 for 7, a month 21, a year 248. -1 when an item on it promises nothing. */
int plan_days(const struct event *event, const struct plan *plan, int item);

/* How a material of the plan is expected to come: the first of its ways that is open now (a paper
 * that an item produces only if that item runs). NULL: no way is open. */
const struct get *plan_way(const struct event *event, const struct plan *plan, int material);

/* What the plan is expected to spare: of the items that run the papers, visits and working days that
 * they took before, one after another, minus what is asked now: papers expected to be uploaded,
 * items that still need a visit, working days on the longest path (an item that promises nothing is
 * taken to need as long as before). Never below 0. */
struct saving { int materials, visits, working_days; };
struct saving plan_saving(const struct event *event, const struct plan *plan);

/* The records that are looked up after filing, as a mask: those that rules (not reminders) of items
 * that run speak of, and those that applying papers may come from. */
uint32_t plan_records(const struct event *event, const struct plan *plan);

/* Why an item is done or not, for people. Appends; the text fails where a condition is too long. */
struct text;
void plan_why(const struct event *event, const struct plan *plan, const struct facts *facts, int item,
    bool english, struct text *out);

/* The answer of POST /events/{event}/plan: items with why, what each department would get field by
 * field, papers still asked, consents, records to be asked for, dates, saving, reminders. New
 * reference. */
json_t *plan_show(const struct event *event, const struct plan *plan, const struct facts *facts,
    const json_t *reminders, const char *language);

#endif
