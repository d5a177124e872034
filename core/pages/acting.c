/* /mandates: which agents act for the reader; of an agent, for whom he acts, one more, all of them to a successor. */
#include <string.h>

#include "base/json.h"
#include "pages/act.h"
#include "pages/answers.h"
#include "pages/handlers.h"
#include "pages/papers.h"

static const char own[] = "/mandates";

/* ---- shown ---- */

static bool
is_agent(const struct page *p)
{
	const char *role = json_text(page_field(p, "session"), "role");

	return role && strcmp(role, "agent") == 0;
}

static void
with_mandates(struct page *p, int status)
{
	if (page_is(p, status, 200))
		act_show(p);
}

static void
form(struct page *p)
{
	page_use(p, is_agent(p) ? "roster" : "mandates");
	page_get(p, "mandates", "/api/v1/mandates?limit=200", with_mandates);
}

void
acting_show(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "mandates");

	if (!p)
		return;
	if (http_query(x, "handed"))
		page_set_take(p, "handed", json_true());
	act_begin(p, form);
}

/* ---- given by the resident, or taken by an agent ---- */

static void
copy_text(const struct page *p, json_t *to, const char *name)
{
	if (act_text(p, name))
		json_object_set_new(to, name, json_string(act_text(p, name)));
}

static void
copy_village(const struct page *p, json_t *to)
{
	const char *said = act_text(p, "village");

	if (said)
		json_object_set_new(to, "village", answers_place(said));
}

/* What an agent brings: whom, and the code or the paper. */
static json_t *
taken(const struct page *p)
{
	json_t *body = json_pack("{s:{}}", "for"), *person = json_object_get(body, "for");

	copy_text(p, person, "id_number");
	copy_text(p, person, "full_name");
	copy_text(p, body, "code");
	copy_village(p, body);
	json_object_update(body, page_field(p, "files"));
	return body;
}

/* One that is not right is told beside it; what was uploaded is kept for the next try. */
static void
with_slip(struct page *p)
{
	if (page_field(p, "paper_wrong"))
		act_begin(p, form);
	else
		act_send_take(p, "/api/v1/mandates", taken(p), own, form);
}

void
acting_take(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "roster");
	const char *csrf;
	json_t *files;

	if (!p || !act_read(p))
		return;
	csrf = act_text(p, "_csrf");
	files = json_object();
	if (act_text(p, "had"))
		json_object_set_new(files, "slip", json_string(act_text(p, "had")));
	page_set_take(p, "files", files);
	papers_take(p, files, csrf ? csrf : "", with_slip);
}

/* The fields that name an agent. */
static void
send_agent(struct page *p, const char *target, const char *done)
{
	json_t *body = json_object();

	copy_text(p, body, "agent");
	copy_village(p, body);
	act_send_take(p, target, body, done, form);
}

void
acting_give(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "mandates");

	if (p && act_read(p))
		send_agent(p, "/api/v1/mandates", own);
}

void
acting_hand(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "roster");

	if (p && act_read(p))
		send_agent(p, "/api/v1/mandates/handover", "/mandates?handed=1");
}

void
acting_end(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "mandates");

	if (p && act_read(p))
		act_delete(p, page_target(p, "/api/v1/mandates/{}", page_param(p, "id")), own);
}

/* ---- a code, shown once ---- */

static void
with_code(struct page *p)
{
	page_set_take(p, "code", json_incref(page_field(p, "answer")));
	act_begin(p, form);
}

void
acting_code(void *node, struct http_exchange *x)
{
	struct page *p = page_begin(node, x, "mandates");

	if (!p || !act_read(p))
		return;
	page_set_next(p, with_code);
	act_ask_take(p, "/api/v1/mandates/code", json_object(), form);
}
