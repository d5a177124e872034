/* form.h: the harness's form -> one of ours.
 */
#ifndef YJS_PEER_FORM_H
#define YJS_PEER_FORM_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

enum { FORM_KEY = 128 };

/* `body` is what the harness posts: groups of answers in camelCase ("baby": {"dateOfBirth": …}). Append the body of
 * POST /applications, the same answers one by one (baby_date_of_birth, …), an array as one text; its externalRef to
 * `key`. -1 and *why when it is no such form. */
int form_ours(const char *body, size_t length, struct text *out, char key[FORM_KEY], struct error *why) MUST_CHECK;

#endif
