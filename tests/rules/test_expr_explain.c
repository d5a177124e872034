/* Conditions as people read them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "made_facts.h"

static void
says(struct expr *e, const char *expected)
{
	struct text out;

	text_init(&out, 4096);
	assert_int_equal(expr_explain(e, &event, &out), 0);
	assert_string_equal(out.data ? out.data : "", expected);
	text_free(&out);
}

static void
test_explain(void **state)
{
	struct expr *married = op2(EXPR_IS, answer(MARRIED), lit(json_true()));
	struct expr *father = op2(EXPR_IS, answer(SIDE), str("father"));

	(void)state;
	says(NULL, "");
	says(married, "“父母是否已登记结婚”为“是”");
	says(op2(EXPR_IS, answer(MARRIED), lit(json_false())), "“父母是否已登记结婚”为“否”");
	says(no(married), "“父母是否已登记结婚”不为“是”");
	says(no(no(married)), "“父母是否已登记结婚”为“是”");
	says(father, "“随谁落户”为“随父”");
	says(op2(EXPR_IS_NOT, answer(SIDE), str("mother")), "“随谁落户”不为“随母”");
	says(op3(EXPR_ONE_OF, answer(SIDE), str("father"), str("mother")),
	    "“随谁落户”为“随父”或“随母”");
	says(op2(EXPR_AND, married, father), "“父母是否已登记结婚”为“是”，并且“随谁落户”为“随父”");
	says(op2(EXPR_AND, married, op2(EXPR_OR, father, married)),
	    "“父母是否已登记结婚”为“是”，并且（“随谁落户”为“随父”，或者“父母是否已登记结婚”为“是”）");
	says(no(op2(EXPR_OR, married, father)),
	    "并非（“父母是否已登记结婚”为“是”，或者“随谁落户”为“随父”）");
	says(op1(EXPR_KNOWN, answer(NOTE)), "已填写“说明”");
	says(no(op1(EXPR_KNOWN, answer(NOTE))), "未填写“说明”");
	says(op1(EXPR_KNOWN, ref(EXPR_RECORD, 0, "address")), "“户籍”记录中的address已查明");
	says(op2(EXPR_WITHIN, answer(BORN_ON), str("12个月")), "“出生日期”距申请当天未满12个月");
	says(op2(EXPR_WITHIN, answer(BORN_ON), str("30日")), "“出生日期”距申请当天不超过30日");
	says(op2(EXPR_WITHIN, answer(BORN_ON), ref(EXPR_HERE, 0, NULL)),
	    "“出生日期”距申请当天在当地规定的“孩子不满”之内");
	says(op2(EXPR_BEFORE, answer(BORN_ON), str("2026-01-01")), "“出生日期”早于2026-01-01");
	says(op2(EXPR_AFTER, answer(BORN_ON), str("today")), "“出生日期”晚于申请当天");
	says(op3(EXPR_BETWEEN, answer(BORN_ON), str("2026-01-01"), str("2026-12-31")),
	    "“出生日期”在2026-01-01至2026-12-31之间");
	says(op2(EXPR_UNDER, answer(WEIGHT), num(2500)), "“出生体重”小于2500");
	says(op2(EXPR_AT_LEAST, derive(answer(MOTHER_ID), EXPR_AGE), num(18)),
	    "“母亲身份证号”对应的周岁年龄不小于18");
	says(op2(EXPR_IS, derive(answer(MOTHER_ID), EXPR_SEX), str("2")),
	    "“母亲身份证号”里的性别为“女”");
	says(op2(EXPR_IS, answer(SEX), str("1")), "“孩子性别”为“男”");
	says(op2(EXPR_IS, ref(EXPR_APPLICANT, 0, "as"), str("mother")), "申请人身份为“母亲”");
	says(op2(EXPR_IS, ref(EXPR_TERM, ROAD, NULL), str("in_wedlock")),
	    "“办理路径”为“in_wedlock”（即“父母是否已登记结婚”为“是”）");
	says(op2(EXPR_IS, ref(EXPR_TERM, ROAD, NULL), str("declared")), "“办理路径”为“declared”");
	says(ref(EXPR_CHOSEN, 1, NULL), "选择办理“出生登记”");
	says(no(ref(EXPR_CHOSEN, 1, NULL)), "没有选择办理“出生登记”");
	says(op2(EXPR_IS, ref(EXPR_CHOSEN, 1, NULL), lit(json_false())), "没有选择办理“出生登记”");
	says(ref(EXPR_SIGNED, 0, NULL), "已签署“父亲同意书”");
	says(answer(MARRIED), "“父母是否已登记结婚”为“是”");
	says(op2(EXPR_AT_LEAST, op2(EXPR_YEARS_ON, answer(BORN_ON), str("08-31")), num(6)),
	    "从“出生日期”到08-31的周年数不小于6");
	says(no(op2(EXPR_IS_NOT, answer(SIDE), str("mother"))), "“随谁落户”为“随母”");
	says(no(op3(EXPR_ONE_OF, answer(SIDE), str("father"), str("mother"))),
	    "“随谁落户”不为“随父”或“随母”中的任何一个");
	says(no(ref(EXPR_SIGNED, 0, NULL)), "没有签署“父亲同意书”");
	says(op2(EXPR_IS, derive(answer(CHILD_NAME), EXPR_SURNAME), str("王")),
	    "“孩子姓名”的姓氏为“王”");
	says(op2(EXPR_AFTER, derive(answer(MOTHER_ID), EXPR_BIRTHDAY), str("1990-01-01")),
	    "“母亲身份证号”里的出生日期晚于1990-01-01");
	says(op2(EXPR_AT_MOST, answer(WEIGHT), lit(json_real(2.5))), "“出生体重”不大于2.5");
	says(op2(EXPR_IS, answer(NOTE), answer(CHILD_NAME)), "“说明”为“孩子姓名”");
	says(op1(EXPR_WITHIN, answer(NOTE)), "……"); /* a tree that the reader would refuse */
	says(op2(EXPR_IS, ref(EXPR_RESULT, 0, "no"), str("T1")), "“出生医学证明”的办理结果为“T1”");
}

static void
test_lists(void **state)
{
	struct expr *agrees = op2(EXPR_IS, each(AGREES), lit(json_true()));
	struct expr *spouse = op2(EXPR_WHERE, answer(HEIRS), op2(EXPR_IS, each(RELATION), str("spouse")));

	(void)state;
	says(op2(EXPR_EVERY, answer(HEIRS), agrees), "“继承人”中每一项都符合（“是否同意”为“是”）");
	says(no(op2(EXPR_EVERY, answer(HEIRS), agrees)), "“继承人”中不是每一项都符合（“是否同意”为“是”）");
	says(op1(EXPR_KNOWN, spouse), "“继承人”中有符合（“与逝者关系”为“配偶”）的");
	says(no(op1(EXPR_KNOWN, spouse)), "“继承人”中没有符合（“与逝者关系”为“配偶”）的");
	says(op2(EXPR_EVERY, spouse, agrees),
	    "“继承人”中符合（“与逝者关系”为“配偶”）的各项中每一项都符合（“是否同意”为“是”）");
	says(op3(EXPR_ONLY, spouse, str("name"), str("id_no")),
	    "“继承人”中符合（“与逝者关系”为“配偶”）的各项的“继承人姓名”、“继承人证件号码”");
	says(op2(EXPR_ONLY, answer(HEIRS), str("no_column")), "“继承人”的“no_column”");
	says(op1(EXPR_KNOWN, answer(HEIRS)), "已填写“继承人”");
	says(op2(EXPR_AT_LEAST, derive(each(ID_NO), EXPR_AGE), num(18)), /* a column's own condition */
	    "“继承人证件号码”对应的周岁年龄不小于18");
	says(op1(EXPR_KNOWN, each(NAME)), "已填写“继承人姓名”");
	says(op2(EXPR_IS, op2(EXPR_EITHER, ref(EXPR_RESULT, 0, "no"), ref(EXPR_RESULT, 1, "no")), str("1")),
	    "“出生医学证明”的办理结果或“出生登记”的办理结果为“1”");
	says(op1(EXPR_EVERY, answer(HEIRS)), "……");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
