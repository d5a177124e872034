/* scarce.c: see scarce.h. */
#include "memory/scarce.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

bool scarce_shows;
int64_t scarce_lasts_us;
static int64_t until;
static long asked, failing, held;
static bool counting, failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
int __real_vasprintf(char **out, const char *format, va_list args);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
char *__wrap_strdup(const char *string);
char *__wrap_strndup(const char *string, size_t most);
int __wrap_vasprintf(char **out, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
int __wrap_asprintf(char **out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool
runs_out(void)
{
	if (!counting)
		return false;
	asked++;
	if (asked == failing)
		until = now_us() + scarce_lasts_us;
	else if (failing == 0 || asked < failing || now_us() >= until)
		return false;
	failed = true;
#ifdef __SANITIZE_ADDRESS__
	if (scarce_shows)
		__sanitizer_print_stack_trace();
#endif
	return true;
}

static void *
given(void *block)
{
	held += block != NULL;
	return block;
}

void *
__wrap_malloc(size_t size)
{
	return runs_out() ? NULL : given(__real_malloc(size));
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return runs_out() ? NULL : given(__real_calloc(n, size));
}

void *
__wrap_realloc(void *block, size_t size)
{
	if (runs_out())
		return NULL;
	return block ? __real_realloc(block, size) : given(__real_realloc(NULL, size));
}

void
__wrap_free(void *block)
{
	held -= block != NULL;
	__real_free(block);
}

char *
__wrap_strndup(const char *string, size_t most)
{
	size_t length = strnlen(string, most);
	char *copy = __wrap_malloc(length + 1);

	if (!copy)
		return NULL;
	memcpy(copy, string, length);
	copy[length] = '\0';
	return copy;
}

char *
__wrap_strdup(const char *string)
{
	return __wrap_strndup(string, SIZE_MAX);
}

int
__wrap_vasprintf(char **out, const char *format, va_list args)
{
	int length = runs_out() ? -1 : __real_vasprintf(out, format, args);

	if (length >= 0)
		given(*out);
	return length;
}

int
__wrap_asprintf(char **out, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = __wrap_vasprintf(out, format, args);
	va_end(args);
	return length;
}

void
scarce_begin(long fail_at)
{
	asked = 0;
	failing = fail_at;
	failed = false;
	until = 0;
	counting = true;
}

long
scarce_end(void)
{
	counting = false;
	return asked;
}

bool
scarce_failed(void)
{
	return failed;
}

void
scarce_rest(bool resting)
{
	counting = !resting;
}

long
scarce_held(void)
{
	return held;
}
