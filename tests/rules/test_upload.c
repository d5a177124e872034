/* What a file is: by its bytes alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "rules/upload.h"

struct made { unsigned char bytes[4096]; size_t length; };

static void
put(struct made *m, const void *bytes, size_t length)
{
	memcpy(m->bytes + m->length, bytes, length);
	m->length += length;
}

static void
put_big(struct made *m, uint32_t value, int n)
{
	while (n-- > 0)
		m->bytes[m->length++] = (unsigned char)(value >> 8 * n);
}

static void
put_little(struct made *m, uint32_t value, int n)
{
	for (int i = 0; i < n; i++)
		m->bytes[m->length++] = (unsigned char)(value >> 8 * i);
}

static struct made
made_pdf(void)
{
	static const char text[] = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n"
	    "<< /Root 1 0 R >>\nstartxref\n45\n%%EOF\n";
	struct made m = { .length = 0 };

	put(&m, text, sizeof text - 1);
	return m;
}

static void
put_segment(struct made *m, int marker, const void *content, size_t length)
{
	put_big(m, 0xff00u | (unsigned)marker, 2);
	put_big(m, (uint32_t)length + 2, 2);
	put(m, content, length);
}

static struct made
made_jpg(void)
{
	struct made m = { .length = 0 };

	put(&m, "\xff\xd8", 2);
	put_segment(&m, 0xe0, "JFIF\0\1\1\0\0\1\0\1\0\0", 14);
	put_segment(&m, 0xdb, "0123456789", 10);
	put_segment(&m, 0xc0, "\x08\x00\x10\x00\x10\x01\x01\x11\x00", 9);
	put_segment(&m, 0xda, "\x01\x01\x00\x00\x3f\x00", 6);
	put(&m, "abc\xff\x00gh\xff\xd0jk", 11); /* an escaped FF, a restart */
	put(&m, "\xff\xd9", 2);
	return m;
}

static void
put_chunk(struct made *m, const char *name, const void *content, size_t length)
{
	put_big(m, (uint32_t)length, 4);
	put(m, name, 4);
	put(m, content, length);
	put_big(m, 0, 4);
}

static struct made
made_png(void)
{
	struct made m = { .length = 0 };

	put(&m, "\x89PNG\r\n\x1a\n", 8);
	put_chunk(&m, "IHDR", "\0\0\0\x10\0\0\0\x10\x08\2\0\0\0", 13);
	put_chunk(&m, "IDAT", "content", 7);
	put_chunk(&m, "IEND", "", 0);
	return m;
}

static void
put_entry(struct made *m, bool head, const char *name, uint32_t at)
{
	uint32_t length = (uint32_t)strlen(name);

	put(m, head ? "PK\3\4" : "PK\1\2", 4);
	put_little(m, 20, 2);
	if (!head)
		put_little(m, 20, 2);
	put(m, "\0\0\0\0\0\0\0\0\0\0\0\0", 12); /* flags, method, time, date, checksum */
	put_little(m, 5, 4);
	put_little(m, 5, 4);
	put_little(m, length, 2);
	put_little(m, 0, 2);
	if (!head) {
		put(m, "\0\0\0\0\0\0\0\0\0\0", 10);
		put_little(m, at, 4);
	}
	put(m, name, length);
	if (head)
		put(m, "<ofd>", 5);
}

static struct made
made_zip(const char *name)
{
	struct made m = { .length = 0 };
	uint32_t second, directory;

	put_entry(&m, true, "Doc_0/Document.xml", 0);
	second = (uint32_t)m.length;
	put_entry(&m, true, name, 0);
	directory = (uint32_t)m.length;
	put_entry(&m, false, "Doc_0/Document.xml", 0);
	put_entry(&m, false, name, second);
	put(&m, "PK\5\6\0\0\0\0\2\0\2\0", 12);
	put_little(&m, (uint32_t)(m.length - 12 - directory), 4);
	put_little(&m, directory, 4);
	put_little(&m, 0, 2);
	return m;
}

static const char *
type_of(const struct made *m)
{
	/* a copy of its own, so that a step beyond the end is seen */
	unsigned char *copy = malloc(m->length ? m->length : 1);
	const char *type, *why = NULL;

	memcpy(copy, m->bytes, m->length);
	type = upload_type(copy, m->length, &why);
	free(copy);
	assert_non_null(why);
	return type ? type : "";
}

static void
each_type_is_known_by_its_bytes(void **state)
{
	struct made pdf = made_pdf(), jpg = made_jpg(), png = made_png(), ofd = made_zip("OFD.xml");

	(void)state;
	assert_string_equal(type_of(&pdf), "pdf");
	assert_string_equal(type_of(&jpg), "jpg");
	assert_string_equal(type_of(&png), "png");
	assert_string_equal(type_of(&ofd), "ofd");
	put(&jpg, "\0\0\0\x18" "ftypmp42", 12); /* a phone's moving picture behind it */
	assert_string_equal(type_of(&jpg), "jpg");
}

/* Cut anywhere, none of them is whole; and nothing is read behind the end (the sanitizer looks). */
static void
what_was_cut_off_is_refused(void **state)
{
	struct made all[] = { made_jpg(), made_png(), made_zip("OFD.xml"), made_pdf() };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		size_t whole = all[i].length - (i == 3 ? 1 : 0); /* the newline behind %%EOF */

		for (size_t n = 0; n < whole; n++) {
			all[i].length = n;
			assert_string_equal(type_of(&all[i]), "");
		}
	}
}

/* One byte changed, at every place: never a crash, never another type. */
static void
changed_bytes_give_no_other_type(void **state)
{
	struct made all[] = { made_jpg(), made_png(), made_zip("OFD.xml"), made_pdf() };
	static const char *const types[] = { "jpg", "png", "ofd", "pdf" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		for (size_t at = 0; at < all[i].length; at++) {
			unsigned char kept = all[i].bytes[at];

			for (int other = 0; other < 256; other += 5) {
				const char *type;

				all[i].bytes[at] = (unsigned char)other;
				type = type_of(&all[i]);
				assert_true(!*type || strcmp(type, types[i]) == 0);
			}
			all[i].bytes[at] = kept;
		}
	}
}

static void
others_are_refused_with_a_sentence(void **state)
{
	static const char *const others[] = { "", "GIF89a", "--boundary\r\nContent-Disposition: form-data",
		"<html>%PDF-1.7 startxref %%EOF", "%PDF-1.7", "\xff\xd8\xff\xd9", "MZ\x90", "%PDF-9.9 obj startxref %%EOF" };
	struct made zip = made_zip("word/document.xml"), deeper = made_zip("x/OFD.xml");
	const char *why = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		assert_null(upload_type(others[i], strlen(others[i]), &why));
		assert_true(strlen(why) > 10);
	}
	assert_null(upload_type(zip.bytes, zip.length, &why));
	assert_non_null(strstr(why, "压缩包"));
	assert_null(upload_type(deeper.bytes, deeper.length, &why));
}

static void
a_way_allows_what_it_names(void **state)
{
	struct get ways[] = { { .way = WAY_COMMIT, .text = "pdf" }, { .way = WAY_UPLOAD, .text = "pdf jpg" } };
	struct material with = { .get = ways, .n_get = 2 }, without = { .get = ways, .n_get = 1 };

	(void)state;
	assert_null(upload_way(&without));
	assert_ptr_equal(upload_way(&with), &ways[1]);
	assert_true(upload_allows(&ways[1], "pdf"));
	assert_true(upload_allows(&ways[1], "jpg"));
	assert_false(upload_allows(&ways[1], "png"));
	assert_false(upload_allows(&ways[1], "p"));
	assert_string_equal(upload_media_type("jpg"), "image/jpeg");
	assert_null(upload_media_type("gif"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_is_known_by_its_bytes),
		cmocka_unit_test(what_was_cut_off_is_refused),
		cmocka_unit_test(changed_bytes_give_no_other_type),
		cmocka_unit_test(others_are_refused_with_a_sentence),
		cmocka_unit_test(a_way_allows_what_it_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
