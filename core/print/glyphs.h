/* glyphs.h: the fonts of this machine, for the files of this room alone.
 */
#ifndef YJS_PRINT_GLYPHS_H
#define YJS_PRINT_GLYPHS_H

#include <pango/pangocairo.h>
#include <stdbool.h>

#include "base/error.h"

/* The fonts are for one thread at a time: begin, make layouts, end. NULL: none can be had. */
PangoContext *glyphs_begin(void);
void glyphs_end(PangoContext *context);

/* A layout of that text in `points`; g_object_unref() it. */
PangoLayout *glyphs_layout(PangoContext *context, const char *text, double points, bool bold);
/* 0, or -1 and *why names the first character of the layout's text that no font has. */
int glyphs_check(PangoContext *context, PangoLayout *layout, struct error *why) MUST_CHECK;

#endif
