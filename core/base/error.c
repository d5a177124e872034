#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

int
error_set(struct error *why, enum error_kind kind, const char *format, ...)
{
	va_list args;

	if (!why || why->kind != ERROR_NONE)
		return -1;
	why->kind = kind;
	va_start(args, format);
	vsnprintf(why->text, sizeof why->text, format, args);
	va_end(args);
	return -1;
}

void
error_clear(struct error *why)
{
	why->kind = ERROR_NONE;
	why->text[0] = '\0';
}
