/* Declared data becomes structures, keeps its hash on the way through the store, and data that does
 * not fit is refused without harm. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "declared/load.h"
#include "rules/form.h"
#include "reading.h"

static struct reader_result result, second;
static json_t *shed, *farewell;

static int
set_up(void **state)
{
	(void)state;
	read_with_others("tests/declared/good/shed.lua", false, &result);
	print_problems(&result);
	shed = find_event(&result, "shed");
	read_with_others("tests/declared/good/farewell.lua", false, &second);
	print_problems(&second);
	farewell = find_event(&second, "farewell");
	return shed && farewell ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	reader_free(&result);
	reader_free(&second);
	return 0;
}

static struct event *
load(const json_t *declared)
{
	struct error why = { 0 };
	struct event *e = event_load(declared, &why);

	if (!e)
		fail_msg("%s", why.text);
	return e;
}

static uint64_t
bit_of(int index)
{
	assert_true(index >= 0 && index < 64);
	return UINT64_C(1) << index;
}

static const struct question *
question(const struct event *e, const char *id)
{
	int index = event_question(e, id);

	assert_true(index >= 0);
	return &e->questions[index];
}

static void
test_structures(void **state)
{
	struct event *e = load(shed);
	const struct item *permit = &e->items[event_item(e, "permit")];
	const struct item *visit = &e->items[event_item(e, "visit")];
	const struct item *subsidy = &e->items[event_item(e, "subsidy")];

	(void)state;
	assert_string_equal(e->lead, "town");
	assert_int_equal(e->n_once_per, 2);
	assert_int_equal(e->n_applicants, 2);
	assert_int_equal(e->n_sections, 2);
	assert_int_equal(e->place->space, EXPR_ANSWER);
	assert_int_equal(e->place->index, event_question(e, "address"));
	assert_string_equal(permit->department, "town");
	assert_string_equal(permit->call, "permit");
	assert_true(permit->undo);
	assert_int_equal(permit->fee_fen, 2000);
	assert_int_equal(permit->within.n, 10);
	assert_int_equal(permit->within.unit, DURATION_WORKING_DAYS);
	assert_int_equal(permit->by_law.unit, DURATION_WORKING_DAYS);
	assert_int_equal(permit->before.n_papers, 2);
	assert_int_equal(permit->n_outputs, 2);
	assert_false(permit->outputs[1].optional); /* note, permit_no: by name */
	assert_int_equal(visit->choice, CHOICE_OFF);
	assert_int_equal(visit->needs, bit_of(event_item(e, "permit")));
	assert_int_equal(visit->feeds_from, bit_of(event_item(e, "permit")));
	assert_int_equal(visit->uses, bit_of(event_material(e, "paper")));
	assert_int_equal(visit->fee_fen, -1);
	assert_int_equal(subsidy->within.unit, DURATION_MONTHS);
	assert_int_equal(e->rules[1].when->op, EXPR_IS);
	assert_int_equal(e->rules[3].only, bit_of(event_item(e, "visit")));
	assert_int_equal(e->rules[3].otherwise, RULE_DROP);
	assert_int_equal(e->terms[1].n_rows, 2);
	event_free(e);
	event_free(NULL);
}

/* Form order, whatever order the file has. */
static void
test_request_order(void **state)
{
	static const char *const names[] = { "name", "id_number", "kind", "start", "reason", "agreed" };
	struct event *e = load(shed);
	const struct item *permit = &e->items[event_item(e, "permit")];

	(void)state;
	assert_int_equal(permit->n_request, 6);
	for (size_t i = 0; i < permit->n_request; i++) {
		assert_string_equal(permit->request[i].name, names[i]);
		assert_int_equal(permit->request[i].optional, i >= 4);
	}
	event_free(e);
}

static void
test_use(void **state)
{
	struct event *e = load(shed);
	uint64_t permit = bit_of(event_item(e, "permit")), visit = bit_of(event_item(e, "visit"));
	uint64_t notice = bit_of(event_item(e, "notice")), subsidy = bit_of(event_item(e, "subsidy"));

	(void)state;
	assert_int_equal(question(e, "phone")->items, notice | visit);
	assert_false(question(e, "phone")->decides);
	assert_int_equal(question(e, "account")->items, subsidy);
	assert_int_equal(question(e, "holder")->items, subsidy);
	assert_false(question(e, "holder")->decides); /* the rule that names it is for one item */
	assert_true(question(e, "paid")->decides);    /* the condition of an item */
	assert_true(question(e, "address")->decides); /* place */
	assert_true(question(e, "local_hukou")->items & permit); /* condition of its material */
	assert_int_equal(e->materials[event_material(e, "paper")].items, visit);
	event_free(e);
}

static void
test_list(void **state)
{
	struct event *e = load(farewell);
	const struct question *heirs = question(e, "heirs");
	const struct item *pension = &e->items[event_item(e, "pension")];
	const struct expr *every = e->rules[0].must, *other = heirs->each[3].when;

	(void)state;
	assert_int_equal(heirs->type, TYPE_LIST);
	assert_int_equal(heirs->n_each, 5);
	assert_string_equal(heirs->each[0].id, "name");
	assert_int_equal(heirs->each[2].n_choices, 3);
	assert_true(heirs->has_min && heirs->min == 1 && heirs->has_max && heirs->max == 10);
	assert_int_equal(other->args[0]->space, EXPR_EACH);
	assert_int_equal(other->args[0]->index, 2);
	assert_string_equal(other->args[0]->name, "relation");
	assert_true(heirs->items != 0 && heirs->each[3].items == heirs->items);
	assert_true(heirs->each[0].decides == heirs->decides);
	assert_int_equal(every->op, EXPR_EVERY);
	assert_int_equal(every->args[1]->args[1]->args[0]->index, 1);
	assert_int_equal(every->args[1]->args[1]->args[0]->derive, EXPR_AGE);
	assert_int_equal(pension->request[0].value->op, EXPR_ONLY); /* heirs: in form order */
	assert_int_equal(pension->request[0].value->n_args, 5);
	assert_int_equal(pension->request[1].value->op, EXPR_WHERE);
	assert_true(pension->request[1].optional);
	event_free(e);
}

static void
test_between_items(void **state)
{
	struct event *e = load(farewell);
	const struct item *cert = &e->items[event_item(e, "cert")];
	const struct item *pension = &e->items[event_item(e, "pension")];
	const struct item *later = &e->items[event_item(e, "cert_later")];
	uint64_t proofs = bit_of(event_item(e, "cert")) | bit_of(event_item(e, "odd"));

	(void)state;
	assert_int_equal(e->n_eithers, 1);
	assert_int_equal(e->eithers[0].items, proofs);
	assert_int_equal(pension->needs, proofs);
	assert_int_equal(pension->feeds_from, proofs);
	assert_int_equal(pension->signs, (UINT64_C(1) << 11) - 1); /* the witness and each of ten */
	assert_int_equal(pension->later_of, -1);
	assert_int_equal(cert->notice.unit, DURATION_DAYS);
	assert_int_equal(cert->n_delivery, 1);
	assert_string_equal(cert->delivery[0], "自取");
	assert_int_equal(cert->feeds_from, 0); /* what comes later holds nobody back */
	assert_true(e->items[event_item(e, "bank")].tell);
	assert_null(e->items[event_item(e, "bank")].within.text);
	assert_true(later->tell);
	assert_ptr_equal(later, &e->items[e->n_items - 1]);
	assert_int_equal(later->later_of, event_item(e, "cert"));
	assert_int_equal(later->needs, bit_of(event_item(e, "cert")) | bit_of(event_item(e, "burn")));
	assert_ptr_not_equal(later->when, NULL); /* nothing comes later where the item itself does not run */
	assert_int_equal(later->n_request, 1);
	assert_string_equal(later->request[0].name, "cremation_no");
	assert_int_equal(e->materials[0].get[1].item, event_item(e, "odd")); /* produced: one way for each */
	assert_int_equal(e->materials[0].get[2].record, 0);
	event_free(e);
}

static void
test_sign_and_wait(void **state)
{
	struct event *e = load(farewell);
	const struct sign *witness = &e->signs[0];

	(void)state;
	assert_int_equal(witness->who->index, event_question(e, "brother_id_no"));
	assert_int_equal(witness->within.n, 15);
	assert_int_equal(witness->otherwise, RULE_OFFLINE);
	assert_string_equal(witness->otherwise_text, "请到窗口");
	assert_int_equal(e->rules[1].otherwise, RULE_WAIT);
	assert_int_equal(e->rules[1].only,
	    bit_of(event_item(e, "cert")) | bit_of(event_item(e, "pension")));
	assert_string_equal(e->records[0].department, "civil");
	assert_int_equal(e->records[0].n_outputs, 2);
	event_free(e);
}

static void
is_asked(const struct event *e, const json_t *form, const char *id, const char *who)
{
	struct facts facts = { .event = e, .form = form };
	json_t *value = expr_value(e->signs[event_sign(e, id)].who, &facts);

	if (who)
		assert_string_equal(json_string_value(value), who);
	else
		assert_null(value);
	json_decref(value);
}

/* A consent of each row stands there once for each row that there may be. */
static void
test_sign_of_rows(void **state)
{
	struct event *e = load(farewell);
	json_t *form = json_pack("{s:[{s:s}, {s:s}]}", "heirs", "id_no", "33011119930708001X", "id_no",
	    "330111199503120023");

	(void)state;
	assert_int_equal(e->n_signs, 11);
	assert_int_equal(event_sign(e, "heir_agrees"), -1);
	assert_int_equal(event_sign(e, "heir_agrees.1"), 1);
	assert_int_equal(event_sign(e, "heir_agrees.10"), 10);
	assert_string_equal(e->signs[10].name, "heir_agrees");
	assert_int_equal(e->signs[10].list, event_question(e, "heirs"));
	assert_int_equal(e->signs[10].row, 10);
	is_asked(e, form, "heir_agrees.1", "33011119930708001X");
	is_asked(e, form, "heir_agrees.2", "330111199503120023");
	is_asked(e, form, "heir_agrees.3", NULL);
	json_decref(form);
	event_free(e);
}

/* The errors of the form's check that say "the same person", as "pointer pointer ...". */
static void
told_same(const struct event *e, const json_t *form, const char *own, char told[256])
{
	json_t *applicant = json_pack("{s:s}", "id", own), *errors, *reminders, *one;
	struct facts facts = { .event = e, .applicant = applicant, .today = 20779 };
	size_t i;

	told[0] = '\0';
	assert_int_equal(form_check(e, form, NULL, &facts, "zh-CN", &errors, &reminders), 0);
	json_array_foreach(errors, i, one)
		if (strcmp(json_text(one, "code"), "conflict") == 0)
			snprintf(told + strlen(told), 256 - strlen(told), "%s ", json_text(one, "pointer"));
	json_decref(errors);
	json_decref(reminders);
	json_decref(applicant);
}

/* One of the list may be who files; nobody agrees in two roles, nor as two of the list. */
static void
test_same_person(void **state)
{
	static const struct { const char *witness, *first, *second, *own, *told; } cases[] = {
		{ "330111196505120014", "33011119930708001X", "330111199503120023", "33011119930708001X", "" },
		{ "330111199503120023", "33011119930708001X", "330111199503120023", "33011119930708001X", "/heirs/1/id_no " },
		{ "33011119930708001X", "33011119930708001X", "330111199503120023", "33011119930708001X",
		    "/brother_id_no /heirs/0/id_no " },
		{ "330111196505120014", "330111199503120023", "330111199503120023", "33011119930708001X", "/heirs/1/id_no " },
	};
	struct event *e = load(farewell);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *form = json_pack("{s:b, s:s, s:[{s:s,s:s,s:s,s:b}, {s:s,s:s,s:s,s:b}]}", "normal", 1, "brother_id_no",
		    cases[i].witness, "heirs", "name", "王建国", "id_no", cases[i].first, "relation", "child", "agrees", 1,
		    "name", "王秀英", "id_no", cases[i].second, "relation", "child", "agrees", 1);
		char told[256];

		told_same(e, form, cases[i].own, told);
		assert_string_equal(told, cases[i].told);
		json_decref(form);
	}
	event_free(e);
}

/* Through lists and their columns, records of rules, consents. */
static void
test_use_of_words(void **state)
{
	struct event *e = load(farewell);
	uint64_t pension = bit_of(event_item(e, "pension")), cert = bit_of(event_item(e, "cert"));

	(void)state;
	assert_true(question(e, "heirs")->items & pension);
	assert_true(question(e, "heirs")->decides); /* a term in an item's condition goes through it */
	assert_int_equal(question(e, "brother_id_no")->items, pension); /* who is to sign for it */
	assert_false(question(e, "brother_id_no")->decides);
	assert_true((question(e, "id_no")->items & (cert | pension)) == (cert | pension));
	assert_int_equal(question(e, "phone")->items, bit_of(event_item(e, "bank")));
	event_free(e);
}

static void
test_version(void **state)
{
	struct event *e = load(shed), *again = load(e->declared), *other;
	json_t *changed = json_deep_copy(shed);

	(void)state;
	assert_memory_equal(e->version, again->version, 32);
	json_object_set_new(changed, "line", json_integer(99)); /* lines are no part of a version */
	other = load(changed);
	assert_memory_equal(e->version, other->version, 32);
	event_free(other);
	json_object_set_new(changed, "title", json_string("搭大棚"));
	other = load(changed);
	assert_memory_not_equal(e->version, other->version, 32);
	event_free(other);
	json_decref(changed);
	event_free(again);
	event_free(e);
}

/* ---- data that does not fit ---- */

static int loads, refusals;

static void
try_whole(const json_t *whole)
{
	struct error why = { 0 };
	struct event *e = event_load(whole, &why);

	loads++;
	if (!e) {
		refusals++;
		assert_true(why.text[0] != '\0');
	}
	event_free(e);
}

/* Each member of `value` (a part of `whole`) gone, null, a number, a word, a list: never harm. */
static void
damage(json_t *whole, json_t *value)
{
	json_t *wrong[] = { NULL, json_null(), json_integer(-7), json_string("no_such"), json_array() };
	size_t n = json_is_object(value) ? json_object_size(value) : json_array_size(value);

	for (size_t i = 0; i < n; i++) {
		void *it = json_object_iter(value);
		json_t *inner;
		char *key = NULL;

		for (size_t k = 0; k < i && it; k++)
			it = json_object_iter_next(value, it);
		if (it)
			key = strdup(json_object_iter_key(it));
		inner = json_incref(it ? json_object_iter_value(it) : json_array_get(value, i));
		for (size_t w = 0; it && w < sizeof wrong / sizeof *wrong; w++) {
			if (wrong[w])
				json_object_set(value, key, wrong[w]);
			else
				json_object_set_new(value, key, json_object());
			try_whole(whole);
		}
		if (it)
			json_object_set(value, key, inner);
		if (json_is_object(inner) || json_is_array(inner))
			damage(whole, inner);
		json_decref(inner);
		free(key);
	}
	for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++)
		json_decref(wrong[w]);
}

static void
test_damaged(void **state)
{
	const json_t *const events[] = { shed, farewell };

	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		json_t *whole = event_bare(events[i]);

		damage(whole, whole);
		json_decref(whole);
	}
	print_message("%d damaged events, %d refused\n", loads, refusals);
	assert_true(refusals > loads / 4);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structures),
		cmocka_unit_test(test_request_order),
		cmocka_unit_test(test_use),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_between_items),
		cmocka_unit_test(test_sign_and_wait),
		cmocka_unit_test(test_sign_of_rows),
		cmocka_unit_test(test_same_person),
		cmocka_unit_test(test_use_of_words),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_damaged),
	};

	READER_IF_ASKED(argc, argv);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
