/* moved.h: a small event with everything that can move, for the tests of step*.c.
 *
 * ALPHA goes first and can be undone. BETA needs it and a paper that only the applicant has; it can be
 * undone as well. GAMMA needs the consent of a second person, and a record must say yes; it cannot be
 * undone. DELTA is a notification after ALPHA. What ALPHA and GAMMA are sent rests on the name, what
 * BETA is sent on the address.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "rules/calendar.h"
#include "rules/history.h"
#include "rules/running.h"
#include "rules/shown.h"

enum { ALPHA, BETA, GAMMA, DELTA, MOVED_ITEMS };
enum { PAPER = MATERIAL_NODE, REGISTER = RECORD_NODE, CONSENT = SIGN_NODE };
enum { NAME, ADDRESS, PARTNER, MOVED_QUESTIONS };

/* Wednesday 2026-11-18, 12:26 in Hangzhou. */
#define MOVED_START INT64_C(1794976000000000)

static struct event moved;
static struct item moved_items[MOVED_ITEMS];
static struct question moved_questions[MOVED_QUESTIONS];
static struct param moved_params[MOVED_ITEMS], moved_lookup;
static struct get moved_ways[2];
static struct material moved_materials[1];
static struct record moved_records[1];
static struct sign moved_signs[1];
static struct rule moved_rules[1];
static struct expr moved_answers[MOVED_QUESTIONS], moved_says, moved_yes, moved_must;
static struct expr *moved_must_args[2] = { &moved_says, &moved_yes };
static struct output moved_outputs[1];
static const uint8_t moved_hash[32] = { 7 };

static char *
text_of(const char *s)
{
	return (char *)(uintptr_t)s;
}

static void
moved_item(int i, const char *id, const char *within, uint64_t needs, int question, bool undo)
{
	moved_params[i] = (struct param){ .name = moved_questions[question].id,
		.value = &moved_answers[question] };
	moved_items[i] = (struct item){ .id = text_of(id), .title = text_of(id), .by = text_of("health.go"),
		.department = text_of("health"), .call = text_of("go"), .needs = needs,
		.request = &moved_params[i], .n_request = 1, .later_of = -1, .fee_fen = -1, .undo = undo };
	if (within)
		duration_parse(within, &moved_items[i].within);
	moved_questions[question].items |= UINT64_C(1) << i;
}

static void
moved_parts(void)
{
	static const char *const ids[] = { "name", "address", "partner" };

	for (int q = 0; q < MOVED_QUESTIONS; q++) {
		moved_questions[q] = (struct question){ .id = text_of(ids[q]), .title = text_of(ids[q]),
			.type = TYPE_TEXT, .decides = q == PARTNER };
		moved_answers[q] = (struct expr){ .op = EXPR_REF, .space = EXPR_ANSWER, .index = q };
	}
	moved_says = (struct expr){ .op = EXPR_REF, .space = EXPR_RECORD, .name = text_of("ok") };
	json_decref(moved_yes.value);
	moved_yes = (struct expr){ .op = EXPR_CONST, .value = json_string("yes") };
	moved_must = (struct expr){ .op = EXPR_IS, .args = moved_must_args, .n_args = 2 };
	moved_outputs[0] = (struct output){ .name = text_of("ok"), .type = TYPE_TEXT };
	moved_lookup = (struct param){ .name = text_of("name"), .value = &moved_answers[NAME] };
	moved_records[0] = (struct record){ .id = text_of("register"), .title = text_of("register"),
		.department = text_of("police"), .call = text_of("look"), .request = &moved_lookup,
		.n_request = 1, .outputs = moved_outputs, .n_outputs = 1 };
	moved_ways[0] = (struct get){ .way = WAY_UPLOAD };
	moved_materials[0] = (struct material){ .id = text_of("paper"), .title = text_of("paper"),
		.get = moved_ways, .n_get = 1, .items = 1 << BETA };
	moved_signs[0] = (struct sign){ .id = text_of("consent"), .title = text_of("consent"),
		.who = &moved_answers[PARTNER], .otherwise = RULE_REFUSE,
		.otherwise_text = text_of("declined") };
	duration_parse("10个工作日", &moved_signs[0].within);
	moved_rules[0] = (struct rule){ .id = text_of("registered"), .text = text_of("not registered"),
		.must = &moved_must, .only = 1 << GAMMA, .otherwise = RULE_REFUSE };
}

/* cmocka's set-up: everything as described above, whatever a test has changed. */
static int
moved_set_up(void **state)
{
	(void)state;
	moved_parts();
	moved_item(ALPHA, "alpha", "3个工作日", 0, NAME, true);
	moved_item(BETA, "beta", NULL, 1 << ALPHA, ADDRESS, true);
	moved_item(GAMMA, "gamma", NULL, 0, NAME, false);
	moved_item(DELTA, "delta", NULL, 1 << ALPHA, ADDRESS, false);
	moved_items[BETA].uses = 1;
	moved_items[GAMMA].signs = 1;
	moved_items[DELTA].tell = true;
	moved_questions[ADDRESS].items = 1 << BETA; /* the notification carries nothing that is asked */
	moved_items[DELTA].n_request = 0;
	moved = (struct event){ .id = text_of("moved"), .title = text_of("moved"),
		.questions = moved_questions, .n_questions = MOVED_QUESTIONS,
		.items = moved_items, .n_items = MOVED_ITEMS,
		.materials = moved_materials, .n_materials = 1, .records = moved_records, .n_records = 1,
		.signs = moved_signs, .n_signs = 1, .rules = moved_rules, .n_rules = 1 };
	return 0;
}

/* What the caller does with every move: operations to be sent are noted. */
static void
moved_send(struct running *r, struct effects *x)
{
	for (int i = 0; i < x->n_send; i++)
		running_sent(r, x->send[i], "key", moved_hash, x);
}

/* Filed on MOVED_START. */
static struct running *
moved_begin(struct effects *x)
{
	struct running *r = running_new(&moved);
	struct facts facts = { .event = &moved, .chosen = UINT64_MAX, .today = clock_day(MOVED_START),
		.division = "330111" };
	struct error why = { 0 };

	strcpy(r->number, "3301112611-TEST");
	r->submitted_at = MOVED_START;
	r->form = json_pack("{s:s, s:s, s:s}", "name", "old", "address", "old", "partner",
	    "33010619900101123X");
	r->applicant = json_pack("{s:s}", "id", "330106199203033210");
	r->chosen = facts.chosen;
	facts.form = r->form;
	facts.applicant = r->applicant;
	assert_int_equal(plan_make(&moved, &facts, &r->plan, &why), 0);
	memset(x, 0, sizeof *x);
	effects_begin(x, MOVED_START);
	running_begin(r, moved_hash, x);
	moved_send(r, x);
	return r;
}

static inline void
moved_end(struct running *r, struct effects *x)
{
	effects_free(x);
	running_free(r);
}

/* An answer as ending_judge would make it. `marks` is the field of a correction. */
static struct ending
moved_ending(enum ending_kind kind, const char *marks, const char *says)
{
	struct ending e = { .kind = kind, .code = "test" };

	if (kind == ENDING_APPROVED || kind == ENDING_FOUND)
		e.outputs = says ? json_pack("{s:s}", "ok", says) : json_object();
	if (kind == ENDING_APPROVED || kind == ENDING_PENDING)
		e.receipt = strdup("D-1");
	if (kind == ENDING_REJECTED)
		e.reason = strdup("no");
	if (kind == ENDING_CORRECTION) {
		e.fields = json_pack("[{s:s, s:s}]", "field", marks, "reason", "blurred");
		e.materials = json_array();
	}
	return e;
}

static inline bool
moved_answer(struct running *r, int node, int round, enum ending_kind kind, const char *says, int64_t now,
    struct effects *x)
{
	const char *marks = node < MATERIAL_NODE && moved_items[node].n_request
	    ? moved_items[node].request[0].name : "name";
	struct ending e = moved_ending(kind, marks, says);
	bool changed;

	effects_begin(x, now);
	changed = running_settle(r, node, round, &e, 7, x);
	moved_send(r, x);
	ending_free(&e);
	return changed;
}

/* The answer to what was sent last. */
static inline bool
tell(struct running *r, int node, enum ending_kind kind, struct effects *x)
{
	return moved_answer(r, node, running_node(r, node)->round, kind, NULL, x->now + US_PER_SECOND, x);
}

static inline bool
tell_undo(struct running *r, int node, enum ending_kind kind, struct effects *x)
{
	struct ending e = moved_ending(kind, NULL, NULL);
	bool changed;

	effects_begin(x, x->now + US_PER_SECOND);
	changed = running_settle_undo(r, node, running_node(r, node)->round, &e, 7, x);
	moved_send(r, x);
	ending_free(&e);
	return changed;
}

static inline json_t *
a_file(void)
{
	return json_pack("{s:s, s:s, s:i, s:s}", "id", "f1", "sha256", "00", "size", 1, "type", "pdf");
}
