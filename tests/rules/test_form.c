/* form_check: what is asked, what is refused, in which words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "checked.h"
#include "rules/form_messages.h"

enum { USUAL = BASE | PERMIT | EXTRA | FOLLOW | FURTHER | PERMITTED | TOLD | LOOSE | COUPLE | SINGLE |
	AFTER };

static void
sound(void **state)
{
	(void)state;
	assert_errors("");
	assert_int_equal(json_array_size(reminders), 0);
	assert_ptr_equal(facts.form, form);
	assert_true(facts.chosen == USUAL);
}

static void
not_a_form(void **state)
{
	(void)state;
	json_decref(form);
	form = json_array();
	assert_errors(" type");
	json_decref(form);
	form = json_object();
	check("zh-CN");
	assert_true(json_array_size(errors) > 8);
}

static void
fields(void **state)
{
	(void)state;
	put("nam", "\"x\"");
	put("a/b~c", "1");
	json_object_del(form, "name");
	assert_errors("/name required /nam unknown_field /a~1b~0c unknown_field");
	assert_string_equal(message(0), "请填写“姓名”");
	check("en");
	assert_string_equal(message(0), "Fill in “姓名”.");
}

static void
empty_and_null(void **state)
{
	(void)state;
	put("name", "\"\"");
	put("agreed", "null");
	put("email", "null");
	put("remark", "\"\"");
	assert_errors("/name required /email type /agreed required /remark length");
}

static void
types(void **state)
{
	(void)state;
	put("married", "\"yes\"");
	put("phone", "13800000001");
	put("agreed", "1");
	put("weight", "\"3310\"");
	put("ways", "\"post\"");
	put("home", "\"富春街道\"");
	put("heirs", "{}");
	put("budget", "100.5");
	/* cert and the like hang on married: nothing is said of them before it is put right */
	assert_errors("/married type /home type /phone type /budget type /weight type /ways type "
	              "/heirs type /agreed type");
}

static void
values(void **state)
{
	(void)state;
	put("name", "\"王1\"");
	put("id_no", "\"110105194912310021\"");
	put("cert", "\"J330111\"");
	put("child", "\"王𠮷\"");
	put("born", "\"2026-11-21T00:00:00+08:00\"");
	put("phone", "\"12800000001\"");
	put("budget", "99");
	put("weight", "8000.5");
	put("ways", "[\"post\",\"post\"]");
	put("ethnic", "\"57\"");
	put("county", "\"330000\"");
	put("uscc", "\"91350100M000100Y44\"");
	put("agreed", "false");
	put("permit_day", "\"2026-02-30\"");
	put("heirs", "[{},{},{},{}]");
	put("remark", "\" \"");
	assert_errors("/name format /id_no check_digit /cert format /child unknown_code /born too_late "
	              "/phone format /budget too_small /weight too_large /ways conflict "
	              "/ethnic unknown_code /county unknown_code /uscc check_digit /heirs length "
	              "/agreed required /permit_day date /remark format");
	assert_string_equal(message(1), "身份证号码最后一位校验不对,请对照证件逐位核对");
	assert_string_equal(message(4), "日期不能晚于今天,请核对");
	assert_string_equal(message(6), "不能小于 100,请核对");
}

static void
addresses(void **state)
{
	static const struct { const char *json, *code; } cases[] = {
		{ "{\"division\":\"330111\",\"text\":\"桂花路1号\"}", NULL },
		{ "{\"division\":\"330111001\",\"text\":\"桂花路1号\"}", NULL },
		{ "{\"division\":\"330111001001\",\"text\":\"桂花路1号\"}", NULL },
		{ "{\"division\":\"3301110\",\"text\":\"桂花路1号\"}", "length" },
		{ "{\"division\":\"330000\",\"text\":\"桂花路1号\"}", "unknown_code" },
		{ "{\"division\":\"33011a\",\"text\":\"桂花路1号\"}", "format" },
		{ "{\"division\":330111,\"text\":\"桂花路1号\"}", "type" },
		{ "{\"division\":\"330111\"}", "required" },
		{ "{\"division\":\"330111\",\"text\":\"\"}", "length" },
		{ "{\"division\":\"330111\",\"text\":\"　\"}", "format" },
		{ "{\"division\":\"330111\",\"text\":\"a\",\"zip\":\"1\"}", "unknown_field" },
		{ "[]", "type" },
	};
	struct question q = { .id = "home", .title = "住址", .type = TYPE_ADDRESS };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *value = json_loads(cases[i].json, 0, NULL);
		const char *code = form_value(&q, value, today);

		if (cases[i].code ? !code || strcmp(code, cases[i].code) != 0 : code != NULL)
			fail_msg("%s: %s", cases[i].json, code ? code : "accepted");
		json_decref(value);
	}
}

static void
asked_by_answers(void **state)
{
	(void)state;
	put("married", "false"); /* kids: declared, so the spouse's ethnic group is asked still */
	assert_errors("/cert not_asked /spouse_id not_asked");
	json_object_del(form, "cert");
	json_object_del(form, "spouse_id");
	assert_errors("");
	put("kids", "0");
	assert_errors("/spouse_ethnic not_asked /permit_day not_asked /ethnic_agreed not_asked");
	json_object_del(form, "spouse_ethnic");
	json_object_del(form, "permit_day");
	json_object_del(form, "ethnic_agreed");
	assert_errors("");
	json_object_del(form, "weight"); /* now it cannot be said that the permit is not for him */
	assert_errors("/permit_day required");
	put("kids", "2");
	assert_errors("/spouse_ethnic required /second required /permit_day required /agrees_to_move required");
}

/* What hangs on an answer that is not asked is not asked either. */
static void
asked_through(void **state)
{
	uint64_t asked[8];

	(void)state;
	put("insured", "true");
	put("insured_no", "\"A1\"");
	assert_errors("/insured not_asked /insured_no not_asked");
	form_asked(sample_event(), &facts, asked);
	assert_false(asked[0] >> event_question(sample_event(), "insured_no") & 1);
	json_object_set_new(choices, "allowance", json_true());
	put("card", "\"6217000000000000004\"");
	put("amount", "1");
	assert_errors("");
	json_object_del(form, "insured_no");
	assert_errors("/insured_no required");
	put("insured", "\"A\"");
	assert_errors("/insured type");
}

static void
chosen_items(void **state)
{
	(void)state;
	json_object_set_new(choices, "allowance", json_true());
	json_object_set_new(choices, "extra", json_false());
	put("remark", "\"备注\"");
	assert_errors("/card required /amount required /insured required /remark not_asked "
	              "/follow_note not_asked /further_note not_asked");
	assert_true(facts.chosen == ((USUAL & ~EXTRA) | ALLOWANCE));
	json_object_clear(choices);
	json_object_set_new(choices, "base", json_true());
	json_object_set_new(choices, "nothing", json_true());
	json_object_set_new(choices, "extra", json_string("yes"));
	assert_errors("/choices/base not_chosen /choices/nothing unknown_field /choices/extra type");
	json_decref(choices);
	choices = json_array();
	assert_errors("/choices type");
}

/* Whose call insists on a result that never comes is not asked about, and so on. */
static void
skipped_items(void **state)
{
	(void)state;
	facts.form = form;
	facts.chosen = USUAL;
	assert_true(form_may_run(sample_event(), &facts) == (USUAL & ~SINGLE)); /* married: instead of it */
	json_object_set_new(choices, "extra", json_false());
	json_object_del(form, "by_extra");
	json_object_del(form, "told_note");
	assert_errors("/follow_note not_asked /further_note not_asked");
	assert_true(form_may_run(sample_event(), &facts) == (BASE | PERMIT | PERMITTED | LOOSE | COUPLE |
	        AFTER));
	json_object_del(form, "follow_note");
	json_object_del(form, "further_note");
	put("permit_note", "\"许可\"");
	assert_errors("");
	put("kids", "0"); /* as if the permit were not applied for */
	json_object_del(form, "permit_day");
	assert_errors("/permit_note not_asked");
	json_object_del(form, "weight"); /* may still be */
	put("permit_day", "\"2026-11-01\"");
	assert_errors("");
}

/* An answer that leads its own item to a result that does not come: asked, answered, accepted. Where
 * no answer leads to one that comes, it is not asked. */
static void
skipped_by_answer(void **state)
{
	(void)state;
	put("by_extra", "false");
	assert_errors("");
	json_object_del(form, "by_extra");
	json_object_del(form, "told_note");
	assert_errors("/by_extra required /told_note required");
	put("told_note", "\"说明\"");
	assert_errors("/by_extra required");
	put("by_extra", "true");
	assert_errors("");
	json_object_set_new(choices, "extra", json_false());
	json_object_del(form, "follow_note");
	json_object_del(form, "further_note");
	assert_errors("/by_extra not_asked /told_note not_asked");
	assert_false(form_may_run(sample_event(), &facts) & TOLD);
}

/* What has a condition of its own is asked only where it is of use too. */
static void
asked_and_used(void **state)
{
	(void)state;
	json_object_del(form, "further_note");
	assert_errors("/further_note required");
	put("further_note", "\"说明\"");
	put("way", "\"pickup\"");
	put("ways", "[\"locker\"]");
	json_object_del(form, "post_to");
	put("locker_no", "\"1\"");
	assert_errors("/further_note not_asked");
	json_object_del(form, "further_note");
	assert_errors("");
	put("unused", "\"x\"");
	put("unused_pickup", "\"x\""); /* used by nothing that is known: its condition is enough */
	assert_errors("/unused not_asked");
}

static void
rules(void **state)
{
	(void)state;
	put("sex", "\"1\"");
	put("born", "\"2025-11-20T08:00:00+08:00\"");
	assert_errors("/id_no correct /born offline");
	assert_string_equal(message(0), "性别与身份证号不一致,请改");
	put("born", "\"2025-11-21T08:00:00+08:00\""); /* not yet a year */
	put("sex", "\"2\"");
	assert_errors("");
	assert_int_equal(json_array_size(reminders), 1);
	assert_string_equal(json_text(json_array_get(reminders, 0), "rule"), "in_time");
	put("home", "{\"division\":\"350102001\",\"text\":\"福州\"}"); /* Fujian: six months */
	assert_errors("/born offline");
	facts.division = "330111"; /* decided at submission, then for life */
	assert_errors("");
}

/* No rule builds on what is unknown, unsound or not asked. */
static void
rules_and_unknown(void **state)
{
	(void)state;
	put("id_no", "\"330111199503120024\"");
	put("sex", "\"1\"");
	assert_errors("/id_no check_digit");
	json_object_del(form, "id_no");
	assert_errors("/id_no required");
}

static void
rules_of_items(void **state)
{
	(void)state;
	json_object_set_new(choices, "allowance", json_true());
	put("card", "\"6217000000000000004\"");
	put("insured", "false");
	put("amount", "50000");
	assert_errors("/amount correct");
	put("amount", "49999");
	assert_errors("");
}

static void
records_and_applicant(void **state)
{
	json_t *records = json_pack("{s:{s:s, s:s}}", "household", "name", "王安然", "registered", "yes");
	json_t *applicant = json_pack("{s:s}", "as", "agent");

	(void)state;
	facts.records = records;
	facts.applicant = applicant;
	assert_errors("/registered_name conflict /agent_note required /by_agent conflict  refused");
	put("registered_name", "\"王安然\"");
	put("by_agent", "true");
	put("agent_paper", "\"1\"");
	put("agent_note", "\"受托\"");
	assert_errors(" refused");
	json_object_set_new(json_object_get(records, "household"), "registered", json_string("no"));
	assert_errors("");
	json_decref(records);
	json_decref(applicant);
}

static void
bank_accounts(void **state)
{
	(void)state;
	json_object_set_new(choices, "allowance", json_true());
	put("amount", "1");
	put("insured", "false");
	put("card", "\"6217000000000000005\"");
	assert_errors("");
	assert_int_equal(json_array_size(reminders), 1);
	assert_string_equal(json_text(json_array_get(reminders, 0), "rule"), "card");
	put("card", "\"6217\"");
	assert_errors("/card length");
}

static void
signs(void **state)
{
	(void)state;
	put("spouse_agrees", "true");
	assert_errors("");
	put("spouse_agrees", "\"yes\"");
	assert_errors("/spouse_agrees type");
	put("spouse_agrees", "true");
	put("married", "false");
	json_object_del(form, "cert");
	json_object_del(form, "spouse_id");
	assert_errors("/spouse_agrees not_asked");
}

static void
divisions(void **state)
{
	char division[7];

	(void)state;
	facts.form = form;
	assert_true(form_division(sample_event(), &facts, division));
	assert_string_equal(division, "330111");
	put("home", "{\"division\":\"33\"}");
	assert_false(form_division(sample_event(), &facts, division));
	json_object_del(form, "home");
	assert_false(form_division(sample_event(), &facts, division));
}

/* A hostile form costs no more than its size, and its names are cut. */
static void
too_much(void **state)
{
	char name[4000];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "x%d", i);
		put(name, "1");
	}
	check("zh-CN");
	assert_int_equal(json_array_size(errors), 100);
	json_object_clear(form);
	for (size_t n = 1; n < 300; n++) {
		memset(name, 'x', n);
		strcpy(name + n, "王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王");
		json_object_clear(form);
		put(name, "1");
		check("zh-CN");
		for (size_t i = 0; i < json_array_size(errors); i++)
			assert_true(json_string_length(json_object_get(json_array_get(errors, i), "pointer")) < 256);
	}
}

/* Every code and type has a sentence in both languages, and nothing is left to fill in. */
static void
sentences(void **state)
{
	char zh[FORM_MESSAGE], en[FORM_MESSAGE];

	(void)state;
	for (const char *const *code = form_codes; *code; code++) {
		for (int type = 0; type <= TYPE_COUNT; type++) {
			struct question q = { .id = "q", .title = "标题", .type = (enum question_type)type };

			form_message(*code, type < TYPE_COUNT ? &q : NULL, "zh-CN", zh);
			form_message(*code, type < TYPE_COUNT ? &q : NULL, "en", en);
			assert_string_not_equal(zh, *code);
			assert_string_not_equal(en, *code);
			assert_true((unsigned char)zh[0] > 0x7F);
			assert_null(strstr(zh, "{title}"));
			assert_null(strstr(zh, "{m"));
			assert_null(strstr(en, "{late"));
		}
	}
}

static void
long_titles(void **state)
{
	char out[FORM_MESSAGE], title[3 * 400 + 1] = "";
	struct question q = { .id = "q", .title = title, .type = TYPE_TEXT };

	(void)state;
	for (int i = 0; i < 400; i++)
		strcat(title, "长");
	form_message("required", &q, "zh-CN", out);
	assert_true(strlen(out) < FORM_MESSAGE);
	json_decref(json_string(out)); /* NULL if the cut had broken a character */
	assert_true(strlen(out) % 3 == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		with_form(sound), with_form(not_a_form), with_form(fields), with_form(empty_and_null),
		with_form(types), with_form(values), cmocka_unit_test(addresses),
		with_form(asked_by_answers), with_form(asked_through), with_form(chosen_items),
		with_form(skipped_items), with_form(skipped_by_answer), with_form(asked_and_used),
		with_form(rules), with_form(rules_and_unknown), with_form(rules_of_items),
		with_form(records_and_applicant), with_form(bank_accounts), with_form(signs),
		with_form(divisions), with_form(too_much), cmocka_unit_test(sentences),
		cmocka_unit_test(long_titles),
	};

	return checked_run(tests);
}
