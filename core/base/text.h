/* text.h: a growing byte buffer with a ceiling.
 *
 * Every buffer is made with the largest size it may reach; what would pass it fails and the buffer
 * remembers (`failed`), so that a chain of appends needs one check at its end. The bytes are always
 * followed by a NUL that is not counted.
 */
#ifndef YJS_BASE_TEXT_H
#define YJS_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data; /* NULL until something was appended */
	size_t length;
	size_t room;
	size_t ceiling;
	bool failed; /* ceiling reached or memory gone: the content is not to be used */
	bool no_memory; /* it was memory: the same may succeed later */
};

/* Make an empty text that never holds more than `ceiling` bytes. Nothing is allocated yet. */
void text_init(struct text *t, size_t ceiling);
/* Free the bytes; the text is empty and usable again. */
void text_free(struct text *t);
/* Empty the text, keep its room. */
void text_clear(struct text *t);

/* Append; all return 0, or -1 and set `failed`. */
int text_put(struct text *t, const void *bytes, size_t length);
int text_puts(struct text *t, const char *string);
int text_putc(struct text *t, char c);
int text_putf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Append as a JSON string with its quotes. Must be valid UTF-8. */
int text_put_json(struct text *t, const char *bytes, size_t length);
int text_put_json_string(struct text *t, const char *string);
/* In decimal digits: into `out`, ended by NUL, its length returned; appended. */
enum { TEXT_DIGITS = 21 };
size_t text_digits(int64_t number, char out[TEXT_DIGITS]);
int text_put_number(struct text *t, int64_t number);
/* Append lower-case hex of the bytes. */
int text_put_hex(struct text *t, const void *bytes, size_t length);

/* Append as a part of a URL: what is not plain there as %XX. */
int text_put_url(struct text *t, const char *string);
/* Hand the bytes over (free() them); NULL if failed. The text is empty afterwards. */
char *text_take(struct text *t, size_t *length);

#endif
