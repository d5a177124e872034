#include "flows/catalog_own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "declared/reader.h"

struct catalog_places
catalog_places(const struct conf *conf)
{
	return (struct catalog_places){ .events = conf_text(conf, "events_dir"),
		.connectors = conf_text(conf, "connectors_dir"), .scripts = conf_text(conf, "scripts_dir"),
		.four_eyes = strcmp(conf_text(conf, "four_eyes"), "yes") == 0 };
}

struct catalog_reading {
	pthread_t thread;
	struct catalog_places places;
	struct reader_result result;
	struct error why;
	int done; /* 0: there is a result */
};

static int
read_files(const struct catalog_places *places, struct reader_result *result, struct error *why)
{
	struct reader_config config = { .scripts = places->scripts };
	char **files = NULL;
	size_t n = 0;
	int done;

	if (reader_files(places->events, places->connectors, &files, &n, why) != 0)
		return -1;
	done = reader_read(&config, (const char *const *)files, n, result, why);
	reader_files_free(files, n);
	return done;
}

static void *
read_beside(void *cookie)
{
	struct catalog_reading *r = cookie;

	r->done = read_files(&r->places, &r->result, &r->why);
	return NULL;
}

struct catalog_reading *
catalog_read_begin(const struct catalog_places *places)
{
	struct catalog_reading *r = calloc(1, sizeof *r);

	if (r)
		r->places = *places;
	if (r && pthread_create(&r->thread, NULL, read_beside, r) == 0)
		return r;
	free(r);
	return NULL;
}

void
catalog_read_free(struct catalog_reading *r)
{
	if (!r)
		return;
	pthread_join(r->thread, NULL);
	reader_free(&r->result);
	free(r);
}

int
catalog_read_take(const struct catalog_places *places, struct reader_result *result, struct error *why)
{
	struct catalog_reading *r = places->begun;
	int done;

	if (!r)
		return read_files(places, result, why);
	pthread_join(r->thread, NULL);
	*result = r->result;
	*why = r->why;
	done = r->done;
	free(r);
	return done;
}
