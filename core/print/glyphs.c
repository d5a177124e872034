#include "print/glyphs.h"

#include <pthread.h>

#define FAMILY "Noto Sans CJK SC, Noto Sans CJK, sans-serif"

static struct {
	pthread_mutex_t lock;
	PangoFontMap *map; /* kept: to make it reads all that fontconfig knows */
} fonts = { .lock = PTHREAD_MUTEX_INITIALIZER };

#ifdef __SANITIZE_ADDRESS__
/* What these libraries keep of the fonts for the life of the process they do not give back. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so\nleak:libcairo.so\n";
}
#endif

PangoContext *
glyphs_begin(void)
{
	PangoContext *context;

	pthread_mutex_lock(&fonts.lock);
	if (!fonts.map)
		fonts.map = pango_cairo_font_map_new();
	context = fonts.map ? pango_font_map_create_context(fonts.map) : NULL;
	if (!context) {
		pthread_mutex_unlock(&fonts.lock);
		return NULL;
	}
	pango_context_set_language(context, pango_language_from_string("zh-CN"));
	pango_cairo_context_set_resolution(context, 72); /* a unit of PDF is a point */
	return context;
}

void
glyphs_end(PangoContext *context)
{
	g_object_unref(context);
	pthread_mutex_unlock(&fonts.lock);
}

PangoLayout *
glyphs_layout(PangoContext *context, const char *text, double points, bool bold)
{
	PangoLayout *layout = pango_layout_new(context);
	PangoFontDescription *font = pango_font_description_from_string(FAMILY);

	pango_font_description_set_size(font, (int)(points * PANGO_SCALE));
	if (bold)
		pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_line_spacing(layout, 1.25F);
	pango_layout_set_text(layout, text, -1);
	return layout;
}

static gunichar
first_unknown(PangoContext *context, const char *text)
{
	for (; *text; text = g_utf8_next_char(text)) {
		char one[7] = "";
		PangoLayout *layout;
		int unknown;

		g_unichar_to_utf8(g_utf8_get_char(text), one);
		layout = glyphs_layout(context, one, 10, false);
		unknown = pango_layout_get_unknown_glyphs_count(layout);
		g_object_unref(layout);
		if (unknown > 0)
			return g_utf8_get_char(text);
	}
	return 0;
}

int
glyphs_check(PangoContext *context, PangoLayout *layout, struct error *why)
{
	if (pango_layout_get_unknown_glyphs_count(layout) == 0)
		return 0;
	return error_set(why, ERROR_BROKEN, "no font has the character U+%04X: install fonts-noto-cjk, or a font that "
	    "has it", first_unknown(context, pango_layout_get_text(layout)));
}
