/* conf.h: the settings of a node, from one table.
 *
 * Settings come from a file of `name = value` lines ('#' begins a comment line) and from the
 * environment (YIJIANSHI_ + the name in capitals, '.' written '_'); the environment wins. A name
 * that the table does not have is an error that tells the nearest one it has. Relative paths of the
 * file are meant from the file's own folder. Secrets have no setting: settings name files.
 *
 * The table of settings is in setting.c. The folders events, connectors and scripts, when not set,
 * are looked for beside the program (a build in the checkout), in ../share/yijianshi from there, and
 * where `make install` puts them.
 */
#ifndef YJS_BASE_CONF_H
#define YJS_BASE_CONF_H

#include <stddef.h>

#include "base/error.h"
#include "base/setting.h"
#include "base/text.h"

struct conf;

/* Read `file` (NULL: none), then the variables of `environment` ("NAME=value", NULL at the end), and
 * fill in what neither sets. NULL and ERROR_BROKEN with file, line and cure otherwise. Free the
 * result with conf_free(). */
struct conf *conf_read(const char *file, char *const *environment, struct error *why) MUST_CHECK;
void conf_free(struct conf *c);

/* The value of the setting `name` of the table, "" when empty. Lent. A name that the table does not
 * have is a mistake of the caller: the program aborts. */
const char *conf_text(const struct conf *c, const char *name);
/* The same of a SETTING_NUMBER. */
long conf_number(const struct conf *c, const char *name);

/* The id of the n-th department (from 0, in the order met) that has a setting of its own; NULL when
 * there are fewer. Lent. */
const char *conf_department_id(const struct conf *c, size_t n);
/* department.<id>.url, .secret_file and .style; NULL when not set. Lent. */
const char *conf_department_url(const struct conf *c, const char *id);
const char *conf_department_secret_file(const struct conf *c, const char *id);
const char *conf_department_style(const struct conf *c, const char *id);

/* The same of OpenID providers: the n-th one's id; its setting oidc.<id>.<name>, the table's default
 * when not set, NULL when there is neither. Lent. */
const char *conf_provider_id(const struct conf *c, size_t n);
const char *conf_provider(const struct conf *c, const char *id, const char *name);

/* Append one line `name = value (where it comes from)` for each setting; secrets only tell whether
 * they are set. 0 or -1. */
int conf_describe(const struct conf *c, struct text *out) MUST_CHECK;
#endif
