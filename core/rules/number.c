#include "rules/number.h"

#include <string.h>

#include "base/clock.h"
#include "rules/codes.h"
#include "rules/paper.h"

static const char bad_length[] = "length", bad_format[] = "format", bad_date[] = "date";
static const char bad_code[] = "unknown_code", bad_digit[] = "check_digit";

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_letter(char c)
{
	return is_capital(c) || (c >= 'a' && c <= 'z');
}

/* Is `s` of the shape? 9 a digit, A a capital, anything else itself. */
static bool
fits(const char *s, const char *shape)
{
	for (; *shape; shape++, s++) {
		if (*shape == '9' ? !is_digit(*s) :
		    *shape == 'A' ? !is_capital(*s) : *s != *shape)
			return false;
	}
	return *s == '\0';
}

static int
number_of(const char *s, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++)
		value = value * 10 + (s[i] - '0');
	return value;
}

uint32_t
number_next(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	int more = p[0] < 0x80 ? 0 : p[0] < 0xE0 ? 1 : p[0] < 0xF0 ? 2 : 3;
	uint32_t c = more ? p[0] & (0x3Fu >> more) : p[0];

	if (p[0] == 0)
		return 0;
	for (int i = 1; i <= more; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3Fu);
	}
	*s += more + 1;
	return c;
}

size_t
number_characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

/* ---- identity numbers: GB 11643-1999, check by ISO 7064 MOD 11-2 ---- */

json_t *
number_masked(const json_t *id_number)
{
	char text[64];
	size_t n = json_string_length(id_number);

	if (!json_is_string(id_number) || n == 0)
		return json_null();
	snprintf(text, sizeof text, "%s", json_string_value(id_number));
	for (size_t i = 6; i + 4 < n && i < sizeof text - 1; i++)
		text[i] = '*';
	return json_string(text);
}

char
number_id_digit(const char *seventeen)
{
	static const int weight[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	for (int i = 0; i < 17; i++)
		sum += (seventeen[i] - '0') * weight[i];
	return "10X98765432"[sum % 11];
}

/* Provinces as numbers begin with them: 71 Taiwan, 81 Hong Kong, 82 Macao; 83 stands only in
 * residence permits of Taiwan residents. */
static bool
is_province(const char *s)
{
	static const char last[] = "053764513"; /* by the first digit: the last second digit */
	int ten = s[0] - '0';

	return ten >= 1 && ten <= 8 && s[1] <= last[ten] && (s[1] > '0' || ten == 5);
}

static bool
id_date(const char *s, int first_year, int32_t *day)
{
	int year = number_of(s + 6, 4), month = number_of(s + 10, 2), mday = number_of(s + 12, 2);

	if (year < first_year || mday < 1 || mday > clock_month_days(year, month))
		return false;
	*day = clock_day_of(year, month, mday);
	return true;
}

/* The six digits are not looked up: abolished codes stay in numbers for life. */
static const char *
check_id(const char *s, int32_t today)
{
	int32_t day;

	if (strlen(s) != 18)
		return bad_length;
	if (strspn(s, "0123456789") < 17 || (!is_digit(s[17]) && s[17] != 'X'))
		return bad_format;
	if (!is_province(s))
		return bad_code;
	if (!id_date(s, 1900, &day) || day > today)
		return bad_date;
	return number_id_digit(s) == s[17] ? NULL : bad_digit;
}

bool
id_number_parts(const char *s, int32_t *birthday, int *sex)
{
	if (strlen(s) != 18 || strspn(s, "0123456789") < 17 || number_id_digit(s) != s[17] ||
	    !id_date(s, 1800, birthday))
		return false;
	*sex = (s[16] - '0') % 2 ? 1 : 2;
	return true;
}

/* ---- unified social credit code: GB 32100-2015; its organisation code: GB 11714 ---- */

static bool
organisation_digit(const char *nine)
{
	static const int weight[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0, digit;

	for (int i = 0; i < 8; i++)
		sum += weight[i] * (is_digit(nine[i]) ? nine[i] - '0' : nine[i] - 'A' + 10);
	digit = (11 - sum % 11) % 11;
	return nine[8] == (digit == 10 ? 'X' : '0' + digit);
}

static const char *
check_uscc(const char *s)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	int sum = 0, weight = 1;

	if (strlen(s) != 18)
		return bad_length;
	if (strspn(s, alphabet) != 18 || strspn(s + 2, "0123456789") < 6)
		return bad_format;
	for (int i = 0; i < 17; i++, weight = weight * 3 % 31)
		sum += (int)(strchr(alphabet, s[i]) - alphabet) * weight;
	if (alphabet[(31 - sum % 31) % 31] != s[17])
		return bad_digit;
	return organisation_digit(s + 8) ? NULL : bad_digit;
}

/* ---- bank cards: Luhn ---- */

static const char *
check_card(const char *s)
{
	size_t length = strlen(s);
	int sum = 0;

	if (length < 16 || length > 19)
		return bad_length;
	if (strspn(s, "0123456789") != length)
		return bad_format;
	for (size_t i = 0; i < length; i++) {
		int digit = s[length - 1 - i] - '0';

		if (i % 2 == 1)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 == 0 ? NULL : bad_digit;
}

/* ---- divisions: GB/T 2260 and the statistics codes ----
 *
 * No table of all of them stands here, because it changes every year and cases keep old codes: what
 * is checked is the province and the ranges that the standard gives to each level. Districts have
 * outgrown their old range (延庆 110119, 铜梁 500151), so 01-99 are all taken. Four cities have no
 * counties, and their own code is the last one. */

static bool
is_county(const char *s)
{
	static const char *const without[] = { "441900", "442000", "460400", "620200" };
	int city = number_of(s + 2, 2), county = number_of(s + 4, 2);

	if (!is_province(s) || memcmp(s, "83", 2) == 0)
		return false;
	if (s[0] == '7' || s[0] == '8')
		return true;
	for (size_t i = 0; i < sizeof without / sizeof *without; i++)
		if (memcmp(s, without[i], 6) == 0)
			return true;
	return ((city >= 1 && city <= 70) || city == 90) && county >= 1;
}

static const char *
check_division(const char *s, size_t length)
{
	if (strlen(s) != length)
		return bad_length;
	if (strspn(s, "0123456789") != length)
		return bad_format;
	if (!is_county(s))
		return bad_code;
	if (length >= 9 && (number_of(s + 6, 3) < 1 || number_of(s + 6, 3) > 599))
		return bad_code;
	if (length == 12 && number_of(s + 9, 3) < 1)
		return bad_code;
	return NULL;
}

/* ---- names and other text ---- */

static bool
is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
	    (c >= 0x20000 && c <= 0x323AF);
}

/* Words of Han characters (and Latin letters, unless it is to be registered), with one middle dot
 * or space between them; 2 to 50 characters. */
static const char *
check_name(const char *s, bool new_name)
{
	const char *wrong = NULL;
	bool word = false;
	size_t n = number_characters(s);
	uint32_t c;

	if (n < 2 || n > 50)
		return bad_length;
	while ((c = number_next(&s)) != 0) {
		if (c == 0xB7 || (c == ' ' && !new_name)) {
			if (!word)
				return bad_format;
			word = false;
			continue;
		}
		word = is_han(c) || (!new_name && c < 0x80 && is_letter((char)c));
		if (!word)
			return bad_format;
		if (new_name && !codes_name_character(c))
			wrong = bad_code;
	}
	return word && *s == '\0' ? wrong : bad_format;
}

/* No control characters but the end of a line, and something to read. */
static const char *
check_text(const char *s)
{
	bool something = false;
	uint32_t c;

	while ((c = number_next(&s)) != 0) {
		if ((c < 0x20 && c != '\n') || c == 0x7F)
			return bad_format;
		something = something || (c != ' ' && c != '\n' && c != 0x3000);
	}
	return something ? NULL : bad_format;
}

static const char *
check_email(const char *s)
{
	static const char local[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-";
	size_t n = strspn(s, local), labels = 0;

	if (strlen(s) < 6 || strlen(s) > 254)
		return bad_length;
	if (n < 1 || n > 64 || s[n] != '@')
		return bad_format;
	for (s += n + 1;; s++) { /* labels of letters, digits and inner hyphens; the last is letters */
		n = strcspn(s, ".");
		if (n < 1 || n > 63 || strspn(s, local) < n || strcspn(s, "_%+") < n || *s == '-' ||
		    s[n - 1] == '-')
			return bad_format;
		s += n;
		labels++;
		if (*s == '\0')
			break;
	}
	for (s -= n; *s; s++)
		if (!is_letter(*s))
			return bad_format;
	return labels > 1 && n >= 2 ? NULL : bad_format;
}

static const char *
check_file(const char *s)
{
	size_t n = strlen(s);

	if (n < 8 || n > 64)
		return bad_length;
	for (; *s; s++)
		if (!is_digit(*s) && !is_letter(*s) && *s != '-' && *s != '_')
			return bad_format;
	return NULL;
}

/* ---- all types ---- */

static const char *
check_moment(const char *s, bool time)
{
	int64_t us;
	int32_t day;

	if (*s != '1' && *s != '2') /* a year of our era that people can remember */
		return bad_date;
	return (time ? clock_parse(s, &us) : clock_parse_day(s, &day)) ? NULL : bad_date;
}

const char *
number_check(enum question_type type, const char *s, int32_t today)
{
	switch (type) {
	case TYPE_TEXT:
		return check_text(s);
	case TYPE_PERSON_NAME:
	case TYPE_NEW_NAME:
		return check_name(s, type == TYPE_NEW_NAME);
	case TYPE_ID_NUMBER:
		return check_id(s, today);
	case TYPE_PHONE:
		if (strlen(s) != 11)
			return bad_length;
		return fits(s, "19999999999") && s[1] >= '3' ? NULL : bad_format;
	case TYPE_DATE:
	case TYPE_DATETIME:
		return check_moment(s, type == TYPE_DATETIME);
	case TYPE_DIVISION:
		return check_division(s, 6);
	case TYPE_DIVISION9:
		return check_division(s, 9);
	case TYPE_DIVISION12:
		return check_division(s, 12);
	case TYPE_BANK_CARD:
		return check_card(s);
	case TYPE_EMAIL:
		return check_email(s);
	case TYPE_ETHNIC_GROUP:
	case TYPE_SEX:
	case TYPE_HOUSEHOLD_RELATION:
	case TYPE_MARITAL_STATUS:
		return codes_name(type, s) ? NULL : bad_code;
	case TYPE_BIRTH_CERT_NO:
		return fits(s, "A999999999") ? NULL : bad_format;
	case TYPE_MARRIAGE_CERT_NO:
		return fits(*s == 'B' ? s + 1 : s, "J999999-9999-999999") ? NULL : bad_format;
	case TYPE_USCC:
		return check_uscc(s);
	case TYPE_PASSPORT: /* any country's; the shapes of our own papers are among these */
		return paper_is(PAPER_FOREIGN_PASSPORT, s) ? NULL : bad_format;
	case TYPE_FILE:
		return check_file(s);
	default:
		return NULL;
	}
}

/* ---- what a number tells ---- */

static bool
birthday_of(const char *s, int32_t *day, int *sex)
{
	int64_t us;

	*sex = 0;
	if (id_number_parts(s, day, sex) || clock_parse_day(s, day))
		return true;
	if (!clock_parse(s, &us))
		return false;
	*day = clock_day(us);
	return true;
}

static int
age_on(int32_t birthday, int32_t today)
{
	int y, m, d, year, month, mday;

	clock_split(birthday, &y, &m, &d);
	clock_split(today, &year, &month, &mday);
	return year - y - (month < m || (month == m && mday < d));
}

size_t
number_surname(const char *name)
{
	static const char compound[] = "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 "
	    "尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 "
	    "鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 "
	    "轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 南荣 第五 贺兰 完颜 "
	    "耶律 达奚 叱干 纳兰 哥舒 ";
	const char *end = name;

	if (!is_han(number_next(&end)))
		return 0;
	for (const char *p = end; *p;)
		if (!is_han(number_next(&p))) /* a middle dot: no surname in front, or nothing of the kind */
			return 0;
	if (number_characters(name) > 2) /* 欧阳 alone is Mr 欧 whose name is 阳 */
		for (const char *p = compound; *p; p += 7)
			if (strncmp(name, p, 6) == 0)
				return 6;
	return (size_t)(end - name);
}

json_t *
number_derive(enum expr_derive derive, const json_t *value, int32_t today)
{
	const char *s = json_string_value(value);
	char text[11];
	int32_t day;
	int sex;

	if (derive == EXPR_PLAIN)
		return json_incref((json_t *)(uintptr_t)value);
	if (!s)
		return NULL;
	if (derive == EXPR_SURNAME)
		return number_surname(s) ? json_stringn(s, number_surname(s)) : NULL;
	if (!birthday_of(s, &day, &sex))
		return NULL;
	if (derive == EXPR_SEX)
		return sex ? json_string(sex == 1 ? "1" : "2") : NULL;
	if (derive == EXPR_AGE)
		return day <= today ? json_integer(age_on(day, today)) : NULL;
	clock_format_day(day, text);
	return json_string(text);
}

/* ---- the same shapes as regular expressions ---- */

#define HAN "〇㐀-䶿一-鿿𠀀-𲎯"
#define COUNTY "(?:(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])" \
	"(?:0[1-9]|[1-6][0-9]|70|90)(?:0[1-9]|[1-9][0-9])|441900|442000|460400|620200|(?:71|8[12])[0-9]{4})"
#define TOWN "(?:00[1-9]|0[1-9][0-9]|[1-5][0-9]{2})"
#define VILLAGE "(?:00[1-9]|0[1-9][0-9]|[1-9][0-9]{2})"
#define DAY "[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
#define USCC "[0-9A-HJ-NP-RTUWXY]"
#define LABEL "[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?"

static const char *const patterns[TYPE_COUNT] = {
	[TYPE_TEXT] = "^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f]*"
	    "[^\\u0000-\\u0020\\u007f\\u3000][^\\u0000-\\u0009\\u000b-\\u001f\\u007f]*$",
	[TYPE_PERSON_NAME] = "^[A-Za-z" HAN "]+(?:[ ·][A-Za-z" HAN "]+)*$",
	[TYPE_NEW_NAME] = "^[" HAN "]+(?:·[" HAN "]+)*$",
	[TYPE_ID_NUMBER] = "^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}"
	    "(?:19|[2-9][0-9])[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$",
	[TYPE_PHONE] = "^1[3-9][0-9]{9}$",
	[TYPE_DATE] = "^" DAY "$",
	[TYPE_DATETIME] = "^" DAY "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?"
	    "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$",
	[TYPE_ADDRESS] = "^" COUNTY "(?:" TOWN "(?:" VILLAGE ")?)?$", /* its division */
	[TYPE_DIVISION] = "^" COUNTY "$",
	[TYPE_DIVISION9] = "^" COUNTY TOWN "$",
	[TYPE_DIVISION12] = "^" COUNTY TOWN VILLAGE "$",
	[TYPE_BANK_CARD] = "^[0-9]{16,19}$",
	[TYPE_EMAIL] = "^[0-9A-Za-z._%+-]{1,64}@(?:" LABEL "\\.)+[A-Za-z]{2,63}$",
	[TYPE_BIRTH_CERT_NO] = "^[A-Z][0-9]{9}$",
	[TYPE_MARRIAGE_CERT_NO] = "^B?J[0-9]{6}-[0-9]{4}-[0-9]{6}$",
	[TYPE_USCC] = "^" USCC "{2}[0-9]{6}" USCC "{10}$",
	[TYPE_PASSPORT] = "^[0-9A-Z]{5,15}$",
	[TYPE_FILE] = "^[0-9A-Za-z_-]{8,64}$",
};

const char *
number_pattern(enum question_type type)
{
	return patterns[type];
}

const char *const *
number_further(enum question_type type)
{
	static const char *const none[] = { NULL }, *const digit[] = { bad_digit, NULL };
	static const char *const date_digit[] = { bad_date, bad_digit, NULL };
	static const char *const character[] = { bad_code, NULL };

	return type == TYPE_ID_NUMBER ? date_digit :
	    type == TYPE_USCC || type == TYPE_BANK_CARD ? digit :
	    type == TYPE_NEW_NAME ? character : none;
}
