/* Alive, able to take work, and figures for Prometheus. */
#include "api/api.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "flows/engine.h"
#include "flows/session.h"
#include "flows/strangers.h"
#include "rules/calendar.h"

void
api_health_alive(void *node, struct http_exchange *x)
{
	(void)node;
	http_answer(x, 200, "text/plain; charset=utf-8", "ok\n", 3);
}

void
api_health_ready(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct store *s = n->workers[http_worker(x)];
	struct error why = { 0 };

	if (atomic_load(&n->draining) || atomic_load(&n->ended) || !s || !store_alive(s)) {
		error_set(&why, ERROR_TEMPORARY, "not ready: stopping, or no database");
		api_unavailable(x, &why);
		return;
	}
	http_answer(x, 200, "text/plain; charset=utf-8", "ready\n", 6);
}

static int
metrics_allowed(struct node *n, struct http_exchange *x)
{
	struct account who;

	if (http_peer_is_loopback(x) && !session_is_claimed(n, x))
		return 1;
	if (account_of(n, x, &who) != 0)
		return 0;
	if (who.role == ROLE_OPERATOR)
		return 1;
	http_problem(x, 403, "forbidden", "没有权限", "只有运维账号可以查看。", NULL);
	return 0;
}

static void
put(struct text *t, const char *name, const char *type, const char *help, long value)
{
	text_putf(t, "# HELP yijianshi_%s %s\n# TYPE yijianshi_%s %s\nyijianshi_%s %ld\n", name, help,
	    name, type, name, value);
}

static void
put_departments(struct node *n, struct text *t)
{
	int in_flight, waiting;
	bool stopped;

	text_puts(t, "# HELP yijianshi_department_calls Calls to a department by what they do now.\n"
	    "# TYPE yijianshi_department_calls gauge\n");
	for (size_t i = 0; i < departments_count(&n->departments); i++) {
		const char *id = n->departments.list[i].id;

		engine_department(n->engine, id, &in_flight, &waiting, &stopped);
		text_putf(t, "yijianshi_department_calls{department=\"%s\",state=\"in_flight\"} %d\n", id, in_flight);
		text_putf(t, "yijianshi_department_calls{department=\"%s\",state=\"waiting\"} %d\n", id, waiting);
		text_putf(t, "yijianshi_department_calls{department=\"%s\",state=\"stopped\"} %d\n", id, stopped);
	}
}

static void
put_attention(void *cookie, const char *department, long waiting)
{
	text_putf(cookie, "yijianshi_attention{department=\"%s\"} %ld\n", department, waiting);
}

/* What a person must look at, over all nodes; nothing while the database is away. */
static void
put_attentions(struct store *s, struct text *t)
{
	struct error why = { 0 };
	size_t before = t->length;

	text_puts(t, "# HELP yijianshi_attention Items that wait for a person, by department.\n"
	    "# TYPE yijianshi_attention gauge\n");
	if (!s || !store_alive(s) || store_attention_count(s, put_attention, t, &why) != 0)
		t->length = before;
}

void
api_health_metrics(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct engine_figures f;
	struct text t;
	size_t length;
	char *body;

	if (!metrics_allowed(n, x))
		return;
	engine_figures(n->engine, &f);
	text_init(&t, 1 << 20);
	put(&t, "nodes", "gauge", "Nodes that live, as this one last saw: they share what departments agreed to.",
	    atomic_load(&n->share).nodes);
	put(&t, "applications_running", "gauge", "Applications that this node moves.", f.running);
	put(&t, "calls_in_flight", "gauge", "Calls to departments under way.", f.in_flight);
	put(&t, "groups_total", "counter", "Transactions of the engine.", f.groups);
	put(&t, "groups_beside_total", "counter", "Those begun while another was under way.", f.beside);
	put(&t, "steps_total", "counter", "Applications moved, summed over groups.", f.steps);
	put(&t, "answers_total", "counter", "Answers of departments.", f.settled);
	put(&t, "reloads_total", "counter", "Groups that were not committed.", f.reloads);
	put(&t, "files_waiting", "gauge", "Event and department files whose content is not approved (four_eyes).",
	    catalog_waiting(n->catalog));
	put(&t, "strangers_refused_total", "counter", "Callbacks and fetches of papers that no department had signed.",
	    strangers_total(n->strangers));
	put_departments(n, &t);
	put_attentions(n->workers[http_worker(x)], &t);
	body = text_take(&t, &length);
	if (body)
		http_answer_take(x, 200, "text/plain; version=0.0.4; charset=utf-8", body, length);
	else
		http_problem(x, 503, "unavailable", "no memory", NULL, NULL);
}
