/* What is sealed opens only where it was sealed, whole, under its key. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seal/digest.h"
#include "seal/seal.h"

static char folder[] = "/tmp/test_seal.XXXXXX";
static char key_file[64], other_file[64];
static struct seal *seal;
static const struct seal_place here = {"application", "sealed", INT64_C(914000000000000001), 0};

static int
set_up(void **state)
{
	struct error why = {0};

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(key_file, sizeof key_file, "%s/key", folder);
	snprintf(other_file, sizeof other_file, "%s/other", folder);
	if (seal_make_key(key_file, &why) != 0 || seal_make_key(other_file, &why) != 0)
		return -1;
	seal = seal_open(key_file, &why);
	return seal ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	seal_close(seal);
	unlink(key_file);
	unlink(other_file);
	return rmdir(folder);
}

static void
close_value(const struct seal_place *where, const void *bytes, size_t length, struct text *out)
{
	struct error why = {0};

	text_init(out, 1 << 22);
	assert_int_equal(seal_close_value(seal, where, bytes, length, out, &why), 0);
}

static void
opens(struct seal *s, const struct seal_place *where, const struct text *sealed, const void *bytes,
    size_t length)
{
	struct text out;
	struct error why = {0};

	text_init(&out, 1 << 22);
	if (seal_open_value(s, where, sealed->data, sealed->length, &out, &why) != 0)
		fail_msg("%s", why.text);
	assert_int_equal(out.length, length);
	if (length > 0)
		assert_memory_equal(out.data, bytes, length);
	text_free(&out);
}

static void
stays_shut(struct seal *s, const struct seal_place *where, const char *bytes, size_t length)
{
	struct text out;
	struct error why = {0};

	text_init(&out, 1 << 22);
	assert_int_equal(seal_open_value(s, where, bytes, length, &out, &why), -1);
	assert_int_equal(why.kind, ERROR_BROKEN);
	assert_int_equal(out.length, 0);
	text_free(&out);
}

static void
test_round_trip(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 511, 512, 513, 2048, 65536, 1000000};
	char *bytes = malloc(1000000);
	struct text sealed;

	(void)state;
	assert_non_null(bytes);
	for (int kind = 0; kind < 2; kind++) {
		for (size_t i = 0; i < 1000000; i++)
			bytes[i] = (char)(kind ? "{\"name\":\"张三\"}"[i % 17] : rand());
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			close_value(&here, bytes, sizes[i], &sealed);
			/* 33 bytes of envelope and one of "how": never more */
			assert_true(sealed.length <= sizes[i] + 34);
			if (kind && sizes[i] >= 512)
				assert_true(sealed.length < sizes[i] / 2);
			opens(seal, &here, &sealed, bytes, sizes[i]);
			text_free(&sealed);
		}
	}
	free(bytes);
}

/* Twice the same is never the same outside. */
static void
test_nonce(void **state)
{
	struct text a, b;

	(void)state;
	close_value(&here, "张三", 6, &a);
	close_value(&here, "张三", 6, &b);
	assert_int_equal(a.length, b.length);
	assert_memory_not_equal(a.data + 5, b.data + 5, 12);
	assert_memory_not_equal(a.data + 17, b.data + 17, a.length - 17);
	text_free(&a);
	text_free(&b);
}

static void
test_moved(void **state)
{
	struct seal_place places[] = {here, here, here, here, here, here};
	struct text sealed;

	(void)state;
	close_value(&here, "张三", 6, &sealed);
	places[0].row++;
	places[1].part++;
	places[2].column = "plan";
	places[3].table = "operation";
	places[4].table = "applicationsealed";
	places[4].column = "";
	places[5].row += INT64_C(1) << 53; /* another period's key */
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		stays_shut(seal, &places[i], sealed.data, sealed.length);
	opens(seal, &here, &sealed, "张三", 6);
	text_free(&sealed);
}

static void
test_changed(void **state)
{
	struct text sealed;

	(void)state;
	close_value(&here, "a secret that nobody changes unseen", 35, &sealed);
	for (size_t i = 0; i < sealed.length; i++)
		for (int bit = 0; bit < 8; bit++) {
			sealed.data[i] ^= (char)(1 << bit);
			stays_shut(seal, &here, sealed.data, sealed.length);
			sealed.data[i] ^= (char)(1 << bit);
		}
	for (size_t i = 0; i < sealed.length; i++)
		stays_shut(seal, &here, sealed.data, i);
	opens(seal, &here, &sealed, "a secret that nobody changes unseen", 35);
	text_free(&sealed);
}

static void
test_other_key(void **state)
{
	struct error why = {0};
	struct seal *other = seal_open(other_file, &why), *again = seal_open(key_file, &why);
	struct text sealed;
	uint8_t a[32], b[32];

	(void)state;
	assert_non_null(other);
	assert_non_null(again);
	assert_string_not_equal(seal_fingerprint(seal), seal_fingerprint(other));
	assert_string_equal(seal_fingerprint(seal), seal_fingerprint(again));
	assert_int_equal(strlen(seal_fingerprint(seal)), 16);
	close_value(&here, "张三", 6, &sealed);
	stays_shut(other, &here, sealed.data, sealed.length);
	opens(again, &here, &sealed, "张三", 6);
	seal_blind(seal, "id_number", "11", 2, a);
	seal_blind(again, "id_number", "11", 2, b);
	assert_memory_equal(a, b, 16);
	seal_blind(other, "id_number", "11", 2, b);
	assert_memory_not_equal(a, b, 16);
	seal_blind(seal, "phone", "11", 2, b);
	assert_memory_not_equal(a, b, 16);
	seal_hash(seal, "11", 2, a);
	seal_hash(other, "11", 2, b);
	assert_memory_not_equal(a, b, 32);
	text_free(&sealed);
	seal_close(other);
	seal_close(again);
}

/* The ceiling of the receiving text bounds what unpacking may make. */
static void
test_ceiling(void **state)
{
	char *zeros = calloc(1, 1 << 20);
	struct text sealed, out;
	struct error why = {0};

	(void)state;
	close_value(&here, zeros, 1 << 20, &sealed);
	assert_true(sealed.length < 1000);
	text_init(&out, 4096);
	assert_int_equal(seal_open_value(seal, &here, sealed.data, sealed.length, &out, &why), -1);
	assert_int_equal(out.length, 0);
	text_free(&out);
	error_clear(&why);
	text_init(&out, 30);
	assert_int_equal(seal_close_value(seal, &here, zeros, 1 << 20, &out, &why), -1);
	text_free(&out);
	text_free(&sealed);
	free(zeros);
}

static void
write_key(const char *path, const char *bytes, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
test_key_file(void **state)
{
	static const char good[] = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n";
	static const struct { const char *bytes; mode_t mode; bool opens; } cases[] = {
		{good, 0600, true}, {good, 0400, true}, {good, 0640, false}, {good, 0604, false},
		{"", 0600, false}, {"00\n", 0600, false},
		{"0011223344556677889xaabbccddeeff00112233445566778899AABBCCDDEEFF\n", 0600, false},
		{"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n\n", 0600, false},
		{"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF", 0600, true},
	};
	char path[64];
	struct stat st;

	(void)state;
	snprintf(path, sizeof path, "%s/made", folder);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error why = {0};
		struct seal *s;

		write_key(path, cases[i].bytes, cases[i].mode);
		s = seal_open(path, &why);
		assert_true((s != NULL) == cases[i].opens);
		if (!s)
			assert_int_equal(why.kind, ERROR_BROKEN);
		seal_close(s);
		unlink(path);
	}
	assert_null(seal_open(path, NULL));
	assert_int_equal(stat(key_file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_nlink, 1);
	struct error why = {0};
	assert_int_equal(seal_make_key(key_file, &why), -1);
	assert_int_equal(why.kind, ERROR_CONFLICT);
}

static void *
hammer(void *cookie)
{
	char bytes[2048];
	struct text sealed, out;
	uintptr_t bad = 0;

	memset(bytes, 'x', sizeof bytes);
	for (int i = 0; i < 500; i++) {
		struct seal_place where = {"t", "c", (int64_t)(uintptr_t)cookie * 1000 + i, i};

		snprintf(bytes, sizeof bytes, "%p %d", cookie, i);
		text_init(&sealed, 8192);
		text_init(&out, 8192);
		if (seal_close_value(seal, &where, bytes, sizeof bytes, &sealed, NULL) != 0 ||
		    seal_open_value(seal, &where, sealed.data, sealed.length, &out, NULL) != 0 ||
		    out.length != sizeof bytes || memcmp(out.data, bytes, sizeof bytes) != 0)
			bad++;
		text_free(&sealed);
		text_free(&out);
	}
	return (void *)bad;
}

static void
test_threads(void **state)
{
	pthread_t threads[4];
	void *bad;

	(void)state;
	for (uintptr_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hammer, (void *)(i + 1)), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &bad);
		assert_null(bad);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_nonce),
		cmocka_unit_test(test_moved), cmocka_unit_test(test_changed),
		cmocka_unit_test(test_other_key), cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_key_file), cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests_name("seal/seal", tests, set_up, tear_down);
}
