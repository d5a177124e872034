/* Names that people and departments see: they carry division and month, so that a look-up knows
 * where to look, and need no index of their own. */
#include "seal/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford: no I L O U */

static int
base32_value(char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	at = c ? strchr(alphabet, c) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

static bool
digits(const char *s, int n)
{
	for (int i = 0; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

static int
two(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* Four digits yymm of 2000 to 2099 -> months since the year 0; -1 when it is no month. */
static int
read_month(const char *s)
{
	int mm;

	if (!digits(s, 4))
		return -1;
	mm = two(s + 2);
	return mm < 1 || mm > 12 ? -1 : (2000 + two(s)) * 12 + mm - 1;
}

void
number_make(const char division[7], int32_t day, char out[NUMBER_SIZE])
{
	uint8_t random[26];
	int year, month, mday;

	clock_split(day, &year, &month, &mday);
	snprintf(out, NUMBER_SIZE, "%.6s%02d%02d-", division, year % 100, month);
	digest_random(random, sizeof random);
	for (int i = 0; i < 26; i++)
		out[11 + i] = alphabet[random[i] & 31];
	out[NUMBER_SIZE - 1] = '\0';
}

bool
number_parse(const char *number, char division[7], int *month)
{
	int when;

	if (strnlen(number, NUMBER_SIZE) != NUMBER_SIZE - 1 || !digits(number, 6) || number[10] != '-')
		return false;
	when = read_month(number + 6);
	if (when < 0)
		return false;
	for (int i = 11; i < NUMBER_SIZE - 1; i++)
		if (base32_value(number[i]) < 0)
			return false;
	memcpy(division, number, 6);
	division[6] = '\0';
	*month = when;
	return true;
}

/* 13 characters of base32 for an id. */
static void
write_id(int64_t id, char out[14])
{
	uint64_t rest = (uint64_t)id;

	for (int i = 12; i >= 0; i--, rest >>= 5)
		out[i] = alphabet[rest & 31];
	out[13] = '\0';
}

/* The same back; false when a character is none of base32. */
static bool
read_id(const char *s, int64_t *id)
{
	uint64_t read = 0;

	for (int i = 0; i < 13; i++) {
		int value = base32_value(s[i]);

		if (value < 0)
			return false;
		read = read << 5 | (uint64_t)value;
	}
	*id = (int64_t)read;
	return true;
}

void
operation_key_make(const struct operation_key *key, char out[OPERATION_KEY_SIZE])
{
	char id[14];

	write_id(key->application, id);
	snprintf(out, OPERATION_KEY_SIZE, "%.6s-%02d%02d-%s-%02d-%d-%c", key->division,
	    key->month / 12 % 100, key->month % 12 + 1, id, key->item, key->round,
	    key->undo ? 'u' : 'f');
}

/* Digits up to a '-', at most five; advances *s past the '-'. -1 when there is none. */
static int
read_part(const char **s)
{
	int value = 0, n = 0;

	for (; **s >= '0' && **s <= '9' && n < 5; ++*s, n++)
		value = value * 10 + **s - '0';
	if (n == 0 || **s != '-')
		return -1;
	++*s;
	return value;
}

bool
operation_key_parse(const char *s, struct operation_key *key)
{
	struct operation_key made = {0};
	char again[OPERATION_KEY_SIZE];
	const char *at = s + 26;

	if (strnlen(s, OPERATION_KEY_SIZE) < 31 || !digits(s, 6) || s[6] != '-' || s[11] != '-' ||
	    s[25] != '-')
		return false;
	memcpy(made.division, s, 6);
	made.month = read_month(s + 7);
	if (!read_id(s + 12, &made.application))
		return false;
	made.item = read_part(&at);
	made.round = made.item < 0 ? -1 : read_part(&at);
	made.undo = *at == 'u';
	if (made.month < 0 || made.application < 0 || made.round < 0)
		return false;
	/* there is one spelling of each key: what we would not write ourselves is not ours */
	operation_key_make(&made, again);
	if (strcmp(s, again) != 0)
		return false;
	*key = made;
	return true;
}

void
file_id_make(int32_t division, int64_t id, char out[FILE_ID_SIZE])
{
	char written[14];

	write_id(id, written);
	snprintf(out, FILE_ID_SIZE, "%06u-%s", (unsigned)division % 1000000, written);
}

bool
file_id_parse(const char *s, int32_t *division, int64_t *id)
{
	char again[FILE_ID_SIZE];

	if (strnlen(s, FILE_ID_SIZE) != FILE_ID_SIZE - 1 || !digits(s, 6) || s[6] != '-' ||
	    !read_id(s + 7, id) || *id < 0)
		return false;
	*division = (int32_t)atoi(s);
	file_id_make(*division, *id, again);
	return strcmp(s, again) == 0; /* one spelling each */
}
