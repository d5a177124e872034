#include "pages/form_twice.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pages/apply.h"
#include "pages/handlers.h"

enum { DRAFT_CEILING = 256 << 10 };

/* The ids of the answers that differ. */
static json_t *
differing(const json_t *stored, const json_t *mine)
{
	json_t *all = json_copy((json_t *)(uintptr_t)stored), *ids = json_array(), *value;
	const char *id;

	json_object_update(all, (json_t *)(uintptr_t)mine);
	json_object_foreach(all, id, value)
		if (!json_equal(json_object_get(stored, id), json_object_get(mine, id)))
			json_array_append_new(ids, json_string(id));
	json_decref(all);
	return ids;
}

void
form_twice_show(struct page *p, json_t *stored, json_t *mine)
{
	char *kept = json_canonical_string(mine);

	page_set_take(p, "differing", differing(json_object_get(stored, "form"), json_object_get(mine, "form")));
	page_set_take(p, "mine_text", json_string(kept ? kept : "{}"));
	page_set_take(p, "stored", json_incref(stored));
	free(kept);
	page_use(p, "form_twice");
	page_show(p, 409);
}

/* ---- chosen ---- */

/* The stored draft with what was picked of the other; papers of both. */
static json_t *
picked(const json_t *stored, const json_t *mine, const json_t *posted)
{
	json_t *draft = json_deep_copy(stored), *form = json_object_get(draft, "form");
	json_t *ids = differing(form, json_object_get(mine, "form"));
	const json_t *id;
	size_t i;

	json_array_foreach(ids, i, id) {
		const char *name = json_string_value(id), *pick = json_text(posted, name);
		json_t *value = json_object_get(json_object_get(mine, "form"), name);

		if (!pick || strcmp(pick, "mine") != 0)
			continue;
		if (value)
			json_object_set(form, name, value);
		else
			json_object_del(form, name);
	}
	json_decref(ids);
	json_object_update_missing(json_object_get(draft, "materials"), json_object_get(mine, "materials"));
	json_object_update(json_object_get(draft, "choices"), json_object_get(mine, "choices"));
	return draft;
}

static void
with_saved(struct page *p, int status)
{
	if (status == 409) /* and once more */
		form_twice_show(p, json_object_get(page_field(p, "answer"), "draft"), page_field(p, "wanted"));
	else if (page_is(p, status, 200))
		apply_go(p, "?saved=1");
}

static void
save(struct page *p)
{
	static const char *const members[] = { "form", "choices", "materials", "disputed", "for" };
	const char *text = json_text(page_field(p, "posted"), "_mine");
	struct error why = { 0 };
	json_t *mine = text ? json_read(text, strlen(text), DRAFT_CEILING, &why) : NULL, *draft, *wanted = json_object();

	if (!mine) {
		json_decref(wanted);
		page_refuse(p, 400);
		return;
	}
	draft = picked(page_field(p, "draft"), mine, page_field(p, "posted"));
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (json_object_get(draft, members[i]))
			json_object_set(wanted, members[i], json_object_get(draft, members[i]));
	json_object_set(wanted, "revision", json_object_get(page_field(p, "draft"), "revision"));
	json_decref(draft);
	json_decref(mine);
	page_set_take(p, "wanted", wanted);
	apply_keep(p, json_incref(wanted), with_saved);
}

void
form_twice(void *node, struct http_exchange *x)
{
	struct page *p = apply_posted(node, x, "form_twice");

	if (!p)
		return;
	apply_load(p, save);
}
