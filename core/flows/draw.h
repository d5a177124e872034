/* draw.h: an event as a picture: its items and what they wait for; what comes first stands left. For
 * `yijianshi draw EVENT` and for the guide.
 */
#ifndef YJS_FLOWS_DRAW_H
#define YJS_FLOWS_DRAW_H

#include "base/error.h"
#include "base/text.h"
#include "rules/event.h"

enum { DRAW_CEILING = 1 << 20 };

/* How a department is called; NULL: by its id. */
typedef const char *draw_name(const void *cookie, const char *department);

/* Append the SVG. 0, or -1 when it did not fit. */
int draw_event(const struct event *e, draw_name *name, const void *cookie, struct text *out) MUST_CHECK;

#endif
