#include "flows/draw.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "flows/catalog.h"

enum { BOX_W = 230, BOX_H = 56, GAP_X = 70, GAP_Y = 22, EDGE = 24, HEAD = 56, LETTERS = 14 };

struct layout { int column[EVENT_ITEMS], row[EVENT_ITEMS], columns, rows; };

static uint64_t
waits_for(const struct item *item)
{
	return item->needs | item->feeds_from;
}

/* What every item waits for, directly or through another. */
static void
reach(const struct event *e, uint64_t all[EVENT_ITEMS])
{
	for (size_t i = 0; i < e->n_items; i++)
		all[i] = waits_for(&e->items[i]);
	for (size_t round = 0; round < e->n_items; round++)
		for (size_t i = 0; i < e->n_items; i++)
			for (size_t k = 0; k < e->n_items; k++)
				if (all[i] >> k & 1)
					all[i] |= all[k];
}

/* A line that another way of lines already tells is left out. */
static bool
is_told(const struct event *e, const uint64_t all[EVENT_ITEMS], size_t item, size_t need)
{
	for (size_t k = 0; k < e->n_items; k++)
		if (k != need && (waits_for(&e->items[item]) >> k & 1) && (all[k] >> need & 1))
			return true;
	return false;
}

static void
lay_out(const struct event *e, struct layout *l)
{
	int filled[EVENT_ITEMS + 1] = { 0 };
	bool moved = true;

	memset(l, 0, sizeof *l);
	for (size_t round = 0; moved && round <= e->n_items; round++) {
		moved = false;
		for (size_t i = 0; i < e->n_items; i++)
			for (size_t k = 0; k < e->n_items; k++)
				if ((waits_for(&e->items[i]) >> k & 1) && l->column[i] <= l->column[k]) {
					l->column[i] = l->column[k] + 1;
					moved = true;
				}
	}
	for (size_t i = 0; i < e->n_items; i++) {
		l->row[i] = filled[l->column[i]]++;
		if (l->column[i] + 1 > l->columns)
			l->columns = l->column[i] + 1;
		if (l->row[i] + 1 > l->rows)
			l->rows = l->row[i] + 1;
	}
}

static int
x_of(const struct layout *l, size_t i)
{
	return EDGE + l->column[i] * (BOX_W + GAP_X);
}

static int
y_of(const struct layout *l, size_t i)
{
	return HEAD + l->row[i] * (BOX_H + GAP_Y);
}

static void
put_escaped(struct text *t, const char *s, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		switch (s[i]) {
		case '<': text_puts(t, "&lt;"); break;
		case '>': text_puts(t, "&gt;"); break;
		case '&': text_puts(t, "&amp;"); break;
		case '"': text_puts(t, "&quot;"); break;
		default: text_putc(t, s[i]);
		}
	}
}

/* At most LETTERS characters, never half of one. */
static void
put_short(struct text *t, const char *s)
{
	size_t at = 0;
	int letters = 0;

	while (s[at] && letters < LETTERS) {
		for (at++; (s[at] & 0xC0) == 0x80; at++)
			;
		letters++;
	}
	put_escaped(t, s, at);
	if (s[at])
		text_puts(t, "…");
}

static void
draw_lines(struct text *t, const struct event *e, const struct layout *l)
{
	uint64_t all[EVENT_ITEMS];

	reach(e, all);
	for (size_t i = 0; i < e->n_items; i++)
		for (size_t k = 0; k < e->n_items; k++) {
			int x1 = x_of(l, k) + BOX_W, y1 = y_of(l, k) + BOX_H / 2;
			int x2 = x_of(l, i), y2 = y_of(l, i) + BOX_H / 2;

			if ((waits_for(&e->items[i]) >> k & 1) && !is_told(e, all, i, k))
				text_putf(t, "<path d=\"M%d %d C%d %d %d %d %d %d\" fill=\"none\" stroke=\"#5b6b7b\" "
				    "stroke-width=\"1.5\" marker-end=\"url(#arrow)\"/>\n", x1, y1, x1 + GAP_X / 2, y1,
				    x2 - GAP_X / 2, y2, x2 - 2, y2);
		}
}

static void
draw_boxes(struct text *t, const struct event *e, const struct layout *l, draw_name *name,
    const void *cookie)
{
	for (size_t i = 0; i < e->n_items; i++) {
		const struct item *item = &e->items[i];
		const char *known = name(cookie, item->department), *department = known ? known : item->department;
		int x = x_of(l, i), y = y_of(l, i);

		text_putf(t, "<g><title>");
		put_escaped(t, item->title, strlen(item->title));
		text_putf(t, "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#fff\" "
		    "stroke=\"#1f5fa8\"%s/>\n<text x=\"%d\" y=\"%d\" font-size=\"15\" fill=\"#10243a\">", x, y,
		    BOX_W, BOX_H, item->choice == CHOICE_OFF || item->when ? " stroke-dasharray=\"5 3\"" : "",
		    x + 10, y + 23);
		put_short(t, item->title);
		text_putf(t, "</text><text x=\"%d\" y=\"%d\" font-size=\"12\" fill=\"#43566b\">", x + 10, y + 43);
		put_escaped(t, department, strlen(department));
		if (item->within.text) {
			text_puts(t, " · ");
			put_escaped(t, item->within.text, strlen(item->within.text));
		}
		if (item->notice.text) {
			text_puts(t, " + 公示");
			put_escaped(t, item->notice.text, strlen(item->notice.text));
		}
		if (item->tell)
			text_puts(t, item->later_of >= 0 ? " · 补送" : " · 告知");
		text_putf(t, "</text></g>\n");
	}
}

int
draw_event(const struct event *e, draw_name *name, const void *cookie, struct text *t)
{
	struct layout l;
	int width, height;

	lay_out(e, &l);
	width = EDGE * 2 + l.columns * BOX_W + (l.columns - 1) * GAP_X;
	height = HEAD + l.rows * (BOX_H + GAP_Y) + EDGE;
	text_putf(t, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
	    "font-family=\"'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif\" role=\"img\">\n",
	    width, height, width, height);
	text_putf(t, "<title>");
	put_escaped(t, e->title, strlen(e->title));
	text_putf(t, "</title>\n<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
	    "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" "
	    "fill=\"#5b6b7b\"/></marker></defs>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#f6f8fa\"/>\n"
	    "<text x=\"%d\" y=\"34\" font-size=\"19\" fill=\"#10243a\">", EDGE);
	put_escaped(t, e->title, strlen(e->title));
	text_putf(t, "</text>\n<text x=\"%d\" y=\"34\" font-size=\"12\" fill=\"#43566b\" text-anchor=\"end\">"
	    "虚线框:按情况办理或自选</text>\n", width - EDGE);
	draw_lines(t, e, &l);
	draw_boxes(t, e, &l, name, cookie);
	text_putf(t, "</svg>\n");
	return t->failed ? -1 : 0;
}
