/* library.h: a shared library whose memory runs out, too: the linker's --wrap (scarce.h) reaches only the program's own
 * calls, so the library's are turned to the same place while it runs. */
#ifndef YJS_TESTS_MEMORY_LIBRARY_H
#define YJS_TESTS_MEMORY_LIBRARY_H

#include <stdbool.h>

/* `name` as the loader knows it, of a library that is loaded. How many of its calls for memory were turned. */
int library_scarce(const char *name);

#endif
