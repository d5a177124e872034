/* bytes.h: what all headers of the room share.
 */
#ifndef YJS_STORE_BYTES_H
#define YJS_STORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

struct store; /* one connection of one thread */

struct bytes { const void *data; size_t length; };

#endif
