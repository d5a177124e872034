/* running.h: one application under way, and the pure rules that move it.
 *
 * A running application is a value in memory: made at intake or loaded from the store, moved only by
 * the functions here, written by flows. They read no clock and do no I/O: `now` is the database's
 * time, given. Each move collects its consequences in struct effects: entries of the history,
 * operations to send, figures to count. The caller makes them durable together with the new state,
 * and only then acts on them (sends). If that fails the value is thrown away and loaded again.
 *
 * Nodes are items (0..n_items-1), materials (64..), look-ups of records (128..) and consents (160..):
 * a material that must be fetched and a record that a rule or paper rests on are operations like any
 * other; a consent is settled by a person. The numbers are stored: they never change.
 */
#ifndef YJS_RULES_RUNNING_H
#define YJS_RULES_RUNNING_H

#include "base/text.h"
#include "rules/ending.h"
#include "rules/plan.h"

enum { MATERIAL_NODE = 64, RECORD_NODE = 128, SIGN_NODE = 160, NODES_END = 224,
	SEND_UNDO = 256 /* in effects.send: the undo of the node's operation */ };

enum item_state { /* numbers are stored: append only */
	ITEM_WAITING, ITEM_READY, ITEM_SENT, ITEM_ACKNOWLEDGED, ITEM_CORRECTION, ITEM_APPROVED,
	ITEM_REFUSED, ITEM_BLOCKED, ITEM_SKIPPED, ITEM_WITHDRAWN, ITEM_ATTENTION, ITEM_STATES
};
extern const char *const item_state_names[ITEM_STATES];

enum application_status { /* numbers are stored: append only */
	STATUS_IN_PROGRESS, STATUS_WAITING_FOR_APPLICANT, STATUS_FINISHED, STATUS_WITHDRAWN, STATUS_COUNT
};
extern const char *const application_status_names[STATUS_COUNT];

enum material_how { /* numbers are stored: append only */
	HOW_UNKNOWN, HOW_WAITING, HOW_FETCHED, HOW_PRODUCED, HOW_COMMITTED, HOW_UPLOADED,
	HOW_NOT_NEEDED, HOW_UPLOAD_NEEDED, HOW_COUNT
};
extern const char *const material_how_names[HOW_COUNT]; /* NULL where nothing is told */

enum item_undo { /* numbers are stored: append only. WANTED and SENT are told as `pending` */
	UNDO_NONE, UNDO_WANTED /* items that need it are undone first */, UNDO_SENT, UNDO_DONE,
	UNDO_FAILED, UNDO_IMPOSSIBLE, UNDO_COUNT
};
extern const char *const item_undo_names[UNDO_COUNT]; /* NULL: none */

enum item_flag { /* stored bits */
	ITEM_OVERDUE = 1, /* its promise has passed unanswered: recorded once */
	ITEM_DEEMED = 2,  /* five working days of silence on completeness: deemed accepted, once */
	ITEM_STALE = 4,   /* an answer it was sent with was corrected since: approved, it needs a person */
	ITEM_HELD = 8,    /* a rule says: wait */
	ITEM_OFFLINE = 16, /* refused by a rule that sends people to the window (history: code "offline") */
	ITEM_LATE = 32,   /* a look-up: silent for ten minutes, so nothing waits for it any more */
	ITEM_REMINDED = 64, /* a consent: its end is near, and it was said so, once */
	ITEM_KEPT = 64, /* an item (no consent is one): its undo failed, and a person has closed that */
	ITEM_CONFLICT = 128 /* a later word contradicted the final one: a person must ask the department */
};

enum item_cause { /* numbers are stored: append only. Why an item stands as it does, where no department
                   * said so; kept in `how`, the rule's or consent's index in `way` */
	CAUSE_NONE, CAUSE_RULE, CAUSE_SIGN, CAUSE_INCOMPLETE /* could not be sent */,
	CAUSE_CHANGED /* decided on an answer that was corrected since */
};

struct running_item {
	uint8_t state;     /* enum item_state; for a material: its fetch */
	uint8_t round;     /* 1 at first */
	uint8_t how;       /* materials: enum material_how; items: enum item_cause */
	uint8_t way;       /* materials: the way being tried; items: index of the cause */
	int32_t attempts;  /* sends begun */
	int64_t sent_at, acknowledged_at, decided_at, next_at; /* us; 0 none. Sent back: decided_at is when */
	char *receipt;     /* the department's own number, or NULL */
	char *reason;      /* refused: as told; attention: our sentence */
	json_t *outputs;   /* approved: what it gave, or NULL */
	json_t *fields;    /* correction: what was marked, or NULL */
	int64_t silent_since; /* us: the first of the attempts that failed in a row; 0: it answers */
	uint8_t undo;         /* items: enum item_undo */
	uint8_t flags;        /* items: enum item_flag */
	int32_t stopped_days; /* items: working days its clock stood still in earlier rounds */
	int32_t sent_day;     /* items: the day of the first round's sending, where there was another since */
	struct { /* as above, of the undo; next_at 0 while the department has it (202): it is asked then */
		int32_t attempts;
		int64_t sent_at, next_at, silent_since;
	} undoing;
	char *undo_reason;    /* failed: as told, or NULL */
};

struct running {
	const struct event *event; /* the version it is on for life */
	struct plan plan;
	char number[40];
	int32_t division;
	int64_t id;
	int64_t account, filed_by;
	int64_t submitted_at, finished_at;
	int32_t fence;
	uint8_t status;
	int32_t history_count;
	uint8_t history_hash[32];
	json_t *form, *applicant; /* owned; NULL when only shown. form: with all corrections in it */
	json_t *records;          /* owned: record id -> what its look-up gave */
	json_t *files;            /* owned: material id -> {"id","sha256","size","type"} as uploaded */
	json_t *disputed;         /* owned: ids of questions, of whose known answer people say it is wrong; or NULL */
	int64_t withdrawn_at;     /* us: when it was asked to be withdrawn; 0 not */
	char *withdrawn_why;      /* as told, or NULL */
	int64_t stopped_since;    /* us: since when it waits for the applicant; 0: it does not */
	int64_t stopped_us;       /* how long it waited before that */
	int32_t stopped_days;     /* working days of these times, each counted by itself */
	int32_t typed;            /* answers typed, when it was filed and in corrections (saving.h) */
	int32_t looked_day;       /* day on which held items were last looked at; 0: none was held yet */
	int32_t revisions;        /* changes by people that are stored beside what was filed */
	uint64_t chosen;
	struct running_item *nodes; /* items, materials, records, signs: see running_node */
};

/* Make an empty one with nodes for event; free everything it owns. */
struct running *running_new(const struct event *event);
void running_free(struct running *r);
/* Node number (item, or MATERIAL_NODE + material, …) -> its state. */
struct running_item *running_node(const struct running *r, int node);
/* The node of a name: "x", "material:x", "record:x", "sign:x"; -1: the event has none such. */
int running_find(const struct event *event, const char *name);
/* Is there such a node? */
bool running_has(const struct event *event, int node);
/* The states as stored bytes, and back: 5 + 4 a node; where something was corrected, undone, stopped
 * or late 12 a node, where people were waited for 36 more. Of the first version (2 + 4 an item and
 * material) records and consents are taken as not asked for. */
int running_pack(const struct running *r, struct text *out) MUST_CHECK;
int running_unpack(struct running *r, const void *bytes, size_t length, struct error *why) MUST_CHECK;
/* The facts that expressions see; `outputs` must hold event->n_items pointers. */
void running_facts(const struct running *r, json_t **outputs, struct facts *facts);

struct effect_count { const char *department, *measure; int64_t delta; };
enum { EFFECT_COUNTS = 12 * EVENT_ITEMS };

struct effects { /* what a move brings about; reset by effects_begin */
	int64_t now;
	struct text history;   /* new entries, one canonical JSON a line */
	int32_t history_first; /* seq of the first, 0 none */
	int send[NODES_END]; /* nodes whose operation is to be stored and sent; with SEND_UNDO its undo */
	int n_send;
	struct effect_count counts[EFFECT_COUNTS];
	int n_counts;
	const char *by;        /* who moves it, for the history; NULL: the applicant */
	json_t *revision;      /* owned: what a person changed, to be sealed and stored; NULL nothing */
	bool released_once;    /* its once_per value is free again */
	bool changed;          /* states changed: progress must be written */
	bool failed;           /* memory gone: nothing of it may be used */
	unsigned losses;       /* memory_losses() when it began */
};
void effects_begin(struct effects *x, int64_t now);
void effects_free(struct effects *x);
/* Memory was gone somewhere on the way: neither the effects nor what was moved may be used. */
bool effects_failed(const struct effects *x);
/* Add to a figure of today. `department` "" for the whole application; both strings live on. */
void effects_count(struct effects *x, const char *department, const char *measure, int64_t delta);

/* The first move: states from the plan, `accepted` in the history, what needs nothing is to be sent.
 *  form_hash  keyed hash of the sealed content, for the history. */
void running_begin(struct running *r, const uint8_t form_hash[32], struct effects *x);

/* The operation of `node` (with SEND_UNDO: its undo) is about to be stored: note it in the history.
 * body_hash is keyed. */
void running_sent(struct running *r, int node, const char *key, const uint8_t body_hash[32],
    struct effects *x);

/* An answer came for the operation of `node` in `round`. Late answers of an old round and answers to
 * what is already final change nothing; a contradicting one is recorded as conflict. Returns true
 * when something is to be written.
 *  random  any 32 bits, for the jitter of the next try */
bool running_settle(struct running *r, int node, int round, struct ending *ending,
    uint32_t random, struct effects *x);

/* The same for the undo of `node`'s operation of `round`. */
bool running_settle_undo(struct running *r, int node, int round, struct ending *ending,
    uint32_t random, struct effects *x);

/* --- what people do: each returns 0 done, 1 refused (*errors: array of {pointer, code, message}),
 * 2 there is nothing to be done here any more (409), -1 no memory. On 1 and 2 nothing has changed. --- */

/* What the applicant may give now: array of {"pointer" ("/form/x", "/materials/m"), "field" (x, m), "title",
 * "item", "reason", "needed": true | false (only offered: a source has been silent for ten minutes)}.
 * New reference. */
json_t *running_asked(const struct running *r, int64_t now, const char *language);
/* form: question id -> new value, null clears; materials: material id -> file as in running.files.
 * Either may be NULL. Only what is asked; of an item sent back all that was marked. */
int running_correct(struct running *r, const json_t *form, const json_t *materials,
    const char *language, json_t **errors, struct effects *x);
int running_withdraw(struct running *r, const char *reason, struct effects *x);
/* What withdrawing would do, item by item: {"item","title","department","status","effect":
 * stops|undone|stays,"why"}; what is over already is left out. */
json_t *running_withdrawal(const struct running *r, const char *language);
/* The second person of `sign` agrees or declines. */
int running_sign(struct running *r, int sign, bool agrees, struct effects *x);

/* --- what clerks do: as above --- */

struct running_decision {
	int item, round;
	bool undo;            /* of the item's undo */
	bool desk;            /* the department has no interface: else only what a person must look at */
	bool retyped;         /* it was typed into another system again: counted */
	const json_t *result; /* as the department would have sent it (decision.h) */
};
int running_decide(struct running *r, const struct running_decision *d, struct effects *x);

enum closing { /* what closing does to what a person must look at */
	CLOSING_NONE,    /* there is nothing to close, or only a decision does */
	CLOSING_KEEP,    /* it stays as it is */
	CLOSING_APPROVE, /* decided on an answer that was corrected since: it stands all the same */
	CLOSING_REFUSE   /* it never could be sent: it is refused */
};
/* Why a person must look at it: conflict, undo (that failed), changed, incomplete, unknown (what the
 * department did); "" when nobody must. */
const char *running_attention_kind(const struct running *r, int node);
uint8_t running_closing(const struct running *r, int node);
int running_close(struct running *r, int node, struct effects *x);

struct running_note { /* something said beside the case (history.h), by whom, to or of which department */
	const char *what;     /* inquired answered conferred concluded rated complained replied */
	int item;             /* -1: the whole */
	const char *department, *by, *code;
};
int running_note(struct running *r, const struct running_note *note, struct effects *x);

/* --- what time does --- */

/* When running_clock has something to do next, us; 0 never. */
int64_t running_next_clock(const struct running *r);
/* Record what has become due by x->now: overdue, deemed accepted, consents too late, held items looked
 * at again (their records are asked again). */
void running_clock(struct running *r, struct effects *x);

/* What `node` (with SEND_UNDO: its undo) should be sent cannot be made (a value it needs is missing):
 * nothing goes. Of an item or undo a person must look; of a look-up it counts as finding nothing. */
void running_unsendable(struct running *r, int node, struct effects *x);

/* A person must look at `node`. `code` is a fixed word, `text` a sentence without personal data. */
void running_attention(struct running *r, int node, const char *code, const char *text,
    struct effects *x);

/* May `node` be sent (again) now? Its operation is open and unanswered. */
bool running_is_open(const struct running *r, int node);

/* Some operation, forward or undo, still waits for an answer: the engine keeps it although it may have
 * finished (a notification blocks nobody). */
bool running_is_busy(const struct running *r);

/* The last day of what is promised of `item`: from its first sending, with the days its clock stood still;
 * of its undo, as long again from the sending of that. False when nothing is, or no calendar says so. */
bool running_due(const struct running *r, int item, bool undo, int32_t *due);

/* Every item is approved, refused, blocked or skipped. */
bool running_is_finished(const struct running *r);

/* What an operation row records of the node (with SEND_UNDO: of its undo), as JSON {"outputs",
 * "receipt","reason","fields","silent_since"} to be sealed; and the way back into a node when loaded. */
json_t *running_outcome(const struct running *r, int node);
int running_outcome_load(struct running *r, int node, const json_t *outcome) MUST_CHECK;
/* A revision as it was in effects.revision, when loaded: in the order in which they were made, after
 * form, files, states and outcomes. */
int running_revise(struct running *r, const json_t *revision) MUST_CHECK;

/* The application as the API shows it, in `language`. Items restricted to `department`
 * when not NULL (a clerk's view), canonical; `beside`: an object whose members are added (NULL none). */
int running_show(const struct running *r, const char *department, const char *language, json_t *beside,
    struct text *out) MUST_CHECK;
/* What its applicant tells it by from others of its event, as the event says: a new reference; NULL: nothing, or it is
 * not known. It was loaded with its form. */
json_t *running_known_by(const struct running *r);
/* As a second person sees it, with these of its signs (a mask): who asks, what for, and of the form his own row of a
 * list and what the sign shows. New reference. */
json_t *running_show_asked(const struct running *r, uint64_t signs);

#endif
