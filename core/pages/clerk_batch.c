/* /desk/batch: what was picked in the queue, together: looked through, then approved at once, each under
 * its own number of the department. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pages/act.h"
#include "pages/clerk_form.h"
#include "pages/handlers.h"
#include "pages/posted.h"

enum { PICKS_MOST = 20, PLACE = 200 };

/* "number/item": the two apart; NULL: it is none. */
static const char *
item_of(const char *pick, char number[PLACE])
{
	const char *slash = pick ? strchr(pick, '/') : NULL;

	if (!slash || slash - pick >= PLACE || !slash[1])
		return NULL;
	memcpy(number, pick, (size_t)(slash - pick));
	number[slash - pick] = '\0';
	return slash + 1;
}

/* What was picked, as a list; of what came by the address or by the form. */
static json_t *
picks_of(const json_t *posted)
{
	json_t *pick = json_object_get(posted, "pick"), *list = json_array();

	if (json_is_string(pick))
		json_array_append(list, pick);
	for (size_t i = 0; i < json_array_size(pick) && i < PICKS_MOST; i++)
		json_array_append(list, json_array_get(pick, i));
	return list;
}

/* ---- looked through ---- */

static void next_task(struct page *p);

/* What a colleague has done meanwhile is left out. */
static void
with_task(struct page *p, int status)
{
	if (status != 200 && status != 404) {
		page_refuse(p, status);
		return;
	}
	if (status == 200)
		json_array_append(page_field(p, "tasks"), page_field(p, "task"));
	json_array_remove(page_field(p, "picks"), 0);
	next_task(p);
}

static void
next_task(struct page *p)
{
	const json_t *picks = page_field(p, "picks");
	char number[PLACE];
	const char *item = item_of(json_string_value(json_array_get(picks, 0)), number);

	if (json_array_size(picks) == 0)
		act_show_with_departments(p);
	else if (!item)
		page_refuse(p, 400);
	else
		page_get(p, "task", page_target(p, "/api/v1/desk/{}/{}", number, item), with_task);
}

static void
tasks(struct page *p)
{
	page_set_take(p, "tasks", json_array());
	next_task(p);
}

void
clerk_batch(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "desk_batch");
	const char *query = http_raw_query(x);
	json_t *posted;

	if (!p)
		return;
	posted = posted_of(query, strlen(query));
	page_set_take(p, "picks", picks_of(posted));
	json_decref(posted);
	act_begin(p, tasks);
}

/* ---- approved ---- */

static json_t *
decisions_of(const json_t *posted)
{
	json_t *picks = picks_of(posted), *list = json_array();

	for (size_t i = 0; i < json_array_size(picks); i++) {
		char number[PLACE], tail[24];
		const char *item = item_of(json_string_value(json_array_get(picks, i)), number);
		json_t *one;

		if (!item)
			continue;
		snprintf(tail, sizeof tail, "@%zu", i);
		one = clerk_form_decision(posted, tail);
		json_object_set_new(one, "number", json_string(number));
		json_object_set_new(one, "item", json_string(item));
		json_array_append_new(list, one);
	}
	json_decref(picks);
	return list;
}

static void
decided(struct page *p, int status)
{
	if (page_is(p, status, 200))
		page_show(p, 200);
}

void
clerk_batch_decide(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "desk_batch_done");
	json_t *body;
	char *text;

	if (!p || !act_read(p))
		return;
	body = json_pack("{s:o}", "decisions", decisions_of(page_field(p, "again")));
	text = json_canonical_string(body);
	page_ask(p, "answer", &(struct http_request){ .method = "POST", .target = "/api/v1/desk/decisions",
	    .type = "application/json", .body = text, .length = text ? strlen(text) : 0, .headers = {
	    { "Idempotency-Key", act_text(p, "key") ? act_text(p, "key") : "" },
	    { "X-CSRF-Token", act_text(p, "_csrf") ? act_text(p, "_csrf") : "" } } }, decided);
	free(text);
	json_decref(body);
}
