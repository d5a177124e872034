/* Memory that runs out once, at each allocation in turn: while an event is loaded, a form read, checked and planned, and
 * while its application lives to its end. What does not say that it failed, and where no part of a document was lost
 * (memory_losses), has given what it gives with memory enough; nothing is left behind.
 *
 * Of the allocations SHARE are met; YJS_EACH=1 meets every one. YJS_EVENT, YJS_AT=N: that one alone, with who asked for it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"
#include "declared/load.h"
#include "events/folders.h"
#include "memory/scarce.h"
#include "rules/ending.h"
#include "rules/fill.h"
#include "rules/form.h"
#include "rules/running.h"
#include "rules/schema.h"
#include "rules/shown.h"

enum { SHARE = 250, SAYINGS = 4000, MOVES = 60, CEILING = 256 << 10, LINE = 200 };
#define NOW INT64_C(1794976000000000)

static const json_t *declared;
static char *form_text;
static uint32_t drawn;

static struct {
	uint64_t hash[SAYINGS]; /* of what was said with memory enough */
	size_t n, heard;
	bool first;
	unsigned losses;        /* before it began */
	char lie[LINE];         /* the first that was another */
} book;

/* --- what is said --- */

static void
say(const char *what, const void *bytes, size_t length)
{
	const uint8_t *p = bytes;
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < length; i++)
		h = (h ^ p[i]) * UINT64_C(1099511628211);
	assert_true(book.heard < SAYINGS);
	if (book.first)
		book.hash[book.n++] = h;
	else if (memory_losses() == book.losses && book.heard < book.n && book.hash[book.heard] != h && !*book.lie)
		snprintf(book.lie, sizeof book.lie, "%s (saying %zu)", what, book.heard);
	book.heard++;
}

/* Nothing is said in the place of what failed. */
static void
say_nothing(void)
{
	if (book.first)
		fail_msg("it failed with memory enough, saying %zu", book.heard);
	book.heard++;
}

/* Takes the value. */
static void
say_json(const char *what, json_t *value)
{
	char *text;

	if (!value) {
		say_nothing();
		return;
	}
	scarce_rest(true);
	text = json_dumps(value, JSON_SORT_KEYS | JSON_ENCODE_ANY);
	assert_non_null(text);
	say(what, text, strlen(text));
	free(text);
	json_decref(value);
	scarce_rest(false);
}

static void
say_text(const char *what, struct text *t)
{
	if (t->failed)
		say_nothing();
	else
		say(what, t->data, t->length);
	text_free(t);
}

/* --- the life --- */

struct life {
	struct running *r;
	struct effects x;
};

static uint32_t
draw(uint32_t below)
{
	drawn = drawn * 1664525 + 1013904223;
	return (drawn >> 8) % below;
}

static void
say_body(const struct life *l, int node)
{
	const struct running *r = l->r;
	json_t *outputs[EVENT_ITEMS], *none;
	struct facts facts;
	struct text out;
	int made;

	scarce_rest(true);
	none = json_array();
	scarce_rest(false);
	running_facts(r, outputs, &facts);
	text_init(&out, CEILING);
	made = node < MATERIAL_NODE ? fill_body(r->event, node, running_node(r, node)->round, "330111-x", &facts, none, &out)
	    : node < RECORD_NODE ? fill_fetch(r->event, node - MATERIAL_NODE, running_node(r, node)->way, 1, "330111-x", &facts, &out)
	    : fill_record(r->event, node - RECORD_NODE, 1, "330111-x", &facts, &out);
	if (made != 0 && !scarce_failed())
		text_clear(&out); /* a value that it needs is missing */
	say_text("a body", &out);
	json_decref(none);
}

/* What the move has brought about; false: it failed, and the value is to be thrown away. */
static bool
moved(struct life *l)
{
	static const uint8_t hash[32] = { 1 };
	struct text packed;

	for (int i = 0; i < l->x.n_send && !effects_failed(&l->x); i++) {
		if (!(l->x.send[i] & SEND_UNDO))
			say_body(l, l->x.send[i]);
		running_sent(l->r, l->x.send[i], "key", hash, &l->x);
	}
	if (effects_failed(&l->x))
		return false;
	say("history", l->x.history.data, l->x.history.length);
	say("sends", l->x.send, (size_t)l->x.n_send * sizeof *l->x.send);
	say_json("a revision", l->x.revision ? json_incref(l->x.revision) : json_null());
	text_init(&packed, CEILING);
	if (running_pack(l->r, &packed) != 0)
		packed.failed = true;
	say_text("states", &packed);
	say_json("the application", shown_to(l->r, NULL, "zh-CN"));
	say_json("what is asked", running_asked(l->r, l->x.now, "zh-CN"));
	return true;
}

static json_t *
made_outputs(const struct output *outputs, size_t n)
{
	json_t *made = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(made, outputs[i].name, outputs[i].type == TYPE_YES_NO ? json_boolean(draw(2))
		    : outputs[i].type == TYPE_NUMBER ? json_integer(draw(3)) : json_string("1"));
	return made;
}

/* An answer as it comes over the wire. */
static char *
made_answer(const struct event *e, int node)
{
	const struct output *outputs = node < MATERIAL_NODE ? e->items[node].outputs
	    : node >= RECORD_NODE ? e->records[node - RECORD_NODE].outputs : NULL;
	size_t n = node < MATERIAL_NODE ? e->items[node].n_outputs : node >= RECORD_NODE ? e->records[node - RECORD_NODE].n_outputs : 0;
	uint32_t die = draw(8);
	json_t *answer;
	char *text;

	if (node < MATERIAL_NODE && die == 0 && e->items[node].n_request > 0)
		answer = json_pack("{s:s, s:[{s:s, s:s}]}", "state", "correction", "fields",
		    "field", e->items[node].request[0].name, "reason", "r");
	else if (node < MATERIAL_NODE && die == 1)
		answer = json_pack("{s:s, s:s}", "state", "pending", "result_id", "7");
	else
		answer = json_pack("{s:s, s:s, s:o}", "state", node < MATERIAL_NODE ? "approved" : "found", "result_id", "7",
		    "outputs", made_outputs(outputs, n));
	text = json_dumps(answer, JSON_COMPACT);
	json_decref(answer);
	return text;
}

static bool
answer(struct life *l, int node)
{
	const struct event *e = l->r->event;
	struct answer a = { .sent = true, .complete = true, .status = 200, .type = "application/json" };
	struct ending ending = { 0 };
	char *body;

	scarce_rest(true);
	body = made_answer(e, node);
	scarce_rest(false);
	a.body = body;
	a.length = strlen(body);
	if (strstr(body, "pending"))
		a.status = 202;
	ending_judge(node < MATERIAL_NODE ? ENDING_OF_CALL : ENDING_OF_FETCH, &a,
	    node < MATERIAL_NODE ? e->items[node].outputs : node >= RECORD_NODE ? e->records[node - RECORD_NODE].outputs : NULL,
	    node < MATERIAL_NODE ? e->items[node].n_outputs : node >= RECORD_NODE ? e->records[node - RECORD_NODE].n_outputs : 0, &ending);
	effects_begin(&l->x, l->x.now + US_PER_SECOND);
	running_settle(l->r, node, running_node(l->r, node)->round, &ending, 7, &l->x);
	ending_free(&ending);
	free(body);
	return moved(l);
}

/* Everything asked is given, as it is. */
static int
correct(struct life *l)
{
	json_t *asked, *form, *files, *one, *errors = NULL;
	size_t i;
	int result;

	scarce_rest(true);
	asked = running_asked(l->r, l->x.now, "zh-CN");
	form = json_object();
	files = json_object();
	json_array_foreach(asked, i, one) {
		const char *pointer = json_text(one, "pointer");
		json_t *given = json_object_get(l->r->form, pointer + strlen("/form/"));

		if (strncmp(pointer, "/materials/", 11) == 0)
			json_object_set_new(files, pointer + 11, json_pack("{s:s}", "id", "f"));
		else
			json_object_set_new(form, pointer + 6, given ? json_incref(given) : json_null());
	}
	scarce_rest(false);
	effects_begin(&l->x, l->x.now + US_PER_SECOND);
	result = running_correct(l->r, form, files, "zh-CN", &errors, &l->x);
	json_decref(errors);
	json_decref(asked);
	json_decref(form);
	json_decref(files);
	return result;
}

static int
consent(struct life *l)
{
	int result = 2;

	for (size_t i = 0; i < l->r->event->n_signs && result > 0; i++) {
		effects_begin(&l->x, l->x.now + US_PER_SECOND);
		result = running_sign(l->r, (int)i, true, &l->x);
	}
	return result;
}

static int
open_node(const struct life *l)
{
	for (int node = 0; node < SIGN_NODE; node++)
		if (running_has(l->r->event, node) && running_is_open(l->r, node))
			return node;
	return -1;
}

/* One move; false: nothing moves any more, or it failed. */
static bool
move(struct life *l)
{
	int node = open_node(l), result;

	if (node >= 0)
		return answer(l, node);
	result = correct(l);
	if (result > 0)
		result = consent(l);
	if (result == 0)
		return moved(l);
	if (result < 0 || !running_next_clock(l->r))
		return false;
	effects_begin(&l->x, running_next_clock(l->r));
	running_clock(l->r, &l->x);
	return moved(l);
}

static void
live(const struct event *event, struct facts *facts, json_t *form)
{
	static const uint8_t hash[32] = { 1 };
	struct life l = { .r = running_new(event) };
	struct error why = { 0 };

	if (!l.r)
		return;
	l.r->form = json_incref(form);
	l.r->submitted_at = NOW;
	l.r->chosen = facts->chosen;
	if (plan_make(event, facts, &l.r->plan, &why) == 0) {
		say_json("the plan", plan_pack(event, &l.r->plan));
		say_json("the plan shown", plan_show(event, &l.r->plan, facts, NULL, "zh-CN"));
		effects_begin(&l.x, NOW);
		running_begin(l.r, hash, &l.x);
		if (moved(&l))
			for (int i = 0; i < MOVES && move(&l); i++)
				;
		effects_free(&l.x);
	}
	running_free(l.r);
}

static void
file(const struct event *event)
{
	struct facts facts = { .event = event, .today = clock_day(NOW), .division = "330111" };
	json_t *form = json_read(form_text, strlen(form_text), CEILING, NULL), *filled, *errors, *reminders;

	if (!form)
		return;
	if ((filled = form_filled(form, NULL, &facts))) {
		if (form_check(event, filled, NULL, &facts, "zh-CN", &errors, &reminders) == 0) {
			say_json("what is wrong", errors);
			say_json("reminders", reminders);
			facts.form = filled;
			facts.chosen = form_chosen(event, NULL);
			live(event, &facts, filled);
		}
		json_decref(filled);
	}
	json_decref(form);
}

static long
run(long fail_at)
{
	struct error why = { 0 };
	struct event *event;

	drawn = 7;
	book.heard = 0;
	book.losses = memory_losses();
	scarce_begin(fail_at);
	event = event_load(declared, &why);
	if (event) {
		file(event);
		event_free(event);
	}
	return scarce_end();
}

/* --- each in turn --- */

/* How often the parts of a document are held, all together. */
static size_t
holds(const json_t *value)
{
	json_t *v = (json_t *)(uintptr_t)value, *one; /* only looked at */
	size_t sum = v->refcount, i;
	const char *key;

	if (sum == SIZE_MAX) /* a constant: true, false, null */
		return 0;
	if (json_is_array(v))
		json_array_foreach(v, i, one)
			sum += holds(one);
	else
		json_object_foreach(v, key, one)
			sum += holds(one);
	return sum;
}

static void
make_form(void)
{
	struct error why = { 0 };
	struct event *event = event_load(declared, &why);
	json_t *form = schema_example(event, clock_day(NOW));

	form_text = json_dumps(form, 0);
	json_decref(form);
	event_free(event);
}

static int
meet(long n, const char *id)
{
	long before = scarce_held();
	size_t lent = holds(declared);

	*book.lie = '\0';
	run(n);
	memory_restock();
	if (scarce_held() == before && holds(declared) == lent && !*book.lie)
		return 0;
	print_error("%s: YJS_AT=%ld: %ld blocks left, what was lent is held %ld times more, %s\n", id, n, scarce_held() - before,
	    (long)(holds(declared) - lent), *book.lie ? book.lie : "no lie");
	return 1;
}

static int
one_event(const char *id)
{
	long total, step, findings = 0, met = 0;
	const char *at = getenv("YJS_AT"), *only = getenv("YJS_EVENT");

	if (only && strcmp(only, id) != 0)
		return 0;
	declared = folders_event(id);
	make_form();
	book.n = 0;
	book.first = true;
	total = run(0);
	book.first = false;
	assert_int_equal(meet(0, id), 0);
	step = getenv("YJS_EACH") || total < SHARE ? 1 : total / SHARE;
	scarce_shows = at != NULL;
	for (long n = at ? atol(at) : 1; n <= (at ? atol(at) : total); n += step, met++)
		findings += meet(n, id);
	print_message("%s: %ld of %ld allocations, %zu things said, %ld findings\n", id, met, total, book.n, findings);
	free(form_text);
	return findings > 0;
}

static void
no_allocation_that_fails_does_harm(void **state)
{
	(void)state;
	assert_int_equal(folders_each(one_event), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(no_allocation_that_fails_does_harm) };

	if (argc > 1 && strcmp(argv[1], "reader") == 0) /* the reader starts this program again */
		return reader_main(argc - 1, argv + 1);
	memory_watch_json();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
