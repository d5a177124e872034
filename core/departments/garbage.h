/* garbage.h: answers that are none, as gateways and broken programs send them. */
#ifndef YJS_DEPARTMENTS_GARBAGE_H
#define YJS_DEPARTMENTS_GARBAGE_H

#include <stdint.h>

struct MHD_Response;

enum { GARBAGE_KINDS = 9 };

/* A broken form of `answer`, chosen by `dice`; `status` may be changed. NULL when memory is gone. */
struct MHD_Response *garbage_make(const char *answer, uint32_t dice, int *status);

#endif
