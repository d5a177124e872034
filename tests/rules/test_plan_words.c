/* Plans of the words that not every event has: either, tell, later, consents, notices, waiting. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "made_event.h"

static struct item kept_items[9];
static struct plan plan;
static struct facts facts;
static json_t *shown;

static int
begin(void **state)
{
	(void)state;
	memcpy(kept_items, items, sizeof items);
	event.n_eithers = event.n_signs = 0;
	shown = NULL;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	memcpy(items, kept_items, sizeof items);
	json_decref(shown);
	return 0;
}

/* Plan with everything chosen, and show it. */
static void
planned(json_t *form)
{
	json_decref(shown);
	facts = (struct facts){ .event = &event, .form = form, .chosen = UINT64_MAX,
		.today = day("2026-11-20"), .division = "330111" };
	assert_int_equal(plan_make(&event, &facts, &plan, NULL), 0);
	shown = plan_show(&event, &plan, &facts, NULL, "zh-CN");
	assert_non_null(shown);
}

static const json_t *
item_shown(const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(shown, "items"), i, one)
		if (strcmp(json_string_value(json_object_get(one, "id")), id) == 0)
			return one;
	return NULL;
}

static void
says(const json_t *object, const char *name, const char *expected)
{
	if (!json_equal(json_object_get(object, name), made_read(expected)))
		fail_msg("%s: %s, not %s", name, json_dumps(json_object_get(object, name), JSON_ENCODE_ANY),
		    expected);
}

/* ---- either ---- */

static struct either one_of_two[] = { { S("proof"), S("证明"), BIT(VACCINATION) | BIT(HOUSEHOLD) } };

static void
make_either(void)
{
	event.eithers = one_of_two;
	event.n_eithers = 1;
	items[VACCINATION].when = op2(EXPR_IS, answer(MARRIED), lit(json_true()));
	items[SUBSIDY].request = made_bytes(sizeof(struct param));
	items[SUBSIDY].request[0] = (struct param){ S("no"), op2(EXPR_EITHER,
	    ref(EXPR_RESULT, VACCINATION, "child_id_no"), ref(EXPR_RESULT, HOUSEHOLD, "child_id_no")),
		false };
	items[SUBSIDY].n_request = 1;
	items[SUBSIDY].feeds_from = BIT(VACCINATION) | BIT(HOUSEHOLD);
	items[SUBSIDY].needs = BIT(VACCINATION) | BIT(HOUSEHOLD);
}

static void
the_first_of_an_either_runs(void **state)
{
	(void)state;
	make_either();
	planned(make_form(1, 1, 1));
	assert_int_equal(plan.item[VACCINATION].verdict, PLAN_RUNS);
	assert_int_equal(plan.item[HOUSEHOLD].verdict, PLAN_NOT_APPLICABLE);
	assert_int_equal(plan.item[HOUSEHOLD].because, VACCINATION);
	says(item_shown("household"), "why", "'已办“预防接种证”，这一项就不用办'");
	assert_int_equal(plan.item[SUBSIDY].verdict, PLAN_RUNS);
	assert_true(plan.item[SUBSIDY].needs == BIT(VACCINATION));
	says(item_shown("subsidy"), "takes", "{'no':{'later':'result.vaccination.child_id_no'}}");
	planned(make_form(0, 1, 1));
	assert_int_equal(plan.item[VACCINATION].verdict, PLAN_NOT_APPLICABLE);
	assert_int_equal(plan.item[VACCINATION].because, -1);
	assert_int_equal(plan.item[HOUSEHOLD].verdict, PLAN_RUNS);
	assert_true(plan.item[SUBSIDY].needs == BIT(HOUSEHOLD));
	says(item_shown("subsidy"), "takes", "{'no':{'later':'result.household.child_id_no'}}");
}

/* Its value is missing only where none of its items runs. */
static void
none_of_an_either_runs(void **state)
{
	(void)state;
	make_either();
	items[HOUSEHOLD].when = items[VACCINATION].when;
	planned(make_form(0, 1, 1));
	assert_int_equal(plan.item[SUBSIDY].verdict, PLAN_SKIPPED);
	assert_true(BIT(plan.item[SUBSIDY].because) & (BIT(VACCINATION) | BIT(HOUSEHOLD)));
}

/* ---- tell, later, notice ---- */

/* A notification holds nobody up: no date, no day, no saving of it. */
static void
a_notification(void **state)
{
	struct saving before;
	int32_t due, with;

	(void)state;
	planned(make_form(1, 1, 0));
	before = plan_saving(&event, &plan);
	assert_true(plan_due(&event, &plan, &due));
	items[CARD].tell = true;
	items[CARD].later_of = -1;
	items[CARD].within = (struct duration){ 0 };
	planned(make_form(1, 1, 0));
	assert_true(plan_due(&event, &plan, &with));
	assert_int_equal(with, due);
	assert_int_equal(plan_saving(&event, &plan).materials, before.materials - 2);
	assert_int_equal(plan_saving(&event, &plan).visits, before.visits);
	assert_true(plan_days(&event, &plan, -1) > 0);
	says(item_shown("card"), "tell", "true");
	says(item_shown("card"), "promised_by", "null");
	assert_null(json_object_get(item_shown("household"), "tell"));
}

static void
make_later(void)
{
	static struct param sent_on[1];

	sent_on[0] = (struct param){ S("subsidy_no"), ref(EXPR_RESULT, SUBSIDY, "no"), true };
	items[GUIDANCE] = (struct item){ .id = S("allowance_later"), .title = S("补送:育儿补贴"),
		.department = S("medical_insurance"), .tell = true, .later_of = ALLOWANCE,
		.needs = BIT(ALLOWANCE) | BIT(SUBSIDY), .request = sent_on, .n_request = 1, .fee_fen = -1 };
	/* what it is sent on for starts without it */
	assert_true(!(items[ALLOWANCE].needs & BIT(SUBSIDY)));
}

static void
sent_on_later(void **state)
{
	(void)state;
	make_later();
	planned(make_form(1, 1, 1));
	assert_int_equal(plan.item[GUIDANCE].verdict, PLAN_RUNS);
	assert_true(plan.item[GUIDANCE].needs == (BIT(ALLOWANCE) | BIT(SUBSIDY)));
	says(item_shown("allowance_later"), "why", "'那一项不等这个结果就先办，结果出来再补送'");
	says(item_shown("allowance_later"), "takes", "{'subsidy_no':{'later':'result.subsidy.no'}}");
	planned(make_form(1, 1, 0)); /* there will be nothing to send on */
	assert_int_equal(plan.item[GUIDANCE].verdict, PLAN_SKIPPED);
	assert_int_equal(plan.item[GUIDANCE].because, SUBSIDY);
	assert_null(item_shown("allowance_later"));
	planned(make_form(1, 0, 1)); /* a rule leaves out what it would be sent on for */
	assert_int_equal(plan.item[ALLOWANCE].verdict, PLAN_DROPPED);
	assert_int_equal(plan.item[GUIDANCE].verdict, PLAN_SKIPPED);
	assert_int_equal(plan.item[GUIDANCE].because, ALLOWANCE);
}

static void
a_public_notice(void **state)
{
	int32_t before, due;
	int days;

	(void)state;
	planned(make_form(1, 1, 1));
	assert_true(plan_item_due(&event, &plan, SUBSIDY, &before));
	days = plan_days(&event, &plan, SUBSIDY);
	assert_true(duration_parse("7日", &items[SUBSIDY].notice));
	planned(make_form(1, 1, 1));
	assert_true(plan_item_due(&event, &plan, SUBSIDY, &due));
	assert_int_equal(due, before + 7);
	assert_int_equal(plan_days(&event, &plan, SUBSIDY), days + 5);
	says(item_shown("subsidy"), "notice", "'7日'");
	items[SUBSIDY].within.text = NULL; /* nothing is promised by a notice alone */
	planned(make_form(1, 1, 1));
	assert_false(plan_item_due(&event, &plan, SUBSIDY, &due));
	assert_int_equal(plan_days(&event, &plan, SUBSIDY), -1);
}

/* ---- consents ---- */

static struct sign consents[] = {
	{ .id = S("father_agrees"), .title = S("父亲同意"), .text = S("我同意"), .otherwise = RULE_REFUSE },
	{ .id = S("own"), .title = S("本人同意"), .text = S("我愿意"), .otherwise = RULE_DROP,
	    .otherwise_text = S("不愿意就不办") },
};

static void
make_consents(void)
{
	event.signs = consents;
	event.n_signs = 2;
	consents[0].who = answer(MOTHER_ID);
	consents[0].when = op2(EXPR_IS, answer(MARRIED), lit(json_true()));
	assert_true(duration_parse("5日", &consents[0].within));
	items[HOUSEHOLD].signs = 1;
	items[CARD].signs = 3;
	items[ALLOWANCE].signs = 2;
}

static void
consents_that_apply(void **state)
{
	struct plan back;
	json_t *packed;

	(void)state;
	make_consents();
	planned(make_form(1, 1, 0));
	assert_int_equal(plan.item[HOUSEHOLD].signs, 1);
	assert_int_equal(plan.item[CARD].signs, 3);
	says(item_shown("card"), "signs", "['father_agrees','own']");
	says(shown, "signs", "[{'id':'father_agrees','title':'父亲同意','text':'我同意','who':'other',"
	    "'within':'5日','for':['household','card']},{'id':'own','title':'本人同意','text':'我愿意',"
	    "'who':'applicant','for':['card','allowance']}]");
	packed = plan_pack(&event, &plan);
	assert_int_equal(plan_unpack(&event, packed, &back, NULL), 0);
	assert_int_equal(back.item[CARD].signs, 3);
	json_decref(packed);
	planned(make_form(0, 1, 0)); /* nobody is asked where its condition does not hold */
	assert_int_equal(plan.item[HOUSEHOLD].signs, 0);
	assert_int_equal(plan.item[CARD].signs, 2);
	assert_null(json_object_get(item_shown("household"), "signs"));
}

static void
an_own_consent_declined(void **state)
{
	json_t *form = make_form(1, 1, 0);

	(void)state;
	make_consents();
	json_object_set_new(form, "own", json_false());
	planned(form);
	assert_int_equal(plan.item[CARD].verdict, PLAN_DROPPED);
	assert_int_equal(plan.item[ALLOWANCE].verdict, PLAN_DROPPED);
	assert_int_equal(plan.item[HOUSEHOLD].verdict, PLAN_RUNS);
	says(item_shown("card"), "why", "'这一项不办：不愿意就不办'");
	assert_int_equal(json_array_size(json_object_get(shown, "signs")), 1);
}

/* ---- waiting, records, what people have to know ---- */

static void
waiting(void **state)
{
	struct rule kept = rules[IS_YOUNG];

	(void)state;
	rules[IS_YOUNG] = (struct rule){ .id = S("registered"), .text = S("等派出所登记"),
		.must = op2(EXPR_IS, ref(EXPR_RECORD, 0, "registered"), lit(json_true())),
		.only = BIT(CARD), .otherwise = RULE_WAIT };
	planned(make_form(1, 1, 0));
	assert_int_equal(plan.item[CARD].verdict, PLAN_RUNS); /* it waits, it is not left out */
	says(item_shown("card"), "waits", "[{'rule':'registered','text':'等派出所登记','known':false}]");
	assert_null(json_object_get(item_shown("household"), "waits"));
	says(shown, "records", "[{'id':'family','title':'户籍','department':''}]");
	rules[IS_YOUNG].must = op2(EXPR_IS, answer(MARRIED), lit(json_false()));
	planned(make_form(1, 1, 0));
	says(item_shown("card"), "waits", "[{'rule':'registered','text':'等派出所登记','known':true}]");
	planned(make_form(0, 1, 0));
	assert_null(json_object_get(item_shown("card"), "waits"));
	rules[IS_YOUNG] = kept;
}

/* Only what rules of items that run and papers of the plan rest on is looked up. */
static void
records_of_the_plan(void **state)
{
	struct rule kept = rules[IS_YOUNG];

	(void)state;
	items[HOUSEHOLD].uses &= ~BIT(FAMILY_BOOK);
	rules[IS_YOUNG].must = op2(EXPR_IS, ref(EXPR_RECORD, 0, "registered"), lit(json_true()));
	rules[IS_YOUNG].only = BIT(SUBSIDY);
	rules[IS_YOUNG].otherwise = RULE_REFUSE;
	planned(make_form(1, 1, 1));
	assert_int_equal(plan_records(&event, &plan), 1);
	planned(make_form(1, 1, 0));
	assert_int_equal(plan_records(&event, &plan), 0);
	rules[IS_YOUNG].only = 0;
	rules[IS_YOUNG].otherwise = RULE_REMIND;
	planned(make_form(1, 1, 1));
	assert_int_equal(plan_records(&event, &plan), 0);
	items[HOUSEHOLD].uses |= BIT(FAMILY_BOOK);
	planned(make_form(1, 1, 0));
	assert_int_equal(plan_records(&event, &plan), 1);
	rules[IS_YOUNG] = kept;
}

static void
details(void **state)
{
	static char *delivery[] = { S("自取"), S("邮寄") };

	(void)state;
	items[CARD].fee_text = S("首次免费");
	items[CARD].in_person = S("领卡时");
	items[CARD].issues = S("社会保障卡");
	items[CARD].delivery = delivery;
	items[CARD].n_delivery = 2;
	planned(make_form(1, 1, 0));
	says(item_shown("card"), "fee", "'首次免费'");
	says(item_shown("card"), "in_person", "'领卡时'");
	says(item_shown("card"), "visit", "'到网点领卡'");
	says(item_shown("card"), "issues", "'社会保障卡'");
	says(item_shown("card"), "delivery", "['自取','邮寄']");
	assert_null(json_object_get(item_shown("household"), "fee"));
	assert_null(json_object_get(item_shown("household"), "delivery"));
	assert_null(json_object_get(item_shown("subsidy"), "visit"));
}

static int
make(void **state)
{
	(void)state;
	make_event();
	return 0;
}

static int
clear(void **state)
{
	(void)state;
	made_free();
	return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_first_of_an_either_runs), T(none_of_an_either_runs), T(a_notification),
		T(sent_on_later), T(a_public_notice), T(consents_that_apply), T(an_own_consent_declined),
		T(waiting), T(records_of_the_plan), T(details),
	};

	return cmocka_run_group_tests(tests, make, clear);
}
