#include "store/installed.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
installed_version(const char *data)
{
	char path[PATH_MAX];
	FILE *f;
	int version = 0;

	if (snprintf(path, sizeof path, "%s/PG_VERSION", data) >= PATH_MAX || !(f = fopen(path, "re")))
		return 0;
	if (fscanf(f, "%d", &version) != 1)
		version = 0;
	fclose(f);
	return version;
}

/* Debian's layout: the highest version (as a number: 9 is before 15), or just the cluster's. */
static int
highest_version(int wanted)
{
	DIR *d = opendir("/usr/lib/postgresql");
	struct dirent *e;
	int best = 0;

	while (d && (e = readdir(d))) {
		int version = atoi(e->d_name);
		char path[300];

		snprintf(path, sizeof path, "/usr/lib/postgresql/%d/bin/initdb", version);
		if (version > best && (!wanted || version == wanted) && access(path, X_OK) == 0)
			best = version;
	}
	if (d)
		closedir(d);
	return best;
}

/* pg_config is a wrapper that fails on machines without the development files: asked only second. */
static void
bin_by_pg_config(char out[PATH_MAX])
{
	FILE *f = popen("pg_config --bindir 2>/dev/null", "re");
	char program[PATH_MAX + 16];

	out[0] = '\0';
	if (!f)
		return;
	if (fgets(out, PATH_MAX, f))
		out[strcspn(out, "\n")] = '\0';
	pclose(f);
	snprintf(program, sizeof program, "%s/initdb", out);
	if (access(program, X_OK) != 0)
		out[0] = '\0';
}

int
installed_find(const char *data, char bin[PATH_MAX], struct error *why)
{
	int wanted = installed_version(data), version = highest_version(wanted);

	if (version) {
		snprintf(bin, PATH_MAX, "/usr/lib/postgresql/%d/bin", version);
		return version >= 15 ? 0 : error_set(why, ERROR_BROKEN,
		    "PostgreSQL %d is installed, 15 or later is needed: apt-get install postgresql", version);
	}
	bin_by_pg_config(bin);
	if (bin[0])
		return 0;
	if (wanted)
		return error_set(why, ERROR_BROKEN, "%s was made by PostgreSQL %d, which is not installed: "
		    "apt-get install postgresql-%d", data, wanted, wanted);
	return error_set(why, ERROR_BROKEN,
	    "no PostgreSQL is installed: apt-get install postgresql, or set `database`");
}
