/* bundle.h: the files of scripts/pages as they were read at one moment.
 *
 * Templates (*.lua) and what browsers load beside a page (*.css, *.js, *.svg: assets, with the hash of
 * their bytes in the path and a gzip form made once). Immutable and counted: workers go on with the
 * bundle they have until they take the new one.
 */
#ifndef YJS_PAGES_BUNDLE_H
#define YJS_PAGES_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { BUNDLE_FILES = 128, BUNDLE_FILE = 1 << 20 };

struct bundle_file {
	char *name;         /* "home.lua", "style.css" */
	char *bytes;
	size_t length;
	const char *type;   /* of an asset; NULL: a template */
	char hash[17];      /* of an asset: 16 hex digits */
	char *path;         /* of an asset: "/assets/<hash>/style.css" */
	char *packed;       /* of an asset: gzip, NULL when it would not be smaller */
	size_t packed_length;
};

struct bundle {
	struct bundle_file files[BUNDLE_FILES]; /* sorted by name */
	size_t n;
	int users;
};

/* Read <scripts>/pages. One user. NULL and *why otherwise. */
struct bundle *bundle_read(const char *scripts, struct error *why) MUST_CHECK;
/* The file of that name, or NULL. */
const struct bundle_file *bundle_find(const struct bundle *b, const char *name);
/* NULL is fine. */
void bundle_free(struct bundle *b);

#endif
