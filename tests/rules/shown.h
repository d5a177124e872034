/* shown.h: an application as the API shows it, read again. */
#ifndef YJS_TESTS_RULES_SHOWN_H
#define YJS_TESTS_RULES_SHOWN_H

#include <string.h>

#include "base/json.h"
#include "rules/running.h"

/* A new reference; NULL when it was not made, is no strict JSON, or not canonical. */
static inline json_t *
shown_to(const struct running *r, const char *department, const char *language)
{
	struct error why = { 0 };
	struct text text, again;
	json_t *shown = NULL;

	text_init(&text, 4 << 20);
	text_init(&again, 4 << 20);
	if (running_show(r, department, language, NULL, &text) == 0)
		shown = json_read(text.data, text.length, 4 << 20, &why);
	if (shown && (json_canonical(shown, &again) != 0 || strcmp(again.data, text.data) != 0)) {
		json_decref(shown);
		shown = NULL;
	}
	text_free(&text);
	text_free(&again);
	return shown;
}

#endif
