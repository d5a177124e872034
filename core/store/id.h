/* id.h: ids that rise with time.
 */
#ifndef YJS_STORE_ID_H
#define YJS_STORE_ID_H

#include <stdint.h>

/* Time-ordered id: (ms since 2020-01-01 UTC) << 22 | slot << 12 | sequence. Thread-safe. */
int64_t store_id(int slot, int64_t now_us);
int64_t store_id_time(int64_t id); /* us */
/* The first id that an instant can have. */
int64_t store_id_first(int64_t us);
/* First id of a month (year*12+month-1, Asia/Shanghai). */
int64_t store_id_month(int month);
/* The month of a day; in which an id was made. */
int store_month_of_day(int32_t day);
int store_id_month_of(int64_t id);

#endif
