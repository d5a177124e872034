/* loading.h: what the files load*.c share; nobody else's. */
#ifndef YJS_DECLARED_LOADING_H
#define YJS_DECLARED_LOADING_H

#include "declared/load.h"

struct loading {
	struct event *event;
	const json_t *calls; /* "dept.call" -> call */
	const struct question *list; /* the one whose columns `each` speaks of here, or NULL */
	struct error *why;
	bool failed; /* remembered: one look at the end is enough */
};

/* Remember that the data does not fit; the first cause is told. */
void loading_fail(struct loading *l, const char *what, const char *name);

/* Member `name` as a new string; NULL when absent. */
char *loading_text(struct loading *l, const json_t *object, const char *name);
/* As loading_text, for what must be there. */
char *loading_must_text(struct loading *l, const json_t *object, const char *name);
/* Index of `word` in `words` (n of them); 0 and a failure when it is none of them. */
int loading_word(struct loading *l, const char *word, const char *const *words, int n);
/* What becomes of it otherwise, and the sentence that says so (yours). */
enum rule_do loading_otherwise(struct loading *l, const json_t *json, char **text);
/* The member "type". */
enum question_type loading_type(struct loading *l, const json_t *object);
/* Member `name`; d stays as it is when absent. */
void loading_duration(struct loading *l, const json_t *owner, const char *name, struct duration *d);
/* A set of names as a mask of the indexes that `find` gives (-1: none of that name). */
uint64_t loading_mask(struct loading *l, const json_t *owner, const char *name,
    int (*find)(const struct event *, const char *));
/* An array of n zeroed elements; n = size of the JSON array `name` of `object` (0 when absent). */
void *loading_array(struct loading *l, const json_t *object, const char *name, size_t size, size_t *n,
    const json_t **list);

/* load_expr.c: an expression of `json` (NULL gives NULL), yours. */
struct expr *loading_expr(struct loading *l, const json_t *json);
/* The parameters of `owner`'s member "request" for the call `by`. */
void loading_request(struct loading *l, const json_t *owner, const char *by, struct param **params,
    size_t *n);
void loading_expr_free(struct expr *e);
void loading_request_free(struct param *params, size_t n);

/* load_sign.c: make the consents with id, name and title, once the questions are named; then what they
 * say; and the set of those that an item names as "signs". */
void loading_sign_names(struct loading *l, const json_t *data);
void loading_signs(struct loading *l, const json_t *data);
uint64_t loading_sign_mask(struct loading *l, const json_t *owner);

/* load_item.c: one item whose id and title are there. */
void loading_item(struct loading *l, struct item *item, const json_t *json);
/* "dept.call" -> its halves, yours. */
void loading_call(struct loading *l, const char *by, char **department, char **call);
/* What the call gives, n of them, yours. */
struct output *loading_outputs(struct loading *l, const char *by, size_t *n);

/* load_use.c: fill what follows from the whole: who uses which question and material. */
void loading_use(struct event *event);

#endif
