#include "departments/invent.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "departments/fault.h"

struct source { /* what an invention may rest on */
	const json_t *data;
	const char *key, *name; /* of the output at hand */
	char division[7], day[11]; /* taken from the key: all that a name without data can tell */
	bool contrary;             /* what usually holds does not */
};

static unsigned
dice(const struct source *s, unsigned n, unsigned sides)
{
	return fault_dice(7, s->name, s->key, n) % sides;
}

static bool
has(const char *name, const char *part)
{
	return strstr(name, part) != NULL;
}

static bool
is_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

static void
put_digits(const struct source *s, char *to, int n)
{
	for (int i = 0; i < n; i++)
		to[i] = (char)('0' + dice(s, 100 + (unsigned)i, 10));
	to[n] = '\0';
}

/* ---- what the request says ---- */

/* The division of an address whose name shares the output's first word, else of any division. */
static void
find_division(const struct source *s, char out[7])
{
	size_t word = strcspn(s->name, "_");
	const char *name, *best = s->division;
	const json_t *value;

	json_object_foreach((json_t *)(uintptr_t)s->data, name, value) {
		const char *division = json_is_object(value) ?
		    json_string_value(json_object_get(value, "division")) :
		    has(name, "region") || has(name, "division") ? json_string_value(value) : NULL;

		if (!division || strlen(division) < 6 || !is_digits(division, 6))
			continue;
		best = division;
		if (strncmp(name, s->name, word + 1) == 0)
			break;
	}
	memcpy(out, best, 6);
	out[6] = '\0';
}

static void
find_birthday(const struct source *s, char out[11])
{
	const char *name, *best = s->day;
	const json_t *value;

	json_object_foreach((json_t *)(uintptr_t)s->data, name, value) {
		const char *day = has(name, "birth") || has(name, "born") ? json_string_value(value) : NULL;

		if (day && strlen(day) >= 10 && is_digits(day, 4) && day[4] == '-' && day[7] == '-')
			best = day;
	}
	memcpy(out, best, 10);
	out[10] = '\0';
}

/* 1 male, 2 female, as the forms code it. */
static int
find_sex(const struct source *s)
{
	const char *name;
	const json_t *value;

	json_object_foreach((json_t *)(uintptr_t)s->data, name, value) {
		const char *sex = has(name, "sex") ? json_string_value(value) : NULL;

		if (sex && (*sex == '1' || *sex == '2'))
			return *sex - '0';
	}
	return 1 + (int)dice(s, 1, 2);
}

/* ---- kinds of numbers ---- */

/* GB 11643-1999: division, birthday, sequence (odd for men), ISO 7064 MOD 11-2. */
static json_t *
id_number(const struct source *s)
{
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	char division[7], day[11], number[32];
	unsigned sequence = dice(s, 2, 499) * 2 + (find_sex(s) == 1 ? 1 : 2);
	int sum = 0;

	find_division(s, division);
	find_birthday(s, day);
	snprintf(number, sizeof number, "%s%.4s%.2s%.2s%03u", division, day, day + 5, day + 8,
	    sequence % 1000);
	for (int i = 0; i < 17; i++)
		sum += weights[i] * (number[i] - '0');
	number[17] = "10X98765432"[sum % 11];
	number[18] = '\0';
	return json_string(number);
}

static json_t *
bank_card(const struct source *s)
{
	char number[20] = "622202";
	int sum = 0;

	put_digits(s, number + 6, 12);
	for (int i = 0; i < 18; i++) { /* Luhn: counted from the right, the check digit is the first */
		int digit = number[i] - '0';

		if (i % 2 == 1)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	number[18] = (char)('0' + (10 - sum % 10) % 10);
	number[19] = '\0';
	return json_string(number);
}

/* GB 32100-2015, of the letters that it admits. */
static json_t *
credit_code(const struct source *s)
{
	static const char letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
	char code[19] = "91", division[7];
	int sum = 0;

	find_division(s, division);
	memcpy(code + 2, division, 6);
	put_digits(s, code + 8, 9);
	/* characters 9 to 17 are an organisation code with a check of its own (GB 11714) */
	static const int inner[] = {3, 7, 9, 10, 5, 8, 4, 2};
	int rest = 0;

	for (int i = 0; i < 8; i++)
		rest += inner[i] * (code[8 + i] - '0');
	rest = 11 - rest % 11;
	code[16] = rest == 10 ? 'X' : rest == 11 ? '0' : (char)('0' + rest);
	for (int i = 0; i < 17; i++)
		sum += weights[i] * (int)(strchr(letters, code[i]) - letters);
	code[17] = letters[(31 - sum % 31) % 31];
	code[18] = '\0';
	return json_string(code);
}

static json_t *
person(const struct source *s)
{
	static const char *const surnames[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "吴"};
	static const char *const names[] = {"秀英", "建国", "子涵", "桂兰", "志强", "欣怡", "明轩", "丽华"};
	char name[32];

	snprintf(name, sizeof name, "%s%s", surnames[dice(s, 3, 8)], names[dice(s, 4, 8)]);
	return json_string(name);
}

static json_t *
text(const struct source *s)
{
	size_t length = strlen(s->name);
	char number[16], value[64], division[7];

	put_digits(s, number, 10);
	find_division(s, division);
	if (length > 3 && strcmp(s->name + length - 3, "_no") == 0)
		snprintf(value, sizeof value, "%c%s%s", toupper((unsigned char)s->name[0]), division, number);
	else if (length > 5 && strcmp(s->name + length - 5, "_code") == 0)
		snprintf(value, sizeof value, "%s%.4s", division, number);
	else
		snprintf(value, sizeof value, "见办理结果第%.6s号", number);
	return json_string(value);
}

static json_t *
address(const struct source *s)
{
	char division[7], road[64];

	find_division(s, division);
	snprintf(road, sizeof road, "幸福路%u号", 1 + dice(s, 5, 300));
	return json_pack("{s:s, s:s}", "division", division, "text", road);
}

/* Facts that usually hold; of the rest ("already registered", "already settled") the answer is no. */
static json_t *
yes_no(const struct source *s)
{
	static const char *const usual[] = {"has_", "first", "local", "province", "married", "approved",
		"valid", "passed", "eligible", "_ok", "stopped", "graduate"};

	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (has(s->name, usual[i]))
			return json_boolean(!s->contrary);
	return json_boolean(s->contrary);
}

static json_t *
number(const struct source *s)
{
	if (has(s->name, "week"))
		return json_integer(37 + dice(s, 6, 5));
	if (has(s->name, "weight"))
		return json_integer(2500 + dice(s, 6, 1500));
	if (has(s->name, "length"))
		return json_integer(47 + dice(s, 6, 7));
	if (has(s->name, "months"))
		return json_integer(s->contrary ? 0 : 60 + dice(s, 6, 60));
	if (has(s->name, "share"))
		return json_integer(100);
	return json_integer(1 + dice(s, 6, 100));
}

/* What is letters with digits behind them. */
static json_t *
serial(const struct source *s, const char *before, int digits, const char *after)
{
	char value[64], division[7], tail[32];

	find_division(s, division);
	put_digits(s, tail, digits);
	snprintf(value, sizeof value, "%s%s%s", before, tail, after);
	return json_string(value);
}

static json_t *
marriage_certificate(const struct source *s)
{
	char value[32], division[7], tail[8];

	find_division(s, division);
	put_digits(s, tail, 6);
	snprintf(value, sizeof value, "J%s-20%02u-%s", division, 10 + dice(s, 8, 15), tail);
	return json_string(value);
}

static json_t *
datetime(const struct source *s)
{
	char value[40];

	snprintf(value, sizeof value, "%sT%02u:%02u:00+08:00", s->day, 8 + dice(s, 9, 10), dice(s, 10, 60));
	return json_string(value);
}

static json_t *
code(const char *value)
{
	return json_string(value);
}

/* A day of the key's month; what is to come, and when somebody retires, lies ahead of it. */
static json_t *
date(const struct source *s)
{
	int years = has(s->name, "retire") ? 25 : has(s->name, "until") || has(s->name, "ready") ? 1 : 0;
	char value[20];

	snprintf(value, sizeof value, "%04d%.6s", 2000 + 10 * (s->day[2] - '0') + s->day[3] - '0' + years,
	    s->day + 4);
	return json_string(value);
}

/* Codes that events ask of a record by name. */
static const char *
known_code(const struct source *s)
{
	return strcmp(s->name, "hukou_state") == 0 ? "normal" : NULL;
}

static json_t *invent(const struct source *s, const json_t *give);

/* One row of the columns that are declared. */
static json_t *
list(const struct source *s, const json_t *columns)
{
	json_t *row = json_object(), *rows = json_array();
	struct source of = *s;
	const json_t *column;
	size_t i;

	json_array_foreach(columns, i, column) {
		of.name = json_string_value(json_object_get(column, "name"));
		if (of.name)
			json_object_set_new(row, of.name, invent(&of, column));
	}
	if (json_object_size(row) > 0)
		json_array_append(rows, row);
	json_decref(row);
	return rows;
}

/* One value of a type of the language (WORDS: types); NULL when memory is gone. */
static json_t *
invent(const struct source *s, const json_t *give)
{
	const char *type = json_string_value(json_object_get(give, "type"));
	char division[13];

	if (!type)
		return json_null();
	find_division(s, division);
	if (strcmp(type, "id_number") == 0)
		return id_number(s);
	if (strcmp(type, "person_name") == 0 || strcmp(type, "new_name") == 0)
		return person(s);
	if (strcmp(type, "phone") == 0)
		return serial(s, "139", 8, "");
	if (strcmp(type, "date") == 0)
		return date(s);
	if (strcmp(type, "datetime") == 0)
		return datetime(s);
	if (strcmp(type, "yes_no") == 0)
		return yes_no(s);
	if (strcmp(type, "consent") == 0)
		return json_true();
	if (strcmp(type, "number") == 0)
		return number(s);
	if (strcmp(type, "money") == 0)
		return json_integer(100000 + 100 * (int)dice(s, 7, 5000));
	if (strcmp(type, "address") == 0)
		return address(s);
	if (strcmp(type, "bank_card") == 0)
		return bank_card(s);
	if (strcmp(type, "birth_cert_no") == 0)
		return serial(s, "Y", 9, "");
	if (strcmp(type, "marriage_cert_no") == 0)
		return marriage_certificate(s);
	if (strcmp(type, "uscc") == 0)
		return credit_code(s);
	if (strcmp(type, "passport") == 0)
		return serial(s, "E", 8, "");
	if (strcmp(type, "email") == 0)
		return serial(s, "window", 4, "@example.org");
	if (strcmp(type, "list") == 0)
		return list(s, json_object_get(give, "each"));
	if (strcmp(type, "choices") == 0)
		return json_pack("[s]", "1");
	if (strncmp(type, "division", 8) == 0) {
		if (strcmp(type, "division9") == 0)
			strcat(division, "001");
		if (strcmp(type, "division12") == 0)
			strcat(division, "001001");
		return code(division);
	}
	if (strcmp(type, "ethnic_group") == 0 || strcmp(type, "household_relation") == 0)
		return code("01");
	if (strcmp(type, "marital_status") == 0)
		return code("20");
	if (strcmp(type, "choice") == 0 || strcmp(type, "sex") == 0)
		return code(known_code(s) ? known_code(s) : "1");
	return text(s);
}

/* "330111-2611-…" -> 330111 and 2026-11-01; what is not so gives a capital and a day of its own. */
static void
read_key(const char *key, struct source *s)
{
	bool good = strlen(key) > 11 && is_digits(key, 6) && is_digits(key + 7, 4);

	memcpy(s->division, good ? key : "110101", 7);
	s->division[6] = '\0';
	snprintf(s->day, sizeof s->day, "20%.2s-%.2s-01", good ? key + 7 : "26", good ? key + 9 : "01");
}

/* What nobody can know who was not told: it would contradict what people say of themselves. */
static bool
is_better_left_out(const struct source *s, const json_t *give)
{
	static const char *const types[] = {"person_name", "new_name", "choice", "choices", "ethnic_group"};
	const char *type = json_string_value(json_object_get(give, "type"));

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (type && strcmp(type, types[i]) == 0)
			return json_is_true(json_object_get(give, "optional")) && !known_code(s);
	return false;
}

json_t *
invent_outputs(const json_t *gives, const json_t *data, const char *key, bool contrary)
{
	struct source s = {.data = data, .key = key, .contrary = contrary};
	json_t *outputs = json_object();
	const json_t *give;
	size_t i;

	read_key(key, &s);
	json_array_foreach(gives, i, give) {
		const char *type = json_string_value(json_object_get(give, "type"));
		json_t *said, *value;

		s.name = json_string_value(json_object_get(give, "name"));
		if (!s.name || !type || strcmp(type, "file") == 0)
			continue;
		said = json_object_get(data, s.name);
		if (said && !json_is_null(said))
			value = json_incref(said);
		else if (is_better_left_out(&s, give))
			continue;
		else
			value = invent(&s, give);
		if (json_object_set_new(outputs, s.name, value) != 0) {
			json_decref(outputs);
			return NULL;
		}
	}
	return outputs;
}

void
invent_receipt(const char *department, const char *key, char out[INVENT_RECEIPT])
{
	struct source s = {.key = key, .name = department};
	char number[11], letters[4] = "XXX";

	put_digits(&s, number, 10);
	for (int i = 0; i < 3 && isalpha((unsigned char)department[i]); i++)
		letters[i] = (char)toupper((unsigned char)department[i]);
	snprintf(out, INVENT_RECEIPT, "%s%.4s-%s", letters, strlen(key) > 11 ? key + 7 : "0000", number);
}
