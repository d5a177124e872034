#include "base/faults.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char point[64];  /* where to end; empty: nowhere */
static long hit = 1;    /* which time */
static atomic_long hits;
static const char *planted;
static const char *wall, *database; /* seconds, or the file that says them now */

/* us */
static int64_t
ahead(const char *wish)
{
	char text[32];
	ssize_t n;
	int fd;

	if (!wish || *wish != '/')
		return wish ? atoll(wish) * 1000000 : 0;
	fd = open(wish, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return atoll(text) * 1000000;
}

static void
read_wishes(void)
{
	const char *crash = getenv("YJS_CRASH"), *colon = crash ? strrchr(crash, ':') : NULL;

	planted = getenv("YJS_PLANTED");
	wall = getenv("YJS_WALL_CLOCK");
	database = getenv("YJS_DATABASE_CLOCK");
	if (!crash)
		return;
	snprintf(point, sizeof point, "%.*s", colon ? (int)(colon - crash) : (int)strlen(crash), crash);
	if (colon)
		hit = atol(colon + 1);
}

void
faults_crash_point(const char *name)
{
	char line[128];
	int length;

	pthread_once(&once, read_wishes);
	if (strcmp(name, point) != 0 || atomic_fetch_add(&hits, 1) + 1 != hit)
		return;
	length = snprintf(line, sizeof line, "<6>crash point %s:%ld\n", name, hit);
	if (write(STDERR_FILENO, line, (size_t)length) == length) /* who waits for it sees that it was hit */
		kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

bool
faults_planted(const char *name)
{
	pthread_once(&once, read_wishes);
	return planted && strcmp(planted, name) == 0;
}

int64_t
faults_wall_clock(void)
{
	pthread_once(&once, read_wishes);
	return ahead(wall);
}

int64_t
faults_database_clock(void)
{
	pthread_once(&once, read_wishes);
	return ahead(database);
}

int64_t
faults_heads_room(int64_t preset)
{
	const char *wish = getenv("YJS_HEADS_ROOM");

	return wish ? atoll(wish) : preset;
}
