/* event.h: a life event as declared, in C.
 *
 * Made once by declared/load.c from the reader's checked data and never changed afterwards, so any
 * thread may read it. All strings and arrays belong to the event and die with it. References
 * between parts are indexes into its arrays; -1 means none. What is said here about meaning is the
 * language of events/README.md.
 */
#ifndef YJS_RULES_EVENT_H
#define YJS_RULES_EVENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EVENT_ITEMS = 64, EVENT_MATERIALS = 64, EVENT_SIGNS = 64, /* sets of them are 64-bit masks */
	EVENT_RECORDS = 32 };

enum expr_op {
	EXPR_CONST, EXPR_REF,
	EXPR_IS, EXPR_IS_NOT, EXPR_ONE_OF, EXPR_KNOWN,
	EXPR_UNDER, EXPR_OVER, EXPR_AT_LEAST, EXPR_AT_MOST,
	EXPR_WITHIN, EXPR_BEFORE, EXPR_AFTER, EXPR_BETWEEN,
	EXPR_MONTHS_UNTIL, EXPR_YEARS_ON,
	EXPR_AND, EXPR_OR, EXPR_NOT,
	EXPR_EVERY,  /* (list, condition on each): holds for every row; of no rows: true */
	EXPR_WHERE,  /* (list, condition on each): the rows for which it holds */
	EXPR_ONLY,   /* (list, name...): the rows with these columns alone */
	EXPR_EITHER, /* (value, value): the first that is known */
	EXPR_OF_ROW  /* (list, value on each): that of the row `index`, which may not be there */
};

enum expr_space { /* what a reference speaks of */
	EXPR_ANSWER,    /* index = question */
	EXPR_RECORD,    /* index = record, name = field */
	EXPR_RESULT,    /* index = item, name = output */
	EXPR_APPLICANT, /* name = as, id, name, phone */
	EXPR_TERM,      /* index = term */
	EXPR_HERE,      /* index = figure */
	EXPR_CHOSEN,    /* index = item */
	EXPR_SIGNED,    /* index = sign */
	EXPR_EACH       /* index = column of the list that :every or :where goes through, or that the
	                 * column's own condition stands in; name = the column's id */
};

enum expr_derive { EXPR_PLAIN, EXPR_BIRTHDAY, EXPR_AGE, EXPR_SEX, EXPR_SURNAME };

struct expr {
	enum expr_op op;
	enum expr_space space;   /* EXPR_REF only */
	enum expr_derive derive; /* EXPR_REF only */
	int index;               /* EXPR_REF and EXPR_OF_ROW only */
	char *name;
	json_t *value; /* EXPR_CONST only */
	struct expr **args;
	size_t n_args;
};

enum duration_unit { DURATION_WORKING_DAYS, DURATION_DAYS, DURATION_MONTHS, DURATION_YEARS,
	DURATION_HOURS, DURATION_MINUTES };

struct duration { /* text NULL: not declared */
	int n;
	enum duration_unit unit;
	char *text; /* as written: "10个工作日" */
};

struct param { /* one value handed to a call */
	char *name;
	struct expr *value;
	bool optional; /* the call does not insist on it */
};

enum question_type {
	TYPE_TEXT, TYPE_PERSON_NAME, TYPE_NEW_NAME, TYPE_ID_NUMBER, TYPE_PHONE, TYPE_DATE,
	TYPE_DATETIME, TYPE_CHOICE, TYPE_CHOICES, TYPE_YES_NO, TYPE_NUMBER, TYPE_MONEY, TYPE_ADDRESS,
	TYPE_DIVISION, TYPE_DIVISION9, TYPE_DIVISION12, TYPE_BANK_CARD, TYPE_EMAIL,
	TYPE_ETHNIC_GROUP, TYPE_SEX, TYPE_HOUSEHOLD_RELATION, TYPE_MARITAL_STATUS,
	TYPE_BIRTH_CERT_NO, TYPE_MARRIAGE_CERT_NO, TYPE_USCC, TYPE_PASSPORT, TYPE_FILE, TYPE_LIST,
	TYPE_CONSENT, TYPE_COUNT
};
extern const char *const event_type_names[TYPE_COUNT]; /* as written in the files */

struct choice { char *code, *label; };
struct source { struct expr *value, *when; }; /* one prefill; when NULL: always */

struct question {
	char *id, *title, *why, *example, *text; /* text: what a consent says */
	int section;
	enum question_type type;
	struct choice *choices;
	size_t n_choices;
	struct expr *when; /* asked where it holds (NULL: always) and an item that uses it may run, or it decides */
	bool optional, locked, sensitive;
	struct source *from;
	size_t n_from;
	char *not_after, *not_before; /* "today", a date, or NULL */
	bool has_min, has_max;
	double min, max;              /* a list: how many rows */
	struct question *each;        /* a list: its columns; `when` of a column may speak of EXPR_EACH */
	size_t n_each;
	uint64_t items; /* the items whose request uses it, directly or through a term */
	bool decides;   /* a rule, condition, term, place or once_per uses it */
};

struct section { char *title; };
struct applicant { char *id, *title; };
struct output { char *name; enum question_type type; bool optional; };
struct record { /* one look-up: for prefill, rules and papers */
	char *id, *title, *by, *department, *call;
	struct param *request;
	size_t n_request;
	struct output *outputs; /* what the call gives */
	size_t n_outputs;
};
struct term_row { json_t *value; struct expr *value_expr, *when; };
struct term { char *id, *title; struct term_row *rows; size_t n_rows; };
struct figure { char *id, *title; json_t *usual; };
struct place { char *code, *name; json_t *figures; }; /* figures: object id -> value */

enum rule_do { RULE_REFUSE, RULE_OFFLINE, RULE_CORRECT, RULE_REMIND,
	RULE_DROP, /* leaves its items out */
	RULE_WAIT  /* its items wait until it holds; looked at again as facts come and once a day */
};

struct sign { /* a consent; the items that need it wait for it */
	char *id, *name, *title, *text; /* name: as declared */
	int list, row;           /* row 1…: of that row of the list (a question), id "name.1" …; 0: of one person */
	struct expr *who;        /* identity number of the second person; NULL: the applicant, in the form */
	struct duration within;  /* from submission; not declared: no end */
	enum rule_do otherwise;  /* declined or too late: REFUSE, OFFLINE or DROP its items */
	char *otherwise_text;
	struct expr *when;       /* where it does not hold nobody is asked and nothing waits */
	int *shows;              /* questions: whoever is asked sees their answers; of a list his own row too */
	size_t n_shows;
};

struct rule {
	char *id, *text;
	struct expr *must, *when;
	uint64_t only; /* items it is for; 0: the whole application */
	enum rule_do otherwise;
};

enum way { WAY_FETCH, WAY_RECORD, WAY_PRODUCED, WAY_COMMIT, WAY_UPLOAD };

struct get { /* one way to have a material */
	enum way way;
	char *by, *department, *call; /* fetch: "dept.call" and its halves */
	struct param *request;
	size_t n_request;
	int record, item; /* record: index; produced: index */
	char *text;       /* commit: what is declared; upload: types, space separated */
};

struct material {
	char *id, *title;
	struct expr *when;
	struct get *get;
	size_t n_get;
	uint64_t items; /* items that use it */
};

enum choice_default { CHOICE_NONE, CHOICE_ON, CHOICE_OFF }; /* none: not the applicant's choice */

struct before { char **papers; size_t n_papers; int visits, working_days; char *source; };

struct item {
	char *id, *title, *by, *department, *call;
	uint64_t needs;      /* items */
	uint64_t uses;       /* materials */
	uint64_t feeds_from; /* items whose results its request insists on */
	uint64_t signs;      /* consents it needs */
	bool tell;           /* a pure notification: nobody needs it, and the end does not wait for it */
	int later_of;        /* -1; else: made from that item's `later`: sends on to the same call what came
	                      * after it was sent (connectors/PROTOCOL.md); always also a tell */
	struct expr *when;
	enum choice_default choice;
	struct param *request; /* in form order */
	size_t n_request;
	struct duration within, by_law;
	struct duration notice; /* a public notice on top of the promise: not counted against it */
	char **delivery;
	size_t n_delivery;
	int64_t fee_fen; /* -1: not said */
	char *fee_text, *in_person, *issues, *visit;
	struct before before;
	struct output *outputs; /* what the call gives */
	size_t n_outputs;
	bool undo;
};

struct either { /* of these items the first that applies runs; the others are left out */
	char *id, *title;
	uint64_t items;
};

struct event {
	char *id, *title, *lead, *basis, *since, *ends;
	uint8_t version[32]; /* SHA-256 over canonical data without lines and files */
	json_t *declared;    /* the data itself, for the guide and to be stored under its hash */
	struct expr *place, *known_by; /* known_by: what tells one from another of the same event; NULL: nothing */
	struct expr **once_per;
	size_t n_once_per;
	struct applicant *applicants; size_t n_applicants;
	struct record *records;       size_t n_records;
	struct section *sections;     size_t n_sections;
	struct question *questions;   size_t n_questions;
	struct sign *signs;           size_t n_signs;
	struct term *terms;           size_t n_terms;
	struct figure *figures;       size_t n_figures;
	struct place *places;         size_t n_places;
	struct rule *rules;           size_t n_rules;
	struct material *materials;   size_t n_materials;
	struct item *items;           size_t n_items;
	struct either *eithers;       size_t n_eithers;
};

/* Index by id, or -1. */
int event_question(const struct event *e, const char *id);
int event_item(const struct event *e, const char *id);
int event_material(const struct event *e, const char *id);
int event_applicant(const struct event *e, const char *id);
int event_record(const struct event *e, const char *id);
int event_sign(const struct event *e, const char *id);

/* A department as reached; not part of the version: limits and times may change any day. */
struct connector {
	char *id, *title, *contact;
	int timeout_ms, ask_after_ms, at_once, per_minute, signature;
	bool desk;       /* it has no interface: its clerks answer in our own pages */
	bool idempotent; /* once_per = "key": the same key twice is one effect */
	int64_t key_kept_us; /* after that an unknown outcome is asked about, not sent again; 0: for ever */
	json_t *answer;  /* how its answers are worded (dialect.h), or NULL: as in the native protocol */
	bool by_application; /* the URL of a call ends with the application's number */
};

#endif
