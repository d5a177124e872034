/* group.h: what the engine's answers change, in groups.
 */
#ifndef YJS_STORE_GROUP_H
#define YJS_STORE_GROUP_H

#include "store/desk.h"
#include "store/intake.h"

enum store_operation_state { OPERATION_SENT, OPERATION_ACKNOWLEDGED, OPERATION_DECIDED, OPERATION_ATTENTION };

struct store_outcome { /* what is now known of an operation */
	int32_t division;
	int64_t application;
	int16_t item, round;
	bool undo;
	int16_t state;            /* enum store_operation_state */
	int32_t attempts;
	int64_t next_at;          /* 0 none */
	int64_t acknowledged_at;  /* 0: unchanged */
	int64_t decided_at;       /* 0 none */
	struct bytes outcome;     /* sealed {"outputs","receipt","reason","code"..}; length 0: unchanged;
	                           * AAD operation.outcome.application, part as body */
};

struct store_step { /* one application's row in a group */
	int32_t division;
	int64_t id;
	int32_t fence;            /* must be the one stored; else the group is refused with ERROR_CONFLICT */
	int16_t status;
	bool open;                /* false: finished or withdrawn */
	struct bytes items;
	int32_t history_first, history_count; /* seq of the first new entry; count after */
	uint8_t history_hash[32];
	const char *history;      /* new entries, canonical JSON lines; NULL none */
	int64_t finished_at;      /* 0 none */
};

struct store_revision { /* what a person changed */
	int32_t division;
	int64_t application;
	int32_t seq;              /* 1, 2, ... of the application */
	int64_t account;          /* who; 0 the clock */
	int64_t at;
	struct bytes sealed;      /* AAD revision.sealed.application, part seq */
};

struct store_settled_petition { /* a petition is decided (store/petition.h) */
	int32_t division;
	int64_t id;
	int16_t status;           /* of the answer */
	struct bytes answer;      /* sealed; AAD petition.answer.id */
};

struct store_watched { /* a person must look at it, or it is overdue; or (settled) no more */
	int32_t division;
	int64_t application;
	int16_t item;
	const char *department;
	int64_t at;               /* begun or settled */
	bool settled;
};

struct store_group {
	const struct store_step *steps; size_t n_steps;               /* sorted by division, id; each once */
	const struct store_outcome *outcomes; size_t n_outcomes;
	const struct store_operation *operations; size_t n_operations;
	const struct store_count *counts; size_t n_counts;            /* summed, sorted */
	const int64_t *inbox_divisions_ids; size_t n_inbox;           /* pairs division, id now applied */
	const struct store_revision *revisions; size_t n_revisions;
	const struct store_settled_petition *petitions; size_t n_petitions; /* each still undecided, or refused */
	const struct store_watched *attentions; size_t n_attentions;
	const struct store_watched *overdues; size_t n_overdues;
	const struct store_desk *desks; size_t n_desks;
	const struct store_consent *consents; size_t n_consents;
	const int64_t *released; size_t n_released; /* pairs division, id: hold no `once` value any more */
};

/* Send the group without waiting; then poll with store_socket(). One group at a time a connection. */
int store_group_send(struct store *s, const struct store_group *g, struct error *why) MUST_CHECK;
/* 0 not yet, 1 committed, -1 not committed (why->kind: CONFLICT a fence was lost, INPUT a bad row,
 * TEMPORARY nothing committed, UNKNOWN perhaps). */
int store_group_poll(struct store *s, struct error *why) MUST_CHECK;
/* Which of the steps' fences are no longer ours: lost[i] set. Blocking. */
int store_group_fences(struct store *s, const struct store_step *steps, size_t n, bool *lost,
    struct error *why) MUST_CHECK;

#endif
