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
#define DEPARTMENT_PREFIX "department."

enum { FILE_CEILING = 64 * 1024 };

struct department {
	char id[SETTING_ID_LENGTH + 1];
	char *values[SETTING_FAMILIES]; /* url, secret_file, style */
	const char *sources[SETTING_FAMILIES];
};

struct conf {
	char *values[SETTING_SINGLE];
	const char *sources[SETTING_SINGLE];
	struct department *departments;
	size_t n_departments;
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

static struct department *
department(struct conf *c, const char *id)
{
	struct department *more;

	for (size_t i = 0; i < c->n_departments; i++)
		if (strcmp(c->departments[i].id, id) == 0)
			return &c->departments[i];
	more = realloc(c->departments, (c->n_departments + 1) * sizeof *more);
	if (!more)
		return NULL;
	c->departments = more;
	more += c->n_departments++;
	memset(more, 0, sizeof *more);
	snprintf(more->id, sizeof more->id, "%s", id);
	return more;
}

/* Where the value and the source of setting `index` are kept. -1: memory is gone. */
static int
slot(struct conf *c, int index, const char *id, char ***value, const char ***source)
{
	struct department *d;

	if (index < SETTING_SINGLE) {
		*value = &c->values[index];
		*source = &c->sources[index];
		return 0;
	}
	d = department(c, id);
	if (!d)
		return -1;
	*value = &d->values[index - SETTING_SINGLE];
	*source = &d->sources[index - SETTING_SINGLE];
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
	for (size_t i = 0; i < c->n_departments; i++)
		for (int k = 0; k < SETTING_FAMILIES; k++)
			free(c->departments[i].values[k]);
	free(c->departments);
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

const char *
conf_department_id(const struct conf *c, size_t n)
{
	return n < c->n_departments ? c->departments[n].id : NULL;
}

static const struct department *
known_department(const struct conf *c, const char *id)
{
	for (size_t i = 0; i < c->n_departments; i++)
		if (strcmp(c->departments[i].id, id) == 0)
			return &c->departments[i];
	return NULL;
}

const char *
conf_department_url(const struct conf *c, const char *id)
{
	const struct department *d = known_department(c, id);

	return d ? d->values[0] : NULL;
}

const char *
conf_department_secret_file(const struct conf *c, const char *id)
{
	const struct department *d = known_department(c, id);

	return d ? d->values[1] : NULL;
}

const char *
conf_department_style(const struct conf *c, const char *id)
{
	const struct department *d = known_department(c, id);

	return d ? d->values[2] : NULL;
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
	for (size_t i = 0; i < c->n_departments; i++) {
		const struct department *d = &c->departments[i];

		for (int k = 0; k < SETTING_FAMILIES; k++)
			if (d->values[k])
				text_putf(out, DEPARTMENT_PREFIX "%s%s = %s (%s)\n", d->id,
				    strrchr(setting(SETTING_SINGLE + k)->name, '.'), d->values[k], d->sources[k]);
	}
	return out->failed ? -1 : 0;
}
