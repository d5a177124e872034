/* setting.h: the table of settings: names, defaults, what a value must be, a sentence for people.
 *
 * The table is the only place where a setting is told. service.conf.example is made from it and a
 * test compares that file and the README with it. The last rows are families: one setting for each
 * department or OpenID provider. How settings are read and used: conf.h.
 */
#ifndef YJS_BASE_SETTING_H
#define YJS_BASE_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

enum { SETTING_SINGLE = 18, SETTING_COUNT = 31, SETTING_ID_LENGTH = 40 };

enum setting_type {
	SETTING_TEXT,
	SETTING_PATH,
	SETTING_ADDRESS, /* HOST:PORT or [IPV6]:PORT */
	SETTING_URL,     /* http:// or https:// */
	SETTING_NUMBER,  /* whole, from `low` to `high` */
	SETTING_CHOICE   /* one of the words of `words` */
};

struct setting {
	const char *name;     /* "department.<id>.url" stands for a family of names */
	enum setting_type type;
	const char *preset;   /* value without a setting; NULL: found out at start, see `shown` */
	const char *shown;    /* what documents show as the default; NULL: `preset` itself */
	const char *sentence; /* for people */
	const char *words;    /* SETTING_CHOICE: allowed words, one space between */
	long low, high;       /* SETTING_NUMBER */
	bool secret;          /* may hold a password: its value is never printed */
};

/* The table: SETTING_SINGLE single settings, then families, SETTING_COUNT in all. */
const struct setting *setting_table(size_t *count);

/* The place of a single setting, or -1. */
int setting_find(const char *name);
/* Take "department.health.url" apart: the place of the family in the table and the id, or -1. */
int setting_family(const char *name, char id[SETTING_ID_LENGTH + 1]);
/* The name in the table that is most like `name`. Never NULL. */
const char *setting_nearest(const char *name);
/* Write the setting's name that the environment variable YIJIANSHI_<rest> means. */
void setting_from_variable(const char *rest, char *name, size_t room);

/* NULL when `value` fits the setting, else what it must be (perhaps written into `buffer`). */
const char *setting_must_be(const struct setting *s, const char *value, char *buffer, size_t room);

/* Append the text of service.conf.example. 0 or -1. */
int setting_example(struct text *out) MUST_CHECK;

#endif
