/* Papers: taken in from people, shown to whoever may see them, fetched by the departments that were told
 * of them. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "flows/files.h"
#include "flows/heads.h"
#include "flows/intake.h"

enum { UNUSED_MOST = 10 * UPLOADS_MOST };

/* --- taking in --- */

static void
answer_taken(struct http_exchange *x, const struct file *f)
{
	char place[64];

	snprintf(place, sizeof place, "/api/v1/files/%s", f->id);
	http_add_header(x, "Location", place);
	api_json_take(x, 201, files_object(f));
}

static void
answer_not_taken(struct http_exchange *x, const struct error *why)
{
	if (why->kind == ERROR_CONFLICT)
		http_problem(x, 401, "unauthorized", "请重新登录", "登录已失效,没有保存。", NULL);
	else
		api_unavailable(x, why);
}

/* Nobody fills the store with papers that no application names. */
bool
api_files_too_many(struct store *s, const struct account *who, struct http_exchange *x)
{
	struct error why = { 0 };
	int64_t n = store_files_unused(s, who->id, &why);

	if (n < 0) {
		api_unavailable(x, &why);
	} else if (n >= UNUSED_MOST) {
		http_add_header(x, "Retry-After", "86400");
		http_problem(x, 429, "too-many-files", "上传的文件太多", "您有许多上传后还没有使用的文件。"
		    "请先把它们用在申请里,或者等七天后系统自动清理。", NULL);
	}
	return n < 0 || n >= UNUSED_MOST;
}

void
api_files_take(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct account who;
	struct store *s;
	struct file f;
	size_t length;
	const char *body = http_body(x, &length), *type, *wrong;

	if (account_of(n, x, &who) != 0)
		return;
	if (who.role != ROLE_CITIZEN && who.role != ROLE_AGENT) {
		http_problem(x, 403, "forbidden", "不能上传", "只有申请人本人和代办员可以上传材料。", NULL);
		return;
	}
	type = upload_type(body, length, &wrong);
	if (!type) {
		http_problem(x, 415, "media-type", "这个文件不能用", wrong, NULL);
		return;
	}
	s = sight_store(n, x, &why);
	if (!s)
		api_unavailable(x, &why);
	else if (api_files_too_many(s, &who, x))
		return;
	else if (files_take_in(n, s, &who, body, length, type, &f, &why) == 0)
		answer_taken(x, &f);
	else
		answer_not_taken(x, &why);
}

/* --- showing --- */

static void
show(struct node *n, struct store *s, struct http_exchange *x, const struct file *f)
{
	struct error why = { 0 };
	char disposition[80];
	char *content;

	if (!http_reserve(x, (size_t)f->size))
		return;
	content = files_read(n, s, f, &why);
	if (!content) {
		api_unavailable(x, &why);
		return;
	}
	snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.%s\"", f->id, f->type);
	http_add_header(x, "Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'");
	http_add_header(x, "Content-Disposition", disposition);
	http_answer_take(x, 200, upload_media_type(f->type), content, (size_t)f->size);
}

struct looker { /* who wants to see a file, and through which application he may */
	struct node *node;
	struct store *store;
	struct http_exchange *x;
	struct account *who;
	const struct file *file;
	struct { int32_t home; int64_t application; } uses[2 * UPLOADS_MOST];
	size_t n;
	bool is_slip, wants_purpose;
	enum store_draft_names draft;
};

static int
note_use(void *cookie, const struct store_file_use *use, struct error *why)
{
	struct looker *l = cookie;

	(void)why;
	if (l->n < sizeof l->uses / sizeof *l->uses) {
		l->uses[l->n].home = use->home;
		l->uses[l->n++].application = use->application;
	}
	return 0;
}

/* A clerk sees what his department was told: 1, 0, -1. */
static int
department_has_it(const struct looker *l, const struct store_case *c, struct error *why)
{
	const char *department = sight_department(l->who);
	int carried = department == NULL;

	for (size_t i = 0; i < c->n_operations && carried == 0; i++)
		if (strcmp(c->operations[i].department, department) == 0 && !c->operations[i].undo)
			carried = files_carried(l->node, c, &c->operations[i], l->file->id, why);
	return carried;
}

/* Through this application: 1 (and that is noted), 0, -1. */
static int
sees_through(struct looker *l, int32_t home, int64_t application, struct error *why)
{
	struct store_case c = { 0 };
	int sees = store_case_by_id(l->store, home, application, l->who->role == ROLE_CLERK, &c, why);

	if (sees == 1)
		sees = sight_may(l->who, &c) ? department_has_it(l, &c, why) : 0;
	if (sees == 1 && sight_wants_purpose(l->node, l->x, l->who, &c)) {
		l->wants_purpose = true;
		sees = 0;
	}
	if (sees == 1 && sight_note(l->node, l->store, l->who, &c, "file", "shown", why) != 0)
		sees = -1;
	store_case_free(&c);
	return sees;
}

static int
note_slip(void *cookie, const struct store_mandate *m, struct error *why)
{
	struct looker *l = cookie;

	(void)why;
	l->is_slip = l->is_slip || (m->slip == l->file->row && m->slip_division == l->file->division);
	return 0;
}

/* A paper by which somebody is said to have let an agent act for him: he sees what he is said to have signed. */
static int
signed_it(struct looker *l, struct error *why)
{
	if (l->who->role != ROLE_CITIZEN || l->file->account == l->who->id)
		return 0;
	return store_mandates(l->store, l->who->person, note_slip, l, why) == 0 ? l->is_slip : -1;
}

/* A draft of his names it: 1, 0, -1. Whose that is, is noted before an agent sees it. */
static int
has_in_draft(struct looker *l, struct error *why)
{
	int64_t now = node_now(l->node);
	uint8_t person[16];
	const struct store_access row = { .division = account_division(l->who), .id = store_id(l->node->slot, now),
		.account = l->who->id, .at = now, .person = person, .fields = "file", .why = "shown" };

	l->draft = store_draft_of_file(l->store, l->who->id, l->file->division, l->file->row, person, why);
	if (l->draft != DRAFT_HIS)
		return l->draft == DRAFT_UNKNOWN ? -1 : 0;
	return l->who->role == ROLE_CITIZEN || sight_put(l->node, l->store, l->who, &row, 1, why) == 0 ? 1 : -1;
}

/* 1, 0, -1. What an agent uploaded is another person's from the moment that an application or a draft names it. */
static int
may_see(struct looker *l, struct error *why)
{
	bool owns = l->file->account == l->who->id;
	int sees = owns && l->who->role == ROLE_CITIZEN ? 1 : signed_it(l, why);

	if (sees == 0)
		sees = has_in_draft(l, why);
	if (sees != 0)
		return sees;
	if (store_file_uses(l->store, l->file->division, l->file->row, note_use, l, why) != 0)
		return -1;
	for (size_t i = 0; i < l->n && sees == 0; i++)
		sees = sees_through(l, l->uses[i].home, l->uses[i].application, why);
	return sees == 0 && l->n == 0 && l->draft == DRAFT_NONE ? owns : sees;
}

void
api_files_show(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct account who;
	struct file f;
	struct looker l = { .node = n, .x = x, .who = &who, .file = &f };
	int found;

	if (account_of(n, x, &who) != 0)
		return;
	l.store = sight_store(n, x, &why);
	found = l.store ? files_find(n, l.store, http_param(x, "id"), &f, &why) : -1;
	if (found == 1)
		found = may_see(&l, &why);
	if (found == 1)
		show(n, l.store, x, &f);
	else if (found == 0 && l.wants_purpose)
		sight_ask_purpose(x);
	else if (found == 0)
		api_not_found(x);
	else
		api_unavailable(x, &why);
}

/* --- departments --- */

/* Was this department told of the file in the operation of that key? Then what it fetches is noted.
 * 1, 0, -1. */
static int
was_told(struct node *n, struct store *s, const struct department *d, const struct operation_key *k,
    const char *id, struct error *why)
{
	struct store_access access = { .id = store_id(n->slot, node_now(n)), .at = node_now(n),
		.application = k->application, .fields = "file" };
	struct store_case c = { 0 };
	char reason[80];
	int told = store_case_by_id(s, (int32_t)atoi(k->division), k->application, true, &c, why);

	if (told == 1) {
		told = 0;
		for (size_t i = 0; i < c.n_operations && told == 0; i++) {
			const struct store_case_operation *o = &c.operations[i];

			if (o->item == k->item && o->round == k->round && o->undo == k->undo &&
			    strcmp(o->department, d->id) == 0)
				told = files_carried(n, &c, o, id, why);
		}
	}
	snprintf(reason, sizeof reason, "department %.60s", d->id);
	access.division = c.division;
	access.why = reason;
	if (told == 1 && heads_access_put(n, s, &access, 1, why) != 0)
		told = -1;
	store_case_free(&c);
	return told;
}

void
api_departments_file(void *node, struct http_exchange *x)
{
	struct node *n = node;
	const struct department *d = departments_find(&n->departments, http_param(x, "department"));
	const char *key = http_query(x, "key"), *id = http_param(x, "id");
	struct operation_key k;
	struct error why = { 0 };
	struct store *s;
	struct file f;
	int found;

	if (!api_genuine(n, d, x) || !key || !operation_key_parse(key, &k)) {
		api_forged(n, x);
		return;
	}
	s = sight_store(n, x, &why);
	found = s ? files_find(n, s, id, &f, &why) : -1;
	if (found == 1)
		found = was_told(n, s, d, &k, id, &why);
	if (found == 1)
		show(n, s, x, &f);
	else if (found == 0)
		api_forged(n, x);
	else
		api_unavailable(x, &why);
}
