/* base.h: database and key, as every command of the program that needs them opens them.
 *
 * With `database` empty a private PostgreSQL under data_dir is used: started when it is not running,
 * else (another command while a node runs) joined.
 */
#ifndef YJS_FLOWS_BASE_H
#define YJS_FLOWS_BASE_H

#include "seal/seal.h"
#include "store/store.h"

struct conf;

enum base_wants {
	BASE_MIGRATE = 1, /* bring the schema up to date when the owner's connection is known */
	BASE_KEY = 2      /* open the sealing key; made only where no fingerprint is recorded */
};

struct base {
	struct store_private *private; /* NULL: an existing PostgreSQL, or one that another process runs */
	char *service, *owner;         /* libpq strings; owner NULL: not known here */
	struct store *store;
	struct seal *seal;
};

int base_open(struct base *b, const struct conf *conf, int wants, struct error *why) MUST_CHECK;
void base_close(struct base *b);

#endif
