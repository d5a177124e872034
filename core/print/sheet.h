/* sheet.h: a document on A4 paper, as PDF with its fonts in it.
 *
 * What stands on it is told in lines, made by a template (scripts/pages/sheet.lua): a word, then texts,
 * each after a tab.
 *
 *	title    text               of the document; must be the first line
 *	large    yes | no           larger type from here on
 *	code     size path          a QR code as pages/qr.h tells it, beside what comes first
 *	heading  text               of the page (one), section text: of a part of it
 *	box      text               what must not be overlooked
 *	pair     label text
 *	columns  text text …        heads of a table of up to SHEET_COLUMNS columns; row: one of its rows
 *	text     text               a paragraph; quiet: a less important one
 *	foot     text               at the bottom of each sheet, beside the number of the page
 *
 * A character that no font here has is never printed as a box: the document is refused, and the error
 * names the character. Any thread; one document at a time, for a set of fonts costs 40 MB.
 */
#ifndef YJS_PRINT_SHEET_H
#define YJS_PRINT_SHEET_H

#include <stddef.h>

#include "base/error.h"

enum { SHEET_COLUMNS = 4, SHEET_CEILING = 4 << 20 };

/* The PDF of `lines`; malloc()ed. NULL and *why: ERROR_BROKEN when a font lacks a character, or a line
 * is none of the above. */
char *sheet_make(const char *lines, size_t length, size_t *made, struct error *why) MUST_CHECK;

/* Is every character of `text` in some font? 0, or -1 and *why names the first that is not. */
int sheet_has_fonts(const char *text, struct error *why) MUST_CHECK;

/* Rare characters of names: fonts that have them serve a Chinese office (doctor, tests). */
extern const char *const sheet_probe;

#endif
