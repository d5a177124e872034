/* setup.h: the harness's database made ours, and a folder with all that the node needs.
 */
#ifndef YJS_PEER_SETUP_H
#define YJS_PEER_SETUP_H

#include "base/error.h"

struct conf;
struct setup;

struct setup_asked { /* what the harness says, in its environment; lent */
	const char *database, *departments;
	int port;
};

struct setup *setup_make(const struct setup_asked *a, const struct conf *conf, struct error *why) MUST_CHECK;
void setup_free(struct setup *s);
/* The file of settings; the token of whoever files. Lent. */
const char *setup_settings(const struct setup *s);
const char *setup_token(const struct setup *s);

#endif
