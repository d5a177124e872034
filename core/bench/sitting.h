/* sitting.h: all that one run of the bench starts, and ends.
 *
 * In order: the folder and its settings, the database, (the limit, while nothing else runs,) the node,
 * the stub that answers for all departments. What is filed is the example of the node's own guide.
 */
#ifndef YJS_BENCH_SITTING_H
#define YJS_BENCH_SITTING_H

#include "bench/options.h"
#include "bench/place.h"
#include "bench/report.h"
#include "store/store.h"

struct sitting {
	const struct conf *conf;
	const struct options *o;
	bool json;
	struct place place;
	struct store_private *private;
	char *service, *owner;      /* libpq strings; owner NULL: not known */
	int stub_socket, stub_port;
	struct run run;
	struct durability durability;
	struct limit_row limit_figures;
	const struct limit_row *limit;
	char token[128], nonce[24], last[128];
	char *body;
};

/* With conf, o and json filled in and stub_socket -1. Whatever it returns, sitting_close() follows. */
int sitting_open(struct sitting *s, struct error *why) MUST_CHECK;
/* End the node as an operator would; -1 when that did not go well. */
int sitting_stop_node(struct sitting *s, struct error *why) MUST_CHECK;
void sitting_close(struct sitting *s);

#endif
