/* library.c: see library.h. */
#include "memory/library.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef void (*function)(void);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
char *__wrap_strdup(const char *string);

static const struct { const char *name; function ours; } redirected[] = {
	{ "malloc", (function)__wrap_malloc },
	{ "calloc", (function)__wrap_calloc },
	{ "realloc", (function)__wrap_realloc },
	{ "free", (function)__wrap_free },
	{ "strdup", (function)__wrap_strdup },
};

/* What the dynamic section of a library says of its calls to others. */
struct calls {
	const ElfW(Sym) *symbols;
	const char *names;
	const ElfW(Rela) *list;
	size_t bytes;
};

static struct calls
calls_of(const struct link_map *library)
{
	struct calls c = { 0 };

	for (const ElfW(Dyn) *d = library->l_ld; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_SYMTAB)
			c.symbols = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_STRTAB)
			c.names = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_JMPREL)
			c.list = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_PLTRELSZ)
			c.bytes = d->d_un.d_val;
	}
	return c;
}

/* The table of addresses is read-only once the library is loaded. */
static bool
redirect(function *place, function ours)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)place & ~(page - 1);

	if (mprotect((void *)begin, page, PROT_READ | PROT_WRITE) != 0)
		return false;
	*place = ours;
	return true;
}

int
library_scarce(const char *name)
{
	struct link_map *library = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
	struct calls c;
	int n = 0;

	if (!library)
		return 0;
	c = calls_of(library);
	for (size_t i = 0; c.list && i < c.bytes / sizeof *c.list; i++)
		for (size_t k = 0; k < sizeof redirected / sizeof *redirected; k++)
			if (strcmp(c.names + c.symbols[c.list[i].r_info >> 32].st_name, redirected[k].name) == 0)
				n += redirect((function *)(library->l_addr + c.list[i].r_offset), redirected[k].ours);
	dlclose(library);
	return n;
}
