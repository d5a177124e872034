/* clock.h: instants and days.
 *
 * An instant is int64_t microseconds since 1970-01-01 UTC ("us"). A day is int32_t days since
 * 1970-01-01, as people in China count it: Asia/Shanghai, UTC+8 all year (no summer time since
 * 1991). Floors 1 and 2 never read a clock: `now` is a parameter.
 */
#ifndef YJS_BASE_CLOCK_H
#define YJS_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define US_PER_SECOND INT64_C(1000000)

/* This machine's wall clock. Only for logs and for signatures that departments check against
 * theirs; deadlines go by the database's clock. */
int64_t clock_now(void);
/* Never goes back; for local waits. Microseconds. */
int64_t clock_monotonic(void);

/* The day in Asia/Shanghai that contains the instant; the first instant of a day. */
int32_t clock_day(int64_t us);
int64_t clock_day_start(int32_t day);

int32_t clock_day_of(int year, int month, int mday);
void clock_split(int32_t day, int *year, int *month, int *mday);
/* Days of a month; 0 when the month is none. */
int clock_month_days(int year, int month);
/* 0 Monday .. 6 Sunday. */
int clock_weekday(int32_t day);
/* The day `months` later (or earlier); the 31st becomes the last day of a shorter month. */
int32_t clock_add_months(int32_t day, int months);

/* Read "YYYY-MM-DD" (exactly); false when it is no date. */
bool clock_parse_day(const char *s, int32_t *day);
/* Read RFC 3339 with offset; false when it is none. */
bool clock_parse(const char *s, int64_t *us);
/* Write "YYYY-MM-DD" (11 bytes with NUL). */
void clock_format_day(int32_t day, char out[11]);
/* Write RFC 3339 in +08:00 with milliseconds: "2026-11-20T09:30:00.123+08:00" (30 bytes). */
void clock_format(int64_t us, char out[30]);

#endif
