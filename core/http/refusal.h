/* refusal.h: what this room answers by itself, before any handler.
 *
 * `shuts` ends the connection: after a request that was not understood nobody knows where the next
 * one begins.
 */
#ifndef YJS_HTTP_REFUSAL_H
#define YJS_HTTP_REFUSAL_H

#include <stdbool.h>

struct refusal {
	int status;
	const char *type;  /* last part of the problem's URI */
	const char *title; /* for people: Chinese */
	bool shuts;
};

extern const struct refusal refusal_malformed;    /* 400 */
extern const struct refusal refusal_bad_target;   /* 400: path or query */
extern const struct refusal refusal_unknown_path; /* 404 */
extern const struct refusal refusal_method;       /* 405 */
extern const struct refusal refusal_body;         /* 413 */
extern const struct refusal refusal_long_target;  /* 414 */
extern const struct refusal refusal_body_type;    /* 415 */
extern const struct refusal refusal_expectation;  /* 417 */
extern const struct refusal refusal_headers;      /* 431 */
extern const struct refusal refusal_busy;         /* 503 */
extern const struct refusal refusal_full;         /* 503: all connections but the reserve are taken */

#endif
