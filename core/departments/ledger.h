/* ledger.h: what the departments have done, durable before anybody is told.
 *
 * One append-only file of JSON lines for all of them; a line is written and fsynced (many in one
 * group) before the answer leaves, and read again at start, so a department that is killed knows its
 * keys. The table is used under the office's lock; the waits need none.
 */
#ifndef YJS_DEPARTMENTS_LEDGER_H
#define YJS_DEPARTMENTS_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "departments/desk.h"

struct callback;

struct entry { /* one key at one department */
	struct entry *next; /* same bucket */
	const char *department, *call, *key, *application, *item; /* all in `names` */
	char *names;
	uint8_t body_sha256[32];
	int round;
	int64_t arrived;     /* us; the first time */
	int effects;         /* things changed in the world */
	unsigned attempts;   /* arrivals since this program started, questions too */
	bool known;          /* decided and in the file; else it only counts attempts */
	int status;          /* of what was decided */
	char *answer;        /* what was decided */
	char *afterwards;    /* a callback that contradicts it, or NULL */
	bool later;          /* told by 202 first */
	bool stubborn;       /* and told even when it was undone meanwhile */
	enum desk_undoing undoing;
	int64_t due;         /* later: from then on it is decided */
	char *callback_url;  /* where a later word goes, or NULL: nowhere */
	bool told;           /* it went there */
	char *of;            /* an undo: the forward key */
	const struct entry *undone_by;
	json_t *papers;      /* owned: the files that it was told of, {"id","sha256","size","type","url"};
	                      * once fetched "verified" too */
	struct callback *callback;
	struct fetch *fetches; /* of papers, see papers.c */
};

struct ledger;
struct ledger_wait { /* part of who waits */
	struct ledger_wait *next;
	void (*done)(struct ledger_wait *); /* called by the ledger's thread, without any lock */
};

/* Open or make the file; NULL path: memory only. Without `sync` lines are written soon, not
 * fsynced. The file is locked against a second process. */
struct ledger *ledger_open(const char *path, bool sync, struct error *why) MUST_CHECK;
/* Writes what is left, calls those who wait, ends the thread. */
void ledger_stop(struct ledger *l);
void ledger_close(struct ledger *l);

/* NULL when the department never heard of the key. */
struct entry *ledger_find(struct ledger *l, const char *department, const char *key);
/* A new entry that is not known yet. NULL when memory is gone. */
struct entry *ledger_add(struct ledger *l, const char *department, const char *call,
    const char *key);
/* The entry was decided: set application and item, write its line. */
int ledger_decide(struct ledger *l, struct entry *e, const char *application, const char *item)
    MUST_CHECK;
/* The effect happened once more (a department that does not remember keys). */
int ledger_again(struct ledger *l, struct entry *e) MUST_CHECK;
/* Its callback was taken. */
int ledger_told(struct ledger *l, struct entry *e) MUST_CHECK;

/* Paper number `i` of the entry was fetched; is it the one that was told of? */
int ledger_fetched(struct ledger *l, struct entry *e, size_t i, bool verified) MUST_CHECK;

/* Call w->done() once all lines written so far are durable; false when they are. */
bool ledger_wait(struct ledger *l, struct ledger_wait *w);

bool ledger_durable(struct ledger *l);

/* Known or not, in the order of arrival. */
size_t ledger_count(const struct ledger *l);
struct entry *ledger_at(struct ledger *l, size_t i);
/* Append the entry as the line that GET /_ledger shows. */
int ledger_show(const struct entry *e, struct text *out);

#endif
