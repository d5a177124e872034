#include "base/clock.h"

#include <string.h>
#include <time.h>

#include "base/faults.h"

#define OFFSET_US (8 * 3600 * US_PER_SECOND)
#define DAY_US (86400 * US_PER_SECOND)

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * US_PER_SECOND + ts.tv_nsec / 1000;
}

int64_t
clock_now(void)
{
	return read_clock(CLOCK_REALTIME) + FAULTS_WALL_US;
}

int64_t
clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int32_t
clock_day(int64_t us)
{
	int64_t local = us + OFFSET_US;

	return (int32_t)(local >= 0 ? local / DAY_US : -((DAY_US - 1 - local) / DAY_US));
}

int64_t
clock_day_start(int32_t day)
{
	return (int64_t)day * DAY_US - OFFSET_US;
}

/* Civil calendar by eras of 400 years counted from 1 March, where leap days fall last. */
int32_t
clock_day_of(int year, int month, int mday)
{
	int y = year - (month <= 2);
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + mday - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

void
clock_split(int32_t day, int *year, int *month, int *mday)
{
	int z = day + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*mday = doy - (153 * mp + 2) / 5 + 1;
	*month = mp + (mp < 10 ? 3 : -9);
	*year = yoe + era * 400 + (*month <= 2);
}

int
clock_month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month < 1 || month > 12)
		return 0;
	if (month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
		return 29;
	return days[month - 1];
}

int
clock_weekday(int32_t day)
{
	int w = (day + 3) % 7; /* 1970-01-01 was a Thursday */

	return w < 0 ? w + 7 : w;
}

int32_t
clock_add_months(int32_t day, int months)
{
	int year, month, mday, total, last;

	clock_split(day, &year, &month, &mday);
	total = year * 12 + month - 1 + months;
	year = total / 12;
	month = total % 12 + 1;
	last = clock_month_days(year, month);
	return clock_day_of(year, month, mday < last ? mday : last);
}

static bool
digits(const char *s, int n, int *value)
{
	*value = 0;
	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*value = *value * 10 + (s[i] - '0');
	}
	return true;
}

static bool
parse_day_part(const char *s, int32_t *day)
{
	int y, m, d;

	if (!digits(s, 4, &y) || s[4] != '-' || !digits(s + 5, 2, &m) || s[7] != '-' ||
	    !digits(s + 8, 2, &d))
		return false;
	if (y < 1 || d < 1 || d > clock_month_days(y, m))
		return false;
	*day = clock_day_of(y, m, d);
	return true;
}

bool
clock_parse_day(const char *s, int32_t *day)
{
	return strlen(s) == 10 && parse_day_part(s, day);
}

static bool
parse_offset(const char *s, int *minutes)
{
	int h, m;

	if (strcmp(s, "Z") == 0) {
		*minutes = 0;
		return true;
	}
	if ((*s != '+' && *s != '-') || strlen(s) != 6 || !digits(s + 1, 2, &h) || s[3] != ':' ||
	    !digits(s + 4, 2, &m) || h > 23 || m > 59)
		return false;
	*minutes = (*s == '-' ? -1 : 1) * (h * 60 + m);
	return true;
}

bool
clock_parse(const char *s, int64_t *us)
{
	int32_t day;
	int h, m, sec, minutes;
	int64_t fraction = 0, unit = US_PER_SECOND / 10;

	if (strlen(s) < 20 || !parse_day_part(s, &day) || s[10] != 'T')
		return false;
	if (!digits(s + 11, 2, &h) || s[13] != ':' || !digits(s + 14, 2, &m) || s[16] != ':' ||
	    !digits(s + 17, 2, &sec) || h > 23 || m > 59 || sec > 59)
		return false;
	s += 19;
	if (*s == '.') {
		if (s[1] < '0' || s[1] > '9')
			return false;
		for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10)
			fraction += (*s - '0') * unit;
	}
	if (!parse_offset(s, &minutes))
		return false;
	*us = (int64_t)day * DAY_US +
	    ((int64_t)h * 3600 + m * 60 + sec - (int64_t)minutes * 60) * US_PER_SECOND + fraction;
	return true;
}

/* `n` digits with leading zeros; an application carries dozens of instants, so no printf. */
static char *
put_digits(char *at, int n, unsigned value)
{
	for (int i = n - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + n;
}

void
clock_format_day(int32_t day, char out[11])
{
	int y, m, d;
	char *at;

	clock_split(day, &y, &m, &d);
	at = put_digits(out, 4, (unsigned)y);
	*at++ = '-';
	at = put_digits(at, 2, (unsigned)m);
	*at++ = '-';
	at = put_digits(at, 2, (unsigned)d);
	*at = '\0';
}

void
clock_format(int64_t us, char out[30])
{
	int32_t day = clock_day(us);
	int64_t rest = us - clock_day_start(day);
	unsigned seconds = (unsigned)(rest / US_PER_SECOND);
	char *at = out + 10;

	clock_format_day(day, out);
	*at++ = 'T';
	at = put_digits(at, 2, seconds / 3600);
	*at++ = ':';
	at = put_digits(at, 2, seconds / 60 % 60);
	*at++ = ':';
	at = put_digits(at, 2, seconds % 60);
	*at++ = '.';
	at = put_digits(at, 3, (unsigned)(rest % US_PER_SECOND / 1000));
	memcpy(at, "+08:00", 7);
}
