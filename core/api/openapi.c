/* /openapi.json: made once from the table of routes, so that no route is missing in it. */
#include "api/api.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/described.h"
#include "api/shape.h"
#include "base/json.h"
#include "rules/form.h"
#include "rules/running.h"

/* Those of the handlers, then those of the HTTP room itself. */
static const char *const problem_types[] = { "not-readable", "no-idempotency-key", "unauthorized",
	"forbidden", "not-found", "conflict", "not-acceptable", "idempotency-key-reused", "unavailable",
	"method-not-allowed", "too-large", "address-too-long", "media-type", "expectation",
	"headers-too-large", "busy", "too-many-files", "too-many-drafts", "too-many-listeners",
	"login-failed", "too-many-tries", "not-from-here",
	"proof-needed", "purpose-needed", "wrong-password", "weak-password", "login-expired", "login-cancelled",
	"login-not-genuine", "no-account", "account-closed", "no-mandate", "wrong-code", "another-person",
	"factor-needed", NULL };

static json_t *
type_uris(void)
{
	json_t *array = json_array();
	char uri[100];

	for (size_t i = 0; problem_types[i]; i++) {
		snprintf(uri, sizeof uri, HTTP_PROBLEM_BASE "%s", problem_types[i]);
		json_array_append_new(array, json_string(uri));
	}
	return array;
}

static json_t *
words(const char *const *list)
{
	json_t *array = json_array();

	for (; *list; list++)
		json_array_append_new(array, json_string(*list));
	return array;
}

static json_t *
names(const char *const *list, int n)
{
	json_t *array = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(array, json_string(list[i]));
	return array;
}

/* {media type: {schema}} of a shape or of a media type whose bytes say enough by themselves. */
static json_t *
content(const char *shape)
{
	return strchr(shape, '/') ? json_pack("{s:{}}", shape)
	    : json_pack("{s:{s:o}}", "application/json", "schema", shape_schema(shape));
}

static json_t *
done(const char *answer)
{
	json_t *o = json_pack("{s:s}", "description", "done");

	if (o && answer)
		json_object_set_new(o, "content", content(answer));
	return o;
}

static json_t *
responses(const struct described *d)
{
	json_t *all = json_object();

	for (const char *s = d->statuses; *s; s += strspn(s, " 0123456789") >= 4 ? 4 : 3) {
		char status[4] = { s[0], s[1], s[2], '\0' };

		json_object_set_new(all, status, status[0] == '2' ? done(d->answer)
		    : json_pack("{s:s}", "$ref", "#/components/responses/problem"));
	}
	return all;
}

/* What moves an application is done once, whoever repeats it. */
static bool
wants_key(const struct described *d)
{
	const char *last = strrchr(d->path, '/');

	return strcmp(d->method, "POST") == 0 && (strncmp(d->path, "/api/v1/applications", 20) == 0 ||
	    strncmp(last, "/decision", 9) == 0 || strcmp(last, "/closing") == 0);
}

/* What stands in the path, in the query, in headers. */
static json_t *
parameters(const struct described *d)
{
	json_t *list = json_array();
	const char *open, *close;

	for (open = strchr(d->path, '{'); open; open = strchr(close, '{')) {
		close = strchr(open, '}');
		json_array_append_new(list, json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", open + 1,
		    (size_t)(close - open - 1), "in", "path", "required", 1, "schema", "type", "string"));
	}
	if (d->query && shape_query(d->query, list) != 0)
		json_array_clear(list);
	if (wants_key(d))
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:{s:s, s:i, s:i}}", "name",
		    "Idempotency-Key", "in", "header", "required", 1, "schema", "type", "string", "minLength", 1,
		    "maxLength", 255));
	return list;
}

static json_t *
operation(const struct described *d)
{
	json_t *o = json_pack("{s:s, s:o, s:o}", "summary", d->summary, "responses", responses(d),
	    "parameters", parameters(d));

	if (!d->open)
		json_object_set_new(o, "security", json_pack("[{s:[]}, {s:[]}]", "bearer", "session"));
	if (d->body)
		json_object_set_new(o, "requestBody", json_pack("{s:b, s:o}", "required", 1, "content",
		    content(d->body)));
	return o;
}

static json_t *
schemas(void)
{
	json_t *error = json_pack("{s:s, s:{s:{s:s}, s:{s:o}, s:{s:s}}}", "type", "object", "properties",
	    "pointer", "type", "string", "code", "enum", words(form_codes), "message", "type", "string");
	json_t *problem = json_pack("{s:s, s:{s:{s:o}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s, s:o}}}",
	    "type", "object", "properties", "type", "enum", type_uris(), "title", "type", "string",
	    "status", "type", "integer", "detail", "type", "string", "errors", "type", "array", "items", error);
	json_t *all = json_pack("{s:o, s:{s:o}, s:{s:o}}", "problem", problem,
	    "application_status", "enum", names(application_status_names, STATUS_COUNT),
	    "item_status", "enum", names(item_state_names, ITEM_STATES));

	for (size_t i = 0; i < described_shape_count; i++)
		json_object_set_new(all, described_shapes[i].name, shape_schema(described_shapes[i].shape));
	return all;
}

static json_t *
components(void)
{
	return json_pack("{s:o, s:{s:{s:s, s:{s:{s:{s:s}}}}}, s:{s:{s:s, s:s}, s:{s:s, s:s, s:s}}}", "schemas", schemas(),
	    "responses", "problem", "description", "RFC 9457 problem document",
	    "content", "application/problem+json", "schema", "$ref", "#/components/schemas/problem",
	    "securitySchemes", "bearer", "type", "http", "scheme", "bearer", "session", "type", "apiKey",
	    "in", "cookie", "name", "__Host-yjs");
}

static const char *
member_of(const char *method)
{
	static const struct { const char *method, *member; } members[] = { { "GET", "get" }, { "PUT", "put" },
		{ "DELETE", "delete" }, { "PATCH", "patch" } };

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (strcmp(members[i].method, method) == 0)
			return members[i].member;
	return "post";
}

static char *document;
static size_t document_length;

static void
make_document(void)
{
	json_t *paths = json_object(), *all;

	for (size_t i = 0; i < described_count; i++) {
		json_t *path = json_object_get(paths, described[i].path);

		if (!path) {
			path = json_object();
			json_object_set_new(paths, described[i].path, path);
		}
		json_object_set_new(path, member_of(described[i].method), operation(&described[i]));
	}
	all = json_pack("{s:s, s:{s:s, s:s}, s:o, s:o}", "openapi", "3.1.0", "info", "title",
	    "yijianshi 一件事", "version", "1", "paths", paths, "components", components());
	document = all ? json_canonical_string(all) : NULL;
	document_length = document ? strlen(document) : 0;
	json_decref(all);
}

void
api_openapi(void *node, struct http_exchange *x)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)node;
	pthread_once(&once, make_document);
	if (document)
		http_answer(x, 200, "application/json", document, document_length);
	else
		http_problem(x, 503, "unavailable", "no memory", NULL, NULL);
}
