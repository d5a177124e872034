/* installed.h: where PostgreSQL's own programs are on this machine. Private to the room. */
#ifndef YJS_STORE_INSTALLED_H
#define YJS_STORE_INSTALLED_H

#include <limits.h>

#include "base/error.h"

/* The major version that made the cluster in `data`; 0: there is none. */
int installed_version(const char *data);
/* The folder of initdb and postgres, 15 or later: of the version that made the cluster in `data`, if there is one,
 * else of the highest. ERROR_BROKEN says what to install. */
int installed_find(const char *data, char bin[PATH_MAX], struct error *why) MUST_CHECK;

#endif
