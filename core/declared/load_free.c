#include <stdlib.h>

#include "declared/loading.h"

static void
free_question(struct question *q)
{
	free(q->id);
	free(q->title);
	free(q->why);
	free(q->example);
	free(q->text);
	free(q->not_after);
	free(q->not_before);
	for (size_t i = 0; i < q->n_choices; i++) {
		free(q->choices[i].code);
		free(q->choices[i].label);
	}
	free(q->choices);
	loading_expr_free(q->when);
	for (size_t i = 0; i < q->n_from; i++) {
		loading_expr_free(q->from[i].value);
		loading_expr_free(q->from[i].when);
	}
	free(q->from);
	for (size_t i = 0; i < q->n_each; i++)
		free_question(&q->each[i]); /* a column has no columns */
	free(q->each);
}

static void
free_sign(struct sign *s)
{
	free(s->id);
	free(s->name);
	free(s->title);
	loading_expr_free(s->who);
	free(s->text);
	free(s->within.text);
	free(s->otherwise_text);
	loading_expr_free(s->when);
	free(s->shows);
}

static void
free_term(struct term *t)
{
	free(t->id);
	free(t->title);
	for (size_t i = 0; i < t->n_rows; i++) {
		json_decref(t->rows[i].value);
		loading_expr_free(t->rows[i].value_expr);
		loading_expr_free(t->rows[i].when);
	}
	free(t->rows);
}

static void
free_rule(struct rule *r)
{
	free(r->id);
	free(r->text);
	loading_expr_free(r->must);
	loading_expr_free(r->when);
}

static void
free_material(struct material *m)
{
	free(m->id);
	free(m->title);
	loading_expr_free(m->when);
	for (size_t i = 0; i < m->n_get; i++) {
		free(m->get[i].by);
		free(m->get[i].department);
		free(m->get[i].call);
		free(m->get[i].text);
		loading_request_free(m->get[i].request, m->get[i].n_request);
	}
	free(m->get);
}

static void
free_outputs(struct output *outputs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(outputs[i].name);
	free(outputs);
}

static void
free_texts(char **texts, size_t n)
{
	for (size_t i = 0; texts && i < n; i++)
		free(texts[i]);
	free(texts);
}

static void
free_either(struct either *x)
{
	free(x->id);
	free(x->title);
}

static void
free_item(struct item *it)
{
	free(it->id);
	free(it->title);
	free(it->by);
	free(it->department);
	free(it->call);
	loading_expr_free(it->when);
	loading_request_free(it->request, it->n_request);
	free(it->within.text);
	free(it->by_law.text);
	free(it->notice.text);
	free_texts(it->delivery, it->n_delivery);
	free(it->fee_text);
	free(it->in_person);
	free(it->issues);
	free(it->visit);
	free_texts(it->before.papers, it->before.n_papers);
	free(it->before.source);
	free_outputs(it->outputs, it->n_outputs);
}

static void
free_names(struct event *e)
{
	for (size_t i = 0; i < e->n_applicants; i++) {
		free(e->applicants[i].id);
		free(e->applicants[i].title);
	}
	for (size_t i = 0; i < e->n_records; i++) {
		free(e->records[i].id);
		free(e->records[i].title);
		free(e->records[i].by);
		free(e->records[i].department);
		free(e->records[i].call);
		free_outputs(e->records[i].outputs, e->records[i].n_outputs);
		loading_request_free(e->records[i].request, e->records[i].n_request);
	}
	for (size_t i = 0; i < e->n_sections; i++)
		free(e->sections[i].title);
	for (size_t i = 0; i < e->n_figures; i++) {
		free(e->figures[i].id);
		free(e->figures[i].title);
		json_decref(e->figures[i].usual);
	}
	for (size_t i = 0; i < e->n_places; i++) {
		free(e->places[i].code);
		free(e->places[i].name);
		json_decref(e->places[i].figures);
	}
	free(e->applicants);
	free(e->records);
	free(e->sections);
	free(e->figures);
	free(e->places);
}

#define FREE_EACH(field, free_one) do { \
	for (size_t i_ = 0; i_ < e->n_##field; i_++) \
		free_one(&e->field[i_]); \
	free(e->field); \
} while (0)

void
event_free(struct event *e)
{
	if (!e)
		return;
	free_names(e);
	FREE_EACH(questions, free_question);
	FREE_EACH(signs, free_sign);
	FREE_EACH(terms, free_term);
	FREE_EACH(rules, free_rule);
	FREE_EACH(materials, free_material);
	FREE_EACH(items, free_item);
	FREE_EACH(eithers, free_either);
	loading_expr_free(e->place);
	loading_expr_free(e->known_by);
	for (size_t i = 0; i < e->n_once_per; i++)
		loading_expr_free(e->once_per[i]);
	free(e->once_per);
	free(e->id);
	free(e->title);
	free(e->lead);
	free(e->basis);
	free(e->since);
	free(e->ends);
	json_decref(e->declared);
	free(e);
}
