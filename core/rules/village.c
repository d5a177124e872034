#include "rules/village.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/number.h"

/* What a town's and a county's code leave open behind their own digits. */
static const int64_t town = 1000, county = 1000000;

/* How many of the digits are its own. */
static int
own_digits(const char *code)
{
	int n = (int)strlen(code);

	if (n == 12 && strcmp(code + 9, "000") == 0)
		n = strcmp(code + 6, "000000") == 0 ? 6 : 9;
	return n;
}

int64_t
village_read(const char *code)
{
	int n = own_digits(code);
	enum question_type type = n == 6 ? TYPE_DIVISION : n == 9 ? TYPE_DIVISION9 : TYPE_DIVISION12;
	char own[VILLAGE_SIZE];

	snprintf(own, sizeof own, "%.*s", n < VILLAGE_SIZE ? n : 0, code);
	if (number_check(type, own, 0))
		return 0;
	return strtoll(own, NULL, 10) * (n == 6 ? county : n == 9 ? town : 1);
}

void
village_write(int64_t village, char out[VILLAGE_SIZE])
{
	snprintf(out, VILLAGE_SIZE, "%012" PRId64, village);
}

int32_t
village_county(int64_t village)
{
	return (int32_t)(village / county);
}

bool
village_is_of(int64_t village, int64_t place)
{
	return village == place || village - village % town == place || village - village % county == place;
}

bool
village_is_served(int64_t village, const int64_t *places, int n)
{
	for (int i = 0; i < n; i++)
		if (village_is_of(village, places[i]))
			return true;
	return false;
}
