#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "declared/loading.h"

static const struct { const char *name; enum expr_op op; } operations[] = {
	{ "is", EXPR_IS }, { "is_not", EXPR_IS_NOT }, { "one_of", EXPR_ONE_OF }, { "known", EXPR_KNOWN },
	{ "under", EXPR_UNDER }, { "over", EXPR_OVER }, { "at_least", EXPR_AT_LEAST },
	{ "at_most", EXPR_AT_MOST }, { "within", EXPR_WITHIN }, { "before", EXPR_BEFORE },
	{ "after", EXPR_AFTER }, { "between", EXPR_BETWEEN }, { "months_until", EXPR_MONTHS_UNTIL },
	{ "years_on", EXPR_YEARS_ON }, { "and", EXPR_AND }, { "or", EXPR_OR }, { "not", EXPR_NOT },
	{ "every", EXPR_EVERY }, { "where", EXPR_WHERE }, { "only", EXPR_ONLY }, { "either", EXPR_EITHER },
};

static const struct { const char *name; enum expr_space space; } spaces[] = {
	{ "answer", EXPR_ANSWER }, { "record", EXPR_RECORD }, { "result", EXPR_RESULT },
	{ "applicant", EXPR_APPLICANT }, { "term", EXPR_TERM }, { "here", EXPR_HERE },
	{ "chosen", EXPR_CHOSEN }, { "signed", EXPR_SIGNED }, { "each", EXPR_EACH },
};

static const char *const derivations[] = { NULL, "birthday", "age", "sex", "surname" };

#define FIND(list, n, name, found) do { \
	for (size_t i_ = 0; i_ < (n); i_++) \
		if (strcmp((list)[i_].id, (name)) == 0) \
			(found) = (int)i_; \
} while (0)

/* The index of what a reference names, -1 when there is none. */
static int
index_of(const struct loading *l, enum expr_space space, const char *name)
{
	const struct event *e = l->event;
	int found = -1;

	switch (space) {
	case EXPR_ANSWER: return event_question(e, name);
	case EXPR_RESULT:
	case EXPR_CHOSEN: return event_item(e, name);
	case EXPR_RECORD: return event_record(e, name);
	case EXPR_TERM: FIND(e->terms, e->n_terms, name, found); break;
	case EXPR_HERE: FIND(e->figures, e->n_figures, name, found); break;
	case EXPR_SIGNED: return event_sign(e, name);
	case EXPR_APPLICANT: return 0;
	case EXPR_EACH:
		if (l->list)
			FIND(l->list->each, l->list->n_each, name, found);
		break;
	}
	return found;
}

static void
load_reference(struct loading *l, struct expr *e, const json_t *json)
{
	const json_t *ref = json_object_get(json, "ref");
	const char *space = json_string_value(json_array_get(ref, 0));
	const char *name = json_string_value(json_array_get(ref, 1));
	const char *field = json_string_value(json_array_get(ref, 2));
	const char *derive = json_text(json, "derive");
	size_t known = sizeof spaces / sizeof *spaces, i = 0;

	e->op = EXPR_REF;
	while (space && i < known && strcmp(spaces[i].name, space) != 0)
		i++;
	if (!space || !name || i == known) {
		loading_fail(l, "reference", space);
		return;
	}
	e->space = spaces[i].space;
	e->index = index_of(l, e->space, name);
	if (e->space == EXPR_APPLICANT || e->space == EXPR_EACH)
		field = name;
	if (e->index < 0 || (!field && (e->space == EXPR_RECORD || e->space == EXPR_RESULT)))
		loading_fail(l, "reference to", name);
	if (field && !(e->name = strdup(field)))
		loading_fail(l, "memory for", name);
	for (i = 1; derive && i < sizeof derivations / sizeof *derivations; i++)
		if (strcmp(derivations[i], derive) == 0)
			e->derive = (enum expr_derive)i;
	if (derive && e->derive == EXPR_PLAIN)
		loading_fail(l, "derivation", derive);
}

static size_t
least_args(enum expr_op op)
{
	return op == EXPR_KNOWN || op == EXPR_NOT ? 1 : op == EXPR_BETWEEN ? 3 : op == EXPR_AND ||
	    op == EXPR_OR ? 1 : 2;
}

/* The list of the form that :every, :where or :only goes through; NULL: not one. */
static const struct question *
list_of(const struct loading *l, const struct expr *e)
{
	while (e && (e->op == EXPR_WHERE || e->op == EXPR_ONLY))
		e = e->args[0];
	if (!e || e->op != EXPR_REF || e->space != EXPR_ANSWER)
		return NULL;
	return l->event->questions[e->index].n_each ? &l->event->questions[e->index] : NULL;
}

/* Whether the names that :only keeps are columns of the list. */
static bool
names_columns(const struct loading *l, const struct expr *e)
{
	for (size_t i = 1; i < e->n_args; i++) {
		const struct expr *name = e->args[i];
		int found = -1;

		if (name && name->op == EXPR_CONST && json_is_string(name->value))
			found = index_of(l, EXPR_EACH, json_string_value(name->value));
		if (found < 0)
			return false;
	}
	return true;
}

/* The first argument is a list, whose columns the others speak of. */
static void
load_through_list(struct loading *l, struct expr *e, const json_t *args)
{
	const struct question *outer = l->list;

	e->args[0] = loading_expr(l, json_array_get(args, 0));
	l->list = list_of(l, e->args[0]);
	if (!l->list)
		loading_fail(l, "list of", "an operation");
	for (size_t i = 1; i < e->n_args; i++)
		e->args[i] = loading_expr(l, json_array_get(args, i));
	if (e->op == EXPR_ONLY ? !names_columns(l, e) : e->n_args != 2)
		loading_fail(l, "columns of", "an operation");
	l->list = outer;
}

static void
load_operation(struct loading *l, struct expr *e, const json_t *json)
{
	const char *op = json_text(json, "op");
	const json_t *args;
	size_t known = sizeof operations / sizeof *operations, i = 0;

	while (op && i < known && strcmp(operations[i].name, op) != 0)
		i++;
	e->args = loading_array(l, json, "args", sizeof *e->args, &e->n_args, &args);
	if (!op || i == known || e->n_args < least_args(operations[i].op)) {
		loading_fail(l, "operation", op);
		return;
	}
	e->op = operations[i].op;
	if (e->op == EXPR_EVERY || e->op == EXPR_WHERE || e->op == EXPR_ONLY) {
		load_through_list(l, e, args);
		return;
	}
	for (i = 0; i < e->n_args; i++)
		e->args[i] = loading_expr(l, json_array_get(args, i));
}

struct expr *
loading_expr(struct loading *l, const json_t *json)
{
	struct expr *e;
	json_t *value;

	if (!json || l->failed)
		return NULL;
	e = calloc(1, sizeof *e);
	if (!e) {
		loading_fail(l, "memory for", "an expression");
		return NULL;
	}
	e->index = -1;
	if ((value = json_object_get(json, "const"))) {
		e->op = EXPR_CONST;
		e->value = json_deep_copy(value);
		if (!e->value)
			loading_fail(l, "memory for", "a constant");
	} else if (json_object_get(json, "ref")) {
		load_reference(l, e, json);
	} else {
		load_operation(l, e, json);
	}
	if (l->failed) {
		loading_expr_free(e);
		return NULL;
	}
	return e;
}

void
loading_expr_free(struct expr *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n_args; i++)
		loading_expr_free(e->args[i]);
	free(e->args);
	free(e->name);
	json_decref(e->value);
	free(e);
}

static bool
is_optional(const struct loading *l, const char *by, const char *param)
{
	size_t i;
	json_t *p;

	json_array_foreach(json_object_get(json_object_get(l->calls, by), "takes"), i, p) {
		const char *name = json_text(p, "name");

		if (name && strcmp(name, param) == 0)
			return json_is_true(json_object_get(p, "optional"));
	}
	return true;
}

void
loading_request(struct loading *l, const json_t *owner, const char *by, struct param **params,
    size_t *n)
{
	const json_t *list, *p;

	*params = loading_array(l, owner, "request", sizeof **params, n, &list);
	for (size_t i = 0; i < *n && !l->failed; i++) {
		p = json_array_get(list, i);
		(*params)[i].name = loading_text(l, p, "name");
		(*params)[i].value = loading_expr(l, json_object_get(p, "value"));
		if (!(*params)[i].name || !(*params)[i].value)
			loading_fail(l, "request of", by);
		else
			(*params)[i].optional = is_optional(l, by, (*params)[i].name);
	}
}

void
loading_request_free(struct param *params, size_t n)
{
	for (size_t i = 0; params && i < n; i++) {
		free(params[i].name);
		loading_expr_free(params[i].value);
	}
	free(params);
}
