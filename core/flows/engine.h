/* engine.h: the one thread that calls departments and commits what they said.
 *
 * It owns every running application of this node in memory. Answers are settled by the pure rules,
 * gathered, and committed as one group while the next answers come in; what a commit releases is
 * sent after it. A group that could not be committed is forgotten: its applications are loaded again
 * from the store and their open operations repeated under their old keys, which departments answer
 * with the old result. What it could not even remember to load again, for want of memory, it finds by
 * comparing: a second later all that is open and this node's is held against what it has.
 */
#ifndef YJS_FLOWS_ENGINE_H
#define YJS_FLOWS_ENGINE_H

#include "flows/case.h"

/* Make it ready to be handed applications. */
struct engine *engine_start(struct node *n, struct error *why) MUST_CHECK;
/* Take up what is open and start calling: once n->public_url is known, for callbacks name it. */
int engine_go(struct engine *e, struct error *why) MUST_CHECK;
/* Stop starting calls, commit what has been answered, end the thread. What is open is taken up by
 * the next start or another node. */
void engine_stop(struct engine *e);

/* A committed application with its first operations (all taken). From any thread. */
void engine_adopt_take(struct engine *e, struct running *r, struct case_operation *ops, int n_ops);
/* A committed callback. `body` is copied. From any thread. */
void engine_callback(struct engine *e, int32_t inbox_division, int64_t inbox, const char *key,
    const char *body, size_t length);

/* A committed petition (taken; NULL: it was committed by an earlier request) and the request that waits
 * for what is decided (taken; NULL: nobody waits here). From any thread. */
struct petition;
struct hearing;
void engine_petition_take(struct engine *e, struct petition *p, struct hearing *h);

/* The COMMIT of this application got no answer: look whether it is there, and take it up if so. */
void engine_suspect(struct engine *e, int32_t division, int64_t id);

/* Others may have left something behind: look at once. From any thread. */
void engine_look(struct engine *e);

/* Something that is stored was dropped, because there was no memory to keep it: what is ours is soon held against the
 * store, until nothing is missing. Needs no memory; from any thread. */
void engine_forgot(struct engine *e);

/* The connector files were read again (array of declared connectors). From any thread. */
void engine_connectors_take(struct engine *e, json_t *connectors);

struct engine_figures { long running, in_flight, groups, beside, steps, settled, reloads; };
void engine_figures(struct engine *e, struct engine_figures *out);
/* Why a department does not get its calls, for doctor and metrics: calls waiting, stopped. */
void engine_department(struct engine *e, const char *department, int *in_flight, int *waiting, bool *stopped);

#endif
