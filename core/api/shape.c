#include "api/shape.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static json_t *read_shape(const char **at);

static json_t *
simple(char letter)
{
	switch (letter) {
	case 's': return json_pack("{s:s}", "type", "string");
	case 'i': return json_pack("{s:s}", "type", "integer");
	case 'n': return json_pack("{s:s}", "type", "number");
	case 'b': return json_pack("{s:s}", "type", "boolean");
	case 'o': return json_pack("{s:s}", "type", "object");
	case 'd': return json_pack("{s:s, s:s}", "type", "string", "format", "date");
	case 't': return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
	case '*': return json_object();
	default: return NULL;
	}
}

/* The letters of a name; moves on to what follows. */
static bool
read_name(const char **at, char name[64])
{
	size_t n = strspn(*at, "abcdefghijklmnopqrstuvwxyz_0123456789");

	if (n == 0 || n >= 64)
		return false;
	memcpy(name, *at, n);
	name[n] = '\0';
	*at += n;
	return true;
}

static json_t *
read_reference(const char **at)
{
	char name[64];

	++*at;
	return read_name(at, name) ? json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%s", name))
	    : NULL;
}

static json_t *
read_array(const char **at)
{
	json_t *items;

	++*at;
	items = read_shape(at);
	if (!items || **at != ']') {
		json_decref(items);
		return NULL;
	}
	++*at;
	return json_pack("{s:s, s:o}", "type", "array", "items", items);
}

/* One "name:shape" or "name?:shape". NULL: none. `needed` is told of the name. */
static json_t *
read_member(const char **at, char name[64], bool *needed)
{
	if (**at == '*') {
		strcpy(name, "*");
		++*at;
	} else if (!read_name(at, name)) {
		return NULL;
	}
	*needed = **at != '?' && *name != '*';
	*at += **at == '?';
	if (**at != ':')
		return NULL;
	++*at;
	return read_shape(at);
}

static json_t *
read_object(const char **at)
{
	json_t *properties = json_object(), *required = json_array(), *others = NULL, *value;
	char name[64];
	bool needed;

	++*at;
	while (properties && required && **at && **at != '}') {
		value = read_member(at, name, &needed);
		if (!value)
			goto bad;
		if (*name == '*')
			others = value;
		else
			json_object_set_new(properties, name, value);
		if (needed)
			json_array_append_new(required, json_string(name));
		*at += strspn(*at, " ");
	}
	if (**at == '}') {
		++*at;
		return json_pack("{s:s, s:o, s:o, s:o*}", "type", "object", "properties", properties,
		    "required", required, "additionalProperties", others);
	}
bad:
	json_decref(properties);
	json_decref(required);
	json_decref(others);
	return NULL;
}

static json_t *
read_shape(const char **at)
{
	json_t *schema;

	if (**at == '@')
		schema = read_reference(at);
	else if (**at == '[')
		schema = read_array(at);
	else if (**at == '{')
		schema = read_object(at);
	else
		schema = **at ? simple(*(*at)++) : NULL;
	if (!schema || **at != '?')
		return schema;
	++*at;
	return json_pack("{s:[o, {s:s}]}", "anyOf", schema, "type", "null");
}

json_t *
shape_schema(const char *shape)
{
	json_t *schema = read_shape(&shape);

	if (schema && *shape) {
		json_decref(schema);
		return NULL;
	}
	return schema;
}

int
shape_query(const char *members, json_t *list)
{
	char name[64];
	bool needed;

	while (*members) {
		json_t *schema = read_member(&members, name, &needed);

		if (!schema || json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in",
		    "query", "required", needed, "schema", schema)) != 0)
			return -1;
		members += strspn(members, " ");
	}
	return 0;
}
