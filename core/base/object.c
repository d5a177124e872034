#include "base/object.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"

void
object_begin(struct object *o, struct text *text)
{
	o->text = text;
	o->n = 0;
	o->sorted = true;
	text_putc(text, '{');
}

void
object_key(struct object *o, const char *key)
{
	if (o->n == OBJECT_MEMBERS) {
		o->text->failed = true;
		return;
	}
	if (o->n > 0) {
		o->sorted = o->sorted && strcmp(o->member[o->n - 1].key, key) < 0;
		text_putc(o->text, ',');
	}
	o->member[o->n++] = (struct object_member){ key, o->text->length };
	text_putc(o->text, '"');
	text_puts(o->text, key);
	text_put(o->text, "\":", 2);
}

struct piece { const char *key, *bytes; size_t length; };

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct piece *)a)->key, ((const struct piece *)b)->key);
}

/* The members as they were put lie one after the other, a comma between two. */
static void
sort_members(struct object *o)
{
	size_t from = o->member[0].at, length = o->text->length - from;
	struct piece pieces[OBJECT_MEMBERS];
	char *copy = malloc(length);

	if (!copy) {
		memory_lost();
		o->text->failed = o->text->no_memory = true;
		return;
	}
	memcpy(copy, o->text->data + from, length);
	for (int i = 0; i < o->n; i++) {
		size_t end = i + 1 < o->n ? o->member[i + 1].at - 1 : o->text->length;

		pieces[i] = (struct piece){ o->member[i].key, copy + (o->member[i].at - from), end - o->member[i].at };
	}
	qsort(pieces, (size_t)o->n, sizeof *pieces, by_key);
	o->text->length = from;
	for (int i = 0; i < o->n; i++) {
		if (i > 0)
			text_putc(o->text, ',');
		text_put(o->text, pieces[i].bytes, pieces[i].length);
	}
	free(copy);
}

void
object_end(struct object *o)
{
	if (!o->sorted && !o->text->failed)
		sort_members(o);
	text_putc(o->text, '}');
}

void
object_string(struct object *o, const char *key, const char *value)
{
	object_key(o, key);
	if (value)
		text_put_json_string(o->text, value);
	else
		text_puts(o->text, "null");
}

void
object_number(struct object *o, const char *key, int64_t value)
{
	object_key(o, key);
	text_put_number(o->text, value);
}

void
object_json(struct object *o, const char *key, const json_t *value)
{
	object_key(o, key);
	if (!value)
		text_puts(o->text, "null");
	else if (json_canonical(value, o->text) != 0)
		o->text->failed = true;
}

void
object_json_take(struct object *o, const char *key, json_t *value)
{
	object_json(o, key, value);
	json_decref(value);
}

void
object_members(struct object *o, json_t *other)
{
	const char *key;
	json_t *value;

	json_object_foreach(other, key, value)
		object_json(o, key, value);
}

void
object_comma(struct text *text, bool *begun)
{
	if (*begun)
		text_putc(text, ',');
	*begun = true;
}
