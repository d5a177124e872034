#include "flows/base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/faults.h"
#include "base/log.h"

static int
make_dir(const char *dir, struct error *why)
{
	if (mkdir(dir, 0700) == 0 || errno == EEXIST)
		return 0;
	return error_set(why, ERROR_BROKEN, "data_dir %s: %s", dir, strerror(errno));
}

static int
open_database(struct base *b, const struct conf *conf, struct error *why)
{
	const char *database = conf_text(conf, "database");
	const char *owner = conf_text(conf, "database_owner");

	if (!*database) {
		const char *dir = conf_text(conf, "data_dir");

		if (make_dir(dir, why) != 0)
			return -1;
		b->private = store_private_start(dir, &b->service, &b->owner, why);
		return b->private ? 0 : -1;
	}
	b->service = strdup(database);
	b->owner = *owner ? strdup(owner) : NULL;
	return b->service ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

static int
open_key(struct base *b, const struct conf *conf, struct error *why)
{
	const char *file = conf_text(conf, "key_file");
	int recorded = store_has_fingerprint(b->store, why);
	bool fresh;

	if (recorded < 0)
		return -1;
	if (access(file, F_OK) != 0) {
		if (recorded)
			return error_set(why, ERROR_REFUSED, "the key file %s is missing, but this database holds "
			    "data sealed with a key: restore that file; a new key would never open them", file);
		if (make_dir(conf_text(conf, "data_dir"), why) != 0 || seal_make_key(file, why) != 0)
			return -1;
		log_info("made the sealing key %s: keep a copy of it apart from the database", file);
	}
	b->seal = seal_open(file, why);
	return b->seal ? store_fingerprint(b->store, seal_fingerprint(b->seal), &fresh, why) : -1;
}

int
base_open(struct base *b, const struct conf *conf, int wants, struct error *why)
{
	memset(b, 0, sizeof *b);
	if (open_database(b, conf, why) != 0)
		return -1;
	CRASH_POINT("start/database");
	if ((wants & BASE_MIGRATE) && b->owner && store_migrate_for(b->owner, b->service, why) != 0)
		return -1;
	b->store = store_open(b->service, "yijianshi", why);
	if (!b->store || store_check_schema(b->store, why) != 0)
		return -1;
	CRASH_POINT("start/key");
	return wants & BASE_KEY ? open_key(b, conf, why) : 0;
}

void
base_close(struct base *b)
{
	store_close(b->store);
	seal_close(b->seal);
	store_private_stop(b->private);
	free(b->service);
	free(b->owner);
	memset(b, 0, sizeof *b);
}
