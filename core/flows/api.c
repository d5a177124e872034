#include "flows/api.h"

#include <string.h>

#include "base/json.h"
#include "base/log.h"

enum { JSON_BODY = 256 << 10, CALLBACK_BODY = 1 << 20 };

static const struct http_route routes[] = {
	{ "GET", "/api/v1/events", false, 0, NULL, api_events_list },
	{ "GET", "/api/v1/events/{event}", false, 0, NULL, api_events_guide },
	{ "POST", "/api/v1/events/{event}/plan", false, JSON_BODY, "application/json", api_events_plan },
	{ "POST", "/api/v1/applications", false, JSON_BODY, "application/json", api_applications_file },
	{ "GET", "/api/v1/applications", false, 0, NULL, api_applications_list },
	{ "GET", "/api/v1/applications/{number}", false, 0, NULL, api_applications_show },
	{ "GET", "/api/v1/applications/{number}/history", false, 0, NULL, api_applications_history },
	{ "GET", "/api/v1/applications/{number}/disclosures", false, 0, NULL,
	    api_applications_disclosures },
	{ "POST", "/api/v1/departments/{department}/results", false, CALLBACK_BODY, NULL,
	    api_departments_result },
	{ "GET", "/api/v1/statistics", false, 0, NULL, api_statistics },
	{ "GET", "/healthz", true, 0, NULL, api_health_alive },
	{ "GET", "/readyz", false, 0, NULL, api_health_ready },
	{ "GET", "/metrics", false, 0, NULL, api_health_metrics },
	{ "GET", "/openapi.json", true, 0, NULL, api_openapi },
};

const struct http_route *
api_routes(size_t *n)
{
	*n = sizeof routes / sizeof *routes;
	return routes;
}

void
api_json_take(struct http_exchange *x, int status, struct json_t *value)
{
	char *body = value ? json_canonical_string(value) : NULL;

	json_decref(value);
	if (!body) {
		http_add_header(x, "Retry-After", "2");
		http_problem(x, 503, "unavailable", "系统暂时不可用", "内存不足,请稍后再试。", NULL);
		return;
	}
	http_answer_take(x, status, "application/json", body, strlen(body));
}

void
api_not_found(struct http_exchange *x)
{
	http_not_found(x);
}

void
api_unavailable(struct http_exchange *x, const struct error *why)
{
	log_error("a request could not be answered: %s", why->text);
	http_add_header(x, "Retry-After", "2");
	http_problem(x, 503, "unavailable", "系统暂时不可用", "请稍后再试。", NULL);
}
