#include "base/conf.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef YJS_PKGDATADIR
#define YJS_PKGDATADIR "/usr/local/share/yijianshi"
#endif

#define VARIABLE_PREFIX "YIJIANSHI_"
enum { FILE_CEILING = 64 * 1024 };

struct member { /* one setting of a family */
	int index;
	char id[SETTING_ID_LENGTH + 1];
	char *value;
	const char *source;
};

struct conf {
	char *values[SETTING_SINGLE];
	const char *sources[SETTING_SINGLE];
	struct member *members;
	size_t n_members;
};

static const char from_file[] = "file", from_variable[] = "environment", from_preset[] = "default";

/* Where a value was met: for messages and for relative paths. */
struct place {
	const char *file; /* NULL: a variable */
	int line;
	const char *name; /* as written there */
};

static const struct setting *
setting(int index)
{
	size_t count;

	return &setting_table(&count)[index];
}

static int
complain(const struct place *at, struct error *why, const char *problem, const char *detail)
{
	if (at->file)
		return error_set(why, ERROR_BROKEN, "%s:%d: %s %s", at->file, at->line, problem, detail);
	return error_set(why, ERROR_BROKEN, "environment variable %s: %s %s", at->name, problem, detail);
}

static int
no_memory(struct error *why)
{
	return error_set(why, ERROR_TEMPORARY, "out of memory while reading the settings");
}

static int
unknown(const struct place *at, const char *name, struct error *why)
{
	char detail[160];

	snprintf(detail, sizeof detail, "'%.60s'; the nearest is '%s'", name, setting_nearest(name));
	return complain(at, why, "there is no setting", detail);
}

/* A copy of `value`; a relative path of a file is put behind the file's folder. */
static char *
own(const struct setting *s, const char *value, const struct place *at)
{
	const char *slash = at->file ? strrchr(at->file, '/') : NULL;
	char *path;

	if (s->type != SETTING_PATH || *value == '/' || !slash)
		return strdup(value);
	if (asprintf(&path, "%.*s/%s", (int)(slash - at->file), at->file, value) < 0)
		return NULL;
	return path;
}

/* The one that is there, or a new one without a value; NULL: memory is gone. */
static struct member *
member(struct conf *c, int index, const char *id)
{
	struct member *more;

	for (size_t i = 0; i < c->n_members; i++)
		if (c->members[i].index == index && strcmp(c->members[i].id, id) == 0)
			return &c->members[i];
	more = realloc(c->members, (c->n_members + 1) * sizeof *more);
	if (!more)
		return NULL;
	c->members = more;
	more += c->n_members++;
	*more = (struct member){ .index = index };
	snprintf(more->id, sizeof more->id, "%s", id);
	return more;
}

/* Where the value and the source of setting `index` are kept. -1: memory is gone. */
static int
slot(struct conf *c, int index, const char *id, char ***value, const char ***source)
{
	struct member *m;

	if (index < SETTING_SINGLE) {
		*value = &c->values[index];
		*source = &c->sources[index];
		return 0;
	}
	m = member(c, index, id);
	if (!m)
		return -1;
	*value = &m->value;
	*source = &m->source;
	return 0;
}

static int
assign(struct conf *c, const char *name, const char *value, const struct place *at,
    struct error *why)
{
	char id[SETTING_ID_LENGTH + 1] = "", buffer[160];
	const char *source = at->file ? from_file : from_variable, *wrong, **old_source;
	char **old, *copy;
	int index = setting_find(name);

	if (index < 0 && (index = setting_family(name, id)) < 0)
		return unknown(at, name, why);
	wrong = setting_must_be(setting(index), value, buffer, sizeof buffer);
	if (wrong) {
		char problem[128];

		snprintf(problem, sizeof problem, "%.80s must be", name);
		return complain(at, why, problem, wrong);
	}
	if (slot(c, index, id, &old, &old_source) < 0)
		return no_memory(why);
	if (*old && *old_source == source)
		return complain(at, why, "set twice, keep one of them:", name);
	copy = own(setting(index), value, at);
	if (!copy)
		return no_memory(why);
	free(*old);
	*old = copy;
	*old_source = source;
	return 0;
}

/* --- sources --- */

static char *
trim(char *s)
{
	size_t length;

	while (isspace((unsigned char)*s))
		s++;
	for (length = strlen(s); length && isspace((unsigned char)s[length - 1]); length--)
		s[length - 1] = '\0';
	return s;
}

static int
read_line(struct conf *c, char *line, const struct place *at, struct error *why)
{
	char *name = trim(line), *equals = strchr(name, '=');

	if (!*name || *name == '#')
		return 0;
	if (!equals)
		return complain(at, why, "expected", "'name = value'");
	*equals = '\0';
	return assign(c, trim(name), trim(equals + 1), at, why);
}

static int
read_lines(struct conf *c, const char *file, char *content, struct error *why)
{
	struct place at = { .file = file };

	for (char *line = content, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		at.line++;
		if (read_line(c, line, &at, why) < 0)
			return -1;
	}
	return 0;
}

static int
read_file(struct conf *c, const char *file, struct error *why)
{
	char *content = malloc(FILE_CEILING + 1);
	FILE *f = fopen(file, "re");
	size_t length = 0;
	int result = -1;

	if (f && content)
		length = fread(content, 1, FILE_CEILING + 1, f);
	if (!content)
		no_memory(why);
	else if (!f || ferror(f))
		error_set(why, ERROR_BROKEN, "%s: cannot be read: %s", file, strerror(errno));
	else if (length > FILE_CEILING || memchr(content, '\0', length))
		error_set(why, ERROR_BROKEN, "%s: is no settings file (too long, or not text)", file);
	else {
		content[length] = '\0';
		result = read_lines(c, file, content, why);
	}
	if (f)
		fclose(f);
	free(content);
	return result;
}

static int
read_variable(struct conf *c, const char *entry, struct error *why)
{
	size_t prefix = strlen(VARIABLE_PREFIX);
	const char *equals = strchr(entry, '=');
	char variable[128], name[128];
	struct place at = { .name = variable };

	if (strncmp(entry, VARIABLE_PREFIX, prefix) != 0 || !equals)
		return 0;
	snprintf(variable, sizeof variable, "%.*s", (int)(equals - entry), entry);
	setting_from_variable(variable + prefix, name, sizeof name);
	return assign(c, name, equals + 1, &at, why);
}

/* --- what nobody set --- */

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder of the running program; "" when it cannot be told. */
static void
program_folder(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);
	char *slash;

	out[n > 0 ? n : 0] = '\0';
	slash = strrchr(out, '/');
	if (slash)
		*slash = '\0';
}

static char *
shipped_folder(const char *name)
{
	static const char *const below[] = { "", "/../share/yijianshi" };
	char program[PATH_MAX], *path;

	program_folder(program);
	for (size_t i = 0; *program && i < 2; i++) {
		if (asprintf(&path, "%s%s/%s", program, below[i], name) < 0)
			return NULL;
		if (is_folder(path))
			return path;
		free(path);
	}
	return asprintf(&path, "%s/%s", YJS_PKGDATADIR, name) < 0 ? NULL : path;
}

static char *
host_name(void)
{
	char name[256] = "";

	if (gethostname(name, sizeof name - 1) < 0 || !*name)
		return strdup("node");
	return strdup(name);
}

static char *
preset(const struct conf *c, const char *name)
{
	char *path, folder[32];

	if (strcmp(name, "node") == 0)
		return host_name();
	if (strcmp(name, "key_file") == 0)
		return asprintf(&path, "%s/key", conf_text(c, "data_dir")) < 0 ? NULL : path;
	snprintf(folder, sizeof folder, "%.*s", (int)strcspn(name, "_"), name); /* events_dir: events */
	return shipped_folder(folder);
}

static int
fill_in(struct conf *c, struct error *why)
{
	for (int i = 0; i < SETTING_SINGLE; i++) {
		const struct setting *s = setting(i);

		if (c->values[i])
			continue;
		c->values[i] = s->preset ? strdup(s->preset) : preset(c, s->name);
		c->sources[i] = from_preset;
		if (!c->values[i])
			return no_memory(why);
	}
	return 0;
}

/* --- use --- */

struct conf *
conf_read(const char *file, char *const *environment, struct error *why)
{
	struct conf *c = calloc(1, sizeof *c);

	if (!c) {
		no_memory(why);
		return NULL;
	}
	if (file && read_file(c, file, why) < 0)
		goto failed;
	for (; environment && *environment; environment++)
		if (read_variable(c, *environment, why) < 0)
			goto failed;
	if (fill_in(c, why) < 0)
		goto failed;
	return c;
failed:
	conf_free(c);
	return NULL;
}

void
conf_free(struct conf *c)
{
	if (!c)
		return;
	for (int i = 0; i < SETTING_SINGLE; i++)
		free(c->values[i]);
	for (size_t i = 0; i < c->n_members; i++)
		free(c->members[i].value);
	free(c->members);
	free(c);
}

const char *
conf_text(const struct conf *c, const char *name)
{
	int index = setting_find(name);

	if (index < 0) {
		fprintf(stderr, "conf_text: there is no setting %s\n", name);
		abort();
	}
	return c->values[index];
}

long
conf_number(const struct conf *c, const char *name)
{
	return strtol(conf_text(c, name), NULL, 10);
}

/* Has an earlier setting of that family told of this id? */
static bool
is_first(const struct conf *c, size_t at, const char *family, size_t length)
{
	for (size_t i = 0; i < at; i++)
		if (strncmp(setting(c->members[i].index)->name, family, length) == 0 &&
		    strcmp(c->members[i].id, c->members[at].id) == 0)
			return false;
	return true;
}

static const char *
nth_id(const struct conf *c, const char *family, size_t n)
{
	size_t length = strlen(family);

	for (size_t i = 0; i < c->n_members; i++)
		if (strncmp(setting(c->members[i].index)->name, family, length) == 0 &&
		    is_first(c, i, family, length) && n-- == 0)
			return c->members[i].id;
	return NULL;
}

/* What is set, else the table's preset. */
static const char *
value_of(const struct conf *c, const char *family, const char *id, const char *name)
{
	char whole[128], known[SETTING_ID_LENGTH + 1];
	int index;

	snprintf(whole, sizeof whole, "%s%s.%s", family, id, name);
	index = setting_family(whole, known);
	for (size_t i = 0; index >= 0 && i < c->n_members; i++)
		if (c->members[i].index == index && strcmp(c->members[i].id, id) == 0)
			return c->members[i].value;
	return index < 0 ? NULL : setting(index)->preset;
}

const char *
conf_department_id(const struct conf *c, size_t n)
{
	return nth_id(c, "department.", n);
}

const char *
conf_department_url(const struct conf *c, const char *id)
{
	return value_of(c, "department.", id, "url");
}

const char *
conf_department_secret_file(const struct conf *c, const char *id)
{
	return value_of(c, "department.", id, "secret_file");
}

const char *
conf_department_style(const struct conf *c, const char *id)
{
	return value_of(c, "department.", id, "style");
}

const char *
conf_provider_id(const struct conf *c, size_t n)
{
	return nth_id(c, "oidc.", n);
}

const char *
conf_provider(const struct conf *c, const char *id, const char *name)
{
	return value_of(c, "oidc.", id, name);
}

/* --- documents --- */

int
conf_describe(const struct conf *c, struct text *out)
{
	for (int i = 0; i < SETTING_SINGLE; i++) {
		const char *value = c->values[i];

		if (setting(i)->secret && *value)
			value = "(set, not shown)";
		text_putf(out, "%s = %s (%s)\n", setting(i)->name, value, c->sources[i]);
	}
	for (size_t i = 0; i < c->n_members; i++) {
		const struct member *m = &c->members[i];
		const char *name = setting(m->index)->name, *id = strchr(name, '<'), *tail = strchr(name, '>') + 1;

		text_putf(out, "%.*s%s%s = %s (%s)\n", (int)(id - name), name, m->id, tail, m->value, m->source);
	}
	return out->failed ? -1 : 0;
}
