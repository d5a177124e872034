/* desk.h: what the files share that clerks work with: desk.c (lists), desk_item.c (one item),
 * desk_decide.c (decisions, closings), inquiries.c, conferences.c; and overdue.c, which supervisors watch.
 */
#ifndef YJS_API_DESK_H
#define YJS_API_DESK_H

#include "api/asking.h"
#include "store/store.h"

/* A clerk of some department asks: 0 and *who, *s; else the exchange is answered, -1. */
int desk_clerk(struct node *n, struct http_exchange *x, struct account *who, struct store **s) MUST_CHECK;
/* As the store's lists want him. */
struct store_clerk desk_whose(const struct account *who);

/* The item of the path ({number}, {item}), if it is his department's: 0 and a->who, s, c (with bodies), r
 * and *node; else the exchange is answered, -1. asking_free() in either case. */
int desk_find(struct asking *a, int *node) MUST_CHECK;

/* ?limit= and ?cursor= of a list: `numbers` of at most 16 hex digits each, as desk_cursor() wrote them,
 * -1 and answered when they are not; *given tells whether there is one. */
enum { DESK_LIMIT = 50, DESK_LIMIT_MOST = 200, DESK_CURSOR = 4 };
int desk_page(struct http_exchange *x, int *limit, int64_t numbers[DESK_CURSOR], bool *given) MUST_CHECK;
json_t *desk_cursor(const int64_t numbers[DESK_CURSOR]);

/* A list that the store fills row by row, one more than is told: so it is known whether there is more. */
struct desk_list {
	struct node *n;
	struct account who;
	struct store *s;
	json_t *rows, *lights; /* lights: of the queue, else NULL */
	int limit;
	int64_t last[DESK_CURSOR]; /* of the cursor; then of the last row told */
	bool given, more;
	bool taken; /* as a table: noted as that */
	struct store_access noted[DESK_LIMIT_MOST]; /* whose data the rows tell */
	size_t n_noted;
};
/* Whose it is, and its page: 0, or -1 with the exchange answered. `roles`: who is let in. */
enum { DESK_CLERKS = 1 << ROLE_CLERK, DESK_SUPERVISORS = 1 << ROLE_SUPERVISOR };
int desk_list_begin(struct desk_list *l, struct node *n, struct http_exchange *x, unsigned roles) MUST_CHECK;
/* All that is told is there: this row only says that there is more. */
bool desk_list_is_full(struct desk_list *l);
/* What event (NULL: it cannot be loaded) and item a row is about; NULL: its version has none such. */
const struct item *desk_item_of(struct desk_list *l, const struct store_desk_place *row, const struct event **event);
/* The row just told is of this application: noted as `fields` read of it, before anything is shown. */
void desk_list_note(struct desk_list *l, int32_t division, int64_t application, const char *fields);
/* {"department"?, "lights"?, <name>: rows, "cursor"}; or, not `done`, 503 for *why. Frees rows and lights. */
void desk_list_answer(struct desk_list *l, struct http_exchange *x, const char *department, const char *name,
    bool done, struct error *why);

/* A day and an instant as told; null for none. */
json_t *desk_day(int32_t day);
json_t *desk_instant(int64_t us);
/* "330111-123", the id of a row: where it lies. */
json_t *desk_id(int32_t division, int64_t id);
bool desk_read_id(const char *s, int32_t *division, int64_t *id);

/* The text of that name in the body; NULL: it is missing or too long, and the exchange is answered. */
const char *desk_text(struct asking *a, const char *name);
/* A text, sealed for its row: *out points into *sealed. */
int desk_seal_text(struct node *n, const char *table, const char *column, int64_t row, const char *text,
    struct text *sealed, struct bytes *out, struct error *why) MUST_CHECK;
/* Sealed text of a row, opened; NULL: it does not open, or there is none. malloc()ed. */
char *desk_open_text(struct node *n, const char *table, const char *column, int64_t row, const struct bytes *sealed);

/* What departments ask one another about an application: those that `department` asked or is asked. */
json_t *desk_inquiries(struct node *n, struct store *s, const struct store_case *c, const char *department,
    struct error *why);

#endif
