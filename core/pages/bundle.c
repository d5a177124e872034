#include "pages/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pages/gzip.h"
#include "seal/digest.h"

static const struct { const char *ending, *type; } kinds[] = {
	{ ".lua", NULL },
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".svg", "image/svg+xml" },
};

static int
kind_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && *name != '.' && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(dot, kinds[i].ending) == 0)
			return (int)i;
	return -1;
}

static int
make_asset(struct bundle_file *f, const char *type, struct error *why)
{
	unsigned char hash[32];

	f->type = type;
	digest_sha256(f->bytes, f->length, hash);
	digest_hex(hash, 8, f->hash);
	if (asprintf(&f->path, "/assets/%s/%s", f->hash, f->name) < 0) {
		f->path = NULL;
		return error_set(why, ERROR_TEMPORARY, "no memory");
	}
	f->packed = gzip_pack(f->bytes, f->length, 9, &f->packed_length);
	return 0;
}

static int
read_bytes(struct bundle_file *f, const char *path, struct error *why)
{
	FILE *in = fopen(path, "rb");

	if (!in)
		return error_set(why, ERROR_BROKEN, "%s: %s", path, strerror(errno));
	f->bytes = malloc(BUNDLE_FILE + 1);
	f->length = f->bytes ? fread(f->bytes, 1, BUNDLE_FILE + 1, in) : 0;
	fclose(in);
	if (!f->bytes)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (f->length > BUNDLE_FILE)
		return error_set(why, ERROR_BROKEN, "%s is larger than %d bytes", path, BUNDLE_FILE);
	f->bytes = realloc(f->bytes, f->length + 1); /* smaller: it stays */
	f->bytes[f->length] = '\0';
	return 0;
}

static int
take(struct bundle *b, const char *folder, const char *name, struct error *why)
{
	struct bundle_file *f = &b->files[b->n];
	int kind = kind_of(name);
	char path[4096];

	if (kind < 0)
		return 0;
	if (b->n == BUNDLE_FILES)
		return error_set(why, ERROR_BROKEN, "%s has more than %d files", folder, BUNDLE_FILES);
	b->n++;
	f->name = strdup(name);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (!f->name || read_bytes(f, path, why) != 0)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	return kinds[kind].type ? make_asset(f, kinds[kind].type, why) : 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct bundle_file *)a)->name, ((const struct bundle_file *)b)->name);
}

struct bundle *
bundle_read(const char *scripts, struct error *why)
{
	struct bundle *b = calloc(1, sizeof *b);
	const struct dirent *entry;
	char folder[3800];
	int failed = 0;
	DIR *d;

	if (!b) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	b->users = 1;
	snprintf(folder, sizeof folder, "%s/pages", scripts);
	d = opendir(folder);
	if (!d)
		failed = error_set(why, ERROR_BROKEN, "%s: %s (scripts_dir)", folder, strerror(errno));
	while (!failed && (entry = readdir(d)))
		failed = take(b, folder, entry->d_name, why);
	if (d)
		closedir(d);
	if (failed) {
		bundle_free(b);
		return NULL;
	}
	qsort(b->files, b->n, sizeof *b->files, by_name);
	return b;
}

const struct bundle_file *
bundle_find(const struct bundle *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->files[i].name, name) == 0)
			return &b->files[i];
	return NULL;
}

void
bundle_free(struct bundle *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++) {
		free(b->files[i].name);
		free(b->files[i].bytes);
		free(b->files[i].path);
		free(b->files[i].packed);
	}
	free(b);
}
