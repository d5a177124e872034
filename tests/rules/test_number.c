/* Every vector of the standards for numbers, and what lies just beside them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/codes.h"
#include "rules/number.h"
#include "rules/paper.h"

static int32_t today; /* 2026-11-20 */

static void
sound(enum question_type type, const char *s)
{
	const char *code = number_check(type, s, today);

	if (code)
		fail_msg("%s refused: %s", s, code);
}

static void
refused(enum question_type type, const char *s, const char *code)
{
	const char *got = number_check(type, s, today);

	if (!got)
		fail_msg("%s accepted, %s expected", s, code);
	assert_string_equal(got, code);
}

static void
identity_numbers(void **state)
{
	static const char *const valid[] = {
		"11010519491231002X", "330111199003074518", "330111202609150022", "330111195505120619",
		"81000019980203001X", "830000199802030013", "330111199503120023", "33011119930708001X",
	};

	(void)state;
	for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
		sound(TYPE_ID_NUMBER, valid[i]);
	refused(TYPE_ID_NUMBER, "440524188001010014", "date"); /* 1880: digit right, before 1900 */
	refused(TYPE_ID_NUMBER, "110105194912310021", "check_digit");
	refused(TYPE_ID_NUMBER, "330111199002304518", "date"); /* 30 February */
	refused(TYPE_ID_NUMBER, "11010519491231002x", "format");
	refused(TYPE_ID_NUMBER, "1101051949123100", "length");
	refused(TYPE_ID_NUMBER, "110105491231002", "length"); /* the old 15 digits */
	refused(TYPE_ID_NUMBER, "1101O519491231002X", "format");
	refused(TYPE_ID_NUMBER, "", "length");
	refused(TYPE_ID_NUMBER, "11010519491231002X ", "length");
}

static void
identity_provinces_and_days(void **state)
{
	static const char *const good[] = { "11", "15", "21", "23", "31", "37", "41", "46", "50", "54", "61",
		"65", "71", "81", "82", "83" };
	char number[32];
	int32_t day = today;

	(void)state;
	for (int p = 0; p < 100; p++) {
		bool known = false;

		snprintf(number, sizeof number, "%02d011119900307451", p);
		number[17] = number_id_digit(number);
		number[18] = '\0';
		for (int i = 11; i <= 83; i++)
			known = known || (p == i && ((i >= 11 && i <= 15) || (i >= 21 && i <= 23) ||
			    (i >= 31 && i <= 37) || (i >= 41 && i <= 46) || (i >= 50 && i <= 54) ||
			    (i >= 61 && i <= 65) || i == 71 || i >= 81));
		if (known)
			sound(TYPE_ID_NUMBER, number);
		else
			refused(TYPE_ID_NUMBER, number, "unknown_code");
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		snprintf(number, sizeof number, "%s999919900307451", good[i]); /* no such county: not refused */
		number[17] = number_id_digit(number);
		number[18] = '\0';
		sound(TYPE_ID_NUMBER, number);
	}
	for (int i = 0; i < 2; i++, day++) { /* born today, born tomorrow */
		int y, m, d;

		clock_split(day, &y, &m, &d);
		snprintf(number, sizeof number, "330111%04u%02u%02u001", (unsigned)y % 10000, (unsigned)m % 100,
		    (unsigned)d % 100);
		number[17] = number_id_digit(number);
		number[18] = '\0';
		if (i == 0)
			sound(TYPE_ID_NUMBER, number);
		else
			refused(TYPE_ID_NUMBER, number, "date");
	}
}

/* Any one digit changed is found; so are two neighbours swapped. */
static void
identity_misprints(void **state)
{
	static const char number[] = "330111199003074518";
	char wrong[19];

	(void)state;
	for (int i = 0; i < 18; i++) {
		for (char c = '0'; c <= '9'; c++) {
			memcpy(wrong, number, 19);
			wrong[i] = c;
			assert_int_equal(number_check(TYPE_ID_NUMBER, wrong, today) == NULL, c == number[i]);
		}
		if (i < 17 && number[i] != number[i + 1]) {
			memcpy(wrong, number, 19);
			wrong[i] = number[i + 1];
			wrong[i + 1] = number[i];
			assert_non_null(number_check(TYPE_ID_NUMBER, wrong, today));
		}
	}
}

static void
identity_parts(void **state)
{
	int32_t day;
	int sex;

	(void)state;
	assert_true(id_number_parts("330111199003074518", &day, &sex));
	assert_int_equal(sex, 1);
	assert_int_equal(day, clock_day_of(1990, 3, 7));
	assert_true(id_number_parts("330111202609150022", &day, &sex));
	assert_int_equal(sex, 2);
	assert_true(id_number_parts("440524188001010014", &day, &sex)); /* its digit is right */
	assert_false(id_number_parts("110105194912310021", &day, &sex));
	assert_false(id_number_parts("1101", &day, &sex));
}

static void
credit_codes(void **state)
{
	static const char *const valid[] = { "91350100M000100Y43", "91330111MA27XY0K3Y",
		"11330111002500009L", "12330111470012348C", "51330111502000019D", "54330111MEA1B2C37E",
		"91330100799655058B" };
	char wrong[19];

	(void)state;
	for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
		sound(TYPE_USCC, valid[i]);
		memcpy(wrong, valid[i], 19);
		wrong[17] = wrong[17] == '1' ? '2' : '1';
		refused(TYPE_USCC, wrong, "check_digit");
	}
	refused(TYPE_USCC, "91350100M000100Y4Z", "format"); /* no Z in the alphabet */
	refused(TYPE_USCC, "91350100M000100Y4", "length");
	refused(TYPE_USCC, "9135010IM000100Y43", "format");
	refused(TYPE_USCC, "91350100m000100y43", "format");
}

/* The whole digit right, the organisation code's own digit (GB 11714) wrong. */
static void
credit_code_of_a_wrong_organisation(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	char code[19] = "91350100M000100Y50";
	int fits = 0;

	(void)state;
	for (int i = 0; i < 31; i++) {
		const char *told;

		code[17] = alphabet[i];
		told = number_check(TYPE_USCC, code, today);
		assert_non_null(told);
		fits += strcmp(told, "check_digit") == 0;
	}
	assert_int_equal(fits, 31);
}

static void
phones(void **state)
{
	(void)state;
	sound(TYPE_PHONE, "13800000001");
	sound(TYPE_PHONE, "19912345678");
	refused(TYPE_PHONE, "12800000001", "format");
	refused(TYPE_PHONE, "1380000000", "length");
	refused(TYPE_PHONE, "138000000011", "length");
	refused(TYPE_PHONE, "23800000001", "format");
	refused(TYPE_PHONE, "1380000000x", "format");
	assert_true(paper_is(PAPER_LANDLINE, "0571-12345678"));
	assert_true(paper_is(PAPER_LANDLINE, "01012345678"));
	assert_true(paper_is(PAPER_LANDLINE, "010-1234567"));
	assert_false(paper_is(PAPER_LANDLINE, "571-12345678"));
	assert_false(paper_is(PAPER_LANDLINE, "0571-123456"));
	assert_false(paper_is(PAPER_LANDLINE, "05-1234567"));
	assert_false(paper_is(PAPER_LANDLINE, "0571-1234-5678"));
}

static void
bank_cards(void **state)
{
	static const char *const valid[] = { "6217000000000000004", "6222020000000000018",
		"6212261202000000001" };
	char wrong[20];

	(void)state;
	for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
		sound(TYPE_BANK_CARD, valid[i]);
		memcpy(wrong, valid[i], 20);
		for (char c = '0'; c <= '9'; c++) {
			wrong[18] = c;
			if (c != valid[i][18])
				refused(TYPE_BANK_CARD, wrong, "check_digit");
		}
	}
	sound(TYPE_BANK_CARD, "4111111111111111");
	refused(TYPE_BANK_CARD, "411111111111111", "length");
	refused(TYPE_BANK_CARD, "6217 0000 0000 0000", "format");
}

static void
certificates(void **state)
{
	(void)state;
	sound(TYPE_BIRTH_CERT_NO, "X320101001");
	refused(TYPE_BIRTH_CERT_NO, "x320101001", "format");
	refused(TYPE_BIRTH_CERT_NO, "X32010100", "format");
	refused(TYPE_BIRTH_CERT_NO, "XX32010100", "format");
	sound(TYPE_MARRIAGE_CERT_NO, "J330111-2026-000123");
	sound(TYPE_MARRIAGE_CERT_NO, "BJ330111-2026-000123");
	refused(TYPE_MARRIAGE_CERT_NO, "L330111-2026-000123", "format");
	refused(TYPE_MARRIAGE_CERT_NO, "BBJ330111-2026-000123", "format");
	refused(TYPE_MARRIAGE_CERT_NO, "J330111-2026-00012", "format");
	refused(TYPE_MARRIAGE_CERT_NO, "J330111/2026/000123", "format");
	assert_true(paper_is(PAPER_PROPERTY, "浙（2026）富阳区不动产权第0000123号"));
	assert_true(paper_is(PAPER_PROPERTY, "浙(2026)富阳区不动产权第0000123号"));
	assert_false(paper_is(PAPER_PROPERTY, "浙（2026）富阳区不动产权第000123号"));
	assert_false(paper_is(PAPER_PROPERTY, "浙（26）富阳区不动产权第0000123号"));
	assert_false(paper_is(PAPER_PROPERTY, "（2026）富阳区不动产权第0000123号"));
	assert_false(paper_is(PAPER_PROPERTY, "浙江省（2026）富阳区不动产权第0000123号"));
	assert_false(paper_is(PAPER_PROPERTY, "浙（2026）不动产权第0000123号"));
	assert_false(paper_is(PAPER_PROPERTY, "浙（2026）富阳区不动产权第0000123"));
	assert_false(paper_is(PAPER_PROPERTY, "浙（2026）Fuyang不动产权第0000123号"));
}

static void
identity_papers(void **state)
{
	(void)state;
	assert_true(paper_is(PAPER_PASSPORT, "E12345678"));
	assert_true(paper_is(PAPER_PASSPORT, "EA1234567"));
	assert_true(paper_is(PAPER_PASSPORT, "G12345678"));
	assert_false(paper_is(PAPER_PASSPORT, "EI1234567"));
	assert_false(paper_is(PAPER_PASSPORT, "EO1234567"));
	assert_false(paper_is(PAPER_PASSPORT, "GA1234567"));
	assert_false(paper_is(PAPER_PASSPORT, "E1234567"));
	assert_false(paper_is(PAPER_PASSPORT, "E"));
	assert_true(paper_is(PAPER_FOREIGN_PASSPORT, "AB123"));
	assert_false(paper_is(PAPER_FOREIGN_PASSPORT, "AB12"));
	assert_false(paper_is(PAPER_FOREIGN_PASSPORT, "ab12345"));
	assert_true(paper_is(PAPER_HOME_PASS, "H12345678"));
	assert_true(paper_is(PAPER_HOME_PASS, "M1234567890"));
	assert_false(paper_is(PAPER_HOME_PASS, "H123456789"));
	assert_false(paper_is(PAPER_HOME_PASS, "T12345678"));
	assert_true(paper_is(PAPER_TAIWAN_PASS, "12345678"));
	assert_false(paper_is(PAPER_TAIWAN_PASS, "1234567"));
	assert_true(paper_is(PAPER_TRAVEL_PASS, "CA1234567"));
	assert_true(paper_is(PAPER_TRAVEL_PASS, "C12345678"));
	assert_false(paper_is(PAPER_TRAVEL_PASS, "CI1234567"));
	assert_true(paper_is(PAPER_RESIDENCE_PERMIT, "81000019980203001X"));
	assert_true(paper_is(PAPER_RESIDENCE_PERMIT, "830000199802030013"));
	assert_false(paper_is(PAPER_RESIDENCE_PERMIT, "830000199802030014"));
	assert_false(paper_is(PAPER_RESIDENCE_PERMIT, "330111199003074518"));
	assert_true(paper_is(PAPER_FOREIGN_RESIDENCE, "911124198108030024"));
	assert_false(paper_is(PAPER_FOREIGN_RESIDENCE, "811124198108030024"));
	sound(TYPE_PASSPORT, "EA1234567");
	refused(TYPE_PASSPORT, "E123", "format");
	refused(TYPE_PASSPORT, "护照12345", "format");
}

static void
divisions(void **state)
{
	static const char *const counties[] = { "330111", "330225", "110119", "500151", "419001", "429004",
		"441900", "659001", "540102", "810000", "710000", "152921" };

	(void)state;
	for (size_t i = 0; i < sizeof counties / sizeof *counties; i++)
		sound(TYPE_DIVISION, counties[i]);
	refused(TYPE_DIVISION, "330000", "unknown_code"); /* a province is no county */
	refused(TYPE_DIVISION, "330100", "unknown_code");
	refused(TYPE_DIVISION, "990111", "unknown_code");
	refused(TYPE_DIVISION, "000000", "unknown_code");
	refused(TYPE_DIVISION, "339911", "unknown_code");
	refused(TYPE_DIVISION, "33011", "length");
	refused(TYPE_DIVISION, "33011a", "format");
	sound(TYPE_DIVISION9, "330111001");
	sound(TYPE_DIVISION9, "330502101");
	refused(TYPE_DIVISION9, "330111000", "unknown_code");
	refused(TYPE_DIVISION9, "330111600", "unknown_code");
	refused(TYPE_DIVISION9, "330111", "length");
	sound(TYPE_DIVISION12, "330102016001"); /* 笕桥社区 */
	sound(TYPE_DIVISION12, "330502101206"); /* 西山村 */
	refused(TYPE_DIVISION12, "330502101000", "unknown_code");
	refused(TYPE_DIVISION12, "330102000001", "unknown_code");
	refused(TYPE_DIVISION12, "990102016001", "unknown_code");
	refused(TYPE_DIVISION12, "330102016", "length");
}

static void
names(void **state)
{
	(void)state;
	sound(TYPE_PERSON_NAME, "王安然");
	sound(TYPE_PERSON_NAME, "阿不都热合曼·买买提");
	sound(TYPE_PERSON_NAME, "John Smith");
	sound(TYPE_PERSON_NAME, "𠮷田");
	sound(TYPE_PERSON_NAME, "㛃〇");
	refused(TYPE_PERSON_NAME, "王", "length");
	refused(TYPE_PERSON_NAME, "王1", "format");
	refused(TYPE_PERSON_NAME, " 王安", "format");
	refused(TYPE_PERSON_NAME, "王安 ", "format");
	refused(TYPE_PERSON_NAME, "王  安", "format");
	refused(TYPE_PERSON_NAME, "·王安", "format");
	refused(TYPE_PERSON_NAME, "王安·", "format");
	refused(TYPE_PERSON_NAME, "王,安", "format");
	refused(TYPE_PERSON_NAME, "王<b>", "format");
	sound(TYPE_NEW_NAME, "王安然");
	sound(TYPE_NEW_NAME, "王𬭎");      /* in 通用规范汉字表, outside the ordinary block */
	sound(TYPE_NEW_NAME, "买买提·艾力");
	refused(TYPE_NEW_NAME, "王𠮷", "unknown_code");
	refused(TYPE_NEW_NAME, "王〇", "unknown_code");
	refused(TYPE_NEW_NAME, "Wang An", "format");
	refused(TYPE_NEW_NAME, "王 安", "format");
	assert_true(codes_name_character(0x4E00));
	assert_true(codes_name_character(0x20164));
	assert_true(codes_name_character(0x2CE93));
	assert_false(codes_name_character(0x20000));
	assert_false(codes_name_character('A'));
}

static void
name_lengths(void **state)
{
	char name[3 * 52 + 1] = "";

	(void)state;
	for (int i = 1; i <= 51; i++) {
		strcat(name, "王");
		assert_int_equal(number_check(TYPE_PERSON_NAME, name, today) == NULL, i >= 2 && i <= 50);
	}
}

static void
other_texts(void **state)
{
	(void)state;
	sound(TYPE_TEXT, "第一行\n第二行");
	refused(TYPE_TEXT, " \n ", "format");
	refused(TYPE_TEXT, "a\tb", "format");
	refused(TYPE_TEXT, "a\x7f", "format");
	sound(TYPE_EMAIL, "li.xiulan+a@example.com.cn");
	refused(TYPE_EMAIL, "li", "length");
	refused(TYPE_EMAIL, "li.example.cn", "format");
	refused(TYPE_EMAIL, "li@examplecn", "format");
	refused(TYPE_EMAIL, "li@-a.example", "format");
	refused(TYPE_EMAIL, "li@a..example", "format");
	refused(TYPE_EMAIL, "li@example.c1", "format");
	refused(TYPE_EMAIL, "li@example.cn.", "format");
	refused(TYPE_EMAIL, "李@example.cn", "format");
	sound(TYPE_DATE, "2024-02-29");
	refused(TYPE_DATE, "2026-02-29", "date");
	refused(TYPE_DATE, "2026-2-9", "date");
	refused(TYPE_DATE, "today", "date");
	refused(TYPE_DATE, "0999-01-01", "date");
	sound(TYPE_DATETIME, "2026-11-20T09:30:00+08:00");
	sound(TYPE_DATETIME, "2026-11-20T09:30:00.25Z");
	refused(TYPE_DATETIME, "2026-11-20T09:30:00", "date");
	refused(TYPE_DATETIME, "2026-11-20 09:30:00Z", "date");
	refused(TYPE_DATETIME, "2026-11-20T24:30:00Z", "date");
}

static void
national_lists(void **state)
{
	char code[3];
	int groups = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		code[0] = (char)('0' + i / 10);
		code[1] = (char)('0' + i % 10);
		code[2] = '\0';
		if (number_check(TYPE_ETHNIC_GROUP, code, today) == NULL)
			groups++;
	}
	assert_int_equal(groups, 58); /* 56, others, foreign descent */
	assert_string_equal(codes_name(TYPE_ETHNIC_GROUP, "22"), "畲族");
	refused(TYPE_ETHNIC_GROUP, "57", "unknown_code");
	refused(TYPE_ETHNIC_GROUP, "001", "unknown_code"); /* the page with three digits is wrong */
	sound(TYPE_HOUSEHOLD_RELATION, "30");
	sound(TYPE_HOUSEHOLD_RELATION, "0");
	sound(TYPE_HOUSEHOLD_RELATION, "99");
	refused(TYPE_HOUSEHOLD_RELATION, "98", "unknown_code");
	refused(TYPE_HOUSEHOLD_RELATION, "9", "unknown_code");
	assert_string_equal(codes_name(TYPE_HOUSEHOLD_RELATION, "21"), "独生子");
	sound(TYPE_SEX, "1");
	refused(TYPE_SEX, "3", "unknown_code");
	sound(TYPE_MARITAL_STATUS, "22");
	refused(TYPE_MARITAL_STATUS, "24", "unknown_code");
	assert_null(codes_of(TYPE_TEXT));
}

static void
assert_derived(enum expr_derive derive, const char *from, const char *expected)
{
	json_t *value = json_string(from);
	json_t *got = number_derive(derive, value, today);

	if (!expected)
		assert_null(got);
	else if (json_is_integer(got))
		assert_int_equal(json_integer_value(got), strtol(expected, NULL, 10));
	else
		assert_string_equal(json_string_value(got), expected);
	json_decref(got);
	json_decref(value);
}

static void
derived(void **state)
{
	(void)state;
	assert_derived(EXPR_BIRTHDAY, "330111199003074518", "1990-03-07");
	assert_derived(EXPR_BIRTHDAY, "2026-11-20T01:00:00Z", "2026-11-20");
	assert_derived(EXPR_BIRTHDAY, "110105194912310021", NULL);
	assert_derived(EXPR_SEX, "330111199003074518", "1");
	assert_derived(EXPR_SEX, "330111202609150022", "2");
	assert_derived(EXPR_SEX, "2026-11-20", NULL);
	assert_derived(EXPR_AGE, "2006-11-20", "20");
	assert_derived(EXPR_AGE, "2006-11-21", "19");
	assert_derived(EXPR_AGE, "2026-11-21", NULL);
	assert_derived(EXPR_AGE, "330111195505120619", "71");
	assert_derived(EXPR_SURNAME, "王安然", "王");
	assert_derived(EXPR_SURNAME, "欧阳安然", "欧阳");
	assert_derived(EXPR_SURNAME, "诸葛明", "诸葛");
	assert_derived(EXPR_SURNAME, "欧阳", "欧"); /* 阳 is the given name */
	assert_derived(EXPR_SURNAME, "阿不都·买买提", NULL);
	assert_derived(EXPR_SURNAME, "John Smith", NULL);
	assert_derived(EXPR_SURNAME, "", NULL);
	assert_null(number_derive(EXPR_AGE, json_true(), today));
}

static void
broken_text(void **state)
{
	static const char *const bad[] = { "\xff\xff", "\xe7\x8e", "\xe7", "\xf0\x9f", "王\x80" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		for (int type = 0; type < TYPE_COUNT; type++)
			(void)number_check((enum question_type)type, bad[i], today);
	for (int type = 0; type < TYPE_COUNT; type++)
		(void)number_check((enum question_type)type, "", today);
	refused(TYPE_PERSON_NAME, "王安\xe7", "format");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identity_numbers),
		cmocka_unit_test(identity_provinces_and_days),
		cmocka_unit_test(identity_misprints),
		cmocka_unit_test(identity_parts),
		cmocka_unit_test(credit_codes),
		cmocka_unit_test(credit_code_of_a_wrong_organisation),
		cmocka_unit_test(phones),
		cmocka_unit_test(bank_cards),
		cmocka_unit_test(certificates),
		cmocka_unit_test(identity_papers),
		cmocka_unit_test(divisions),
		cmocka_unit_test(names),
		cmocka_unit_test(name_lengths),
		cmocka_unit_test(other_texts),
		cmocka_unit_test(national_lists),
		cmocka_unit_test(derived),
		cmocka_unit_test(broken_text),
	};

	today = clock_day_of(2026, 11, 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
