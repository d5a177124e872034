/* Days, promises and what they come to: read or refused; counted forth and back it is the same. */
#include <stdlib.h>
#include <string.h>

#include "rules/calendar.h"

enum { TODAY = 20780 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct duration duration;
	int32_t day, due;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (calendar_read_day(text, TODAY, &day) && calendar_add(day, 5, &due) && calendar_between(day, due) != 5)
		abort();
	if (duration_parse(text, &duration) && calendar_due(TODAY, &duration, &due) && due < TODAY)
		abort();
	free(text);
	return 0;
}
