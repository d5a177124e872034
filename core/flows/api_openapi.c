/* /openapi.json: made once from the table of routes, so that no route is missing in it. */
#include "flows/api.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "rules/form.h"
#include "rules/running.h"

static const struct { const char *method, *path, *summary, *statuses; bool open; } described[] = {
	{ "GET", "/api/v1/events", "The life events in force", "200 503", true },
	{ "GET", "/api/v1/events/{event}", "The guide of an event: form, papers, items", "200 400 404 503", true },
	{ "GET", "/api/v1/events/{event}/flow.svg", "Its items and what they wait for, as a picture", "200 400 404 503",
	    true },
	{ "POST", "/api/v1/events/{event}/plan", "Which items apply, what each department would get; "
	    "stores nothing", "200 400 401 404 413 415 422 503", true },
	{ "POST", "/api/v1/files", "Upload a paper (pdf, jpg, png, ofd; 10 MB); answered only after it is "
	    "durable", "201 400 401 403 413 415 429 503", false },
	{ "GET", "/api/v1/files/{id}", "A paper as it was uploaded", "200 400 401 404 503", false },
	{ "POST", "/api/v1/applications", "File an application; answered only after it is durable",
	    "201 400 401 403 409 413 415 422 429 503", false },
	{ "GET", "/api/v1/applications", "The applications that the caller may see, newest first",
	    "200 400 401 403 503", false },
	{ "GET", "/api/v1/applications/{number}", "One application", "200 400 401 404 503", false },
	{ "GET", "/api/v1/applications/{number}/history", "Its hash-chained history", "200 400 401 404 503",
	    false },
	{ "GET", "/api/v1/applications/{number}/disclosures", "Which field went to which department",
	    "200 400 401 404 503", false },
	{ "POST", "/api/v1/applications/{number}/correction", "Give what was asked for: answers, papers",
	    "200 400 401 403 404 409 413 415 422 503", false },
	{ "GET", "/api/v1/applications/{number}/withdrawal", "What withdrawing would do, item by item",
	    "200 400 401 403 404 503", false },
	{ "POST", "/api/v1/applications/{number}/withdrawal", "Withdraw: what can be undone is",
	    "200 400 401 403 404 409 413 415 422 503", false },
	{ "POST", "/api/v1/applications/{number}/signatures", "A second person agrees or declines",
	    "200 400 401 403 404 409 413 415 422 503", false },
	{ "GET", "/api/v1/departments", "The departments: names and where to find them", "200 503", true },
	{ "POST", "/api/v1/departments/{department}/results", "A department's later, signed answer",
	    "202 400 401 413 503", true },
	{ "GET", "/api/v1/departments/{department}/files/{id}", "A paper, signed for by the department that "
	    "was told of it", "200 400 401 503", true },
	{ "POST", "/api/v1/session", "Come in by name, password and, staff, one-time code: sets the session's "
	    "cookie, gives its CSRF token", "200 400 401 403 413 415 429 503", true },
	{ "GET", "/api/v1/session", "Who the caller is; a session's CSRF token, which X-CSRF-Token must "
	    "carry in whatever changes something", "200 400 401 503", false },
	{ "DELETE", "/api/v1/session", "Leave", "204 400 401 403 404 413 503", false },
	{ "POST", "/api/v1/session/proof", "Type the password again: for what asks for it (proof-needed)",
	    "204 400 401 403 413 415 429 503", false },
	{ "POST", "/api/v1/session/password", "Change the password: all sessions and tokens end",
	    "204 400 401 403 413 415 422 429 503", false },
	{ "GET", "/api/v1/sessions", "The caller's sessions", "200 400 401 503", false },
	{ "DELETE", "/api/v1/sessions/{id}", "End one of them", "204 400 401 403 404 413 503", false },
	{ "GET", "/api/v1/statistics", "Counts by day, month, event, division or department",
	    "200 400 401 403 503", false },
	{ "GET", "/api/v1/statistics/open", "The last year for everybody: all together and by event", "200 503",
	    true },
	{ "GET", "/healthz", "Alive", "200", true },
	{ "GET", "/readyz", "Able to take work", "200 503", true },
	{ "GET", "/metrics", "Prometheus text, for loopback or operators", "200 401 403 503", false },
	{ "GET", "/openapi.json", "This description", "200", true },
};

/* Those of the handlers, then those of the HTTP room itself. */
static const char *const problem_types[] = { "not-readable", "no-idempotency-key", "unauthorized",
	"forbidden", "not-found", "conflict", "not-acceptable", "idempotency-key-reused", "unavailable",
	"method-not-allowed", "too-large", "address-too-long", "media-type", "expectation",
	"headers-too-large", "busy", "too-many-files", "login-failed", "too-many-tries", "not-from-here",
	"proof-needed", "wrong-password", "weak-password", NULL };

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

static json_t *
responses(const char *statuses)
{
	json_t *all = json_object();

	for (; *statuses; statuses += strspn(statuses, " 0123456789") >= 4 ? 4 : 3) {
		char status[4] = { statuses[0], statuses[1], statuses[2], '\0' };
		const char *kind = status[0] == '2' ? "#/components/responses/ok" : "#/components/responses/problem";

		json_object_set_new(all, status, json_pack("{s:s}", "$ref", kind));
	}
	return all;
}

static json_t *
parameters(const char *path)
{
	json_t *list = json_array();
	const char *open, *close;

	for (open = strchr(path, '{'); open; open = strchr(close, '{')) {
		close = strchr(open, '}');
		json_array_append_new(list, json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", open + 1,
		    (size_t)(close - open - 1), "in", "path", "required", 1, "schema", "type", "string"));
	}
	return list;
}

static bool
is_upload(size_t i)
{
	return strcmp(described[i].path, "/api/v1/files") == 0;
}

static json_t *
operation(size_t i)
{
	json_t *o = json_pack("{s:s, s:o, s:o}", "summary", described[i].summary,
	    "responses", responses(described[i].statuses), "parameters", parameters(described[i].path));

	if (!described[i].open)
		json_object_set_new(o, "security", json_pack("[{s:[]}, {s:[]}]", "bearer", "session"));
	if (strcmp(described[i].method, "POST") == 0)
		json_object_set_new(o, "requestBody", is_upload(i) ? json_pack("{s:b, s:{s:{}}}", "required", 1,
		    "content", "*/*") : json_pack("{s:b, s:{s:{s:{s:s}}}}", "required", 1, "content",
		    "application/json", "schema", "type", "object"));
	if (strncmp(described[i].path, "/api/v1/applications", 20) == 0 &&
	    strcmp(described[i].method, "POST") == 0)
		json_array_append_new(json_object_get(o, "parameters"), json_pack(
		    "{s:s, s:s, s:b, s:{s:s, s:i}}", "name", "Idempotency-Key", "in", "header", "required", 1,
		    "schema", "type", "string", "maxLength", 255));
	return o;
}

static json_t *
components(void)
{
	json_t *error = json_pack("{s:s, s:{s:{s:s}, s:{s:o}, s:{s:s}}}", "type", "object", "properties",
	    "pointer", "type", "string", "code", "enum", words(form_codes), "message", "type", "string");
	json_t *problem = json_pack("{s:s, s:{s:{s:o}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s, s:o}}}",
	    "type", "object", "properties", "type", "enum", type_uris(), "title", "type", "string",
	    "status", "type", "integer", "detail", "type", "string", "errors", "type", "array", "items", error);
	json_t *schemas = json_pack("{s:o, s:{s:o}, s:{s:o}}", "problem", problem,
	    "application_status", "enum", names(application_status_names, STATUS_COUNT),
	    "item_status", "enum", names(item_state_names, ITEM_STATES));

	return json_pack("{s:o, s:{s:{s:s}, s:{s:s, s:{s:{s:{s:s}}}}}, s:{s:{s:s, s:s}, s:{s:s, s:s, s:s}}}",
	    "schemas", schemas, "responses", "ok", "description", "done",
	    "problem", "description", "RFC 9457 problem document",
	    "content", "application/problem+json", "schema", "$ref", "#/components/schemas/problem",
	    "securitySchemes", "bearer", "type", "http", "scheme", "bearer", "session", "type", "apiKey",
	    "in", "cookie", "name", "__Host-yjs");
}

static const char *
member_of(const char *method)
{
	return strcmp(method, "GET") == 0 ? "get" : strcmp(method, "DELETE") == 0 ? "delete" : "post";
}

static char *document;
static size_t document_length;

static void
make_document(void)
{
	json_t *paths = json_object(), *all;

	for (size_t i = 0; i < sizeof described / sizeof *described; i++) {
		json_t *path = json_object_get(paths, described[i].path);

		if (!path) {
			path = json_object();
			json_object_set_new(paths, described[i].path, path);
		}
		json_object_set_new(path, member_of(described[i].method), operation(i));
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
