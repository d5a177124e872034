/* calendar.h: working days in China, and what a promise comes to on them.
 *
 * The State Council publishes the holidays of a year, and the weekends worked instead, in the
 * autumn before. A year that is not in the table is not known and never guessed: the functions say
 * so and the caller shows no date. 2025: 国办发明电〔2024〕12号; 2026: notice of 2025-11-04; each year
 * has 248 working days. The day of acceptance is day 0 (行政许可法 82 counts working days).
 */
#ifndef YJS_RULES_CALENDAR_H
#define YJS_RULES_CALENDAR_H

#include "rules/event.h"

/* Is the year's calendar published (in our table)? */
bool calendar_knows(int year);
/* 1 working day, 0 not, -1 the year is not known. */
int calendar_working(int32_t day);
/* The n-th working day after `day` (n = 0: `day` itself). False when a year on the way is unknown. */
bool calendar_add(int32_t day, int n, int32_t *due);
/* Working days in (from, to]. -1 when a year on the way is unknown. */
int calendar_between(int32_t from, int32_t to);
/* The last day of a promise that began on `day`. Hours and minutes end the same day. False as above. */
bool calendar_due(int32_t day, const struct duration *d, int32_t *due);
/* The day `d` before (-1) or after (+1) `day`, for :within and the like; working days as above. */
bool calendar_shift(int32_t day, const struct duration *d, int sign, int32_t *out);
/* The last day of the table: promises beyond it are not counted. */
int32_t calendar_end(void);
/* Full months from one day to another, negative backwards; a day that a month has not is its last
 * (民法典 202). Twelve of them are a full year. */
int calendar_months(int32_t from, int32_t to);
/* The day that a text names: "2026-11-20", an instant with offset (its day in China), "today",
 * "today - 3日", "today + 2个月". False when it names none. */
bool calendar_read_day(const char *s, int32_t today, int32_t *day);
/* Read "10个工作日", "30日", "12个月", "3年", "当场", "10 working days", ... False when it is none.
 * The text is not copied: out->text points to `s`. */
bool duration_parse(const char *s, struct duration *out);

#endif
