#include "flows/connectors.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "flows/approval.h"
#include "flows/removal.h"
#include "seal/digest.h"
#include "store/approval.h"
#include "store/store.h"

enum { STORED_CEILING = 1 << 16 };

/* One file on its way. */
struct choosing {
	struct store *s;
	const char *id;
	char subject[80]; /* what it is published as */
	json_t *content;  /* what its version is made of */
	char *text;       /* the same, canonical */
	uint8_t version[32];
	struct store_standing standing;
};

static int
no_memory(struct error *why)
{
	return error_set(why, ERROR_TEMPORARY, "no memory");
}

/* How it stands; end it with end(). */
static int
begin(struct choosing *c, struct store *s, const json_t *file, struct error *why)
{
	static const char *const apart[] = { "kind", "file", "line", "calls" };

	*c = (struct choosing){ .s = s, .id = json_text(file, "id") };
	removal_subject("connector", c->id ? c->id : "", c->subject);
	c->content = json_copy((json_t *)(uintptr_t)file);
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		json_object_del(c->content, apart[i]);
	c->text = c->content ? json_canonical_string(c->content) : NULL;
	if (!c->text)
		return no_memory(why);
	digest_sha256(c->text, strlen(c->text), c->version);
	return store_approval_standing(s, c->version, c->subject, &c->standing, why);
}

static void
end(struct choosing *c)
{
	json_decref(c->content);
	free(c->text);
}

static bool
is_in_force(const struct choosing *c)
{
	return c->standing.published && memcmp(c->standing.in_force, c->version, sizeof c->version) == 0;
}

/* --- what differs --- */

static json_t *
tell(const char *name, const json_t *value)
{
	static const struct { json_int_t ms; const char *unit; } units[] = { { 86400000, "天" }, { 3600000, "小时" },
		{ 60000, "分钟" }, { 1000, "秒" }, { 1, "毫秒" } };
	size_t length = strlen(name), i = 0;
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value))
		return json_is_string(value) ? json_string(json_string_value(value)) : NULL;
	if (length < 3 || strcmp(name + length - 3, "_ms") != 0)
		return json_sprintf("%" JSON_INTEGER_FORMAT, n);
	while (n % units[i].ms != 0)
		i++;
	return json_sprintf("%" JSON_INTEGER_FORMAT " %s", n / units[i].ms, units[i].unit);
}

static void
compare(json_t *members, const char *name, const json_t *was, const json_t *is)
{
	json_t *one;

	if (was && is && json_equal(was, is))
		return;
	one = json_pack("{s:s}", "name", name);
	if (was)
		json_object_set_new(one, "before", tell(name, was));
	if (is)
		json_object_set_new(one, "after", tell(name, is));
	json_array_append_new(members, one);
}

static json_t *
differences(const json_t *was, json_t *is)
{
	json_t *members = json_array(), *value;
	const char *name;

	json_object_foreach(is, name, value)
		compare(members, name, json_object_get(was, name), value);
	json_object_foreach((json_t *)(uintptr_t)was, name, value)
		if (!json_object_get(is, name))
			compare(members, name, value, NULL);
	return json_pack("[{s:s, s:s, s:s*, s:s*, s:o}]", "part", "connectors", "kind", "changed", "id",
	    json_text(is, "id"), "title", json_text(is, "title"), "members", members);
}

/* --- what is kept back --- */

/* What is in force of it; NULL and *why. */
static json_t *
stored(struct store *s, const char *subject, const uint8_t version[32], struct error *why)
{
	char *text = store_version_get(s, version, why);
	json_t *before = text ? json_read(text, strlen(text), STORED_CEILING, why) : NULL;

	if (!text && why->kind == ERROR_NONE)
		error_set(why, ERROR_BROKEN, "what is in force of %s is not stored", subject);
	free(text);
	return before;
}

static int
keep_back(const struct choosing *c, json_t *file, json_t *proposed, struct error *why)
{
	json_t *before = stored(c->s, c->subject, c->standing.in_force, why), *one;

	if (!before)
		return -1;
	one = json_pack("{s:s, s:s*, s:o, s:o, s:o}", "department", c->id, "title", json_text(c->content, "title"),
	    "version", catalog_version_text(c->version), "replaces", catalog_version_text(c->standing.in_force), "changes",
	    differences(before, c->content));
	for (void *at = json_object_iter(c->content); at; at = json_object_iter_next(c->content, at))
		json_object_del(file, json_object_iter_key(at));
	json_object_update(file, before);
	json_decref(before);
	if (json_array_append_new(proposed, one) != 0)
		return no_memory(why);
	log_warning("department %s: what its file says of how it is called is approved by %d of %d people: in force stays "
	    "what was", c->id, c->standing.approvals, APPROVAL_NEEDED);
	return 0;
}

static int
choose(const struct choosing *c, bool four_eyes, json_t *file, json_t *proposed, struct error *why)
{
	bool may = !four_eyes || !c->standing.published || c->standing.approvals >= APPROVAL_NEEDED || is_in_force(c);

	if (!is_in_force(c) && store_version_put(c->s, c->version, c->subject, c->text, may, why) != 0)
		return -1;
	return may ? 0 : keep_back(c, file, proposed, why);
}

int
connectors_choose(struct store *s, bool four_eyes, json_t *files, json_t *proposed, struct error *why)
{
	struct choosing c;
	json_t *file;
	int done = 0;
	size_t i;

	json_array_foreach(files, i, file) {
		done = begin(&c, s, file, why);
		if (done == 0)
			done = choose(&c, four_eyes, file, proposed, why);
		end(&c);
		if (done != 0)
			break;
	}
	return done;
}

/* --- without a file --- */

static int
keep(struct store *s, const struct store_published *in_force, const uint8_t removal[32], json_t *files,
    json_t *proposed, struct error *why)
{
	json_t *before = stored(s, in_force->subject, in_force->version, why);

	if (!before)
		return -1;
	if (json_array_append_new(proposed, removal_tell(in_force, removal, json_text(before, "title"))) == 0 &&
	    json_array_append(files, before) == 0) {
		json_decref(before);
		return 0;
	}
	json_decref(before);
	return no_memory(why);
}

int
connectors_remove(struct store *s, bool four_eyes, const struct removals *gone, json_t *files, json_t *proposed,
    struct error *why)
{
	for (size_t i = 0; i < gone->n; i++) {
		const struct store_published *in_force = &gone->list[i];
		uint8_t removal[32];
		bool stays;

		if (!removal_department(in_force->subject))
			continue;
		if (removal_choose(s, four_eyes, in_force, &stays, removal, why) != 0 ||
		    (stays && keep(s, in_force, removal, files, proposed, why) != 0))
			return -1;
	}
	return 0;
}

int
connectors_waiting(struct store *s, const json_t *files, struct error *why)
{
	struct choosing c;
	const json_t *file;
	int waiting = 0, done = 0;
	size_t i;

	json_array_foreach(files, i, file) {
		done = begin(&c, s, file, why);
		waiting += done == 0 && c.standing.published && !is_in_force(&c);
		end(&c);
		if (done != 0)
			break;
	}
	return done == 0 ? waiting : -1;
}
