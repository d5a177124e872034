#include "rules/schema.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/codes.h"
#include "rules/condition.h"
#include "rules/expr.h"
#include "rules/form.h"
#include "rules/form_messages.h"
#include "rules/number.h"

/* Makes the schema of an object: of the form, or of a row of one of its lists. */
struct maker {
	const struct event *event;
	const struct question *list; /* NULL: the form */
	json_t **asked;    /* per question: when it is asked, NULL where a schema cannot say */
	json_t *properties, *required, *conditions;
	json_t *x_rules;   /* lent to the makers of rows */
	bool failed;
};

static json_t *row_schema(struct maker *form, const struct question *list);

/* ---- what an answer looks like ---- */

static json_t *
number_json(double v)
{
	return fabs(v) < 1e15 && floor(v) >= v ? json_integer((json_int_t)v) : json_real(v);
}

static json_t *
string_schema(const char *pattern, double min, double max)
{
	json_t *s = json_pack("{s:s}", "type", "string");

	if (pattern)
		json_object_set_new(s, "pattern", json_string(pattern));
	if (max > 0) {
		json_object_set_new(s, "minLength", number_json(min));
		json_object_set_new(s, "maxLength", number_json(max));
	}
	return s;
}

static json_t *
one_of(json_t *s)
{
	json_t *list = json_array();

	json_object_set_new(s, "oneOf", list);
	return list;
}

static json_t *
choice_schema(const struct question *q)
{
	const struct code *c = codes_of(q->type);
	json_t *s = string_schema(NULL, 0, 0), *list = one_of(s);

	for (; c && c->code; c++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "const", c->code, "title", c->name));
	for (size_t i = 0; i < q->n_choices; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "const", q->choices[i].code, "title",
		    q->choices[i].label));
	return s;
}

static json_t *
array_schema(const struct question *q, json_t *items)
{
	double min, max;

	form_limits(q, &min, &max);
	return json_pack("{s:s, s:o, s:o, s:o, s:b}", "type", "array", "items", items, "minItems",
	    number_json(min), "maxItems", number_json(max), "uniqueItems", q->type == TYPE_CHOICES);
}

static json_t *
number_schema(const struct question *q)
{
	double min, max;

	form_limits(q, &min, &max);
	return json_pack("{s:s, s:o, s:o}", "type", q->type == TYPE_MONEY ? "integer" : "number",
	    "minimum", number_json(min), "maximum", number_json(max));
}

static json_t *
address_schema(const struct question *q)
{
	double min, max;

	form_limits(q, &min, &max);
	return json_pack("{s:s, s:{s:o, s:o}, s:[ss], s:b}", "type", "object", "properties",
	    "division", string_schema(number_pattern(TYPE_ADDRESS), 0, 0),
	    "text", string_schema(number_pattern(TYPE_TEXT), min, max),
	    "required", "division", "text", "additionalProperties", 0);
}

static json_t *
moment_schema(enum question_type type)
{
	json_t *s = string_schema(number_pattern(type), 0, 0);

	json_object_set_new(s, "format", json_string(type == TYPE_DATE ? "date" : "date-time"));
	return s;
}

static json_t *
answer_schema(struct maker *m, const struct question *q)
{
	double min, max;

	switch (q->type) {
	case TYPE_YES_NO:
		return json_pack("{s:s}", "type", "boolean");
	case TYPE_CONSENT:
		return json_pack("{s:s, s:b}", "type", "boolean", "const", 1);
	case TYPE_CHOICE:
	case TYPE_ETHNIC_GROUP:
	case TYPE_SEX:
	case TYPE_HOUSEHOLD_RELATION:
	case TYPE_MARITAL_STATUS:
		return choice_schema(q);
	case TYPE_CHOICES:
		return array_schema(q, choice_schema(q));
	case TYPE_LIST:
		return array_schema(q, row_schema(m, q));
	case TYPE_NUMBER:
	case TYPE_MONEY:
		return number_schema(q);
	case TYPE_ADDRESS:
		return address_schema(q);
	case TYPE_DATE:
	case TYPE_DATETIME:
		return moment_schema(q->type);
	case TYPE_EMAIL:
		return string_schema(number_pattern(q->type), 6, 254);
	default:
		form_limits(q, &min, &max);
		return string_schema(number_pattern(q->type), min, max);
	}
}

static void
add_property(struct maker *m, const struct question *q)
{
	json_t *s = answer_schema(m, q);
	const char *about = q->type == TYPE_CONSENT && q->text ? q->text : q->why;

	if (!s)
		m->failed = true;
	if (q->title)
		json_object_set_new(s, "title", json_string(q->title));
	if (about)
		json_object_set_new(s, "description", json_string(about));
	if (q->locked && q->n_from > 0) /* given by the login or a record; filled in when left out */
		json_object_set_new(s, "readOnly", json_true());
	if (json_object_set_new(m->properties, q->id, s) != 0)
		m->failed = true;
}

/* ---- what it cannot say ---- */

static void
add_x_rule(struct maker *m, const char *id, const char *pointer, const char *code, const char *text)
{
	if (json_array_append_new(m->x_rules, json_pack("{s:s, s:s, s:s, s:s}", "id", id, "pointer",
	        pointer, "code", code, "text", text)) != 0)
		m->failed = true;
}

/* A refusal of the answer; of a column it may come in any row, which * stands for. */
static void
add_further(struct maker *m, const struct question *q, const char *sentence)
{
	const char *list = m->list ? m->list->id : "";
	char id[256], pointer[256], text[FORM_MESSAGE], code[FORM_CODE];

	snprintf(id, sizeof id, "%s%s%s.%s", list, m->list ? "." : "", q->id, sentence);
	snprintf(pointer, sizeof pointer, "%s%s%s/%s", m->list ? "/" : "", list, m->list ? "/*" : "", q->id);
	form_message(sentence, q, "zh-CN", text);
	form_code(sentence, code);
	add_x_rule(m, id, pointer, code, text);
}

/* Each source says in its own words what is wrong with another answer. */
static void
add_locked(struct maker *m, const struct question *q)
{
	for (size_t i = 0; i < q->n_from; i++) {
		const char *sentence = form_locked_sentence(q->from[i].value);
		size_t k = 0;

		while (strcmp(form_locked_sentence(q->from[k].value), sentence) != 0)
			k++;
		if (k == i)
			add_further(m, q, sentence);
	}
}

static void
add_value_rules(struct maker *m, const struct question *q)
{
	/* a bank account that fails Luhn is only reminded of */
	if (q->type != TYPE_BANK_CARD)
		for (const char *const *code = number_further(q->type); *code; code++)
			add_further(m, q, *code);
	if (q->type == TYPE_MONEY)
		add_further(m, q, "type"); /* 1.0 is an integer to a schema */
	if (q->type == TYPE_DATE || q->type == TYPE_DATETIME) {
		if (q->not_before)
			add_further(m, q, "too_early");
		if (q->not_after)
			add_further(m, q, "too_late");
	}
	if (q->locked)
		add_locked(m, q);
}

static void
add_sign_rule(struct maker *m, const struct sign *sign)
{
	const char *code = form_otherwise_code(sign->otherwise);
	char pointer[256];

	snprintf(pointer, sizeof pointer, "/%s", sign->id);
	if (code && sign->otherwise_text)
		add_x_rule(m, sign->id, pointer, code, sign->otherwise_text);
}

static void
add_event_rules(struct maker *m)
{
	for (size_t i = 0; i < m->event->n_rules; i++) {
		const struct rule *rule = &m->event->rules[i];
		const char *code = form_otherwise_code(rule->otherwise);
		int question = form_rule_question(m->event, rule);
		char pointer[256] = "", text[FORM_MESSAGE];

		if (!code)
			continue;
		if (question >= 0)
			snprintf(pointer, sizeof pointer, "/%s", m->event->questions[question].id);
		form_message(code, NULL, "zh-CN", text);
		add_x_rule(m, rule->id, pointer, code, rule->text ? rule->text : text);
	}
}

/* ---- when it is asked ---- */

/* The condition `when` already stands among the conditions: its entry, or a new one. */
static json_t *
condition_entry(struct maker *m, json_t *when)
{
	json_t *entry;
	size_t i;

	json_array_foreach(m->conditions, i, entry)
		if (json_equal(json_object_get(entry, "if"), when))
			return entry;
	entry = json_pack("{s:O, s:{s:[]}, s:{s:{}}}", "if", when, "then", "required", "else",
	    "properties");
	if (json_array_append_new(m->conditions, entry) != 0)
		m->failed = true;
	return entry;
}

static void
add_condition(struct maker *m, json_t *when, const char *id, bool required)
{
	json_t *entry = condition_entry(m, when);

	if (json_object_set_new(json_object_get(json_object_get(entry, "else"), "properties"), id,
	        json_false()) != 0)
		m->failed = true;
	if (required && json_array_append_new(json_object_get(json_object_get(entry, "then"), "required"),
	        json_string(id)) != 0)
		m->failed = true;
}

/* When it is asked cannot be said; that it is not where its own condition fails, perhaps can. */
static void
add_unsaid(struct maker *m, const struct question *q)
{
	json_t *when = m->list ? NULL : condition_schema(m->event, q->when, m->asked);

	if (!q->optional)
		add_further(m, q, "required");
	add_further(m, q, "not_asked");
	if (when && !json_is_true(when))
		add_condition(m, when, q->id, false);
	json_decref(when);
}

/* What is locked and left out is filled in where the login or a record says it. */
static void
add_asked(struct maker *m, const struct question *q, json_t *asked)
{
	bool perhaps = q->locked && q->n_from > 0 && !q->optional, needed = !q->optional && !perhaps;

	if (!asked) {
		add_unsaid(m, q);
		return;
	}
	if (perhaps)
		add_further(m, q, "required");
	if (!json_is_true(asked))
		add_condition(m, asked, q->id, needed);
	else if (needed && json_array_append_new(m->required, json_string(q->id)) != 0)
		m->failed = true;
}

struct naming { int question; bool named; };

static void
see_named(void *cookie, int question)
{
	struct naming *n = cookie;

	n->named = n->named || question == n->question;
}

/* Is somebody asked before this one? Who is asked twice is told at the later place. */
static bool
follows_another(const struct event *e, const struct sign *sign)
{
	for (const struct sign *s = e->signs; s < sign; s++)
		if (s->who)
			return true;
	return false;
}

/* A second person is neither the applicant nor asked in two roles. */
static void
add_second_person(struct maker *m, const struct sign *sign)
{
	for (size_t i = 0; i < m->event->n_questions; i++) {
		const struct question *q = &m->event->questions[i];
		struct naming named = { (int)i, false };

		if (q->type != TYPE_ID_NUMBER)
			continue;
		expr_questions(sign->who, m->event, see_named, &named);
		if (named.named) {
			add_further(m, q, "conflict.self");
			if (follows_another(m->event, sign))
				add_further(m, q, "conflict.same");
		}
	}
}

/* One's own consent: true or false, needed by the items that wait for it. That of a second person is
 * never in the form. */
static void
add_sign(struct maker *m, const struct sign *sign)
{
	struct question as = { .id = sign->id, .title = sign->title, .why = sign->text,
		.type = TYPE_YES_NO, .when = sign->when };
	json_t *asked;

	if (sign->who) {
		add_second_person(m, sign);
		return;
	}
	for (size_t i = 0; i < m->event->n_items; i++)
		if (m->event->items[i].signs >> (sign - m->event->signs) & 1)
			as.items |= UINT64_C(1) << i;
	as.decides = as.optional = as.items == 0;
	asked = condition_question(m->event, &as, m->asked);
	add_property(m, &as);
	add_asked(m, &as, asked);
	add_sign_rule(m, sign);
	json_decref(asked);
}

/* An empty `then` says nothing. */
static void
tidy_conditions(struct maker *m)
{
	json_t *entry;
	size_t i;

	json_array_foreach(m->conditions, i, entry)
		if (json_array_size(json_object_get(json_object_get(entry, "then"), "required")) == 0)
			json_object_del(entry, "then");
}

/* ---- the whole ---- */

static bool
begin(struct maker *m, const struct event *event, const struct question *list, json_t *x_rules)
{
	size_t n = list ? list->n_each : event->n_questions;

	*m = (struct maker){ event, list, calloc(n + 1, sizeof *m->asked), json_object(), json_array(),
		json_array(), x_rules, false };
	return m->asked && m->properties && m->required && m->conditions && m->x_rules;
}

static void
end(struct maker *m)
{
	size_t n = m->list ? m->list->n_each : m->event->n_questions;

	for (size_t i = 0; m->asked && i < n; i++)
		json_decref(m->asked[i]);
	free(m->asked);
	json_decref(m->properties);
	json_decref(m->required);
	json_decref(m->conditions);
}

static void
add_questions(struct maker *m, const struct question *questions, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		add_property(m, &questions[i]);
		add_asked(m, &questions[i], m->asked[i]);
		add_value_rules(m, &questions[i]);
	}
}

static json_t *
object_schema(struct maker *m)
{
	json_t *s = json_pack("{s:s, s:O, s:O, s:b}", "type", "object", "properties", m->properties,
	    "required", m->required, "additionalProperties", 0);

	tidy_conditions(m);
	if (!s || (json_array_size(m->conditions) > 0 && json_object_set(s, "allOf", m->conditions) != 0))
		m->failed = true;
	return s;
}

/* That nobody stands in the list twice is beyond a schema. */
static void
add_person(struct maker *m)
{
	const struct question *person = form_person(m->list);

	if (person)
		add_further(m, person, "conflict.twice");
}

static json_t *
row_schema(struct maker *form, const struct question *list)
{
	struct maker m;
	json_t *schema = NULL;

	if (begin(&m, form->event, list, form->x_rules) &&
	    condition_columns(form->event, list, m.asked) == 0) {
		add_questions(&m, list->each, list->n_each);
		add_person(&m);
		schema = object_schema(&m);
	}
	form->failed = form->failed || m.failed || !schema;
	end(&m);
	return schema;
}

static json_t *
assemble(struct maker *m, int32_t today)
{
	json_t *example = schema_example(m->event, today), *s = object_schema(m);

	if (!s || !example ||
	    json_object_set_new(s, "$schema",
	        json_string("https://json-schema.org/draft/2020-12/schema")) != 0 ||
	    json_object_set_new(s, "title",
	        json_string(m->event->title ? m->event->title : m->event->id)) != 0 ||
	    json_object_set(s, "x-rules", m->x_rules) != 0 ||
	    json_object_set_new(s, "examples", json_pack("[O]", example)) != 0)
		m->failed = true;
	json_decref(example);
	return s;
}

json_t *
schema_of(const struct event *event, int32_t today)
{
	struct maker m;
	json_t *schema = NULL;

	if (begin(&m, event, NULL, json_array()) && condition_asked(event, m.asked) == 0) {
		add_questions(&m, event->questions, event->n_questions);
		for (size_t i = 0; i < event->n_signs; i++)
			add_sign(&m, &event->signs[i]);
		add_event_rules(&m);
		schema = assemble(&m, today);
	}
	json_decref(m.x_rules);
	end(&m);
	if (m.failed) {
		json_decref(schema);
		return NULL;
	}
	return schema;
}
