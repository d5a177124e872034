/* A department's later answer. Verified first, stored in the inbox, applied afterwards: it may come
 * before our own call has returned, twice, late, or contradict. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/intake.h"
#include "flows/strangers.h"
#include "seal/digest.h"

enum { RESULT_CEILING = 1 << 20 };

static const char *
header_once(const struct http_exchange *x, const char *name)
{
	return http_header_count(x, name) == 1 ? http_header(x, name) : NULL;
}

bool
api_genuine(struct node *n, const struct department *d, struct http_exchange *x)
{
	char target[1200];
	const char *query = http_raw_query(x);
	struct sign_message m = { .direction = SIGN_IN, .method = http_method(x), .target = target };

	m.body = http_body(x, &m.length);
	snprintf(target, sizeof target, "%s%s%s", http_path(x), *query ? "?" : "", query);
	if (PLANTED("signature_not_checked"))
		return d != NULL;
	return d && d->has_secret && sign_verify(&d->secret, &m, header_once(x, "X-Timestamp"),
	    header_once(x, "X-Signature"), header_once(x, "X-Signature-V2"), d->connector.signature == 2,
	    node_now(n) / US_PER_SECOND) == SIGN_GOOD;
}

/* Is it this department's item, sent or not? What the application's plan does not have is nobody's. */
static bool
is_of(const struct event *e, const struct department *d, const struct store_case *c, int item)
{
	for (size_t i = 0; i < c->n_operations; i++)
		if (PLANTED("callback_before_the_record_refused") && c->operations[i].item == item &&
		    c->operations[i].state == OPERATION_SENT)
			return false;
		else if (c->operations[i].item == item)
			return strcmp(c->operations[i].department, d->id) == 0;
	return !e || item >= (int)e->n_items || strcmp(e->items[item].department, d->id) == 0;
}

/* Is the key one that this department was sent? 1 yes or not (yet) known, 0 another's, -1 no database.
 * *later: of something that was sent on to a call under way. */
static int
belongs_to(struct node *n, const struct department *d, const char *key, struct http_exchange *x,
    bool *later, struct error *why)
{
	const struct event *e;
	struct store *s = n->workers[http_worker(x)];
	struct operation_key k;
	struct store_case c = { 0 };
	int result;

	if (!operation_key_parse(key, &k))
		return 1;
	if (!s || !store_alive(s))
		return error_set(why, ERROR_TEMPORARY, "no database");
	result = store_case_by_id(s, (int32_t)atoi(k.division), k.application, false, &c, why);
	if (result != 1)
		return result < 0 ? -1 : 1;
	e = catalog_version(n->catalog, s, c.version, NULL);
	*later = e && k.item < (int)e->n_items && e->items[k.item].later_of >= 0;
	result = is_of(e, d, &c, k.item);
	store_case_free(&c);
	return result;
}

void
api_forged(struct node *n, struct http_exchange *x)
{
	strangers_count(n, http_peer(x));
	http_problem(x, 401, "unauthorized", "not authentic",
	    "X-Timestamp and X-Signature must fit the body, the department and the time", NULL);
}

/* A result that says nothing is refused at the door: repeating it cannot help. */
static bool
says_something(const char *key, bool later, const char *body, size_t length)
{
	struct answer answer = { .sent = true, .complete = true, .status = 200,
		.type = "application/json", .body = body, .length = length };
	struct operation_key parsed;
	struct ending ending;
	bool readable, undo = operation_key_parse(key, &parsed) && parsed.undo;

	ending_judge(undo ? ENDING_OF_UNDO_CALLBACK : later ? ENDING_OF_LATER : ENDING_OF_CALLBACK, &answer,
	    NULL, 0, &ending);
	readable = ending.kind != ENDING_RETRY && ending.kind != ENDING_STOP_QUEUE;
	ending_free(&ending);
	return readable;
}

static void
not_a_result(struct http_exchange *x)
{
	http_problem(x, 400, "not-readable", "not a result", "an object with key and state is expected", NULL);
}

void
api_departments_result(void *node, struct http_exchange *x)
{
	struct node *n = node;
	const struct department *d = departments_find(&n->departments, http_param(x, "department"));
	struct error why = { 0 };
	size_t length;
	const char *body = http_body(x, &length), *key;
	bool later = false;
	json_t *result;
	int own;

	CRASH_POINT("callback/received");
	if (!api_genuine(n, d, x)) {
		api_forged(n, x);
		return;
	}
	CRASH_POINT("callback/genuine");
	result = json_read(body, length, RESULT_CEILING, &why);
	key = json_text(result, "key");
	if (!json_is_object(result) || !key || !*key || strlen(key) > 127) {
		not_a_result(x);
	} else if ((own = belongs_to(n, d, key, x, &later, &why)) < 0) {
		api_unavailable(x, &why);
	} else if (own == 0) {
		api_forged(n, x);
	} else if (!says_something(key, later, body, length)) {
		not_a_result(x);
	} else {
		CRASH_POINT("callback/owned");
		intake_callback(n, d, key, body, length, x);
	}
	json_decref(result);
}

/* Who they are and where: open to everybody. */
void
api_departments_list(void *node, struct http_exchange *x)
{
	struct node *n = node;
	size_t count = departments_count(&n->departments);
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++) {
		const struct department *d = &n->departments.list[i];

		json_array_append_new(all, json_pack("{s:s, s:s, s:s}", "id", d->id, "title", d->connector.title,
		    "contact", d->connector.contact));
	}
	api_json_take(x, 200, json_pack("{s:o}", "departments", all));
}
