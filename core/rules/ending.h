/* ending.h: a department's answer -> what it means.
 *
 * Pure. Success is only what is whole and unambiguous; after the first byte was sent everything
 * else is *unknown*, never success and never failure (connectors/PROTOCOL.md).
 */
#ifndef YJS_RULES_ENDING_H
#define YJS_RULES_ENDING_H

#include "rules/event.h"

enum ending_kind {
	ENDING_APPROVED, ENDING_REJECTED, ENDING_CORRECTION, ENDING_PENDING,
	ENDING_FOUND, ENDING_NONE_FOUND, ENDING_CANCELLED,
	ENDING_NOT_RECEIVED, /* 404 unknown_key on asking: send again with the same key */
	ENDING_RETRY,        /* outcome unknown or not sent: same key again, later */
	ENDING_STOP_QUEUE,   /* 401, 403: stop this department's queue, alarm */
	ENDING_ATTENTION     /* a person must look; nothing is retried for ever */
};

enum ending_purpose { ENDING_OF_CALL, ENDING_OF_QUESTION,
	ENDING_OF_FETCH, /* of a paper or a record */
	ENDING_OF_UNDO,
	ENDING_OF_CALLBACK, ENDING_OF_UNDO_QUESTION, ENDING_OF_UNDO_CALLBACK,
	ENDING_OF_LATER /* what was sent on to a call under way: {"state":"received"} is enough */ };

struct ending {
	enum ending_kind kind;
	json_t *outputs;        /* owned; NULL unless approved or found */
	json_t *fields;         /* owned; correction: [{"field","reason"}] */
	json_t *materials;      /* owned; correction: [{"id","reason"}] or [id] */
	char *receipt;          /* owned; the department's own number (result_id), or NULL */
	char *reason;           /* owned; rejected: shown as it is */
	int64_t retry_after_us; /* ENDING_RETRY: what the department asked for, or 0 */
	const char *code;       /* a fixed word for logs and history: "approved", "http_500", "broken_json", … */
};

struct answer { /* what came back over the wire */
	bool sent;        /* false: nothing left this machine (refused, no name, no TLS) */
	bool complete;    /* the whole body arrived */
	int status;       /* 0: none */
	const char *type; /* Content-Type or NULL */
	const char *body;
	size_t length;
	int64_t retry_after_us; /* from Retry-After, 0 none */
	const json_t *dialect;  /* the department's words (dialect.h), or NULL: the native ones */
	const char *key;  /* that it was asked under, or NULL: an object that names another one is no answer to it */
};

/* Judge. `outputs` is what the call promises to give: an approval that breaks it is ATTENTION with
 * the receipt kept; what it does not promise is not kept. Whole means: result_id with approved,
 * rejected and pending, reason with rejected, field and reason with each field of a correction.
 * Of a callback only body and length count; http has judged the rest, and ENDING_RETRY means: it
 * cannot be read. The ending must be freed. */
void ending_judge(enum ending_purpose purpose, const struct answer *answer,
    const struct output *outputs, size_t n_outputs, struct ending *ending);
void ending_free(struct ending *ending);
/* The code of an answer that could not be read for want of memory: that says nothing of the answer. */
extern const char ending_no_memory[];
/* Is the value one that an output of the type may have? */
bool ending_output_fits(enum question_type type, const json_t *value);

/* How long to wait before attempt number `attempt` (2 = the first repetition): growing, with jitter
 * from `random` (any 32 bits), at most an hour, at least retry_after (of which a day is obeyed at
 * most). Microseconds. */
int64_t ending_wait(int attempt, int64_t retry_after_us, uint32_t random);

#endif
