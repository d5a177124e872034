/* petition.h: what people ask for after filing (a correction, a withdrawal, a consent), on its way.
 *
 * Committed before it is done, like a department's answer in the inbox: then the node that owns the
 * application decides it in the transaction of the case (group.h), and whichever node was asked
 * reads the answer here. No petition is decided twice.
 */
#ifndef YJS_STORE_PETITION_H
#define YJS_STORE_PETITION_H

#include "store/case.h"

/* What a petition brings with it, committed or refused with it: the functions of desk.h and feedback.h that
 * end in _beside add statements to the pipeline. One that guards its rows and finds them changed (answered,
 * decided, said already) refuses the petition: STORE_ONCE. NULL: nothing. */
struct store_beside {
	void (*add)(struct store *s, const void *what);
	const void *what;
};

struct store_petition {
	int32_t division;
	int64_t id;
	int64_t application;
	int64_t account;          /* who asks, and whose key it is */
	struct bytes body;        /* sealed; AAD petition.body.id */
	/* the following only when it is put */
	int64_t token;            /* must still be valid in this transaction, */
	int64_t mandate;          /* and, asked for another, his mandate (mandate.h); 0 */
	int32_t account_division; /* where his request keys of filing lie */
	uint8_t key_hash[16], body_hash[32];
	const struct store_file_use *files; /* that it names: kept from now on */
	size_t n_files;
	struct store_beside beside;  /* what is written with it */
	enum store_verdict verdict;  /* out: STORED, SAME_KEY, REVOKED, NO_MANDATE, ONCE, FAILED, LOST */
	struct store_decision {      /* out, with SAME_KEY: what stands under the key */
		int32_t division;
		int64_t id;              /* 0: the key was used for filing */
		uint8_t body_hash[32];
		int16_t status;          /* of the answer; 0: not decided yet */
		struct bytes answer;     /* sealed, malloc()ed; AAD petition.answer.id */
	} same;
};
void store_petition_free(struct store_petition *c); /* frees same.answer, not c */

/* Commit it under its caller's key, and wake the node that owns the application when it is not
 * `incarnation`. -1: nothing can be said (FAILED), or perhaps committed (LOST). */
int store_petition_put(struct store *s, int32_t incarnation, struct store_petition *c,
    struct error *why) MUST_CHECK;
/* Is there something under the caller's key (STORE_SAME_KEY and c->same), or not (STORE_PENDING)? */
int store_petition_find(struct store *s, struct store_petition *c, struct error *why) MUST_CHECK;
/* Those not decided of the applications that `incarnation` owns; what was asked through that node
 * itself only when it is a second old. */
int store_petitions_open(struct store *s, int32_t incarnation,
    void (*each)(void *cookie, const struct store_petition *c), void *cookie, struct error *why) MUST_CHECK;
/* Which of n petitions (pairs division, id) are decided; `each` gets its place among them. */
int store_petition_answers(struct store *s, const int64_t *divisions_ids, size_t n,
    void (*each)(void *cookie, size_t place, int16_t status, const struct bytes *answer), void *cookie,
    struct error *why) MUST_CHECK;

/* Is the person (blind index) asked for his consent in this application? 1, 0, -1. */
int store_consent_asked(struct store *s, int32_t division, int64_t application,
    const uint8_t person[16], struct error *why) MUST_CHECK;
/* The open applications in which he is asked or was, newest first, at most `room`: their number, or -1. */
int store_consents_open(struct store *s, const uint8_t person[16], struct store_place *places, int room,
    struct error *why) MUST_CHECK;

#endif
