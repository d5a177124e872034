/* Which items, in which order, until when, sparing what. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <time.h>

#include "made_event.h"
#include "rules/fill.h"

#define CHOOSABLE (BIT(CARD) | BIT(ALLOWANCE))

static struct facts facts;
static struct plan plan;

static int
set_up(void **state)
{
	(void)state;
	make_event();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	made_free();
	return 0;
}

static void
planned(json_t *form, uint64_t chosen)
{
	struct error why = { .kind = ERROR_NONE };

	facts = (struct facts){ .event = &event, .form = form, .chosen = chosen,
		.today = day("2026-11-20"), .division = "330111" };
	assert_int_equal(plan_make(&event, &facts, &plan, &why), 0);
	assert_int_equal(plan.n_items, 9);
	assert_int_equal(plan.n_materials, COUNT(materials));
	assert_int_equal(plan.submitted, facts.today);
	assert_string_equal(plan.division, "330111");
}

static void
item_is(int item, enum plan_verdict verdict, int because, uint64_t needs)
{
	assert_int_equal(plan.item[item].verdict, verdict);
	assert_int_equal(plan.item[item].because, because);
	assert_true(plan.item[item].needs == needs);
	assert_int_equal(plan.runs >> item & 1, verdict == PLAN_RUNS);
}

static void
test_all(void **state)
{
	(void)state;
	planned(make_form(1, 1, 1), CHOOSABLE);
	assert_true(plan.runs == 0x1ff);
	item_is(CERTIFICATE, PLAN_RUNS, -1, 0);
	item_is(VACCINATION, PLAN_RUNS, -1, BIT(CERTIFICATE));
	item_is(HOUSEHOLD, PLAN_RUNS, -1, BIT(CERTIFICATE));
	item_is(PREMIUM, PLAN_RUNS, -1, BIT(ENROL));
	item_is(ALLOWANCE, PLAN_RUNS, -1, BIT(CERTIFICATE) | BIT(SUBSIDY));
	item_is(GUIDANCE, PLAN_RUNS, -1, BIT(ALLOWANCE) | BIT(SUBSIDY) | BIT(CERTIFICATE));
	assert_true(plan.materials == 0x3f);
	assert_true(plan.item[HOUSEHOLD].uses == items[HOUSEHOLD].uses);
}

static void
test_not_chosen(void **state)
{
	(void)state;
	planned(make_form(1, 1, 1), BIT(CARD));
	item_is(ALLOWANCE, PLAN_NOT_CHOSEN, -1, 0);
	/* a need that was not chosen is settled for order: guidance goes on */
	item_is(GUIDANCE, PLAN_RUNS, -1, BIT(SUBSIDY) | BIT(CERTIFICATE));
	assert_true(plan.materials == (BIT(MARRIAGE_PAPER) | BIT(BIRTH_PAPER) | BIT(PHOTO) |
	    BIT(FAMILY_BOOK)));
	planned(make_form(1, 1, 1), 0);
	item_is(CARD, PLAN_NOT_CHOSEN, -1, 0);
	item_is(VACCINATION, PLAN_RUNS, -1, BIT(CERTIFICATE)); /* not the applicant's choice */
}

static void
test_not_applicable(void **state)
{
	(void)state;
	for (int subsidised = -1; subsidised <= 0; subsidised++) { /* unknown counts as false */
		planned(make_form(1, 1, subsidised), CHOOSABLE);
		item_is(SUBSIDY, PLAN_NOT_APPLICABLE, -1, 0);
		/* its number may be missing for the allowance; guidance takes the certificate's */
		item_is(ALLOWANCE, PLAN_RUNS, -1, BIT(CERTIFICATE));
		item_is(GUIDANCE, PLAN_RUNS, -1, BIT(CERTIFICATE) | BIT(ALLOWANCE));
	}
	planned(make_form(0, 1, 1), CHOOSABLE);
	assert_false(plan.materials & BIT(MARRIAGE_PAPER));
}

static void
test_dropped(void **state)
{
	(void)state;
	planned(make_form(1, 0, 0), CHOOSABLE);
	item_is(ALLOWANCE, PLAN_DROPPED, IS_INSURED, 0);
	planned(make_form(1, -1, 0), CHOOSABLE); /* what is not known fails no rule */
	item_is(ALLOWANCE, PLAN_RUNS, -1, BIT(CERTIFICATE));
	planned(make_form(1, 0, 0), BIT(CARD)); /* not chosen, so there is nothing to drop */
	item_is(ALLOWANCE, PLAN_NOT_CHOSEN, -1, 0);
	rules[IS_INSURED].when = op2(EXPR_IS, answer(MARRIED), lit(json_false()));
	planned(make_form(1, 0, 0), CHOOSABLE); /* the rule is for others */
	item_is(ALLOWANCE, PLAN_RUNS, -1, BIT(CERTIFICATE));
	rules[IS_INSURED].when = NULL;
	facts.form = make_form(1, 1, 1); /* reminding drops nothing */
	facts.today = day("2028-01-01");
	assert_int_equal(plan_make(&event, &facts, &plan, NULL), 0);
	item_is(GUIDANCE, PLAN_RUNS, -1, BIT(ALLOWANCE) | BIT(SUBSIDY) | BIT(CERTIFICATE));
}

/* What needs a result that never comes is skipped, and what needs its result, on and on. */
static void
test_skipped(void **state)
{
	(void)state;
	rules[IS_INSURED].only = BIT(HOUSEHOLD) | BIT(ALLOWANCE);
	planned(make_form(1, 0, 1), CHOOSABLE);
	item_is(HOUSEHOLD, PLAN_DROPPED, IS_INSURED, 0);
	item_is(ENROL, PLAN_SKIPPED, HOUSEHOLD, 0);
	item_is(PREMIUM, PLAN_SKIPPED, ENROL, 0);
	item_is(CARD, PLAN_SKIPPED, HOUSEHOLD, 0);
	item_is(SUBSIDY, PLAN_SKIPPED, HOUSEHOLD, 0);
	item_is(GUIDANCE, PLAN_SKIPPED, SUBSIDY, 0);
	item_is(VACCINATION, PLAN_RUNS, -1, BIT(CERTIFICATE));
	assert_true(plan.runs == (BIT(CERTIFICATE) | BIT(VACCINATION)));
	assert_true(plan.materials == BIT(BIRTH_PAPER));
	rules[IS_INSURED].only = BIT(ALLOWANCE);
}

static void
test_nothing_runs(void **state)
{
	struct item first = items[CERTIFICATE];
	int32_t due;

	(void)state;
	items[CERTIFICATE].when = op2(EXPR_IS, answer(MARRIED), lit(json_false()));
	planned(make_form(1, 1, 1), CHOOSABLE);
	items[CERTIFICATE] = first;
	assert_true(plan.runs == 0);
	assert_true(plan.materials == 0);
	assert_int_equal(plan.item[CERTIFICATE].verdict, PLAN_NOT_APPLICABLE);
	for (int i = 1; i < 9; i++)
		assert_int_equal(plan.item[i].verdict, PLAN_SKIPPED);
	assert_true(plan_due(&event, &plan, &due));
	assert_int_equal(due, plan.submitted);
}

/* A chain written down backwards is the same chain. */
static void
test_order_in_the_file_does_not_matter(void **state)
{
	static struct item chain[20];
	static struct param told[20];
	struct event backwards = event;
	struct duration one_day = { 1, DURATION_WORKING_DAYS, S("1个工作日") };
	struct facts f = { .event = &backwards, .today = day("2026-11-20") };
	int32_t due;

	(void)state;
	backwards.items = chain;
	backwards.n_items = 20;
	backwards.n_rules = backwards.n_materials = 0;
	for (int i = 0; i < 20; i++) {
		chain[i] = (struct item){ .id = S("i"), .title = S("i"), .within = one_day };
		if (i == 19)
			continue;
		told[i] = (struct param){ S("no"), ref(EXPR_RESULT, i + 1, "no"), false };
		chain[i].request = &told[i];
		chain[i].n_request = 1;
		chain[i].feeds_from = BIT(i + 1);
	}
	assert_int_equal(plan_make(&backwards, &f, &plan, NULL), 0);
	assert_true(plan.runs == BIT(20) - 1);
	assert_true(plan_due(&backwards, &plan, &due));
	assert_int_equal(due, day("2026-12-18"));
	chain[19].when = op2(EXPR_IS, num(1), num(2));
	assert_int_equal(plan_make(&backwards, &f, &plan, NULL), 0);
	assert_true(plan.runs == 0);
	assert_int_equal(plan.item[0].because, 1);
}

static void
due_is(int item, const char *expected)
{
	int32_t due = -1;

	assert_true(item < 0 ? plan_due(&event, &plan, &due)
	    : plan_item_due(&event, &plan, item, &due));
	assert_int_equal(due, day(expected));
}

static void
test_due(void **state)
{
	int32_t due, dues[EVENT_ITEMS];

	(void)state;
	planned(make_form(1, 1, 0), CHOOSABLE); /* 2026-11-20 is a Friday */
	due_is(CERTIFICATE, "2026-11-20");
	due_is(VACCINATION, "2026-11-23");
	due_is(HOUSEHOLD, "2026-11-23");
	due_is(ENROL, "2026-11-24");
	due_is(PREMIUM, "2026-11-24");
	due_is(CARD, "2026-11-30");
	due_is(ALLOWANCE, "2026-12-04");
	due_is(GUIDANCE, "2026-12-11");
	due_is(-1, "2026-12-11");
	assert_false(plan_item_due(&event, &plan, SUBSIDY, &due)); /* does not run */
	assert_true(plan_dues(&event, &plan, dues) == plan.runs);
	assert_int_equal(plan_days(&event, &plan, -1), 15);
	assert_int_equal(plan_days(&event, &plan, CARD), 6);
	planned(make_form(1, 1, 1), CHOOSABLE); /* 21 + 10 working days and 7 days after 2026-11-20 */
	due_is(SUBSIDY, "2026-12-21");
	assert_false(plan_item_due(&event, &plan, ALLOWANCE, &due));
	assert_false(plan_item_due(&event, &plan, GUIDANCE, &due)); /* rests on the allowance */
	assert_false(plan_due(&event, &plan, &due));
	due_is(CARD, "2026-11-30");
	assert_int_equal(plan_days(&event, &plan, -1), 36);
}

static void
text_is(const json_t *object, const char *name, const char *expected)
{
	assert_string_equal(json_string_value(json_object_get(object, name)), expected);
}

static void
test_undeclared_promise(void **state)
{
	struct duration kept = items[ENROL].within;
	json_t *shown;
	int32_t due;

	(void)state;
	items[ENROL].within = (struct duration){ 0, DURATION_WORKING_DAYS, NULL };
	planned(make_form(1, 1, 0), CHOOSABLE);
	assert_false(plan_due(&event, &plan, &due));
	assert_false(plan_item_due(&event, &plan, ENROL, &due));
	assert_false(plan_item_due(&event, &plan, PREMIUM, &due));
	due_is(CARD, "2026-11-30");
	assert_int_equal(plan_days(&event, &plan, -1), -1);
	assert_int_equal(plan_days(&event, &plan, PREMIUM), -1);
	assert_int_equal(plan_saving(&event, &plan).working_days, 28); /* one day as before */
	shown = plan_show(&event, &plan, &facts, NULL, "zh-CN");
	text_is(json_object_get(shown, "promise"), "note", "有事项没有承诺办理时限，暂不能给出日期");
	assert_true(json_is_null(json_object_get(json_object_get(shown, "promise"), "days")));
	json_decref(shown);
	items[ENROL].within = kept;
}

static void
saving_is(int papers, int visits, int working_days)
{
	struct saving s = plan_saving(&event, &plan);

	assert_int_equal(s.materials, papers);
	assert_int_equal(s.visits, visits);
	assert_int_equal(s.working_days, working_days);
}

static void
test_saving(void **state)
{
	(void)state;
	/* all but the subsidy: 17 papers, 8 visits, 43 days before; now a photo and the subsidy's notice
	 * are uploaded, the card is fetched in person, and the longest path is 15 working days */
	planned(make_form(1, 1, 0), CHOOSABLE);
	saving_is(15, 7, 28);
	planned(make_form(1, 1, 0), 0); /* 12 papers - photo; 6 visits; 8 days - 5 (7 days) */
	saving_is(11, 6, 3);
	items[CERTIFICATE].before = (struct before){ 0 };
	rules[IS_INSURED].only = ~BIT(CERTIFICATE) & 0x1ff;
	planned(make_form(1, 0, 0), 0);
	saving_is(0, 0, 0);
	rules[IS_INSURED].only = BIT(ALLOWANCE);
	before(CERTIFICATE, 3, 1, 1);
}

static void
test_ways(void **state)
{
	(void)state;
	planned(make_form(1, 1, 0), CHOOSABLE);
	assert_int_equal(plan_way(&event, &plan, MARRIAGE_PAPER)->way, WAY_FETCH);
	assert_int_equal(plan_way(&event, &plan, BIRTH_PAPER)->way, WAY_PRODUCED);
	assert_int_equal(plan_way(&event, &plan, PHOTO)->way, WAY_UPLOAD);
	assert_int_equal(plan_way(&event, &plan, NOTICE)->way, WAY_UPLOAD); /* no subsidy, no notice */
	assert_null(plan_way(&event, &plan, NOTICE_ONLY));
	planned(make_form(1, 1, 1), CHOOSABLE);
	assert_int_equal(plan_way(&event, &plan, NOTICE)->way, WAY_PRODUCED);
}

static void
test_pack(void **state)
{
	struct error why = { .kind = ERROR_NONE };
	struct plan back;

	(void)state;
	for (int n = 0; n < 108; n++) {
		json_t *data;

		planned(make_form(n % 3 - 1, n / 3 % 3 - 1, n / 9 % 3 - 1),
		    (n / 27 & 1 ? BIT(CARD) : 0) | (n / 54 & 1 ? BIT(ALLOWANCE) : 0));
		data = plan_pack(&event, &plan);
		assert_non_null(data);
		assert_int_equal(plan_unpack(&event, data, &back, &why), 0);
		assert_memory_equal(&back, &plan, sizeof plan);
		json_decref(data);
	}
}

/* Of a plan with few signs the hash is what it was when there could be no more; each further one counts. */
static void
test_many_signs(void **state)
{
	struct event many = event;
	struct error why = { .kind = ERROR_NONE };
	struct plan back;
	char none[33], few[33], more[33];
	json_t *data;

	(void)state;
	many.n_signs = EVENT_SIGNS;
	planned(make_form(1, 1, 1), CHOOSABLE);
	plan_hash(&plan, none);
	plan.item[CARD].signs = BIT(3);
	plan_hash(&plan, few);
	plan.item[CARD].signs |= BIT(EVENT_SIGNS - 1);
	plan_hash(&plan, more);
	assert_string_not_equal(none, few);
	assert_string_not_equal(few, more);
	data = plan_pack(&many, &plan);
	assert_int_equal(plan_unpack(&many, data, &back, &why), 0);
	assert_memory_equal(&back, &plan, sizeof plan);
	many.n_signs--;
	assert_int_equal(plan_unpack(&many, data, &back, &why), -1);
	json_decref(data);
}

static void
refuses(const char *path, json_t *value)
{
	struct error why = { .kind = ERROR_NONE };
	json_t *data = plan_pack(&event, &plan);
	struct plan back;

	if (strcmp(path, "item") == 0)
		json_array_set(json_object_get(data, "items"), 2, value);
	else
		json_object_set(data, path, value);
	assert_int_equal(plan_unpack(&event, data, &back, &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
	json_decref(data);
}

static void
test_unpack_refuses(void **state)
{
	struct plan back;

	(void)state;
	planned(make_form(1, 1, 1), CHOOSABLE);
	refuses("submitted", made_read("'2026-13-01'"));
	refuses("submitted", made_read("20000"));
	refuses("division", made_read("'3301112'"));
	refuses("materials", made_read("5"));
	refuses("items", made_read("[]"));
	refuses("items", made_read("{}"));
	refuses("item", made_read("[5,-1,0,0]"));
	refuses("item", made_read("[-1,-1,0,0]"));
	refuses("item", made_read("[0,-2,0,0]"));
	refuses("item", made_read("[0,-1,0]"));
	refuses("item", made_read("[0,-1,0,0,-1]"));
	refuses("item", made_read("[0,-1,0,0,65536]"));
	refuses("item", made_read("[0,-1,0,0,0,-1]"));
	refuses("item", made_read("[0,-1,0,0,0,1]"));
	refuses("item", made_read("[0,-1,0,0,0,0,0]"));
	refuses("item", made_read("[0,-1,512,0]"));
	refuses("item", made_read("[0,-1,0,64]"));
	refuses("item", made_read("[0,-1,'1',0]"));
	assert_int_equal(plan_unpack(&event, NULL, &back, NULL), -1);
}

static void
test_show(void **state)
{
	json_t *reminders = made_read("[{'rule':'is_young','text':'x'}]"), *shown, *items_shown, *takes;

	(void)state;
	planned(make_form(1, 1, 0), BIT(ALLOWANCE));
	shown = plan_show(&event, &plan, &facts, reminders, "zh-CN");
	assert_non_null(shown);
	text_is(shown, "event", "made");
	text_is(shown, "promised_by", "2026-12-11");
	assert_int_equal(strlen(json_string_value(json_object_get(shown, "version"))), 71);
	assert_true(json_equal(json_object_get(shown, "reminders"), reminders));
	assert_true(json_equal(json_object_get(shown, "expected_saved"),
	    made_read("{'materials':13,'visits':7,'working_days':13}")));
	items_shown = json_object_get(shown, "items");
	assert_int_equal(json_array_size(items_shown), 9);
	text_is(json_array_get(items_shown, HOUSEHOLD), "verdict", "runs");
	text_is(json_array_get(items_shown, HOUSEHOLD), "why", "本事项都要办理");
	text_is(json_array_get(items_shown, HOUSEHOLD), "department", "public_security");
	text_is(json_array_get(items_shown, HOUSEHOLD), "promised_by", "2026-11-23");
	assert_true(json_equal(json_object_get(json_array_get(items_shown, HOUSEHOLD), "needs"),
	    made_read("['birth_certificate']")));
	takes = json_object_get(json_array_get(items_shown, HOUSEHOLD), "takes");
	assert_true(json_equal(json_object_get(takes, "certificate"),
	    made_read("{'later':'result.birth_certificate.birth_cert_no'}")));
	assert_true(json_is_string(json_object_get(takes, "child")));
	takes = json_object_get(json_array_get(items_shown, ALLOWANCE), "takes");
	assert_null(json_object_get(takes, "subsidy_no")); /* optional, and never comes */
	takes = json_object_get(json_array_get(items_shown, GUIDANCE), "takes");
	assert_true(json_equal(json_object_get(takes, "number"),
	    made_read("{'later':'result.birth_certificate.birth_cert_no'}")));
	text_is(json_array_get(items_shown, SUBSIDY), "verdict", "not_applicable");
	text_is(json_array_get(items_shown, SUBSIDY), "why",
	    "不需要办：只在符合这个条件时办理：“是否领育儿补贴”为“是”");
	text_is(json_array_get(items_shown, CARD), "why", "您没有选择办理");
	text_is(json_array_get(items_shown, ALLOWANCE), "why", "您选择了办理");
	assert_true(json_equal(json_object_get(shown, "materials"), made_read("["
	    "{'id':'marriage_paper','title':'结婚证','how_expected':'fetched','for':['household']},"
	    "{'id':'birth_paper','title':'出生医学证明','how_expected':'produced',"
	    "'for':['vaccination','household']},"
	    "{'id':'photo','title':'照片','how_expected':'uploaded','for':['household']},"
	    "{'id':'notice','title':'补贴通知','how_expected':'uploaded','for':['allowance']},"
	    "{'id':'notice_only','title':'补贴通知原件','how_expected':'not_needed','for':['allowance']},"
	    "{'id':'family_book','title':'户口簿','how_expected':'fetched','for':['household']}]")));
	json_decref(shown);
}

static void
test_show_without_date(void **state)
{
	json_t *shown, *promise_shown;

	(void)state;
	planned(make_form(1, 0, 1), CHOOSABLE);
	facts.today = plan.submitted = day("2026-12-10");
	shown = plan_show(&event, &plan, &facts, NULL, "en");
	assert_true(json_is_null(json_object_get(shown, "promised_by")));
	promise_shown = json_object_get(shown, "promise");
	text_is(promise_shown, "counted_until", "2026-12-31");
	assert_int_equal(json_integer_value(json_object_get(promise_shown, "days")), 26);
	assert_int_equal(json_array_size(json_object_get(shown, "reminders")), 0);
	text_is(json_array_get(json_object_get(shown, "items"), ALLOWANCE), "verdict", "dropped");
	text_is(json_array_get(json_object_get(shown, "items"), ALLOWANCE), "why",
	    "left out: 母亲没有参加生育保险");
	text_is(json_array_get(json_object_get(shown, "items"), HOUSEHOLD), "promised_by", "2026-12-11");
	json_decref(shown);
}

static void
test_show_skipped_and_unknown(void **state)
{
	json_t *shown, *one;

	(void)state;
	rules[IS_INSURED].only = BIT(HOUSEHOLD);
	planned(made_read("{'insured':false}"), 0);
	rules[IS_INSURED].only = BIT(ALLOWANCE);
	shown = plan_show(&event, &plan, &facts, NULL, NULL);
	one = json_array_get(json_object_get(shown, "items"), PREMIUM);
	text_is(one, "verdict", "skipped");
	text_is(one, "why", "要用“医保参保”的办理结果，而那一项不办，所以这一项也不办");
	assert_true(json_is_null(json_object_get(one, "promised_by")));
	one = json_array_get(json_object_get(shown, "items"), CERTIFICATE);
	assert_true(json_is_null(json_object_get(json_object_get(one, "takes"), "mother")));
	assert_int_equal(json_object_size(json_object_get(one, "takes")), 5);
	json_decref(shown);
}

static void
test_too_large(void **state)
{
	struct event large = event;
	struct error why = { .kind = ERROR_NONE };

	(void)state;
	planned(make_form(1, 1, 1), CHOOSABLE);
	large.n_items = 65;
	assert_int_equal(plan_make(&large, &facts, &plan, &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
}

/* Memory gone at any moment: nothing at all, never half of it. */
static int allocations_left = -1;

static void *
scarce(size_t size)
{
	if (allocations_left == 0)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	return malloc(size);
}

static void
test_no_memory(void **state)
{
	json_t *whole, *one = NULL;

	(void)state;
	planned(make_form(1, 0, 1), CHOOSABLE);
	whole = plan_show(&event, &plan, &facts, NULL, "zh-CN");
	json_set_alloc_funcs(scarce, free);
	for (int n = 0; !one; n++) {
		allocations_left = n;
		one = plan_show(&event, &plan, &facts, NULL, "zh-CN");
	}
	allocations_left = -1;
	assert_true(json_equal(one, whole));
	json_decref(one);
	for (int n = 0, done = 0; !done; n++) {
		allocations_left = n;
		one = plan_pack(&event, &plan);
		done = one != NULL;
		allocations_left = -1;
		assert_true(!one || json_array_size(json_object_get(one, "items")) == 9);
		json_decref(one);
	}
	json_set_alloc_funcs(malloc, free);
	json_decref(whole);
}

/* Not a test of a machine: the time of one plan and nine bodies is printed for those who care. */
static void
test_time(void **state)
{
	enum { ROUNDS = 2000 };
	json_t *numbers = made_read("{'birth_cert_no':'T1','child_id_no':'330111202609150022',"
	    "'enrol_no':'9','no':'1'}");
	json_t *outputs[9] = { numbers, numbers, numbers, numbers, numbers, numbers, numbers, numbers,
		numbers };
	struct text out;
	struct timespec a, b;

	(void)state;
	text_init(&out, 1 << 20);
	planned(make_form(1, 1, 1), CHOOSABLE);
	facts.outputs = outputs;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
	for (int n = 0; n < ROUNDS; n++) {
		assert_int_equal(plan_make(&event, &facts, &plan, NULL), 0);
		for (int i = 0; i < 9; i++) {
			text_clear(&out);
			assert_int_equal(fill_body(&event, i, 1, "3301112611-0123456789ABCDEFGHJKMNPQRS",
			    &facts, NULL, &out), 0);
		}
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
	print_message("one plan and nine bodies: %.1f us\n",
	    ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / 1e3 / ROUNDS);
	text_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_not_chosen),
		cmocka_unit_test(test_not_applicable),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_nothing_runs),
		cmocka_unit_test(test_order_in_the_file_does_not_matter),
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_undeclared_promise),
		cmocka_unit_test(test_saving),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_many_signs),
		cmocka_unit_test(test_unpack_refuses),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_show_without_date),
		cmocka_unit_test(test_show_skipped_and_unknown),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
