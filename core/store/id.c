#include <stdatomic.h>

#include "base/clock.h"
#include "store/store.h"

/* 2020-01-01 00:00 UTC; 41 bits of milliseconds last until 2089. */
#define EPOCH_US INT64_C(1577836800000000)

enum { SLOT_SHIFT = 12, TIME_SHIFT = 22 };

/* Milliseconds and sequence of the last id of this process: ids never go back, even when the clock
 * does, and a full sequence runs on into the next millisecond. */
static _Atomic int64_t last;

int64_t
store_id(int slot, int64_t now_us)
{
	int64_t now = (now_us - EPOCH_US) / 1000 << SLOT_SHIFT;
	int64_t before = atomic_load(&last), next;

	do
		next = now > before ? now : before + 1;
	while (!atomic_compare_exchange_weak(&last, &before, next));
	return next >> SLOT_SHIFT << TIME_SHIFT | (int64_t)(slot & 1023) << SLOT_SHIFT | (next & 4095);
}

int64_t
store_id_time(int64_t id)
{
	return (id >> TIME_SHIFT) * 1000 + EPOCH_US;
}

int64_t
store_id_first(int64_t us)
{
	return us <= EPOCH_US ? 0 : (us - EPOCH_US) / 1000 << TIME_SHIFT;
}

int64_t
store_id_month(int month)
{
	return store_id_first(clock_day_start(clock_day_of(month / 12, month % 12 + 1, 1)));
}

int
store_month_of_day(int32_t day)
{
	int year, month, mday;

	clock_split(day, &year, &month, &mday);
	return year * 12 + month - 1;
}

int
store_id_month_of(int64_t id)
{
	return store_month_of_day(clock_day(store_id_time(id)));
}
