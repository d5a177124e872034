#include "rules/carried.h"

#include <stdio.h>

#include "rules/running.h"
#include "rules/teller.h"

enum { TITLE = 1024 };

/* The reference that the value is made of: of a list its own, of several the first. */
static const struct expr *
made_of(const struct expr *e)
{
	while (e->op != EXPR_REF && e->n_args > 0)
		e = e->args[0];
	return e->op == EXPR_REF ? e : NULL;
}

static const char *
plain_title(const struct event *event, const struct expr *ref)
{
	if (ref->derive != EXPR_PLAIN)
		return NULL;
	return ref->space == EXPR_ANSWER ? event->questions[ref->index].title
	    : ref->space == EXPR_TERM ? event->terms[ref->index].title
	    : ref->space == EXPR_SIGNED ? event->signs[ref->index].title : NULL;
}

static json_t *
title_of(const struct event *event, const struct expr *value)
{
	const struct expr *ref = made_of(value);
	const char *plain = ref ? plain_title(event, ref) : NULL;
	struct text told;
	struct teller t = { .event = event, .out = &told };
	json_t *title;

	if (plain || !ref)
		return json_string(plain ? plain : "固定的说明");
	text_init(&told, TITLE);
	if (ref->space == EXPR_RECORD) /* its fields have no titles */
		text_putf(&told, "“%s”查到的内容", event->records[ref->index].title);
	else
		teller_ref(&t, ref);
	title = told.failed ? json_string("") : json_string(told.data);
	text_free(&told);
	return title;
}

/* The list that a value is, with or without some of its rows and columns; NULL: it is none. */
static const struct question *
list_of(const struct event *event, const struct expr *value)
{
	const struct expr *ref = made_of(value);
	const struct question *q = ref && ref->space == EXPR_ANSWER ? &event->questions[ref->index] : NULL;

	return q && q->type == TYPE_LIST && (value->op == EXPR_REF || value->op == EXPR_ONLY || value->op == EXPR_WHERE)
	    ? q : NULL;
}

static void
put_columns(json_t *titles, const char *param, const struct question *list)
{
	char name[256];

	for (size_t c = 0; c < list->n_each; c++) {
		snprintf(name, sizeof name, "%.100s.%.100s", param, list->each[c].id);
		json_object_set_new(titles, name, json_sprintf("%s的%s", list->title, list->each[c].title));
	}
}

json_t *
carried_titles(const struct event *event, const struct param *params, size_t n)
{
	json_t *titles = json_object();

	for (size_t i = 0; i < n; i++) {
		const struct question *list = list_of(event, params[i].value);

		json_object_set_new(titles, params[i].name, title_of(event, params[i].value));
		if (list)
			put_columns(titles, params[i].name, list);
	}
	return titles;
}

static json_t *
of_paper(const struct event *event, const struct material *m)
{
	for (size_t i = 0; i < m->n_get; i++) {
		const struct get *g = &m->get[i];

		if (g->way == WAY_FETCH)
			return carried_titles(event, g->request, g->n_request);
		if (g->way == WAY_RECORD)
			return carried_titles(event, event->records[g->record].request, event->records[g->record].n_request);
	}
	return json_object();
}

json_t *
carried_by(const struct event *event, int node)
{
	if (node >= RECORD_NODE)
		return carried_titles(event, event->records[node - RECORD_NODE].request,
		    event->records[node - RECORD_NODE].n_request);
	if (node >= MATERIAL_NODE)
		return of_paper(event, &event->materials[node - MATERIAL_NODE]);
	return carried_titles(event, event->items[node].request, event->items[node].n_request);
}
