/* error.h: what went wrong, told once.
 *
 * A function that can fail takes `struct error *why` last and returns 0 or -1. The first error
 * wins: error_set() on a filled error changes nothing, so the innermost cause survives the way up.
 * Buffers are fixed, so an error can be told when memory is gone. `kind` is what callers decide by;
 * `text` is one sentence for people, without personal data.
 */
#ifndef YJS_BASE_ERROR_H
#define YJS_BASE_ERROR_H

#define MUST_CHECK __attribute__((warn_unused_result))

enum error_kind {
	ERROR_NONE = 0,
	ERROR_INPUT,      /* what came in is wrong: tell the sender, do not retry */
	ERROR_TEMPORARY,  /* may go away: retry later */
	ERROR_UNKNOWN,    /* perhaps done, perhaps not (a lost COMMIT): never success, never failure */
	ERROR_CONFLICT,   /* somebody else was first, or the fencing number is no longer ours */
	ERROR_REFUSED,    /* not allowed */
	ERROR_BROKEN      /* configuration or program: a person must look */
};

struct error {
	enum error_kind kind;
	char text[768];
};

/* Fill *why unless it already tells something or is NULL. Always returns -1. */
int error_set(struct error *why, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Forget what *why told, so that it can be used again. */
void error_clear(struct error *why);

#endif
