/* desk.h: what a department answers to a call. It knows its own calls from the connector file and
 * nothing else; no clock, no files. */
#ifndef YJS_DEPARTMENTS_DESK_H
#define YJS_DEPARTMENTS_DESK_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

struct desk_department {
	const char *id;
	bool remembers;  /* once_per: the same key twice is one effect */
	bool demands_v2; /* signature = 2 */
	const json_t *calls;
};

struct desk {
	struct desk_department *departments;
	size_t n, n_calls;
};

struct desk_call {
	const struct desk_department *department;
	const char *id;
	const json_t *declared;
	enum desk_kind { DESK_FORWARD, DESK_UNDO /* CALL/cancel */, DESK_LATER /* CALL/later */ } kind;
};

enum desk_undoing { /* what becomes of a cancellation of what was decided */
	UNDOING_USUAL,
	UNDOING_NEVER,   /* refused */
	UNDOING_SLOWLY   /* 202, told afterwards */
};

struct desk_answer {
	int status;
	char *body;       /* owned: what is decided, sooner or later */
	char *afterwards; /* owned or NULL: a callback that contradicts `body` */
	int effects;      /* what changes in the world: 0 or 1 */
	bool later;       /* 202 first, `body` afterwards */
	bool silent;      /* and no callback tells it */
	bool fetch;       /* a look-up, answered at once */
	bool stubborn;    /* what is told later is told even when it was undone meanwhile */
	enum desk_undoing undoing;
};

/* From connector objects, lent as long as the desk. */
int desk_open(struct desk *desk, const json_t *connectors, struct error *why) MUST_CHECK;
void desk_close(struct desk *desk);

const struct desk_department *desk_department(const struct desk *desk, const char *id);
/* `path` is "CALL", "CALL/cancel" or "CALL/later". False: there is no such call. */
bool desk_call(const struct desk_department *department, const char *path, struct desk_call *out);

/* Decide a forward call, what is sent on later, or a look-up. `request` is the parsed body (any JSON).
 * 0, or -1 when memory is gone. A body that the call does not take gives 400 or 422 in `out`. */
int desk_decide(const struct desk_call *call, const char *key, const json_t *request,
    struct desk_answer *out) MUST_CHECK;
/* Answers of cancellations. */
int desk_cancelled(const char *receipt, struct desk_answer *out) MUST_CHECK;
int desk_not_cancelled(const char *reason, struct desk_answer *out) MUST_CHECK;
/* An answer with a state or error word only. */
int desk_say(int status, const char *name, const char *word, const char *text,
    struct desk_answer *out) MUST_CHECK;
void desk_answer_free(struct desk_answer *answer);

#endif
