#include "bench/sample.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct status { char name[32]; pid_t parent; long long buried; /* ticks of children waited for */ };

static int64_t
of_ticks(long long ticks)
{
	return (int64_t)ticks * 1000000 / sysconf(_SC_CLK_TCK);
}

int64_t
sample_cpu(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* The name stands in parentheses and may hold anything. */
static int
read_status(pid_t pid, struct status *s)
{
	char path[64], line[1024], *name, *end;
	long long children_user, children_system;
	int parent;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	if (!fgets(line, sizeof line, f))
		line[0] = '\0';
	fclose(f);
	name = strchr(line, '(');
	end = strrchr(line, ')');
	if (!name || !end || sscanf(end + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lld %lld",
	    &parent, &children_user, &children_system) != 3)
		return -1;
	*end = '\0';
	snprintf(s->name, sizeof s->name, "%s", name + 1);
	s->parent = parent;
	s->buried = children_user + children_system;
	return 0;
}

pid_t
sample_parent(pid_t pid, const char *name)
{
	struct status s;

	if (read_status(pid, &s) != 0 || (name && strcmp(s.name, name) != 0))
		return 0;
	return s.parent;
}

static int
is_among(pid_t pid, const pid_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == pid)
			return 1;
	return 0;
}

int64_t
sample_cpu_family(pid_t postmaster, const pid_t *less, size_t n)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	struct status s;
	int64_t sum = 0;

	while (d && (e = readdir(d))) {
		pid_t pid = (pid_t)atoi(e->d_name);

		if (pid <= 0 || read_status(pid, &s) != 0)
			continue;
		if (pid == postmaster)
			sum += of_ticks(s.buried) + sample_cpu(pid);
		else if (s.parent == postmaster && !is_among(pid, less, n))
			sum += sample_cpu(pid);
	}
	if (d)
		closedir(d);
	return sum;
}

long
sample_memory(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (kb == 0 && fgets(line, sizeof line, f))
		if (sscanf(line, "Pss: %ld", &kb) != 1)
			kb = 0;
	fclose(f);
	return kb;
}

int
sample_entries(pid_t pid, const char *folder)
{
	char path[64];
	struct dirent *e;
	int n = 0;
	DIR *d;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, folder);
	d = opendir(path);
	while (d && (e = readdir(d)))
		n += e->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

void
sample_machine(int64_t *busy, int64_t *stolen)
{
	long long user = 0, nice = 0, kernel = 0, interrupts = 0, soft = 0, taken = 0;
	FILE *f = fopen("/proc/stat", "re");

	if (f && fscanf(f, "cpu %lld %lld %lld %*d %*d %lld %lld %lld", &user, &nice, &kernel, &interrupts,
	    &soft, &taken) != 6)
		user = nice = kernel = interrupts = soft = taken = 0;
	if (f)
		fclose(f);
	*busy = of_ticks(user + nice + kernel + interrupts + soft);
	*stolen = of_ticks(taken);
}
