/* Papers that come piece by piece, so that what broke off goes on where it broke. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "base/json.h"
#include "flows/body.h"
#include "flows/uploads.h"

enum { REQUEST_CEILING = 4096, MARK_MOST = 600 };

struct request {
	struct node *node;
	struct http_exchange *x;
	struct account who;
	struct store *store;
};

/* Who it is, and that he may; false: the exchange has been answered. */
static bool
begin(struct node *n, struct http_exchange *x, struct request *r)
{
	struct error why = { 0 };

	*r = (struct request){ .node = n, .x = x };
	if (account_of(n, x, &r->who) != 0)
		return false;
	if (r->who.role != ROLE_CITIZEN && r->who.role != ROLE_AGENT) {
		http_problem(x, 403, "forbidden", "不能上传", "只有申请人本人和代办员可以上传材料。", NULL);
		return false;
	}
	r->store = sight_store(n, x, &why);
	if (!r->store)
		api_unavailable(x, &why);
	return r->store != NULL;
}

static void
answer(const struct request *r, int status, const struct store_upload *u)
{
	api_json_take(r->x, status, uploads_object(u));
}

/* ---- POST /api/v1/uploads ---- */

/* The size and what its sender calls it; false: the exchange has been answered. */
static bool
read_wish(struct http_exchange *x, const json_t *body, int64_t *size, const char **mark)
{
	*size = json_integer_value(json_object_get(body, "size"));
	*mark = json_text(body, "mark");
	if (!json_is_integer(json_object_get(body, "size")) || *size < 1)
		return body_refuse_field(x, "/size", "type", "文件是空的") == 0;
	if (*size > UPLOAD_CEILING) {
		http_problem(x, 413, "too-large", "文件太大", "一个文件最多 10 MB。", NULL);
		return false;
	}
	if (!*mark || !**mark || strlen(*mark) > MARK_MOST)
		return body_refuse_field(x, "/mark", "length", "请给这个文件一个名字，最长 200 个字") == 0;
	return true;
}

static void
answer_too_many(struct http_exchange *x)
{
	http_add_header(x, "Retry-After", "3600");
	http_problem(x, 429, "too-many-files", "同时上传的文件太多", "您有许多文件还没有传完。请先把它们传完，或者明天再试。", NULL);
}

void
api_uploads_begin(void *node, struct http_exchange *x)
{
	struct error why = { 0 };
	struct store_upload u;
	const char *mark;
	struct request r;
	int64_t size;
	json_t *body;
	int begun;

	if (!begin(node, x, &r) || !(body = body_object(x, REQUEST_CEILING)))
		return;
	if (read_wish(x, body, &size, &mark) && !api_files_too_many(r.store, &r.who, x)) {
		begun = uploads_begin(r.node, r.store, &r.who, size, mark, &u, &why);
		if (begun == 1)
			answer(&r, 200, &u);
		else if (begun == 0)
			answer_too_many(x);
		else
			api_unavailable(x, &why);
	}
	json_decref(body);
}

/* ---- GET, PATCH /api/v1/uploads/{id} ---- */

/* The one that it is about; false: the exchange has been answered. */
static bool
find(struct request *r, struct store_upload *u)
{
	struct error why = { 0 };
	int found = uploads_find(r->store, &r->who, http_param(r->x, "id"), u, &why);

	if (found < 0)
		api_unavailable(r->x, &why);
	else if (found == 0)
		api_not_found(r->x);
	return found == 1;
}

void
api_uploads_show(void *node, struct http_exchange *x)
{
	struct store_upload u;
	struct request r;

	if (begin(node, x, &r) && find(&r, &u))
		answer(&r, 200, &u);
}

/* "0", "262144": where this piece begins; -1: it does not say. */
static int64_t
offset_of(const struct http_exchange *x)
{
	const char *s = http_query(x, "offset");
	size_t n = s ? strlen(s) : 0;

	return n > 0 && n < 10 && strspn(s, "0123456789") == n ? strtoll(s, NULL, 10) : -1;
}

static void
answer_elsewhere(struct http_exchange *x)
{
	http_problem(x, 409, "conflict", "不是接着上次的地方", "请先问清已经收到多少，再从那里接着传，每次 256 KB。", NULL);
}

/* It is whole: what it is says its content. */
static void
end(struct request *r, const struct store_upload *u)
{
	struct error why = { 0 };
	const char *wrong = NULL;
	struct file f;
	int ended;

	if (!http_reserve(r->x, (size_t)u->size))
		return;
	ended = uploads_end(r->node, r->store, &r->who, u, &f, &wrong, &why);
	if (ended == 1)
		api_json_take(r->x, 201, files_object(&f));
	else if (ended == 0)
		http_problem(r->x, 415, "media-type", "这个文件不能用", wrong, NULL);
	else
		api_unavailable(r->x, &why);
}

/* Once all had come and the answer was lost, the last piece may be sent again as nothing: then it ends. */
void
api_uploads_add(void *node, struct http_exchange *x)
{
	struct error why = { 0 };
	struct store_upload u;
	struct request r;
	size_t length;
	const char *bytes = http_body(x, &length);
	int added = 1;

	if (!begin(node, x, &r) || !find(&r, &u))
		return;
	if (u.had < u.size || length > 0)
		added = uploads_fits(&u, offset_of(x), length) ? uploads_add(r.node, r.store, &r.who, &u, bytes, length, &why)
		    : 0;
	if (added == 0)
		answer_elsewhere(x);
	else if (added < 0)
		api_unavailable(x, &why);
	else if (u.had < u.size)
		answer(&r, 200, &u);
	else
		end(&r, &u);
}
