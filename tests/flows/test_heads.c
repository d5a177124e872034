/* The files that heads lie in: what is told by them before they are put together is told by them after it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flows/heads_file.h"

static char folder[4096];

static int
open_folder(void **state)
{
	struct heads_file *f = calloc(1, sizeof *f);
	const char *temp = getenv("TMPDIR");

	snprintf(folder, sizeof folder, "%s/heads-XXXXXX", temp ? temp : "/tmp");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(heads_file_open(f, folder, "a/node"), 0);
	*state = f;
	return 0;
}

static int
close_folder(void **state)
{
	struct heads_file *f = *state;

	unlink(f->path);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left */
	heads_file_close(f);
	free(f);
	return 0;
}

static struct head
head_of(int64_t id, int64_t length, int variant)
{
	struct head h = { .kind = id % 7 ? HEADS_HISTORY : HEADS_ACCESS, .chain = (int32_t)(id % 3), .id = id, .length = length };

	snprintf(h.number, sizeof h.number, id % 7 ? "330111-%lld" : "-", (long long)id);
	snprintf((char *)h.hash, sizeof h.hash, "%lld %lld %d", (long long)id, (long long)length, variant);
	return h;
}

static bool
append(struct heads_file *f, struct head *list, size_t n)
{
	bool grown = false;

	assert_int_equal(heads_file_append(f, &(struct heads_kept){ .list = list, .n = n }, &grown), 0);
	return grown;
}

static void
append_raw(const struct heads_file *f, const char *bytes)
{
	FILE *file = fopen(f->path, "a");

	assert_non_null(file);
	fputs(bytes, file);
	assert_int_equal(fclose(file), 0);
}

static struct heads_kept
told(const struct heads_file *f)
{
	struct heads_kept kept = { 0 };
	struct error why = { 0 };

	assert_int_equal(heads_file_read(f->path, &kept, &why), 0);
	return kept;
}

static struct heads_kept
longest(const struct heads_file *f)
{
	struct heads_kept kept = told(f);

	heads_kept_last(&kept);
	return kept;
}

static void
assert_same(struct heads_kept *a, struct heads_kept *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_int_equal(heads_order(&a->list[i], &b->list[i]), 0);
		assert_string_equal(a->list[i].number, b->list[i].number);
	}
	heads_kept_free(a);
	heads_kept_free(b);
}

static off_t
size_of(const struct heads_file *f)
{
	struct stat st;

	assert_int_equal(stat(f->path, &st), 0);
	return st.st_size;
}

/* Chains that grow, in no order. */
static void
fill(struct heads_file *f, int chains, int rounds)
{
	struct head *list = calloc((size_t)chains, sizeof *list);

	for (int round = 1; round <= rounds; round++) {
		for (int i = 0; i < chains; i++)
			list[i] = head_of((int64_t)i * 7919 % chains, round + i % 3, 0);
		append(f, list, (size_t)chains);
	}
	free(list);
}

/* --- */

static void
longest_stay(void **state)
{
	struct heads_file *f = *state;
	struct heads_kept before, after, all;

	fill(f, 500, 9);
	append_raw(f, "no line of ours\nhistory 1 2 3\n\n");
	before = longest(f);
	assert_int_equal(before.n, 500);
	assert_int_equal(heads_file_gather(f, 64), 0);
	all = told(f);
	after = longest(f);
	assert_int_equal(all.n, 500);
	heads_kept_free(&all);
	assert_same(&before, &after);
	assert_int_equal(heads_file_gather(f, 1), 0); /* each a part of its own */
	before = told(f);
	assert_int_equal(heads_file_gather(f, 1 << 15), 0);
	after = told(f);
	assert_same(&before, &after);
}

static void
contradictions_stay(void **state)
{
	struct heads_file *f = *state;
	struct head list[] = { head_of(1, 5, 0), head_of(1, 9, 0), head_of(1, 9, 1), head_of(1, 9, 0), head_of(1, 7, 2) };
	struct heads_kept kept;
	struct head *h;

	append(f, list, 5);
	assert_int_equal(heads_file_gather(f, 2), 0);
	kept = told(f);
	assert_int_equal(kept.n, 2);
	h = heads_find(&kept, HEADS_HISTORY, 1, 1);
	assert_non_null(h);
	assert_int_equal(h->length, 9);
	h = heads_next(&kept, h);
	assert_non_null(h);
	assert_int_equal(h->length, 9);
	assert_null(heads_next(&kept, h));
	assert_null(heads_find(&kept, HEADS_HISTORY, 1, 2));
	heads_kept_free(&kept);
}

/* A crash has cut off the last line, and left what it was putting together. */
static void
after_a_crash(void **state)
{
	struct heads_file *f = *state;
	struct head one = head_of(3, 4, 0);
	struct heads_kept kept;
	char hidden[8192];
	FILE *left;

	fill(f, 20, 2);
	append_raw(f, "history 330111 1 3301");
	snprintf(hidden, sizeof hidden, "%s/.a_node", folder);
	left = fopen(hidden, "w");
	assert_non_null(left);
	for (int i = 0; i < 10000; i++)
		fputs("history 1 99999 other 1 00", left);
	assert_int_equal(fclose(left), 0);
	assert_int_equal(heads_file_gather(f, 8), 0);
	kept = told(f);
	assert_int_equal(kept.n, 20);
	heads_kept_free(&kept);
	append_raw(f, "history 330111 1 3301");
	append(f, &one, 1);
	kept = longest(f);
	assert_int_equal(kept.n, 20);
	assert_non_null(heads_find(&kept, HEADS_HISTORY, 0, 3));
	assert_int_equal(heads_find(&kept, HEADS_HISTORY, 0, 3)->length, 4);
	heads_kept_free(&kept);
}

static void
refused(struct heads_file *f, int problem)
{
	struct heads_kept before = told(f), after;
	off_t size = size_of(f);

	errno = 0;
	assert_int_equal(heads_file_gather(f, 16), -1);
	assert_int_equal(errno, problem);
	assert_int_equal(size_of(f), size);
	after = told(f);
	assert_same(&before, &after);
}

static void
no_room(void **state)
{
	struct heads_file *f = *state;
	struct rlimit was, little;

	fill(f, 200, 3);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	signal(SIGXFSZ, SIG_IGN);
	for (rlim_t room = 500; room < 30000; room *= 2) { /* in the parts, in the new file */
		little = (struct rlimit){ room, was.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
		refused(f, EFBIG);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	}
	assert_int_equal(heads_file_gather(f, 16), 0);
}

static void
told_to_stop(void **state)
{
	struct heads_file *f = *state;

	fill(f, 200, 3);
	atomic_store(&f->stop, true);
	refused(f, ECANCELED);
}

static void
carried_off(void **state)
{
	struct heads_file *f = *state;
	struct head one = head_of(1, 1, 0);
	char elsewhere[8192];
	struct heads_kept kept;

	assert_int_equal(heads_file_gather(f, 16), -1);
	assert_int_equal(errno, ENOENT);
	fill(f, 10, 1);
	snprintf(elsewhere, sizeof elsewhere, "%s.off", folder);
	assert_int_equal(rename(f->path, elsewhere), 0);
	append(f, &one, 1);
	kept = told(f);
	assert_int_equal(kept.n, 1);
	heads_kept_free(&kept);
	unlink(elsewhere);
}

struct beside { struct heads_file *f; int rounds; };

static void *
append_beside(void *cookie)
{
	struct beside *b = cookie;

	for (int i = 1; i <= b->rounds; i++) {
		struct head list[] = { head_of(1000 + i, 1, 0), head_of(2, 100 + i, 0) };

		append(b->f, list, 2);
	}
	return NULL;
}

static void
appended_meanwhile(void **state)
{
	struct heads_file *f = *state;
	struct beside b = { f, 300 };
	struct heads_kept kept;
	pthread_t thread;

	fill(f, 100, 2);
	assert_int_equal(pthread_create(&thread, NULL, append_beside, &b), 0);
	for (int i = 0; i < 60; i++)
		assert_int_equal(heads_file_gather(f, 32), 0);
	pthread_join(thread, NULL);
	assert_int_equal(heads_file_gather(f, 32), 0);
	kept = told(f);
	assert_int_equal(kept.n, 100 + 300);
	assert_int_equal(heads_find(&kept, HEADS_HISTORY, 2, 2)->length, 400);
	heads_kept_free(&kept);
}

/* New chains all the time: what is read again and again stays a small part of what is written. */
static void
seldom(void **state)
{
	struct heads_file *f = *state;
	struct head list[1000];
	off_t gathered = 0;
	int64_t id = 0;
	int times = 0;

	for (int i = 0; i < 60; i++) {
		for (int k = 0; k < 1000; k++, id++)
			list[k] = head_of(id, 1, 0);
		if (append(f, list, 1000)) {
			assert_int_equal(heads_file_gather(f, 1 << 12), 0);
			gathered += size_of(f);
			times++;
		}
	}
	assert_in_range(times, 2, 6);
	assert_true(gathered < 2 * size_of(f));
	for (int i = 0; i < 60; i++) /* none is new: it stays as large as the chains are many */
		if (append(f, list, 1000))
			assert_int_equal(heads_file_gather(f, 1 << 12), 0);
	assert_true(size_of(f) < (off_t)(2 * 60000 * 120 + HEADS_FILE_ROOM + 1000 * 120));
}

int
main(void)
{
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, open_folder, close_folder)
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(longest_stay), WITH_FOLDER(contradictions_stay), WITH_FOLDER(after_a_crash), WITH_FOLDER(no_room),
		WITH_FOLDER(told_to_stop), WITH_FOLDER(carried_off), WITH_FOLDER(appended_meanwhile), WITH_FOLDER(seldom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
