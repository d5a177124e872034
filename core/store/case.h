/* case.h: taking over, reading and listing applications.
 */
#ifndef YJS_STORE_CASE_H
#define YJS_STORE_CASE_H

#include "store/intake.h"

struct store_case { /* one application with all that is stored of it */
	int32_t division; int64_t id;
	char number[40]; char event[64]; uint8_t version[32];
	int64_t account, filed_by, submitted_at, finished_at;
	int64_t agent;   /* who looks after it for the person: filed_by, or to whom he handed it, under a */
	int64_t mandate; /* mandate in force; 0 none */
	uint8_t person[16];
	struct bytes sealed, plan, items;
	int16_t status; bool open; int32_t fence, node;
	int32_t history_count; uint8_t history_hash[32];
	struct store_case_operation {
		int16_t item, round; bool undo; int16_t state;
		char *department, *call, *url;
		struct bytes body, outcome;
		int32_t attempts;
		int64_t created_at, next_at, acknowledged_at, decided_at;
	} *operations;
	size_t n_operations;
	struct store_case_revision {
		int32_t seq;
		int64_t account, at;
		struct bytes sealed;
	} *revisions; /* in order */
	size_t n_revisions;
};
void store_case_free(struct store_case *c); /* frees what it points to, not c */

/* Make this node the owner (fence + 1) of open applications whose node is dead, at most `limit` at a
 * time; calls `each` for every one, which takes the case's content. Returns the number, or -1; ERROR_UNKNOWN: some
 * may be its own now, see store_owned(). */
int store_claim(struct store *s, int32_t incarnation, int limit,
    void (*each)(void *cookie, struct store_case *c_take), void *cookie, struct error *why) MUST_CHECK;
/* What is open and this node's, ids above `after` in order: fills `places`; the number, or -1. */
struct store_place { int32_t division; int64_t id; };
int store_owned(struct store *s, int32_t incarnation, int64_t after, struct store_place *places, int room,
    struct error *why) MUST_CHECK;
/* Inbox rows of one application (or, application 0, of all that this incarnation owns) not applied. */
int store_inbox_open(struct store *s, int32_t incarnation, int32_t division, int64_t application,
    void (*each)(void *cookie, const struct store_inbox *row), void *cookie, struct error *why) MUST_CHECK;

/* Where the application with that number is (any case of letters): 1 found, 0 not, -1. */
int store_case_find(struct store *s, const char *number, int32_t *division, int64_t *id,
    struct error *why) MUST_CHECK;
/* 1 found, 0 not, -1. With operations' bodies when asked, with outcomes always. */
int store_case_by_number(struct store *s, const char *number, bool bodies, struct store_case *c,
    struct error *why) MUST_CHECK;
int store_case_by_id(struct store *s, int32_t division, int64_t id, bool bodies, struct store_case *c,
    struct error *why) MUST_CHECK;
/* Those of the places that exist, in order, all as of one moment; `each` takes the case's content. */
int store_cases_by_id(struct store *s, const struct store_place *places, size_t n,
    void (*each)(void *cookie, struct store_case *c_take), void *cookie, struct error *why) MUST_CHECK;
/* History entries in order: JSON lines, malloc()ed. */
char *store_history(struct store *s, int32_t division, int64_t id, struct error *why) MUST_CHECK;

struct store_filter { /* what a caller may see and asks for; newest first */
	int64_t account;              /* owner or filer; 0 any */
	const uint8_t *own_person;    /* with account: or whose person this is (an agent filed for him); NULL */
	int64_t agent;                /* only what this agent looks after, under mandates in force; 0 any */
	int64_t village;              /* with agent: of residents of that place; 0 any */
	const int32_t *divisions; int n_divisions; /* an agent's or clerk's; 0 any */
	const char *department;       /* a clerk's, or NULL */
	const char *event;            /* or NULL */
	int status;                   /* -1 any */
	const uint8_t *person;        /* blind index, or NULL */
	const char *number;           /* or NULL */
	bool attention;               /* only those of which a person (of the department) must look at something */
	int64_t before;               /* cursor: ids below; 0 from the newest */
	int limit;                    /* <= 200 */
};
int store_list(struct store *s, const struct store_filter *f,
    void (*each)(void *cookie, const struct store_case *c), void *cookie, struct error *why) MUST_CHECK;
/* How much waits for a person, department by department. */
int store_attention_count(struct store *s, void (*each)(void *cookie, const char *department, long n),
    void *cookie, struct error *why) MUST_CHECK;

#endif
