#include "peer/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "bench/child.h"
#include "bench/filer.h"
#include "store/harness.h"

struct setup { struct place place; char token[128]; };

static int
migrate(const struct place *p, struct error *why)
{
	char settings[sizeof p->settings];
	char *argv[] = { "migrate", "--config", settings, NULL };
	struct text out;
	int done;

	memcpy(settings, p->settings, sizeof settings);
	text_init(&out, 1 << 16);
	done = child_do(argv, p->log, &out, why);
	text_free(&out);
	return done;
}

static int
fill(struct setup *s, const struct setup_asked *a, const struct conf *conf, struct error *why)
{
	char key[PATH_MAX + 8], departments[PATH_MAX], *service = NULL;
	struct place_settings settings = { .port = a->port, .departments = departments, .owner = a->database,
		.key_file = key, .scripts = conf_text(conf, "scripts_dir") };
	int done = -1;

	snprintf(key, sizeof key, "%s/key", s->place.dir);
	snprintf(departments, sizeof departments, "%s/dept", a->departments);
	if (harness_prepare(a->database, &service, why) == 0) {
		settings.database = service;
		if (place_write(&s->place, &settings, why) == 0 && migrate(&s->place, why) == 0 &&
		    harness_tell(a->database, why) == 0)
			done = filer_make(&s->place, s->token, sizeof s->token, why);
	}
	free(service);
	return done;
}

struct setup *
setup_make(const struct setup_asked *a, const struct conf *conf, struct error *why)
{
	struct setup *s = calloc(1, sizeof *s);

	if (!s) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	if (place_open(&s->place, "peer/peer", NULL, conf, why) == 0 && fill(s, a, conf, why) == 0)
		return s;
	setup_free(s);
	return NULL;
}

void
setup_free(struct setup *s)
{
	if (s)
		place_close(&s->place);
	free(s);
}

const char *
setup_settings(const struct setup *s)
{
	return s->place.settings;
}

const char *
setup_token(const struct setup *s)
{
	return s->token;
}
