#include "api/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "rules/upload.h"

/* FILES_MEMORY: of all files on their way in, of those on their way out to people, to departments.
 * CALLBACK_MEMORY: of all that departments report at once. */
enum { JSON_BODY = 256 << 10, UPLOAD_PIECE = 256 << 10, SESSION_BODY = 8192, CALLBACK_BODY = 1 << 20,
	FILES_MEMORY = 96 << 20, CALLBACK_MEMORY = 32 << 20 };

#define CALLBACK "/api/v1/departments/{department}/results"
#define GET(path, handle) { "GET", path, false, 0, NULL, handle, 0 }
#define QUICK(path, handle) { "GET", path, true, 0, NULL, handle, 0 }
#define POST(path, handle) { "POST", path, false, JSON_BODY, "application/json", handle, 0 }
#define PUT(path, handle) { "PUT", path, false, JSON_BODY, "application/json", handle, 0 }
#define SESSION(path, handle) { "POST", path, false, SESSION_BODY, "application/json", handle, 0 }
#define DELETE(path, handle) { "DELETE", path, false, 0, NULL, handle, 0 }

static const struct http_route routes[] = {
	GET("/api/v1/events", api_events_list),
	GET("/api/v1/events/{event}", api_events_guide),
	GET("/api/v1/events/{event}/flow.svg", api_events_flow),
	POST("/api/v1/events/{event}/plan", api_events_plan),
	POST("/api/v1/events/{event}/prefill", api_prefill),
	GET("/api/v1/drafts", api_drafts_list),
	GET("/api/v1/drafts/{event}", api_drafts_show),
	PUT("/api/v1/drafts/{event}", api_drafts_save),
	DELETE("/api/v1/drafts/{event}", api_drafts_delete),
	SESSION("/api/v1/drafts/{event}/takeover", api_drafts_take),
	POST("/api/v1/events/{event}/questions", api_events_questions),
	{ "POST", "/api/v1/files", false, UPLOAD_CEILING, NULL, api_files_take, FILES_MEMORY },
	{ "GET", "/api/v1/files/{id}", false, 0, NULL, api_files_show, FILES_MEMORY },
	POST("/api/v1/uploads", api_uploads_begin),
	GET("/api/v1/uploads/{id}", api_uploads_show),
	{ "PATCH", "/api/v1/uploads/{id}", false, UPLOAD_PIECE, NULL, api_uploads_add, FILES_MEMORY },
	POST("/api/v1/applications", api_applications_file),
	GET("/api/v1/applications", api_applications_list),
	GET("/api/v1/applications/{number}", api_applications_show),
	GET("/api/v1/applications/{number}/history", api_applications_history),
	GET("/api/v1/applications/{number}/disclosures", api_applications_disclosures),
	GET("/api/v1/applications/{number}/accesses", api_applications_accesses),
	GET("/api/v1/accesses", api_accesses_own),
	GET("/api/v1/accesses/bulk", api_accesses_bulk),
	GET("/api/v1/applications/{number}/saving", api_applications_saving),
	GET("/api/v1/applications/{number}/events", api_applications_changes),
	GET("/api/v1/applications/{number}/correction", api_asked_correction),
	POST("/api/v1/applications/{number}/correction", api_petitions_correct),
	GET("/api/v1/applications/{number}/withdrawal", api_asked_withdrawal),
	POST("/api/v1/applications/{number}/withdrawal", api_petitions_withdraw),
	POST("/api/v1/applications/{number}/signatures", api_petitions_sign),
	GET("/api/v1/applications/{number}/feedback", api_complaints_of),
	POST("/api/v1/applications/{number}/items/{item}/rating", api_feedback_rate),
	POST("/api/v1/applications/{number}/complaints", api_feedback_complain),
	POST("/api/v1/applications/{number}/complaints/{id}/answer", api_complaints_answer),
	GET("/api/v1/complaints", api_complaints_list),
	GET("/api/v1/consents", api_asked_consents),
	GET("/api/v1/desk", api_desk_queue),
	GET("/api/v1/desk.csv", api_desk_table),
	GET("/api/v1/desk/attention", api_desk_attention),
	POST("/api/v1/desk/decisions", api_desk_decide_many),
	GET("/api/v1/desk/{number}/{item}", api_desk_item),
	POST("/api/v1/desk/{number}/{item}/decision", api_desk_decide),
	POST("/api/v1/desk/{number}/{item}/closing", api_desk_close),
	POST("/api/v1/desk/{number}/{item}/reading", api_desk_read),
	POST("/api/v1/desk/{number}/{item}/inquiries", api_inquiries_ask),
	POST("/api/v1/desk/{number}/{item}/conferences", api_conferences_call),
	GET("/api/v1/inquiries", api_inquiries_list),
	POST("/api/v1/inquiries/{id}/answer", api_inquiries_answer),
	GET("/api/v1/overdue", api_overdue_list),
	GET("/api/v1/conferences", api_conferences_list),
	GET("/api/v1/conferences/{id}", api_conferences_show),
	POST("/api/v1/conferences/{id}/minutes", api_conferences_decide),
	QUICK("/api/v1/departments", api_departments_list),
	{ "POST", CALLBACK, false, CALLBACK_BODY, NULL, api_departments_result, CALLBACK_MEMORY },
	{ "GET", "/api/v1/departments/{department}/files/{id}", false, 0, NULL, api_departments_file,
	    FILES_MEMORY },
	SESSION("/api/v1/session", api_session_begin),
	GET("/api/v1/session", api_session_show),
	DELETE("/api/v1/session", api_session_end),
	SESSION("/api/v1/session/proof", api_session_prove),
	SESSION("/api/v1/session/password", api_session_password),
	QUICK("/api/v1/session/providers", api_providers_list),
	GET("/api/v1/session/providers/{provider}", api_providers_show),
	SESSION("/api/v1/session/oidc", api_providers_begin),
	SESSION("/api/v1/session/oidc/back", api_providers_back),
	GET("/api/v1/mandates", api_mandates_list),
	SESSION("/api/v1/mandates", api_mandates_give),
	DELETE("/api/v1/mandates/{id}", api_mandates_withdraw),
	SESSION("/api/v1/mandates/code", api_mandates_code),
	SESSION("/api/v1/mandates/handover", api_mandates_hand_over),
	GET("/api/v1/sessions", api_sessions_list),
	DELETE("/api/v1/sessions/{id}", api_sessions_end),
	GET("/api/v1/statistics", api_statistics),
	GET("/api/v1/statistics.csv", api_statistics_table),
	GET("/api/v1/statistics/open", api_statistics_open),
	GET("/api/v1/versions", api_versions_list),
	SESSION("/api/v1/versions/{version}/approval", api_versions_approve),
	QUICK("/healthz", api_health_alive),
	GET("/readyz", api_health_ready),
	GET("/metrics", api_health_metrics),
	QUICK("/openapi.json", api_openapi),
};

/* What departments have decided, and how the node is, is heard when nobody else is let in any more. */
static const char *const reserved[] = { CALLBACK, "/healthz", "/readyz", "/metrics", NULL };

const struct node_routes api_routes = { routes, sizeof routes / sizeof *routes, reserved };

void
api_text_take(struct http_exchange *x, int status, struct text *json)
{
	size_t length;
	char *body = text_take(json, &length);

	if (!body) {
		http_add_header(x, "Retry-After", "2");
		http_problem(x, 503, "unavailable", "系统暂时不可用", "内存不足,请稍后再试。", NULL);
		return;
	}
	http_answer_take(x, status, "application/json", body, length);
}

void
api_json_take(struct http_exchange *x, int status, struct json_t *value)
{
	struct text text;

	text_init(&text, SIZE_MAX / 2);
	if (json_canonical(value, &text) != 0)
		text.failed = true;
	json_decref(value);
	api_text_take(x, status, &text);
}

void
api_not_found(struct http_exchange *x)
{
	http_not_found(x);
}

void
api_too_often(struct http_exchange *x, int wait_seconds)
{
	char seconds[16];

	snprintf(seconds, sizeof seconds, "%d", wait_seconds);
	http_add_header(x, "Retry-After", seconds);
	http_problem(x, 429, "too-many-tries", "试得太多了", "短时间内试的次数太多。为了保护账户,请过一会儿再试。", NULL);
}

void
api_unavailable(struct http_exchange *x, const struct error *why)
{
	if (why->kind == ERROR_CONFLICT) { /* the token: revoked between looking and acting */
		http_problem(x, 401, "unauthorized", "请重新登录", "登录已失效,没有保存。", NULL);
		return;
	}
	log_error("a request could not be answered: %s", why->text);
	http_add_header(x, "Retry-After", "2");
	http_problem(x, 503, "unavailable", "系统暂时不可用", "请稍后再试。", NULL);
}

bool
api_limit(struct http_exchange *x, int preset, int most, int *limit)
{
	const char *s = http_query(x, "limit");
	char *end;
	long value;

	*limit = preset;
	if (!s)
		return http_query_count(x, "limit") <= 1;
	value = strtol(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || value < 1 || value > most)
		return false;
	*limit = (int)value;
	return true;
}
