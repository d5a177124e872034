/* made.h: expressions and events made by hand for the tests of this room. Everything made here is
 * freed by made_free(), which each test program calls at its end. */
#ifndef YJS_TESTS_RULES_MADE_H
#define YJS_TESTS_RULES_MADE_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rules/event.h"

#define S(s) ((char *)(uintptr_t)(s))
#define COUNT(a) (sizeof(a) / sizeof *(a))
#define BIT(i) (UINT64_C(1) << (i))

static struct { void *bytes; json_t *json; } made_things[20000];
static size_t n_made_things;

static __attribute__((unused)) void *
made_bytes(size_t size)
{
	void *p = calloc(1, size);

	if (!p || n_made_things == COUNT(made_things))
		abort();
	made_things[n_made_things++].bytes = p;
	return p;
}

static __attribute__((unused)) json_t *
made_json(json_t *json)
{
	if (!json || n_made_things == COUNT(made_things))
		abort();
	made_things[n_made_things++].json = json;
	return json;
}

/* JSON written with ' for ". */
static __attribute__((unused)) json_t *
made_read(const char *s)
{
	char *copy = strdup(s);
	json_t *json;

	for (char *p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	json = json_loads(copy, JSON_DECODE_ANY, NULL);
	free(copy);
	return made_json(json);
}

static __attribute__((unused)) void
made_free(void)
{
	while (n_made_things) {
		n_made_things--;
		free(made_things[n_made_things].bytes);
		json_decref(made_things[n_made_things].json);
		made_things[n_made_things].bytes = NULL;
		made_things[n_made_things].json = NULL;
	}
}

static __attribute__((unused)) struct expr *
lit(json_t *value)
{
	struct expr *e = made_bytes(sizeof *e);

	e->op = EXPR_CONST;
	e->value = made_json(value);
	return e;
}

static __attribute__((unused)) struct expr *
str(const char *s)
{
	return lit(json_string(s));
}

static __attribute__((unused)) struct expr *
num(int n)
{
	return lit(json_integer(n));
}

static __attribute__((unused)) struct expr *
ref(enum expr_space space, int index, const char *name)
{
	struct expr *e = made_bytes(sizeof *e);

	e->op = EXPR_REF;
	e->space = space;
	e->index = index;
	e->name = S(name);
	return e;
}

static __attribute__((unused)) struct expr *
answer(int question)
{
	return ref(EXPR_ANSWER, question, NULL);
}

static __attribute__((unused)) struct expr *
derive(struct expr *e, enum expr_derive derived)
{
	e->derive = derived;
	return e;
}

static __attribute__((unused)) struct expr *
op3(enum expr_op op, struct expr *a, struct expr *b, struct expr *c)
{
	struct expr *e = made_bytes(sizeof *e);

	e->op = op;
	e->args = made_bytes(3 * sizeof *e->args);
	e->args[0] = a;
	e->args[1] = b;
	e->args[2] = c;
	e->n_args = c ? 3 : b ? 2 : 1;
	return e;
}

static __attribute__((unused)) struct expr *
op2(enum expr_op op, struct expr *a, struct expr *b)
{
	return op3(op, a, b, NULL);
}

static __attribute__((unused)) struct expr *
op1(enum expr_op op, struct expr *a)
{
	return op3(op, a, NULL, NULL);
}

static __attribute__((unused)) int32_t
day(const char *s)
{
	int32_t d;

	if (!clock_parse_day(s, &d))
		abort();
	return d;
}

#endif
