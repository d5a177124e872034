#include "print/sheet.h"

#include <cairo-pdf.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "print/glyphs.h"

const char *const sheet_probe = "国龘䶮㛃𠅤";

/* in points */
enum { WIDTH = 595, HEIGHT = 842, MARGIN = 50, INNER = WIDTH - 2 * MARGIN, BOTTOM = HEIGHT - 70, LABEL = 120,
	CODE = 104, PADDING = 8 };

struct line { /* one, taken apart */
	char *word;
	char *texts[SHEET_COLUMNS];
	int n;
};

struct sheet {
	PangoContext *fonts;
	cairo_surface_t *surface;
	cairo_t *cr;
	double y;
	double code_end;          /* above it the code stands on the right */
	double scale;             /* of all type */
	int page, columns;
	char foot[256];
	struct text out;
	struct error *why;
};

static cairo_status_t
take_bytes(void *cookie, const unsigned char *bytes, unsigned length)
{
	struct sheet *s = cookie;

	return text_put(&s->out, bytes, length) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* ---- pieces of a page ---- */

static double
height_of(PangoLayout *layout)
{
	PangoRectangle r;

	pango_layout_get_pixel_extents(layout, NULL, &r);
	return r.height;
}

/* A text of that width; NULL: a character is missing. */
static PangoLayout *
lay_out(struct sheet *s, const char *text, double points, bool bold, double width)
{
	PangoLayout *layout = glyphs_layout(s->fonts, text, points * s->scale, bold);

	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	if (glyphs_check(s->fonts, layout, s->why) == 0)
		return layout;
	g_object_unref(layout);
	return NULL;
}

static void
draw(struct sheet *s, PangoLayout *layout, double x, double y, const char *tag)
{
	cairo_tag_begin(s->cr, tag, NULL);
	cairo_move_to(s->cr, x, y);
	pango_cairo_show_layout(s->cr, layout);
	cairo_tag_end(s->cr, tag);
}

static void
rule(struct sheet *s, double y, double grey)
{
	cairo_set_source_rgb(s->cr, grey, grey, grey);
	cairo_set_line_width(s->cr, .6);
	cairo_move_to(s->cr, MARGIN, y);
	cairo_line_to(s->cr, WIDTH - MARGIN, y);
	cairo_stroke(s->cr);
	cairo_set_source_rgb(s->cr, 0, 0, 0);
}

/* ---- pages ---- */

static int
end_page(struct sheet *s)
{
	char text[300];
	PangoLayout *layout;

	snprintf(text, sizeof text, "%s    %d", s->foot, s->page);
	layout = lay_out(s, text, 8.5, false, INNER);
	if (!layout)
		return -1;
	rule(s, HEIGHT - 56, .6);
	draw(s, layout, MARGIN, HEIGHT - 50, "P");
	g_object_unref(layout);
	cairo_show_page(s->cr);
	s->page++;
	s->y = MARGIN;
	s->code_end = 0;
	return 0;
}

/* Room for something that high; on the next page when this one has none. */
static int
make_room(struct sheet *s, double height)
{
	return s->y + height <= BOTTOM || s->y <= MARGIN ? 0 : end_page(s);
}

static double
width_here(const struct sheet *s)
{
	return s->y < s->code_end ? INNER - CODE - 2 * PADDING : INNER;
}

/* ---- lines ---- */

static int
paragraph(struct sheet *s, const char *text, double points, bool bold, double before, const char *tag)
{
	PangoLayout *layout;

	s->y += s->y > MARGIN ? before : 0;
	layout = lay_out(s, text, points, bold, width_here(s));
	if (!layout)
		return -1;
	if (make_room(s, height_of(layout)) != 0) {
		g_object_unref(layout);
		return -1;
	}
	draw(s, layout, MARGIN, s->y, tag);
	s->y += height_of(layout) + 3;
	g_object_unref(layout);
	return 0;
}

static int
box(struct sheet *s, const char *text)
{
	double width = width_here(s);
	PangoLayout *layout = lay_out(s, text, 13, true, width - 3 * PADDING);
	double height;

	if (!layout)
		return -1;
	height = height_of(layout) + 2 * PADDING;
	if (make_room(s, height + PADDING) != 0) {
		g_object_unref(layout);
		return -1;
	}
	s->y += PADDING;
	cairo_set_source_rgb(s->cr, .93, .95, .95);
	cairo_rectangle(s->cr, MARGIN, s->y, width, height);
	cairo_fill(s->cr);
	cairo_set_source_rgb(s->cr, .04, .36, .37);
	cairo_rectangle(s->cr, MARGIN, s->y, 4, height);
	cairo_fill(s->cr);
	cairo_set_source_rgb(s->cr, 0, 0, 0);
	draw(s, layout, MARGIN + 2 * PADDING, s->y + PADDING, "P");
	g_object_unref(layout);
	s->y += height + PADDING;
	return 0;
}

/* Texts side by side, each `at` its place and `wide`; the highest says how high the row is. */
static int
side_by_side(struct sheet *s, const struct line *l, const double *at, const double *wide, bool bold)
{
	PangoLayout *layouts[SHEET_COLUMNS] = { NULL };
	double height = 0;
	int failed = 0;

	for (int i = 0; i < l->n && !failed; i++) {
		layouts[i] = lay_out(s, l->texts[i], 10.5, bold, wide[i]);
		failed = layouts[i] ? 0 : -1;
		if (!failed && height_of(layouts[i]) > height)
			height = height_of(layouts[i]);
	}
	if (!failed)
		failed = make_room(s, height + 6);
	for (int i = 0; i < l->n; i++) {
		if (!failed)
			draw(s, layouts[i], MARGIN + at[i], s->y + 3, "P");
		if (layouts[i])
			g_object_unref(layouts[i]);
	}
	s->y += height + 6;
	return failed;
}

static int
pair(struct sheet *s, const struct line *l)
{
	double label = LABEL * s->scale;
	const double at[] = { 0, label }, wide[] = { label - PADDING, width_here(s) - label };

	return l->n == 2 ? side_by_side(s, l, at, wide, false) : -1;
}

/* The first column is twice as wide as the others. */
static int
row(struct sheet *s, const struct line *l, bool head)
{
	double at[SHEET_COLUMNS], wide[SHEET_COLUMNS], one;

	if (head)
		s->columns = l->n;
	if (s->columns < 1 || l->n != s->columns)
		return -1;
	if (s->y < s->code_end)
		s->y = s->code_end;
	one = (double)INNER / (s->columns + 1);
	for (int i = 0; i < l->n; i++) {
		at[i] = i == 0 ? 0 : one * (i + 1);
		wide[i] = one * (i == 0 ? 2 : 1) - PADDING;
	}
	if (side_by_side(s, l, at, wide, head) != 0)
		return -1;
	rule(s, s->y, head ? .2 : .75);
	return 0;
}

/* A QR code at the right: `path` is runs of dark modules, "M<x> <y>h<n>v1h-<n>z" each. */
static int
code(struct sheet *s, const struct line *l)
{
	int size = l->n == 2 ? atoi(l->texts[0]) : 0, x, y, run, used, runs = 0;
	double module = size > 0 ? (double)CODE / size : 0;

	if (size < 21 || size > 177)
		return -1;
	for (const char *p = l->texts[1]; sscanf(p, "M%d %dh%dv1h-%*dz%n", &x, &y, &run, &used) == 3; p += used, runs++)
		cairo_rectangle(s->cr, WIDTH - MARGIN - CODE + x * module, s->y + y * module, run * module, module);
	cairo_fill(s->cr);
	s->code_end = s->y + CODE + PADDING;
	return runs > 0 ? 0 : -1;
}

static int
title(struct sheet *s, const char *text)
{
	cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_TITLE, text);
	cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_CREATOR, "yijianshi");
	return 0;
}

static int
put(struct sheet *s, const struct line *l)
{
	if (strcmp(l->word, "code") == 0)
		return code(s, l);
	if (strcmp(l->word, "pair") == 0)
		return pair(s, l);
	if (strcmp(l->word, "columns") == 0 || strcmp(l->word, "row") == 0)
		return row(s, l, *l->word == 'c');
	if (l->n != 1)
		return -1;
	if (strcmp(l->word, "title") == 0)
		return title(s, l->texts[0]);
	if (strcmp(l->word, "heading") == 0)
		return paragraph(s, l->texts[0], 20, true, 0, "H1");
	if (strcmp(l->word, "section") == 0)
		return paragraph(s, l->texts[0], 13, true, 12, "H2");
	if (strcmp(l->word, "text") == 0 || strcmp(l->word, "quiet") == 0)
		return paragraph(s, l->texts[0], *l->word == 't' ? 10.5 : 9, false, 7, "P");
	if (strcmp(l->word, "box") == 0)
		return box(s, l->texts[0]);
	if (strcmp(l->word, "large") == 0)
		s->scale = strcmp(l->texts[0], "yes") == 0 ? 1.4 : 1;
	else if (strcmp(l->word, "foot") == 0)
		snprintf(s->foot, sizeof s->foot, "%s", l->texts[0]);
	else
		return -1;
	return 0;
}

/* ---- the whole ---- */

/* Take the line apart in place. */
static void
split(char *at, struct line *l)
{
	memset(l, 0, sizeof *l);
	l->word = at;
	while ((at = strchr(at, '\t')) && l->n < SHEET_COLUMNS) {
		*at++ = '\0';
		l->texts[l->n++] = at;
	}
}

static int
put_all(struct sheet *s, char *lines)
{
	struct line l;
	char *rest = NULL;

	for (char *at = strtok_r(lines, "\n", &rest); at; at = strtok_r(NULL, "\n", &rest)) {
		split(at, &l);
		if (put(s, &l) != 0)
			return error_set(s->why, ERROR_BROKEN, "\"%.40s\" is no line of a sheet", l.word);
	}
	return end_page(s);
}

static int
make(struct sheet *s, char *lines)
{
	int failed;

	s->surface = cairo_pdf_surface_create_for_stream(take_bytes, s, WIDTH, HEIGHT);
	s->cr = cairo_create(s->surface);
	s->y = MARGIN;
	s->scale = 1;
	s->page = 1;
	failed = put_all(s, lines);
	cairo_destroy(s->cr);
	cairo_surface_finish(s->surface);
	if (!failed && (cairo_surface_status(s->surface) != CAIRO_STATUS_SUCCESS || s->out.failed))
		failed = error_set(s->why, ERROR_TEMPORARY, "a sheet was not made: %s",
		    cairo_status_to_string(cairo_surface_status(s->surface)));
	cairo_surface_destroy(s->surface);
	return failed;
}

char *
sheet_make(const char *lines, size_t length, size_t *made, struct error *why)
{
	struct sheet s = { .why = why };
	char *own = strndup(lines, length), *pdf = NULL;

	text_init(&s.out, SHEET_CEILING);
	s.fonts = own && g_utf8_validate(own, -1, NULL) ? glyphs_begin() : NULL;
	if (!s.fonts) {
		error_set(why, ERROR_TEMPORARY, "no text for a sheet, or no fonts at all");
	} else {
		if (make(&s, own) == 0)
			pdf = text_take(&s.out, made);
		glyphs_end(s.fonts);
	}
	text_free(&s.out);
	free(own);
	return pdf;
}

int
sheet_has_fonts(const char *text, struct error *why)
{
	PangoContext *fonts = glyphs_begin();
	PangoLayout *layout;
	int failed;

	if (!fonts)
		return error_set(why, ERROR_BROKEN, "no fonts at all: install fonts-noto-cjk");
	layout = glyphs_layout(fonts, text, 10, false);
	failed = glyphs_check(fonts, layout, why);
	g_object_unref(layout);
	glyphs_end(fonts);
	return failed;
}
