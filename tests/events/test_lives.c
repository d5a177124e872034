/* Lives of applications of the real events: answers, corrections, consents, withdrawals and time drawn
 * by seed; then everybody does what is asked of him, and each life must come to an end. What may never
 * happen is checked after every move. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/json.h"
#include "declared/load.h"
#include "folders.h"
#include "rules/form.h"
#include "rules/running.h"
#include "rules/schema.h"
#include "rules/shown.h"

enum { LIVES = 40, WILD = 60, CALM = 1200 };

static struct event *event;
static uint32_t drawn;

struct life {
	struct running *r;
	struct effects x;
	uint8_t undo_sends[EVENT_ITEMS], sent_round[NODES_END];
};

static uint32_t
draw(uint32_t below)
{
	drawn = drawn * 1664525 + 1013904223;
	return (drawn >> 8) % below;
}

/* --- what must hold --- */

static void
check_send(struct life *l, int send)
{
	const struct running *r = l->r;
	int node = send & ~SEND_UNDO;

	if (send & SEND_UNDO) {
		assert_true(r->withdrawn_at != 0);
		assert_int_equal(++l->undo_sends[node], 1);
		return;
	}
	assert_int_equal(r->withdrawn_at, 0);
	assert_true(running_node(r, node)->round > l->sent_round[node]);
	l->sent_round[node] = running_node(r, node)->round;
	for (size_t n = 0; node < MATERIAL_NODE && n < r->event->n_items; n++)
		if (r->plan.item[node].needs >> n & 1)
			assert_true(r->nodes[n].state == ITEM_APPROVED || r->nodes[n].state == ITEM_SKIPPED);
}

static void
check_shown(const struct running *r)
{
	json_t *shown = shown_to(r, NULL, "zh-CN");
	const char *text = json_text(json_object_get(shown, "next"), "text");

	assert_non_null(shown);
	assert_true(text && *text);
	json_decref(shown);
}

static void
moved(struct life *l)
{
	static const uint8_t hash[32] = { 1 };

	assert_false(l->x.failed);
	for (int i = 0; i < l->x.n_send; i++) {
		check_send(l, l->x.send[i]);
		running_sent(l->r, l->x.send[i], "key", hash, &l->x);
	}
	check_shown(l->r);
}

/* --- what may happen --- */

static json_t *
made_outputs(const struct output *outputs, size_t n)
{
	json_t *made = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(made, outputs[i].name, outputs[i].type == TYPE_YES_NO
		    ? json_boolean(draw(2)) : outputs[i].type == TYPE_NUMBER ? json_integer(draw(3))
		    : json_string("1"));
	return made;
}

static struct ending
made_ending(enum ending_kind kind, int node)
{
	struct ending e = { .kind = kind, .code = "test" };

	if (kind == ENDING_APPROVED && node < MATERIAL_NODE)
		e.outputs = made_outputs(event->items[node].outputs, event->items[node].n_outputs);
	else if (kind == ENDING_FOUND)
		e.outputs = node < RECORD_NODE ? json_object()
		    : made_outputs(event->records[node - RECORD_NODE].outputs,
		        event->records[node - RECORD_NODE].n_outputs);
	if (kind == ENDING_REJECTED)
		e.reason = strdup("no");
	if (kind == ENDING_CORRECTION && event->items[node].n_request > 0)
		e.fields = json_pack("[{s:s, s:s}]", "field",
		    event->items[node].request[draw((uint32_t)event->items[node].n_request)].name, "reason", "r");
	return e;
}

static void
answer(struct life *l, int node, bool calm)
{
	static const enum ending_kind of_item[] = { ENDING_APPROVED, ENDING_APPROVED, ENDING_APPROVED,
		ENDING_CORRECTION, ENDING_PENDING, ENDING_RETRY, ENDING_REJECTED, ENDING_ATTENTION };
	static const enum ending_kind of_lookup[] = { ENDING_FOUND, ENDING_FOUND, ENDING_NONE_FOUND,
		ENDING_RETRY };
	enum ending_kind kind = node < MATERIAL_NODE ? of_item[calm ? 0 : draw(8)]
	    : of_lookup[calm ? 0 : draw(4)];
	struct ending e = made_ending(kind, node);

	effects_begin(&l->x, l->x.now + US_PER_SECOND);
	running_settle(l->r, node, running_node(l->r, node)->round, &e, 7, &l->x);
	ending_free(&e);
	moved(l);
}

static void
answer_undo(struct life *l, int node, bool calm)
{
	static const enum ending_kind kinds[] = { ENDING_CANCELLED, ENDING_REJECTED, ENDING_RETRY };
	struct ending e = made_ending(kinds[calm ? 0 : draw(3)], node);

	effects_begin(&l->x, l->x.now + US_PER_SECOND);
	running_settle_undo(l->r, node, running_node(l->r, node)->round, &e, 7, &l->x);
	ending_free(&e);
	moved(l);
}

/* Everything asked is given: the answers as they are, which is an answer too. A rule that a record
 * contradicts them does not take them: then it stays with the applicant. */
static bool
correct(struct life *l)
{
	json_t *asked = running_asked(l->r, l->x.now, "zh-CN"), *form = json_object(), *files = json_object();
	json_t *one, *errors;
	size_t i;
	int result;

	json_array_foreach(asked, i, one) {
		const char *pointer = json_text(one, "pointer");
		json_t *given = json_object_get(l->r->form, pointer + strlen("/form/"));

		if (strncmp(pointer, "/materials/", 11) == 0)
			json_object_set_new(files, pointer + 11, json_pack("{s:s}", "id", "f"));
		else
			json_object_set_new(form, pointer + 6, given ? json_incref(given) : json_null());
	}
	effects_begin(&l->x, l->x.now + US_PER_SECOND);
	result = running_correct(l->r, form, files, "zh-CN", &errors, &l->x);
	assert_int_equal(result == 2, json_array_size(asked) == 0);
	json_array_foreach(errors, i, one)
		assert_string_equal(json_text(one, "code"), "correct");
	json_decref(errors);
	json_decref(asked);
	json_decref(form);
	json_decref(files);
	if (result == 0)
		moved(l);
	return result == 0;
}

static bool
consent(struct life *l, bool calm)
{
	for (size_t i = 0; i < event->n_signs; i++) {
		effects_begin(&l->x, l->x.now + US_PER_SECOND);
		if (running_sign(l->r, (int)i, calm || draw(2), &l->x) == 0) {
			moved(l);
			return true;
		}
	}
	return false;
}

static bool
time_passes(struct life *l)
{
	int64_t next = running_next_clock(l->r);

	if (!next)
		return false;
	effects_begin(&l->x, next > l->x.now ? next : l->x.now);
	running_clock(l->r, &l->x);
	moved(l);
	assert_true(running_next_clock(l->r) == 0 || running_next_clock(l->r) > l->x.now);
	return true;
}

static bool
departments_answer(struct life *l, bool calm)
{
	int first = (int)draw(NODES_END);

	for (int i = 0; i < NODES_END; i++) {
		int node = (first + i) % NODES_END;

		if (!running_has(event, node) || node >= SIGN_NODE)
			continue;
		if (node < MATERIAL_NODE && running_node(l->r, node)->undo == UNDO_SENT) {
			answer_undo(l, node, calm);
			return true;
		}
		if (running_is_open(l->r, node) || (calm && node < MATERIAL_NODE &&
		        running_node(l->r, node)->state == ITEM_ATTENTION && l->sent_round[node] &&
		        running_node(l->r, node)->how != CAUSE_CHANGED)) {
			answer(l, node, calm);
			return true;
		}
	}
	return false;
}

static void
one_move(struct life *l, bool calm)
{
	uint32_t what = draw(12);

	if (!calm && what == 0 && draw(8) == 0) {
		effects_begin(&l->x, l->x.now + US_PER_SECOND);
		if (running_withdraw(l->r, NULL, &l->x) == 0)
			moved(l);
	} else if (what < 3) {
		correct(l);
	} else if (what < 5) {
		consent(l, calm);
	} else if (!departments_answer(l, calm) && !correct(l) && !consent(l, calm)) {
		time_passes(l);
	}
}

/* --- lives --- */

static bool
begin(struct life *l, int64_t now)
{
	static const uint8_t hash[32] = { 1 };
	struct facts facts = { .event = event, .today = clock_day(now), .division = "330111" };
	struct error why = { 0 };

	memset(l, 0, sizeof *l);
	l->r = running_new(event);
	l->r->form = schema_example(event, facts.today);
	l->r->submitted_at = now;
	facts.form = l->r->form;
	facts.chosen = l->r->chosen = form_chosen(event, NULL);
	assert_int_equal(plan_make(event, &facts, &l->r->plan, &why), 0);
	effects_begin(&l->x, now);
	running_begin(l->r, hash, &l->x);
	moved(l);
	return l->r->status < STATUS_FINISHED;
}

/* Ended, or somebody has been named to see to what only he can: a person, or the applicant whose
 * answers a record contradicts. */
static bool
has_ended(const struct running *r)
{
	if (r->status >= STATUS_FINISHED)
		return !running_is_busy(r);
	for (size_t i = 0; i < event->n_items; i++)
		if (r->nodes[i].state == ITEM_ATTENTION || r->nodes[i].flags & ITEM_HELD ||
		    (r->nodes[i].state == ITEM_CORRECTION && !r->nodes[i].sent_at))
			return true;
	return false;
}

static void
every_life_comes_to_an_end(void **state)
{
	int ended[STATUS_COUNT] = { 0 };

	(void)state;
	for (uint32_t seed = 1; seed <= LIVES; seed++) {
		struct life l;
		int moves = 0;

		drawn = seed * 7919;
		for (bool open = begin(&l, INT64_C(1794976000000000)); open && moves < WILD; moves++)
			one_move(&l, false);
		while (!has_ended(l.r) && moves++ < CALM)
			one_move(&l, true);
		if (!has_ended(l.r))
			print_error("%s: life %u does not end\n", event->id, seed);
		assert_true(has_ended(l.r));
		ended[l.r->status]++;
		effects_free(&l.x);
		running_free(l.r);
	}
	print_message("%s: %d finished, %d withdrawn, %d with somebody\n", event->id,
	    ended[STATUS_FINISHED], ended[STATUS_WITHDRAWN],
	    ended[STATUS_IN_PROGRESS] + ended[STATUS_WAITING_FOR_APPLICANT]);
	assert_true(ended[STATUS_FINISHED] > 0 && ended[STATUS_WITHDRAWN] > 0);
}

static int
one_event(const char *id)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_life_comes_to_an_end) };
	struct error why = { 0 };
	int failed;

	event = event_load(folders_event(id), &why);
	if (!event) {
		print_error("%s: %s\n", id, why.text);
		return 1;
	}
	failed = cmocka_run_group_tests_name(id, tests, NULL, NULL);
	event_free(event);
	return failed;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "reader") == 0) /* the reader starts this program again */
		return reader_main(argc - 1, argv + 1);
	return folders_each(one_event);
}
