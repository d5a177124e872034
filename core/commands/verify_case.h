/* verify_case.h: one application judged by its history and plan alone (`verify`).
 */
#ifndef YJS_COMMANDS_VERIFY_CASE_H
#define YJS_COMMANDS_VERIFY_CASE_H

#include "commands/recount.h"
#include "flows/catalog.h"
#include "flows/heads.h"
#include "rules/replay.h"

struct verify_case {
	struct catalog *versions;
	struct store *store;
	struct recount *counted;
	struct heads_kept *heads; /* each that an application is seen for is marked */
	long entries; /* read so far */
	/* Each difference: which application or figure, what of it, what is stored, what the histories say. */
	void (*differs)(void *cookie, const char *which, const char *what, const char *stored, const char *told);
	void *cookie;
	/* its own */
	struct replay replay;
	struct effects effects;
	char which[64];
};

void verify_case(struct verify_case *v, const struct store_checked *c);
void verify_case_free(struct verify_case *v);

#endif
