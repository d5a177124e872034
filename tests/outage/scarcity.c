/* scarcity.c: loaded before the C library by a node: as the file $YJS_SCARCITY says, memory is not to be had. Of a
 * million requests for at least so many bytes so many find none: two numbers of 32 bits at its beginning, which may
 * change at any time; two of 64 bits behind them count how many there were since, and how many found none.
 *
 * What the node starts is not starved.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct scarcity {
	uint32_t of_a_million, least;
	uint64_t asked, failed;
};

/* A sanitizer's, where the program has them: the search for the next ones comes too early for it. */
extern void *__interceptor_malloc(size_t size) __attribute__((weak));
extern void *__interceptor_calloc(size_t n, size_t size) __attribute__((weak));
extern void *__interceptor_realloc(void *block, size_t size) __attribute__((weak));

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static struct scarcity none, *now = &none;
static uint64_t seed;
static _Thread_local uint64_t drawn __attribute__((tls_model("initial-exec")));

static void
find(void)
{
	next_malloc = __interceptor_malloc;
	next_calloc = __interceptor_calloc;
	next_realloc = __interceptor_realloc;
	if (next_malloc && next_calloc && next_realloc)
		return;
	*(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
	*(void **)&next_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&next_realloc = dlsym(RTLD_NEXT, "realloc");
}

__attribute__((constructor)) static void
begin(void)
{
	const char *file = getenv("YJS_SCARCITY"), *number = getenv("YJS_SEED");
	int fd = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
	void *shared = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	seed = number ? strtoull(number, NULL, 10) : 1;
	if (shared != MAP_FAILED)
		now = shared;
	unsetenv("LD_PRELOAD");
}

/* splitmix64, for each thread by itself. */
static uint32_t
draw(void)
{
	uint64_t z;

	if (!drawn)
		drawn = seed ^ (uint64_t)gettid() << 32;
	z = drawn += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) % 1000000);
}

static int
runs_out(size_t size)
{
	uint32_t of_a_million = __atomic_load_n(&now->of_a_million, __ATOMIC_RELAXED);

	if (!of_a_million || size < __atomic_load_n(&now->least, __ATOMIC_RELAXED))
		return 0;
	__atomic_add_fetch(&now->asked, 1, __ATOMIC_RELAXED);
	if (draw() >= of_a_million)
		return 0;
	__atomic_add_fetch(&now->failed, 1, __ATOMIC_RELAXED);
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	if (!next_malloc)
		find();
	return runs_out(size) ? NULL : next_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	if (!next_calloc)
		find();
	return runs_out(n * size) ? NULL : next_calloc(n, size);
}

void *
realloc(void *block, size_t size)
{
	if (!next_realloc)
		find();
	return size && runs_out(size) ? NULL : next_realloc(block, size);
}
