#include "rules/upload.h"

#include <string.h>

/* A PDF ends with "startxref", a number and "%%EOF"; some programs put a little after it. */
enum { PDF_TAIL = 2048 };

/* A ZIP ends with a record of 22 bytes and a comment; its directory has 46 bytes and a name an entry,
 * each entry a head of 30. */
enum { ZIP_END = 22, ZIP_COMMENT = 65535, ZIP_ENTRY = 46, ZIP_HEAD = 30 };

struct view { const unsigned char *at; size_t length; };

static bool
begins(const struct view *v, const char *magic, size_t length)
{
	return v->length >= length && memcmp(v->at, magic, length) == 0;
}

static bool
holds(const unsigned char *at, size_t length, const char *word)
{
	return memmem(at, length, word, strlen(word)) != NULL;
}

static uint32_t
big(const unsigned char *p, int n)
{
	uint32_t value = 0;

	for (int i = 0; i < n; i++)
		value = value << 8 | p[i];
	return value;
}

static uint32_t
little(const unsigned char *p, int n)
{
	uint32_t value = 0;

	while (n-- > 0)
		value = value << 8 | p[n];
	return value;
}

/* --- pdf --- */

static bool
is_pdf(const struct view *v)
{
	return begins(v, "%PDF-1.", 7) || begins(v, "%PDF-2.", 7);
}

static bool
is_whole_pdf(const struct view *v)
{
	size_t tail = v->length < PDF_TAIL ? v->length : PDF_TAIL;
	const unsigned char *end = v->at + v->length - tail;
	const unsigned char *start = memmem(end, tail, "startxref", 9);

	return start && holds(start, (size_t)(v->at + v->length - start), "%%EOF") &&
	    holds(v->at, v->length, "obj");
}

/* --- jpg: segments, then coded data in which FF is followed by 00 or a restart --- */

static bool
is_jpg(const struct view *v)
{
	return begins(v, "\xff\xd8\xff", 3);
}

static bool
is_frame(int marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* The first marker at or behind `at` in coded data; v->length when none comes. */
static size_t
behind_scan(const struct view *v, size_t at)
{
	for (; at + 1 < v->length; at++) {
		int next = v->at[at + 1];

		if (v->at[at] == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7))
			return at;
	}
	return v->length;
}

/* Walks to the end of the image. Phones put more after it (a moving picture): that is left alone. */
static bool
is_whole_jpg(const struct view *v)
{
	size_t at = 2;
	bool frame = false, scan = false;

	while (at + 4 <= v->length || (scan && at + 2 <= v->length)) {
		int marker = v->at[at + 1];
		size_t length;

		if (v->at[at] != 0xff)
			return false;
		if (marker == 0xd9)
			return frame && scan;
		if (marker == 0xff) { /* filling */
			at++;
			continue;
		}
		if (at + 4 > v->length || (length = big(v->at + at + 2, 2)) < 2 || length > v->length - at - 2)
			return false;
		if (is_frame(marker))
			frame = length >= 8 && big(v->at + at + 7, 2) > 0;
		at += 2 + length;
		if (marker == 0xda) {
			scan = true;
			at = behind_scan(v, at);
		}
	}
	return false;
}

/* --- png: chunks of length, name, content and a checksum --- */

static bool
is_png(const struct view *v)
{
	return begins(v, "\x89PNG\r\n\x1a\n", 8);
}

static bool
is_whole_png(const struct view *v)
{
	size_t at = 8;
	bool data = false;

	if (v->length < 33 || big(v->at + 8, 4) != 13 || memcmp(v->at + 12, "IHDR", 4) != 0 ||
	    big(v->at + 16, 4) == 0 || big(v->at + 20, 4) == 0)
		return false;
	while (v->length - at >= 12) {
		uint32_t length = big(v->at + at, 4);

		if (length > v->length - at - 12)
			return false;
		if (memcmp(v->at + at + 4, "IEND", 4) == 0)
			return data && length == 0;
		data = data || (length > 0 && memcmp(v->at + at + 4, "IDAT", 4) == 0);
		at += 12 + (size_t)length;
	}
	return false;
}

/* --- ofd (GB/T 33190): a zip with OFD.xml at its root --- */

static bool
is_zip(const struct view *v)
{
	return begins(v, "PK\x03\x04", 4);
}

/* The record at the end that says where the directory is; NULL when there is none. */
static const unsigned char *
zip_end(const struct view *v)
{
	size_t back = ZIP_END;

	for (; back <= v->length && back <= ZIP_END + ZIP_COMMENT; back++) {
		const unsigned char *end = v->at + v->length - back;

		if (memcmp(end, "PK\x05\x06", 4) == 0 && little(end + 20, 2) == back - ZIP_END)
			return end;
	}
	return NULL;
}

/* Is this entry of the directory OFD.xml, with something behind it? */
static bool
is_ofd_xml(const struct view *v, const unsigned char *entry, size_t name_length)
{
	uint32_t head = little(entry + 42, 4), packed = little(entry + 20, 4);

	return name_length == 7 && memcmp(entry + ZIP_ENTRY, "OFD.xml", 7) == 0 &&
	    little(entry + 24, 4) > 0 && head <= v->length - ZIP_HEAD &&
	    memcmp(v->at + head, "PK\x03\x04", 4) == 0 && packed <= v->length - ZIP_HEAD - head;
}

static bool
is_whole_ofd(const struct view *v)
{
	const unsigned char *end = zip_end(v), *entry;
	size_t entries, left, skip;

	if (!end || little(end + 16, 4) > (size_t)(end - v->at))
		return false;
	entries = little(end + 10, 2);
	entry = v->at + little(end + 16, 4);
	for (; entries > 0; entries--, entry += skip) {
		left = (size_t)(end - entry);
		if (left < ZIP_ENTRY || memcmp(entry, "PK\x01\x02", 4) != 0)
			return false;
		skip = ZIP_ENTRY + little(entry + 28, 2) + little(entry + 30, 2) + little(entry + 32, 2);
		if (skip > left)
			return false;
		if (is_ofd_xml(v, entry, little(entry + 28, 2)))
			return true;
	}
	return false;
}

/* --- all --- */

static const struct {
	const char *type, *media;
	bool (*is)(const struct view *v), (*is_whole)(const struct view *v);
	const char *broken;
} types[] = {
	{ "pdf", "application/pdf", is_pdf, is_whole_pdf,
	    "这个 PDF 文件不完整或已损坏,请打开看看,重新保存后再上传。" },
	{ "jpg", "image/jpeg", is_jpg, is_whole_jpg,
	    "这张 JPG 图片不完整或已损坏,请打开看看,重新拍照或另存后再上传。" },
	{ "png", "image/png", is_png, is_whole_png,
	    "这张 PNG 图片不完整或已损坏,请打开看看,重新截图或另存后再上传。" },
	{ "ofd", "application/ofd", is_zip, is_whole_ofd,
	    "这是一个压缩包,或者 OFD 文件已损坏。请解压后上传里面的 PDF、JPG、PNG 或 OFD 文件。" },
};

const char *
upload_type(const void *bytes, size_t length, const char **why)
{
	const struct view v = { bytes, length };

	*why = length > 0 ? "只能上传 PDF、JPG、PNG、OFD 文件;请直接发送文件本身。"
	    : "文件是空的,请重新选择文件。";
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!types[i].is(&v))
			continue;
		*why = types[i].broken;
		return types[i].is_whole(&v) ? types[i].type : NULL;
	}
	return NULL;
}

const char *
upload_media_type(const char *type)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].type, type) == 0)
			return types[i].media;
	return NULL;
}

const struct get *
upload_way(const struct material *m)
{
	for (size_t g = 0; g < m->n_get; g++)
		if (m->get[g].way == WAY_UPLOAD)
			return &m->get[g];
	return NULL;
}

bool
upload_allows(const struct get *way, const char *type)
{
	size_t length = strlen(type);

	for (const char *at = way->text; at && *at;) {
		size_t word = strcspn(at, " ");

		if (word == length && memcmp(at, type, length) == 0)
			return true;
		at += word + strspn(at + word, " ");
	}
	return false;
}
