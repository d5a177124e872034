#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static atomic_int threshold = LOG_LEVEL_INFO;

int
log_set_level(const char *name)
{
	static const struct {
		const char *name;
		int level;
	} levels[] = { { "error", LOG_LEVEL_ERROR }, { "warning", LOG_LEVEL_WARNING },
		{ "info", LOG_LEVEL_INFO }, { "debug", LOG_LEVEL_DEBUG } };

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		if (strcmp(levels[i].name, name) == 0) {
			atomic_store(&threshold, levels[i].level);
			return 0;
		}
	}
	return -1;
}

void
log_line(enum log_level level, const char *format, ...)
{
	char line[1024];
	va_list args;
	int prefix, n;

	if ((int)level > atomic_load(&threshold))
		return;
	prefix = snprintf(line, sizeof line, "<%d>", (int)level);
	va_start(args, format);
	n = vsnprintf(line + prefix, sizeof line - (size_t)prefix - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	n = (int)strlen(line);
	for (int i = prefix; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0) /* one write: lines of threads do not mix */
		return; /* nowhere left to complain */
}
