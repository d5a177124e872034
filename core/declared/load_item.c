/* load_item.c: the items, and what records and ways of materials share with them: a call of a
 * department and what it gives. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "declared/loading.h"

void
loading_call(struct loading *l, const char *by, char **department, char **call)
{
	const char *dot = by ? strchr(by, '.') : NULL;

	if (!dot) {
		loading_fail(l, "call", by);
		return;
	}
	*department = strndup(by, (size_t)(dot - by));
	*call = strdup(dot + 1);
	if (!*department || !*call)
		loading_fail(l, "memory for", by);
}

struct output *
loading_outputs(struct loading *l, const char *by, size_t *n)
{
	const json_t *call = json_object_get(l->calls, by), *list;
	struct output *outputs;

	if (!call)
		loading_fail(l, "call", by);
	outputs = loading_array(l, call, "gives", sizeof *outputs, n, &list);
	for (size_t i = 0; i < *n; i++) {
		const json_t *given = json_array_get(list, i);

		outputs[i].name = loading_must_text(l, given, "name");
		outputs[i].type = loading_type(l, given);
		outputs[i].optional = json_is_true(json_object_get(given, "optional"));
	}
	return outputs;
}

/* A list of texts; the array and what is in it are yours. */
static char **
load_texts(struct loading *l, const json_t *json, const char *name, size_t *n)
{
	const json_t *list;
	char **texts = loading_array(l, json, name, sizeof *texts, n, &list);

	for (size_t i = 0; i < *n; i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (!(texts[i] = strdup(text ? text : "")))
			loading_fail(l, "memory for", name);
	}
	return texts;
}

static void
load_before(struct loading *l, struct before *b, const json_t *json)
{
	b->papers = load_texts(l, json, "papers", &b->n_papers);
	b->visits = (int)json_integer_value(json_object_get(json, "visits"));
	b->working_days = (int)json_integer_value(json_object_get(json, "working_days"));
	b->source = loading_text(l, json, "source");
}

/* What ties an item to others. */
static void
load_ties(struct loading *l, struct item *it, const json_t *json)
{
	const char *later_of = json_text(json, "later_of");

	it->needs = loading_mask(l, json, "needs", event_item);
	it->uses = loading_mask(l, json, "uses", event_material);
	it->signs = loading_sign_mask(l, json);
	it->tell = json_is_true(json_object_get(json, "tell"));
	it->later_of = later_of ? event_item(l->event, later_of) : -1;
	if (later_of && (it->later_of < 0 || !it->tell))
		loading_fail(l, "later of", later_of);
}

void
loading_item(struct loading *l, struct item *it, const json_t *json)
{
	const json_t *fee = json_object_get(json, "fee");
	const char *choice = json_text(json, "choice");

	it->by = loading_must_text(l, json, "by");
	loading_call(l, it->by, &it->department, &it->call);
	it->when = loading_expr(l, json_object_get(json, "when"));
	load_ties(l, it, json);
	it->choice = !choice ? CHOICE_NONE : strcmp(choice, "on") == 0 ? CHOICE_ON : CHOICE_OFF;
	loading_duration(l, json, "within", &it->within);
	loading_duration(l, json, "by_law", &it->by_law);
	loading_duration(l, json, "notice", &it->notice);
	it->delivery = load_texts(l, json, "delivery", &it->n_delivery);
	it->fee_fen = fee ? json_integer_value(json_object_get(fee, "fen")) : -1;
	it->fee_text = loading_text(l, fee, "text");
	it->in_person = loading_text(l, json, "in_person");
	it->issues = loading_text(l, json, "issues");
	it->visit = loading_text(l, json, "visit");
	load_before(l, &it->before, json_object_get(json, "before"));
	if (l->failed)
		return;
	loading_request(l, json, it->by, &it->request, &it->n_request);
	it->undo = json_is_true(json_object_get(json_object_get(l->calls, it->by), "undo"));
	it->outputs = loading_outputs(l, it->by, &it->n_outputs);
}
