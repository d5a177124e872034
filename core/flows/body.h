/* body.h: what a request brings as JSON, and the answers to one that brings something else. */
#ifndef YJS_FLOWS_BODY_H
#define YJS_FLOWS_BODY_H

#include <jansson.h>
#include <stddef.h>

struct http_exchange;

/* The body's members, all texts: `n` names, those before `needed` must be there. NULL when the exchange
 * has been answered. */
json_t *body_texts(struct http_exchange *x, const char *const *names, size_t n, size_t needed);
/* The body, an object; NULL when the exchange has been answered (400). */
json_t *body_object(struct http_exchange *x, size_t ceiling);

/* 422 with what is to be mended: a list (taken) of {"pointer","code","message"}, or one of them. Always -1. */
int body_refuse(struct http_exchange *x, json_t *errors_take);
int body_refuse_field(struct http_exchange *x, const char *pointer, const char *code, const char *message);

#endif
