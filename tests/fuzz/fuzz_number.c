/* Identity numbers and the like: what is sound has the right check digit; the first byte is the type. And keys of
 * operations: what is read is written again letter by letter. */
#include <stdlib.h>
#include <string.h>

#include "rules/number.h"
#include "seal/digest.h"

enum { TODAY = 20780 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_key(const char *text)
{
	struct operation_key key;
	char again[OPERATION_KEY_SIZE];

	if (!operation_key_parse(text, &key))
		return;
	operation_key_make(&key, again);
	if (strcmp(text, again) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size < 1 || !(text = malloc(size)))
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	number_check((enum question_type)(data[0] % TYPE_COUNT), text, TODAY);
	if (!number_check(TYPE_ID_NUMBER, text, TODAY) && (strlen(text) != 18 || number_id_digit(text) != text[17]))
		abort();
	number_surname(text);
	check_key(text);
	free(text);
	return 0;
}
