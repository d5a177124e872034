/* target.h: what the targets share. */
#ifndef YJS_TESTS_FUZZ_TARGET_H
#define YJS_TESTS_FUZZ_TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TODAY = 20780 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What does not hold is a finding. */
#define MUST(holds) do { \
	if (!(holds)) { \
		fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__, #holds); \
		abort(); \
	} \
} while (0)

/* The bytes as a string of exactly their size, so that reading beyond it is seen. */
static inline char *
target_string(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	MUST(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
