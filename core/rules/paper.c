#include "rules/paper.h"

#include <string.h>

#include "rules/number.h"

/* Is `s` of the shape? 9 a digit, Z a capital but I and O or a digit, anything else itself. */
static bool
fits(const char *s, const char *shape)
{
	for (; *shape; shape++, s++) {
		if (*shape == '9' ? *s < '0' || *s > '9' :
		    *shape == 'Z' ? !*s || !strchr("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", *s) :
		    *s != *shape)
			return false;
	}
	return *s == '\0';
}

static bool
digits(const char *s, size_t from, size_t to)
{
	size_t n = strlen(s);

	return n >= from && n <= to && strspn(s, "0123456789") == n;
}

/* One or two Han characters, year in brackets, 1 to 20 Han characters, 不动产权第, 7 digits, 号. */
static bool
is_property(const char *s)
{
	static const char right[] = "不动产权第";
	const char *end = strstr(s, right), *p = s;
	uint32_t c = 0;
	int n = 0;

	while (end && p < end && n <= 2 && (c = number_next(&p)) >= 0x4E00 && c <= 0x9FA5)
		n++;
	if (!end || n < 1 || n > 2 || (c != '(' && c != 0xFF08))
		return false;
	if (strspn(p, "0123456789") != 4)
		return false;
	p += 4;
	c = number_next(&p);
	if (c != ')' && c != 0xFF09)
		return false;
	for (n = 0; p < end; n++) {
		c = number_next(&p);
		if (c < 0x4E00 || c > 0x9FA5)
			return false;
	}
	end += strlen(right);
	return n >= 1 && n <= 20 && strspn(end, "0123456789") == 7 && strcmp(end + 7, "号") == 0;
}

static bool
is_landline(const char *s)
{
	size_t area = strcspn(s, "-");

	if (*s != '0')
		return false;
	if (s[area] == '-')
		return digits(s + area + 1, 7, 8) && (area == 3 || area == 4) &&
		    strspn(s, "0123456789") == area;
	return digits(s, 10, 12);
}

bool
paper_is(enum paper_kind kind, const char *s)
{
	size_t n = strlen(s);

	switch (kind) {
	case PAPER_PASSPORT:
		return fits(s, "G99999999") || fits(s, "EZ9999999");
	case PAPER_FOREIGN_PASSPORT:
		return n >= 5 && n <= 15 && strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
	case PAPER_HOME_PASS:
		return (*s == 'H' || *s == 'M') && (fits(s + 1, "99999999") || fits(s + 1, "9999999999"));
	case PAPER_TAIWAN_PASS:
		return fits(s, "99999999");
	case PAPER_TRAVEL_PASS:
		return fits(s, "CZ9999999");
	case PAPER_RESIDENCE_PERMIT:
		return n == 18 && s[0] == '8' && s[1] >= '1' && s[1] <= '3' &&
		    memcmp(s + 2, "0000", 4) == 0 && number_check(TYPE_ID_NUMBER, s, INT32_MAX) == NULL;
	case PAPER_FOREIGN_RESIDENCE:
		return fits(s, "999999999999999999") && *s == '9';
	case PAPER_PROPERTY:
		return is_property(s);
	case PAPER_LANDLINE:
		return is_landline(s);
	}
	return false;
}
