#include "rules/took.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"

const char *const took_measures[TOOK_STEPS] = { "took_0", "took_1", "took_2", "took_3", "took_4", "took_5", "took_7",
	"took_10", "took_15", "took_20", "took_30", "took_40", "took_50", "took_60", "took_more" };

/* The most working days of a step; of the last none. */
static int
most_of(int step)
{
	return step == TOOK_STEPS - 1 ? -1 : atoi(took_measures[step] + TOOK_PREFIX);
}

const char *
took_measure(int64_t sent_at, int64_t decided_at)
{
	int days = calendar_between(clock_day(sent_at), clock_day(decided_at)), step = 0;

	if (days < 0)
		return NULL;
	while (step < TOOK_STEPS - 1 && most_of(step) < days)
		step++;
	return took_measures[step];
}

int
took_step(const char *measure)
{
	for (int i = 0; i < TOOK_STEPS; i++)
		if (strcmp(took_measures[i], measure) == 0)
			return i;
	return -1;
}

json_t *
took_told(const int64_t counts[TOOK_STEPS])
{
	int64_t n = 0, within = 0;
	int step = 0;

	for (int i = 0; i < TOOK_STEPS; i++)
		n += counts[i];
	while (step < TOOK_STEPS && (within += counts[step]) * 10 < n * 9)
		step++;
	return json_pack("{s:I, s:o}", "n", (json_int_t)n, "nine_of_ten",
	    n > 0 && most_of(step) >= 0 ? json_integer(most_of(step)) : json_null());
}
