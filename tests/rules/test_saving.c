/* What was spared: counted from what happened, negative where it was none; the same in the counters. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "made.h"
#include "rules/saving.h"

enum { A, B, C, TELL, ITEMS };
#define DAY (INT64_C(86400) * US_PER_SECOND)

static struct question questions[] = {
	{ .id = S("name"), .title = S("姓名"), .type = TYPE_PERSON_NAME, .items = BIT(A) | BIT(B) },
	{ .id = S("phone"), .title = S("手机"), .type = TYPE_PHONE, .items = BIT(B) },
	{ .id = S("heirs"), .title = S("继承人"), .type = TYPE_LIST, .items = BIT(A) | BIT(C) },
};
static struct source name_from;
static struct item items[ITEMS] = {
	{ .id = S("a"), .department = S("health"), .before = { NULL, 3, 2, 5, NULL }, .later_of = -1 },
	{ .id = S("b"), .department = S("tax"), .before = { NULL, 1, 1, 2, NULL }, .later_of = -1 },
	{ .id = S("c"), .department = S("health"), .before = { NULL, 2, 1, 1, NULL }, .later_of = -1 },
	{ .id = S("t"), .department = S("tax"), .before = { NULL, 9, 9, 9, NULL }, .tell = true, .later_of = -1 },
};
static struct material materials[] = { { .id = S("paper") }, { .id = S("other") } };
static struct event event = { .id = S("made"), .questions = questions, .n_questions = COUNT(questions),
	.items = items, .n_items = ITEMS, .materials = materials, .n_materials = COUNT(materials) };

/* Everything approved: filed on a Friday morning, finished on the Tuesday after. */
static struct running *
finished(void)
{
	struct running *r = running_new(&event);

	r->status = STATUS_FINISHED;
	r->submitted_at = clock_day_start(day("2026-11-20")) + DAY / 3;
	r->finished_at = r->submitted_at + 4 * DAY;
	r->typed = 4;
	for (int i = 0; i < ITEMS; i++) {
		r->nodes[i].state = ITEM_APPROVED;
		r->nodes[i].sent_at = r->submitted_at;
		r->plan.item[i].fields = 5;
		r->plan.runs |= BIT(i);
	}
	r->plan.n_items = ITEMS;
	return r;
}

static void
saved_is(const struct running *r, const char *expected)
{
	json_t *saved = saving_measured(r);

	if (!json_equal(saved, made_read(expected)))
		json_dumpf(saved, stderr, 0);
	assert_true(json_equal(saved, made_read(expected)));
	json_decref(saved);
}

static void
the_items_that_ran_less_what_was_asked(void **state)
{
	struct running *r = finished();

	(void)state;
	saved_is(r, "{'materials':6,'visits':4,'working_days':6,'fields':11}");
	running_node(r, MATERIAL_NODE)->how = HOW_UPLOADED;
	items[B].visit = S("到窗口取");
	saved_is(r, "{'materials':5,'visits':3,'working_days':6,'fields':11}");
	items[B].visit = NULL;
	r->nodes[C].state = ITEM_SKIPPED;
	saved_is(r, "{'materials':3,'visits':3,'working_days':5,'fields':6}");
	r->nodes[B].state = ITEM_REFUSED; /* it ran: the department decided */
	saved_is(r, "{'materials':3,'visits':3,'working_days':5,'fields':6}");
	r->nodes[B].state = ITEM_BLOCKED;
	saved_is(r, "{'materials':2,'visits':2,'working_days':3,'fields':1}");
	running_free(r);
}

static void
what_was_none_is_negative(void **state)
{
	struct running *r = finished();

	(void)state;
	r->finished_at = r->submitted_at + 35 * DAY;
	r->typed = 40;
	for (int i = 0; i < ITEMS; i++)
		r->nodes[i].state = ITEM_SKIPPED;
	running_node(r, MATERIAL_NODE)->how = running_node(r, MATERIAL_NODE + 1)->how = HOW_UPLOADED;
	r->nodes[A].state = ITEM_REFUSED;
	r->nodes[A].sent_at = 0;
	r->nodes[A].flags = ITEM_OFFLINE; /* to the window, as often as before */
	saved_is(r, "{'materials':-2,'visits':0,'working_days':-25,'fields':-40}");
	items[A].before.visits = 0;
	saved_is(r, "{'materials':-2,'visits':-1,'working_days':-25,'fields':-40}");
	items[A].before.visits = 2;
	running_free(r);
}

static void
days_of_the_applicant_are_not_waited(void **state)
{
	struct running *r = finished();

	(void)state;
	r->finished_at = r->submitted_at + 20 * DAY; /* 14 working days, of which 10 stood still */
	r->stopped_days = saving_stopped(r->submitted_at + 3 * DAY, r->submitted_at + 17 * DAY);
	assert_int_equal(r->stopped_days, 10);
	saved_is(r, "{'materials':6,'visits':4,'working_days':4,'fields':11}");
	r->finished_at = clock_day_start(day("2027-01-05"));
	saved_is(r, "{'materials':6,'visits':4,'working_days':null,'fields':11}");
	r->status = STATUS_WITHDRAWN;
	saved_is(r, "null");
	running_free(r);
}

static int64_t
counted(const struct effects *x, const char *department, const char *measure)
{
	int64_t sum = 0;

	for (int i = 0; i < x->n_counts; i++)
		if (strcmp(x->counts[i].department, department) == 0 && strcmp(x->counts[i].measure, measure) == 0)
			sum += x->counts[i].delta;
	return sum;
}

static void
counters_add_up_to_the_same(void **state)
{
	struct running *r = finished();
	struct effects *x = made_bytes(sizeof *x);

	(void)state;
	running_node(r, MATERIAL_NODE)->how = HOW_UPLOADED;
	effects_begin(x, r->finished_at);
	saving_finish(r, x);
	assert_int_equal(counted(x, "health", "papers_before"), 5);
	assert_int_equal(counted(x, "health", "visits_before"), 3);
	assert_int_equal(counted(x, "", "days_before"), 8);
	assert_int_equal(counted(x, "tax", "papers_before"), 1);
	assert_int_equal(counted(x, "", "papers_given"), 1);
	assert_int_equal(counted(x, "", "fields_before"), 15);
	assert_int_equal(counted(x, "", "fields_typed"), 4);
	assert_int_equal(counted(x, "", "days_waited"), 2);
	assert_int_equal(counted(x, "", "days_unknown"), 0);
	r->finished_at = clock_day_start(day("2027-01-05"));
	effects_begin(x, r->finished_at);
	saving_finish(r, x);
	assert_int_equal(counted(x, "", "days_unknown"), 1);
	assert_int_equal(counted(x, "", "days_before") + counted(x, "", "days_expected"), 0);
	effects_free(x);
	running_free(r);
}

static void
only_what_was_typed(void **state)
{
	struct running *r = finished();

	(void)state;
	name_from.value = ref(EXPR_APPLICANT, -1, "name");
	questions[0].from = &name_from;
	questions[0].n_from = 1;
	r->applicant = json_pack("{s:s}", "name", "李秀兰");
	r->form = json_incref(made_read("{'name':'李秀兰','phone':'13800000001',"
	    "'heirs':[{'name':'甲','id_no':'1'},{'name':'乙','share':2,'id_no':'3'}]}"));
	assert_int_equal(saving_typed(r), 6);
	json_object_set_new(r->applicant, "name", json_string("李秀英"));
	assert_int_equal(saving_typed(r), 7);
	assert_int_equal(saving_corrected(made_read("{'name':'x','phone':null,'heirs':[{'name':'a'}]}")), 2);
	assert_int_equal(saving_fields(made_read("{'division':'330111','text':'x'}")), 1);
	assert_int_equal(saving_fields(made_read("['1','2']")), 1);
	assert_int_equal(saving_fields(NULL), 0);
	running_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_items_that_ran_less_what_was_asked),
		cmocka_unit_test(what_was_none_is_negative),
		cmocka_unit_test(days_of_the_applicant_are_not_waited),
		cmocka_unit_test(counters_add_up_to_the_same),
		cmocka_unit_test(only_what_was_typed),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	made_free();
	return failed;
}
