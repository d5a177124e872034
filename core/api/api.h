/* api.h: the HTTP API /api/v1 and the root's health pages.
 *
 * One file a subject: events.c (list, guide), planning.c (questions, plan), applications.c (file, show,
 * history), list.c, changes.c (live), disclosures.c, petitions.c (correction, withdrawal, signatures),
 * files.c, uploads.c (papers), departments.c (their later answers), drafts.c, prefill.c, session.c (coming in
 * and leaving), statistics.c, versions.c (four eyes), health.c (alive, ready, metrics), openapi.c with
 * described.c and shape.c. api.c holds the table of routes; a test walks it with every role. sight.c: who
 * may see what, and the row that says that it was seen, before it is shown.
 */
#ifndef YJS_API_API_H
#define YJS_API_API_H

#include "flows/account.h"
#include "flows/node.h"

/* What node_serve() wants of this room. */
extern const struct node_routes api_routes;

/* Handlers, by file. */
void api_events_list(void *node, struct http_exchange *x);
void api_events_guide(void *node, struct http_exchange *x);
void api_events_flow(void *node, struct http_exchange *x);
void api_events_plan(void *node, struct http_exchange *x);
void api_prefill(void *node, struct http_exchange *x);
void api_drafts_list(void *node, struct http_exchange *x);
void api_drafts_show(void *node, struct http_exchange *x);
void api_drafts_save(void *node, struct http_exchange *x);
void api_drafts_delete(void *node, struct http_exchange *x);
void api_drafts_take(void *node, struct http_exchange *x);
void api_events_questions(void *node, struct http_exchange *x);
void api_files_take(void *node, struct http_exchange *x);
void api_files_show(void *node, struct http_exchange *x);
void api_uploads_begin(void *node, struct http_exchange *x);
void api_uploads_show(void *node, struct http_exchange *x);
void api_uploads_add(void *node, struct http_exchange *x);
void api_departments_file(void *node, struct http_exchange *x);
void api_applications_file(void *node, struct http_exchange *x);
void api_applications_show(void *node, struct http_exchange *x);
void api_applications_list(void *node, struct http_exchange *x);
void api_applications_history(void *node, struct http_exchange *x);
void api_applications_accesses(void *node, struct http_exchange *x);
void api_accesses_own(void *node, struct http_exchange *x);
void api_accesses_bulk(void *node, struct http_exchange *x);
void api_applications_changes(void *node, struct http_exchange *x);
void api_applications_saving(void *node, struct http_exchange *x);
void api_applications_disclosures(void *node, struct http_exchange *x);
void api_complaints_of(void *node, struct http_exchange *x);
void api_complaints_list(void *node, struct http_exchange *x);
void api_complaints_answer(void *node, struct http_exchange *x);
void api_feedback_rate(void *node, struct http_exchange *x);
void api_feedback_complain(void *node, struct http_exchange *x);
void api_asked_correction(void *node, struct http_exchange *x);
void api_asked_withdrawal(void *node, struct http_exchange *x);
void api_asked_consents(void *node, struct http_exchange *x);
void api_petitions_correct(void *node, struct http_exchange *x);
void api_petitions_withdraw(void *node, struct http_exchange *x);
void api_petitions_sign(void *node, struct http_exchange *x);
void api_desk_queue(void *node, struct http_exchange *x);
void api_desk_table(void *node, struct http_exchange *x);
void api_desk_attention(void *node, struct http_exchange *x);
void api_desk_item(void *node, struct http_exchange *x);
void api_desk_decide(void *node, struct http_exchange *x);
void api_desk_decide_many(void *node, struct http_exchange *x);
void api_desk_close(void *node, struct http_exchange *x);
void api_desk_read(void *node, struct http_exchange *x);
void api_inquiries_ask(void *node, struct http_exchange *x);
void api_inquiries_list(void *node, struct http_exchange *x);
void api_inquiries_answer(void *node, struct http_exchange *x);
void api_conferences_call(void *node, struct http_exchange *x);
void api_overdue_list(void *node, struct http_exchange *x);
void api_conferences_list(void *node, struct http_exchange *x);
void api_conferences_show(void *node, struct http_exchange *x);
void api_conferences_decide(void *node, struct http_exchange *x);
void api_departments_list(void *node, struct http_exchange *x);
void api_departments_result(void *node, struct http_exchange *x);
void api_session_begin(void *node, struct http_exchange *x);
void api_session_show(void *node, struct http_exchange *x);
void api_session_end(void *node, struct http_exchange *x);
void api_session_prove(void *node, struct http_exchange *x);
void api_session_password(void *node, struct http_exchange *x);
void api_mandates_list(void *node, struct http_exchange *x);
void api_mandates_give(void *node, struct http_exchange *x);
void api_mandates_withdraw(void *node, struct http_exchange *x);
void api_mandates_code(void *node, struct http_exchange *x);
void api_mandates_hand_over(void *node, struct http_exchange *x);
void api_providers_list(void *node, struct http_exchange *x);
void api_providers_show(void *node, struct http_exchange *x);
void api_providers_begin(void *node, struct http_exchange *x);
void api_providers_back(void *node, struct http_exchange *x);
void api_sessions_list(void *node, struct http_exchange *x);
void api_sessions_end(void *node, struct http_exchange *x);
void api_statistics(void *node, struct http_exchange *x);
void api_statistics_table(void *node, struct http_exchange *x);
void api_statistics_open(void *node, struct http_exchange *x);
void api_versions_list(void *node, struct http_exchange *x);
void api_versions_approve(void *node, struct http_exchange *x);
void api_health_alive(void *node, struct http_exchange *x);
void api_health_ready(void *node, struct http_exchange *x);
void api_health_metrics(void *node, struct http_exchange *x);
void api_openapi(void *node, struct http_exchange *x);

/* Answer with JSON: a text (emptied), or a value (taken) as canonical JSON. A text that failed is no memory. */
struct text;
void api_text_take(struct http_exchange *x, int status, struct text *json);
struct json_t;
void api_json_take(struct http_exchange *x, int status, struct json_t *value);
/* What a caller may not know of looks exactly like what never existed. */
void api_not_found(struct http_exchange *x);
/* ?limit= of a list, 1 to `most`; false: it says something else. */
bool api_limit(struct http_exchange *x, int preset, int most, int *limit) MUST_CHECK;
/* Signed by this department (NULL: none), for us, now? */
struct department;
bool api_genuine(struct node *n, const struct department *d, struct http_exchange *x);
/* The one 401 that a forged, stale or foreign message of a department gets; it is counted. */
void api_forged(struct node *n, struct http_exchange *x);
/* Nobody fills the store with papers that no application names: true, and answered with 429 (or 503). */
bool api_files_too_many(struct store *s, const struct account *who, struct http_exchange *x);
/* 429: the next try is taken after so many seconds. */
void api_too_often(struct http_exchange *x, int wait_seconds);
/* The database is away: 503 with Retry-After; logs why. ERROR_CONFLICT, of a token that was revoked
 * meanwhile: 401. */
struct error;
void api_unavailable(struct http_exchange *x, const struct error *why);

#endif
