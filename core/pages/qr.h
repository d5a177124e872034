/* qr.h: a text as a QR code. */
#ifndef YJS_PAGES_QR_H
#define YJS_PAGES_QR_H

#include <jansson.h>

/* {"size": modules a side, "path": what an SVG path of one unit a module draws dark}. New reference;
 * NULL when the text is too long for any code, or memory is gone. */
json_t *qr_of(const char *text);

#endif
