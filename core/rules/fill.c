#include "rules/fill.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { FILL_PARAMS = 128 }; /* a call takes no more */

/* The same order of members as json_canonical: by bytes of the name. */
static void
sort_params(const struct param *params, size_t n, uint8_t order[FILL_PARAMS])
{
	for (size_t i = 0; i < n; i++) {
		size_t k = i;

		for (; k > 0 && strcmp(params[order[k - 1]].name, params[i].name) > 0; k--)
			order[k] = order[k - 1];
		order[k] = (uint8_t)i;
	}
}

/* {"name":value,...}. What is unknown and optional is left out; unknown and insisted on: -1. */
static int
put_data(const struct param *params, size_t n, const struct facts *facts, struct text *out)
{
	uint8_t order[FILL_PARAMS];
	bool first = true;

	if (n > FILL_PARAMS)
		return -1;
	sort_params(params, n, order);
	text_putc(out, '{');
	for (size_t i = 0; i < n; i++) {
		const struct param *p = &params[order[i]];
		json_t *value = expr_value(p->value, facts);
		int rc;

		if (!value && p->optional)
			continue;
		if (!value)
			return -1;
		if (!first)
			text_putc(out, ',');
		first = false;
		text_put_json_string(out, p->name);
		text_putc(out, ':');
		rc = json_canonical(value, out);
		json_decref(value);
		if (rc != 0)
			return -1;
	}
	return text_putc(out, '}');
}

struct envelope {
	const char *number, *item, *prefix;
	const char *of; /* the key of the operation that it belongs to, or NULL */
	int round;
	const struct param *params;
	size_t n_params;
	const json_t *materials;
};

static int
put_body(const struct envelope *e, const struct facts *facts, struct text *out)
{
	text_puts(out, "{\"application\":");
	text_put_json_string(out, e->number);
	text_puts(out, ",\"data\":");
	if (put_data(e->params, e->n_params, facts, out) != 0)
		return -1;
	/* ids are of letters, digits and underlines: nothing in them wants escaping */
	text_putf(out, ",\"item\":\"%s%s\",\"materials\":", e->prefix, e->item);
	if (!e->materials || json_array_size(e->materials) == 0)
		text_puts(out, "[]");
	else if (json_canonical(e->materials, out) != 0)
		return -1;
	if (e->of) {
		text_puts(out, ",\"of\":");
		text_put_json_string(out, e->of);
	}
	return text_putf(out, ",\"round\":%d}", e->round);
}

/* All or nothing: half a body is never left in `out`. */
static int
append_body(const struct envelope *e, const struct facts *facts, struct text *out)
{
	size_t length = out->length;

	if (put_body(e, facts, out) == 0 && !out->failed)
		return 0;
	out->length = length;
	if (out->data)
		out->data[length] = '\0';
	return -1;
}

int
fill_body(const struct event *event, int item, int round, const char *number,
    const struct facts *facts, const json_t *materials, struct text *out)
{
	const struct item *i = &event->items[item];
	struct envelope e = { number, i->id, "", NULL, round, i->request, i->n_request, materials };

	return append_body(&e, facts, out);
}

int
fill_later(const struct event *event, int item, int round, const char *number, const char *of,
    const struct facts *facts, struct text *out)
{
	const struct item *i = &event->items[item];
	struct envelope e = { number, event->items[i->later_of].id, "", of, round, i->request,
		i->n_request, NULL };
	json_t *data = fill_data(event, item, facts);
	size_t n = json_object_size(data);

	json_decref(data);
	return n > 0 ? append_body(&e, facts, out) : -1;
}

int
fill_undo(const struct event *event, int item, int round, const char *number, const char *of,
    const char *receipt, struct text *out)
{
	text_puts(out, "{\"application\":");
	text_put_json_string(out, number);
	text_putf(out, ",\"item\":\"%s\",\"of\":\"%s\",\"result_id\":", event->items[item].id, of);
	if (receipt)
		text_put_json_string(out, receipt);
	else
		text_puts(out, "null");
	return text_putf(out, ",\"round\":%d}", round);
}

int
fill_record(const struct event *event, int record, int round, const char *number,
    const struct facts *facts, struct text *out)
{
	const struct record *r = &event->records[record];
	struct envelope e = { number, r->id, "record:", NULL, round, r->request, r->n_request, NULL };

	return append_body(&e, facts, out);
}

int
fill_fetch(const struct event *event, int material, int way, int round, const char *number,
    const struct facts *facts, struct text *out)
{
	const struct material *m = &event->materials[material];
	struct envelope e = { number, m->id, "material:", NULL, round, NULL, 0, NULL };

	if (way < 0 || (size_t)way >= m->n_get)
		return -1;
	if (m->get[way].way == WAY_FETCH) {
		e.params = m->get[way].request;
		e.n_params = m->get[way].n_request;
	} else if (m->get[way].way == WAY_RECORD) {
		e.params = event->records[m->get[way].record].request;
		e.n_params = event->records[m->get[way].record].n_request;
	} else {
		return -1;
	}
	return append_body(&e, facts, out);
}

json_t *
fill_data(const struct event *event, int item, const struct facts *facts)
{
	const struct item *i = &event->items[item];
	json_t *data = json_object();

	for (size_t p = 0; data && p < i->n_request; p++) {
		json_t *value = expr_value(i->request[p].value, facts);

		if (value && json_object_set_new(data, i->request[p].name, value) != 0) {
			json_decref(data);
			return NULL;
		}
	}
	return data;
}
