#include "declared/differences.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "rules/expr.h"

enum { TEXT_CEILING = 64 << 10 };

static const char *const parts[] = { "items", "materials", "asks", "signs", "rules", "records", "applicants",
	"sections", "terms", "figures", "places", "eithers", NULL };
/* What is told of something new beside its title. */
static const char *const telling[] = { "when", "must", "within", "get", "uses", "request", "fee", NULL };

struct reading {
	const struct event *was, *is;
	json_t *found;
};

static bool
is_among(const char *const *list, const char *name)
{
	while (*list && strcmp(*list, name) != 0)
		list++;
	return *list != NULL;
}

/* ---- in words ---- */

static const char *
title_of(const struct event *e, const char *id)
{
	int i;

	if ((i = event_item(e, id)) >= 0)
		return e->items[i].title;
	if ((i = event_material(e, id)) >= 0)
		return e->materials[i].title;
	if ((i = event_sign(e, id)) >= 0)
		return e->signs[i].title;
	if ((i = event_question(e, id)) >= 0)
		return e->questions[i].title;
	return id;
}

static const char *
way_title(const char *way)
{
	static const char *const ways[][2] = { { "fetch", "向部门调取" }, { "record", "已有登记" },
		{ "produced", "前面的事项产生" }, { "commit", "书面承诺" }, { "upload", "上传" } };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (strcmp(ways[i][0], way) == 0)
			return ways[i][1];
	return way;
}

/* The question that a value handed to a department is the answer of, else how the call names it. */
static const char *
handed_title(const struct event *e, const json_t *param)
{
	const json_t *ref = json_object_get(json_object_get(param, "value"), "ref");
	const char *space = json_string_value(json_array_get(ref, 0)), *id = json_string_value(json_array_get(ref, 1));
	int q = space && id && strcmp(space, "answer") == 0 ? event_question(e, id) : -1;

	return q >= 0 ? e->questions[q].title : json_text(param, "name");
}

static const char *
element_title(const struct event *e, const json_t *element)
{
	if (json_is_string(element))
		return title_of(e, json_string_value(element));
	if (json_text(element, "way"))
		return way_title(json_text(element, "way"));
	if (json_text(element, "label"))
		return json_text(element, "label");
	if (json_text(element, "title"))
		return json_text(element, "title");
	return json_text(element, "name") ? handed_title(e, element) : NULL;
}

static int
tell_list(const struct event *e, const json_t *list, struct text *out)
{
	const json_t *element;
	size_t i;

	json_array_foreach(list, i, element) {
		const char *title = element_title(e, element);

		if (!title)
			return -1;
		text_puts(out, i ? "、" : "");
		text_puts(out, title);
	}
	return json_array_size(list) ? 0 : -1;
}

static int
tell_value(const struct event *e, const json_t *value, struct text *out)
{
	if (json_is_string(value))
		return text_puts(out, json_string_value(value));
	if (json_is_boolean(value))
		return text_puts(out, json_is_true(value) ? "是" : "否");
	if (json_is_integer(value))
		return text_put_number(out, json_integer_value(value));
	if (json_is_array(value))
		return tell_list(e, value, out);
	return json_text(value, "text") ? text_puts(out, json_text(value, "text")) : -1;
}

/* The condition `name` of an entry as it was loaded; NULL: it has none there. */
static const struct expr *
condition_of(const struct event *e, const char *part, const char *id, const char *name)
{
	bool when = strcmp(name, "when") == 0;
	int i;

	if (strcmp(part, "items") == 0 && when && (i = event_item(e, id)) >= 0)
		return e->items[i].when;
	if (strcmp(part, "materials") == 0 && when && (i = event_material(e, id)) >= 0)
		return e->materials[i].when;
	if (strcmp(part, "asks") == 0 && when && (i = event_question(e, id)) >= 0)
		return e->questions[i].when;
	if (strcmp(part, "signs") == 0 && when && (i = event_sign(e, id)) >= 0)
		return e->signs[i].when;
	for (size_t r = 0; strcmp(part, "rules") == 0 && r < e->n_rules; r++)
		if (strcmp(e->rules[r].id, id) == 0)
			return when ? e->rules[r].when : e->rules[r].must;
	return NULL;
}

static const char *
key_of(const json_t *entry)
{
	static const char *const names[] = { "id", "code", "title" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (json_text(entry, names[i]))
			return json_text(entry, names[i]);
	return "";
}

/* A member of an entry in words; NULL: words cannot tell it, or it is not there. */
static json_t *
member_text(const struct event *e, const char *part, const json_t *entry, const char *name)
{
	const json_t *value = json_object_get(entry, name);
	const struct expr *condition = value ? condition_of(e, part, key_of(entry), name) : NULL;
	struct text t;
	json_t *told = NULL;

	text_init(&t, TEXT_CEILING);
	if (value && (condition ? expr_explain(condition, e, &t) : tell_value(e, value, &t)) == 0)
		told = json_string(t.data);
	text_free(&t);
	return told;
}

/* ---- what differs ---- */

static json_t *
note(struct reading *r, const char *part, const char *kind, const json_t *entry)
{
	const char *title = json_text(entry, "title") ? json_text(entry, "title") : json_text(entry, "name");
	json_t *one = json_pack("{s:s, s:s, s:s*, s:s*}", "part", part, "kind", kind, "id",
	    entry ? key_of(entry) : NULL, "title", title);

	return json_array_append_new(r->found, one) == 0 ? one : NULL;
}

static void
add_member(json_t *members, const char *name, json_t *before, json_t *after)
{
	json_t *one = json_pack("{s:s}", "name", name);

	if (!before || !after || !json_equal(before, after)) { /* else they differ in what words cannot tell */
		if (before)
			json_object_set(one, "before", before);
		if (after)
			json_object_set(one, "after", after);
	}
	json_decref(before);
	json_decref(after);
	json_array_append_new(members, one);
}

/* Members of the whole event that are parts by themselves. */
static bool
is_apart(const char *part, const char *name)
{
	return strcmp(part, "event") == 0 && (is_among(parts, name) || strcmp(name, "calls") == 0);
}

static void
compare(struct reading *r, const char *part, json_t *was, json_t *is)
{
	json_t *members = json_array(), *value, *one;
	const char *name;

	json_object_foreach(is, name, value)
		if (!is_apart(part, name) && !json_equal(value, json_object_get(was, name)))
			add_member(members, name, member_text(r->was, part, was, name), member_text(r->is, part, is, name));
	json_object_foreach(was, name, value)
		if (!is_apart(part, name) && !json_object_get(is, name))
			add_member(members, name, member_text(r->was, part, was, name), NULL);
	if (json_array_size(members) > 0 && (one = note(r, part, "changed", is)))
		json_object_set(one, "members", members);
	json_decref(members);
}

static void
add(struct reading *r, const char *part, const json_t *entry)
{
	json_t *one = note(r, part, "added", entry), *members = json_array(), *told;

	for (const char *const *name = telling; one && *name; name++)
		if ((told = member_text(r->is, part, entry, *name)))
			add_member(members, *name, NULL, told);
	if (one && json_array_size(members) > 0)
		json_object_set(one, "members", members);
	json_decref(members);
}

static json_t *
find(const json_t *list, const char *key, size_t *at)
{
	for (*at = 0; *at < json_array_size(list); ++*at)
		if (strcmp(key_of(json_array_get(list, *at)), key) == 0)
			return json_array_get(list, *at);
	return NULL;
}

/* What both have, but one stands before what it stood behind. */
static void
compare_order(struct reading *r, const char *part, const json_t *was, const json_t *is)
{
	size_t before = 0, at, i;
	json_t *entry;

	json_array_foreach(is, i, entry) {
		if (!find(was, key_of(entry), &at))
			continue;
		if (at < before) {
			note(r, part, "moved", entry);
			return;
		}
		before = at;
	}
}

static void
compare_lists(struct reading *r, const char *part, const json_t *was, const json_t *is)
{
	json_t *entry, *other;
	size_t i, at;

	json_array_foreach(is, i, entry) {
		other = find(was, key_of(entry), &at);
		if (other)
			compare(r, part, other, entry);
		else
			add(r, part, entry);
	}
	json_array_foreach(was, i, entry)
		if (!find(is, key_of(entry), &at))
			note(r, part, "removed", entry);
	compare_order(r, part, was, is);
}

static void
compare_calls(struct reading *r, json_t *was, json_t *is)
{
	const char *name;
	json_t *call;

	json_object_foreach(is, name, call)
		if (!json_object_get(was, name))
			add(r, "calls", call);
		else
			compare(r, "calls", json_object_get(was, name), call);
	json_object_foreach(was, name, call)
		if (!json_object_get(is, name))
			note(r, "calls", "removed", call);
}

json_t *
differences_list(const struct event *was, const struct event *is)
{
	struct reading r = { .was = was, .is = is, .found = json_array() };
	const json_t *before = was ? was->declared : NULL;

	if (!r.found || (was && memcmp(was->version, is->version, sizeof is->version) == 0))
		return r.found;
	if (was)
		compare(&r, "event", was->declared, is->declared);
	else
		note(&r, "event", "added", is->declared);
	for (const char *const *part = parts; *part; part++)
		compare_lists(&r, *part, json_object_get(before, *part), json_object_get(is->declared, *part));
	compare_calls(&r, json_object_get(before, "calls"), json_object_get(is->declared, "calls"));
	if (json_array_size(r.found) == 0) /* two entries of one name */
		note(&r, "event", "changed", is->declared);
	return r.found;
}
