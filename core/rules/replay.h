/* replay.h: what a history says, entry by entry, until it says where the application stands.
 *
 * Pure. An entry tells what moved and when, never why: so the states follow from the entries alone,
 * without rules, records or answers. `verify` compares them with what is stored, and recounts from
 * them what the applications spared. What a history does not tell (a paper that an item makes, or an
 * item that waits for a rule) is not compared.
 */
#ifndef YJS_RULES_REPLAY_H
#define YJS_RULES_REPLAY_H

#include "rules/running.h"

struct replay_entry { /* one line of a history; "" and 0: not said */
	int64_t at;
	int seq, round, fields;
	char what[24], by[16], code[40], item[168], department[64], plan[33], took[8];
};

enum { REPLAY_SENDS = 512 }; /* more operations than an application ever has */

struct replay_send { /* an operation, as the history knows it */
	int node, round;
	bool undo;
	int64_t sent_at, acknowledged_at, decided_at; /* us, whole milliseconds; 0 none */
};

struct replay {
	struct running *r;  /* owned; its event and plan are given, the states follow */
	struct replay_send sends[REPLAY_SENDS];
	int n_sends;
	bool reopened[NODES_END]; /* by place in r->nodes: a correction may have sent it back to waiting */
	int32_t entries;
	char plan[33];      /* what `accepted` says of the plan */
};

/* Get ready for an application on `event`; the same struct serves for one after another. */
int replay_begin(struct replay *p, const struct event *event, const struct plan *plan) MUST_CHECK;
void replay_free(struct replay *p);

/* Read a line as history_add writes it. False when it is none. */
bool replay_read(const char *line, size_t length, struct replay_entry *e);
/* Go on by one entry. NULL, or what cannot be so (it has been taken as far as it makes sense). */
const char *replay_entry(struct replay *p, const struct replay_entry *e);
/* The send of that operation, or NULL. */
const struct replay_send *replay_find(const struct replay *p, int node, int round, bool undo);

/* Tell each way in which the stored states are not those that the entries lead to: which node or
 * "status" and so on, what is stored, what the history says. All three strings live for the call. */
void replay_compare(const struct replay *p, const struct running *stored,
    void (*differs)(void *cookie, const char *what, const char *stored, const char *told), void *cookie);

#endif
