/* intake.h: new applications and departments' later answers, in groups.
 *
 * Request keys and values that are handled once are unique over all months, although the tables are
 * partitioned by month: the insert looks through all of them under an advisory lock of the key.
 */
#ifndef YJS_STORE_INTAKE_H
#define YJS_STORE_INTAKE_H

#include "store/file.h"

struct store_operation { /* the committed row is the record of sending */
	int32_t division;
	int64_t application;
	int16_t item;   /* < 64 item; 64 + m: fetch of material m */
	int16_t round;
	bool undo;
	const char *department, *call, *url;
	struct bytes body;  /* sealed; AAD operation.body.application, part = item*1000+round*2+undo */
	int64_t created_at;
};

struct store_consent { /* whose consent is asked */
	int32_t division;
	int64_t application;
	int16_t sign;
	uint8_t person[16]; /* blind index */
};

struct store_count { int32_t division; int32_t day; const char *event, *department, *measure; int64_t delta; };

enum store_verdict { STORE_PENDING, STORE_STORED, STORE_SAME_KEY, STORE_ONCE, STORE_REVOKED,
	STORE_NO_MANDATE,
	STORE_NO_FILE, STORE_BAD, STORE_FAILED, STORE_LOST };

struct store_application {
	int32_t division;
	int64_t id;
	const char *number, *event;
	uint8_t version[32];
	int64_t account, filed_by; /* filed_by 0: the owner himself */
	uint8_t person[16];
	int64_t submitted_at;
	struct bytes sealed;   /* AAD application.sealed.id */
	struct bytes plan;     /* JSON */
	struct bytes items;    /* packed states (rules/running.h) */
	int16_t status;
	const char *history;   /* canonical JSON lines */
	int32_t history_count;
	uint8_t history_hash[32];
	int64_t token;         /* must still be valid in this transaction, */
	int64_t mandate;       /* and, filed for another, his mandate (mandate.h); 0 */
	int32_t account_division; /* with caller (filed_by, else account) and key_hash: the request key */
	uint8_t key_hash[16], body_hash[32];
	bool drafted;          /* the key is a draft's: of the same caller, it ends with the commit */
	bool has_once;         /* the event is handled once for a value: STORE_ONCE while another that
	                        * was not withdrawn holds it in the division */
	uint8_t once[16];      /* blind index of event and value; unique by division */
	struct bytes answer;   /* sealed stored 201; AAD request_key.answer.id */
	const struct store_operation *operations;
	size_t n_operations;
	const struct store_count *counts;
	size_t n_counts;
	const struct store_consent *consents; /* whose consent it asks */
	size_t n_consents;
	const struct store_file_use *files; /* what it names; STORE_NO_FILE when one is gone */
	size_t n_files;
	enum store_verdict verdict;  /* out */
	/* out, with STORE_SAME_KEY (same_id also with STORE_ONCE: who holds the value): */
	int64_t same_id;
	uint8_t same_body_hash[32];
	struct bytes same_answer;    /* malloc()ed */
};

struct store_inbox { /* a department's later answer, verified, not yet applied */
	int32_t division;
	int64_t id;
	int64_t application;
	const char *key, *department;
	struct bytes body; /* sealed; AAD inbox.body.id */
	int64_t arrived_at;
	enum store_verdict verdict; /* out */
};

/* Commit a group of applications and inbox rows in one transaction; every row gets its verdict.
 * -1 only when nothing can be said of any row (verdicts STORE_FAILED, or STORE_LOST when the
 * outcome of COMMIT is unknown). */
int store_intake(struct store *s, int32_t incarnation, struct store_application *const *rows, size_t n,
    struct store_inbox *const *inbox, size_t n_inbox, struct error *why) MUST_CHECK;
/* Look one request key up: verdict STORE_SAME_KEY with same_* filled, or STORE_PENDING when absent. */
int store_request_key(struct store *s, struct store_application *row, struct error *why) MUST_CHECK;

#endif
