/* What people and departments send as JSON: refused, or read so that its canonical form is read as the same. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *value = json_read((const char *)data, size, 1 << 20, NULL), *again;
	char *canonical = value ? json_canonical_string(value) : NULL, *same;

	if (value && canonical) {
		again = json_read(canonical, strlen(canonical), 1 << 22, NULL);
		same = again ? json_canonical_string(again) : NULL;
		if (!same || strcmp(canonical, same) != 0)
			abort();
		free(same);
		json_decref(again);
	}
	free(canonical);
	json_decref(value);
	return 0;
}
