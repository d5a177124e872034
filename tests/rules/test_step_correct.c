/* Corrections: what is asked, what is taken, and what becomes of items that went out before. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/moved.h"

/* name and address as wanted, NULL: not given; paper: the file of the material. */
static int
correct(struct running *r, const char *name, const char *address, bool paper, json_t **errors,
    struct effects *x)
{
	json_t *form = json_pack("{s:s*, s:s*}", "name", name, "address", address);
	json_t *files = json_object();
	int result;

	if (paper)
		json_object_set_new(files, "paper", a_file());
	effects_begin(x, x->now + US_PER_SECOND);
	result = running_correct(r, form, files, "zh-CN", errors, x);
	moved_send(r, x);
	json_decref(form);
	json_decref(files);
	return result;
}

static int
code_count(const json_t *errors, const char *pointer, const char *code)
{
	const json_t *one;
	size_t i;
	int n = 0;

	json_array_foreach(errors, i, one)
		n += strcmp(json_text(one, "pointer"), pointer) == 0 && strcmp(json_text(one, "code"), code) == 0;
	return n;
}

static void
what_is_asked_is_told_with_pointer_and_reason(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *asked;

	(void)state;
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	asked = running_asked(r, x.now, "zh-CN");
	assert_int_equal(json_array_size(asked), 2);
	assert_string_equal(json_text(json_array_get(asked, 0), "pointer"), "/form/name");
	assert_string_equal(json_text(json_array_get(asked, 0), "item"), "alpha");
	assert_string_equal(json_text(json_array_get(asked, 0), "reason"), "blurred");
	assert_string_equal(json_text(json_array_get(asked, 1), "pointer"), "/materials/paper");
	assert_true(json_is_true(json_object_get(json_array_get(asked, 1), "needed")));
	json_decref(asked);
	moved_end(r, &x);
}

static void
only_what_is_asked_is_taken(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *errors;
	int32_t entries = r->history_count;

	(void)state;
	assert_int_equal(correct(r, NULL, "new", false, &errors, &x), 1);
	assert_int_equal(code_count(errors, "/form/address", "not_asked"), 1);
	assert_int_equal(x.history.length, 0);
	assert_int_equal(r->history_count, entries);
	assert_string_equal(json_text(r->form, "address"), "old");
	json_decref(errors);
	moved_end(r, &x);
}

static void
where_nothing_is_asked_there_is_nothing_to_do(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *errors;

	(void)state;
	assert_int_equal(correct(r, NULL, NULL, true, &errors, &x), 0);
	assert_int_equal(correct(r, "new", NULL, false, &errors, &x), 2);
	assert_null(errors);
	moved_end(r, &x);
}

static void
an_unsound_answer_is_refused_with_its_pointer(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *errors, *form = json_pack("{s:n, s:s}", "name", "never", "x");

	(void)state;
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	effects_begin(&x, x.now);
	assert_int_equal(running_correct(r, form, NULL, "zh-CN", &errors, &x), 1);
	assert_int_equal(code_count(errors, "/form/name", "required"), 1);
	assert_int_equal(code_count(errors, "/form/never", "unknown_field"), 1);
	json_decref(errors);
	json_decref(form);
	moved_end(r, &x);
}

/* Asked only because of the new answer, and known from the login: nobody types it. */
static void
what_the_login_says_is_filled_in(void **state)
{
	static struct expr id = { .op = EXPR_REF, .space = EXPR_APPLICANT }, is_new = { .op = EXPR_IS }, new_name;
	static struct expr *args[2] = { &moved_answers[NAME], &new_name };
	static struct source from = { .value = &id };
	struct effects x;
	struct running *r;
	json_t *errors;

	(void)state;
	id.name = text_of("id");
	new_name = (struct expr){ .op = EXPR_CONST, .value = json_string("new") };
	is_new.args = args;
	is_new.n_args = 2;
	moved_questions[PARTNER] = (struct question){ .id = text_of("partner"), .title = text_of("partner"),
		.type = TYPE_TEXT, .decides = true, .locked = true, .from = &from, .n_from = 1, .when = &is_new };
	moved_signs[0].who = &moved_answers[ADDRESS];
	r = moved_begin(&x);
	assert_int_equal(json_object_del(r->form, "partner"), 0);
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	assert_int_equal(correct(r, "new", NULL, false, &errors, &x), 0);
	assert_string_equal(json_text(r->form, "partner"), "330106199203033210");
	assert_non_null(json_object_get(json_object_get(x.revision, "form"), "partner"));
	json_decref(new_name.value);
	moved_end(r, &x);
}

static void
an_item_sent_back_goes_out_again_as_another_round(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	const struct running_item *a = running_node(r, ALPHA);
	json_t *errors;

	(void)state;
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	assert_int_equal(r->status, STATUS_WAITING_FOR_APPLICANT);
	assert_int_equal(correct(r, "new", NULL, false, &errors, &x), 0);
	assert_int_equal(a->state, ITEM_SENT);
	assert_int_equal(a->round, 2);
	assert_null(a->fields);
	assert_null(a->receipt);
	assert_string_equal(json_text(r->form, "name"), "new");
	assert_string_equal(json_text(json_object_get(x.revision, "form"), "name"), "new");
	assert_int_equal(r->revisions, 1);
	assert_non_null(strstr(x.history.data, "\"fields\":1"));
	assert_true(moved_answer(r, ALPHA, 1, ENDING_APPROVED, NULL, x.now, &x)); /* of the old round */
	assert_non_null(strstr(x.history.data, "late"));
	assert_int_equal(a->state, ITEM_SENT);
	moved_end(r, &x);
}

/* BETA, sent back with both a field and the paper: half an answer leaves it where it is. */
static void
an_item_is_answered_in_full(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	struct ending e = moved_ending(ENDING_CORRECTION, "address", NULL);
	json_t *errors;

	(void)state;
	correct(r, NULL, NULL, true, &errors, &x);
	tell(r, ALPHA, ENDING_APPROVED, &x);
	json_array_append_new(e.materials, json_string("paper"));
	effects_begin(&x, x.now);
	running_settle(r, BETA, 1, &e, 7, &x);
	ending_free(&e);
	assert_int_equal(running_node(r, BETA)->state, ITEM_CORRECTION);
	assert_int_equal(correct(r, NULL, "new", false, &errors, &x), 1);
	assert_int_equal(code_count(errors, "/materials/paper", "required"), 1);
	json_decref(errors);
	assert_int_equal(correct(r, NULL, "new", true, &errors, &x), 0);
	assert_int_equal(running_node(r, BETA)->round, 2);
	moved_end(r, &x);
}

static void
what_the_applicant_cannot_mend_goes_to_a_person(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	moved_questions[NAME].locked = true;
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	assert_int_equal(running_node(r, ALPHA)->state, ITEM_ATTENTION);
	moved_end(r, &x);
}

/* GAMMA was sent with the name that ALPHA's correction changes. */
static struct running *
with_gamma_sent(struct effects *x)
{
	struct running *r = moved_begin(x);

	moved_answer(r, REGISTER, 1, ENDING_FOUND, "yes", x->now, x);
	effects_begin(x, x->now);
	assert_int_equal(running_sign(r, 0, true, x), 0);
	moved_send(r, x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_SENT);
	tell(r, ALPHA, ENDING_CORRECTION, x);
	return r;
}

static void
what_was_approved_on_the_old_answer_needs_a_person(void **state)
{
	struct effects x;
	struct running *r = with_gamma_sent(&x);
	const struct running_item *g = running_node(r, GAMMA);
	json_t *errors;

	(void)state;
	tell(r, GAMMA, ENDING_APPROVED, &x);
	correct(r, "new", NULL, false, &errors, &x);
	assert_int_equal(g->state, ITEM_ATTENTION);
	assert_non_null(strstr(g->reason, "old"));
	assert_non_null(strstr(g->reason, "new"));
	assert_non_null(strstr(x.history.data, "\"code\":\"changed\""));
	assert_null(strstr(x.history.data, "\"new\""));
	assert_string_equal(json_text(json_object_get(x.revision, "changed"), "gamma"), g->reason);
	assert_int_equal(g->round, 1);
	assert_false(tell(r, GAMMA, ENDING_APPROVED, &x)); /* said again: nothing new */
	assert_int_equal(g->state, ITEM_ATTENTION);
	moved_end(r, &x);
}

static void
what_is_under_way_is_settled_first_and_then_needs_a_person(void **state)
{
	struct effects x;
	struct running *r = with_gamma_sent(&x);
	const struct running_item *g = running_node(r, GAMMA);
	json_t *errors;

	(void)state;
	correct(r, "new", NULL, false, &errors, &x);
	assert_int_equal(g->state, ITEM_SENT);
	assert_int_equal(x.n_send, 2); /* ALPHA again, and the record of the new name: not GAMMA */
	tell(r, GAMMA, ENDING_APPROVED, &x);
	assert_int_equal(g->state, ITEM_ATTENTION);
	assert_non_null(strstr(g->reason, "new"));
	moved_end(r, &x);
}

static void
a_refusal_of_the_old_answer_is_a_refusal(void **state)
{
	struct effects x;
	struct running *r = with_gamma_sent(&x);
	json_t *errors;

	(void)state;
	correct(r, "new", NULL, false, &errors, &x);
	tell(r, GAMMA, ENDING_REJECTED, &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_REFUSED);
	assert_string_equal(running_node(r, GAMMA)->reason, "no");
	moved_end(r, &x);
}

static void
an_answer_given_again_unchanged_disturbs_nobody(void **state)
{
	struct effects x;
	struct running *r = with_gamma_sent(&x);
	json_t *errors;

	(void)state;
	correct(r, "old", NULL, false, &errors, &x);
	assert_int_equal(running_node(r, ALPHA)->round, 2);
	assert_int_equal(running_node(r, GAMMA)->flags & ITEM_STALE, 0);
	moved_end(r, &x);
}

static void
a_record_looked_up_by_the_old_answer_is_looked_up_again(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);
	json_t *errors;

	(void)state;
	moved_answer(r, REGISTER, 1, ENDING_FOUND, "yes", x.now, &x);
	tell(r, ALPHA, ENDING_CORRECTION, &x);
	correct(r, "new", NULL, false, &errors, &x);
	assert_int_equal(running_node(r, REGISTER)->state, ITEM_SENT);
	assert_int_equal(running_node(r, REGISTER)->round, 2);
	assert_null(json_object_get(r->records, "register"));
	effects_begin(&x, x.now);
	running_sign(r, 0, true, &x);
	assert_int_equal(running_node(r, GAMMA)->state, ITEM_WAITING);
	moved_end(r, &x);
}

static void
a_correction_comes_back_from_the_store(void **state)
{
	struct effects x;
	struct running *r = with_gamma_sent(&x), *again = running_new(&moved);
	struct error why = { 0 };
	struct text packed;
	json_t *errors;

	(void)state;
	tell(r, GAMMA, ENDING_APPROVED, &x);
	again->form = json_deep_copy(r->form);
	correct(r, "new", NULL, true, &errors, &x);
	text_init(&packed, 4096);
	assert_int_equal(running_pack(r, &packed), 0);
	assert_int_equal(running_unpack(again, packed.data, packed.length, &why), 0);
	assert_int_equal(running_revise(again, x.revision), 0);
	assert_string_equal(json_text(again->form, "name"), "new");
	assert_non_null(json_object_get(again->files, "paper"));
	assert_string_equal(running_node(again, GAMMA)->reason, running_node(r, GAMMA)->reason);
	assert_int_equal(again->revisions, r->revisions);
	assert_int_equal(again->typed, r->typed);
	assert_int_equal(running_node(again, ALPHA)->sent_day, clock_day(MOVED_START));
	text_free(&packed);
	running_free(again);
	moved_end(r, &x);
}

/* --- papers --- */

static void
a_paper_given_at_filing_is_used_when_its_way_comes(void **state)
{
	struct effects x;
	struct running *r = moved_begin(&x);

	(void)state;
	effects_begin(&x, MOVED_START);
	r->files = json_pack("{s:o}", "paper", a_file());
	r->history_count = 0;
	r->status = STATUS_IN_PROGRESS;
	running_node(r, PAPER)->way = 0;
	running_begin(r, moved_hash, &x);
	assert_int_equal(running_node(r, PAPER)->how, HOW_UPLOADED);
	assert_int_equal(r->status, STATUS_IN_PROGRESS);
	moved_end(r, &x);
}

static void
a_silent_source_is_offered_for_upload_and_its_late_word_only_recorded(void **state)
{
	struct effects x;
	struct running *r;
	json_t *asked, *errors;

	(void)state;
	moved_ways[0] = (struct get){ .way = WAY_FETCH, .department = text_of("police"),
		.call = text_of("look") };
	r = moved_begin(&x);
	tell(r, PAPER, ENDING_RETRY, &x);
	asked = running_asked(r, x.now, "zh-CN");
	assert_int_equal(json_array_size(asked), 0);
	json_decref(asked);
	effects_begin(&x, running_next_clock(r));
	running_clock(r, &x);
	asked = running_asked(r, x.now, "zh-CN");
	assert_int_equal(json_array_size(asked), 1);
	assert_true(json_is_false(json_object_get(json_array_get(asked, 0), "needed")));
	json_decref(asked);
	assert_int_equal(r->status, STATUS_IN_PROGRESS);
	assert_int_equal(correct(r, NULL, NULL, true, &errors, &x), 0);
	assert_int_equal(running_node(r, PAPER)->how, HOW_UPLOADED);
	assert_true(moved_answer(r, PAPER, 1, ENDING_FOUND, NULL, x.now, &x));
	assert_non_null(strstr(x.history.data, "late"));
	assert_int_equal(running_node(r, PAPER)->how, HOW_UPLOADED);
	moved_end(r, &x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_asked_is_told_with_pointer_and_reason, moved_set_up),
		cmocka_unit_test_setup(only_what_is_asked_is_taken, moved_set_up),
		cmocka_unit_test_setup(where_nothing_is_asked_there_is_nothing_to_do, moved_set_up),
		cmocka_unit_test_setup(an_unsound_answer_is_refused_with_its_pointer, moved_set_up),
		cmocka_unit_test_setup(what_the_login_says_is_filled_in, moved_set_up),
		cmocka_unit_test_setup(an_item_sent_back_goes_out_again_as_another_round, moved_set_up),
		cmocka_unit_test_setup(an_item_is_answered_in_full, moved_set_up),
		cmocka_unit_test_setup(what_the_applicant_cannot_mend_goes_to_a_person, moved_set_up),
		cmocka_unit_test_setup(what_was_approved_on_the_old_answer_needs_a_person, moved_set_up),
		cmocka_unit_test_setup(what_is_under_way_is_settled_first_and_then_needs_a_person, moved_set_up),
		cmocka_unit_test_setup(a_refusal_of_the_old_answer_is_a_refusal, moved_set_up),
		cmocka_unit_test_setup(an_answer_given_again_unchanged_disturbs_nobody, moved_set_up),
		cmocka_unit_test_setup(a_record_looked_up_by_the_old_answer_is_looked_up_again, moved_set_up),
		cmocka_unit_test_setup(a_correction_comes_back_from_the_store, moved_set_up),
		cmocka_unit_test_setup(a_paper_given_at_filing_is_used_when_its_way_comes, moved_set_up),
		cmocka_unit_test_setup(a_silent_source_is_offered_for_upload_and_its_late_word_only_recorded,
		    moved_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
