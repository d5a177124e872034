/* Counts, summed over nodes. Open to staff; no figure names a person. */
#include "flows/api.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "flows/statistics.h"

static int
read_query(struct http_exchange *x, struct statistics_query *q)
{
	const char *from = http_query(x, "from"), *to = http_query(x, "to");
	const char *division = http_query(x, "division"), *by = http_query(x, "by");

	q->event = http_query(x, "event");
	if ((from && !clock_parse_day(from, &q->from)) || (to && !clock_parse_day(to, &q->to)) ||
	    (division && (strlen(division) != 6 || strspn(division, "0123456789") != 6)) ||
	    statistics_by(by, &q->by) != 0 || q->from > q->to) {
		http_problem(x, 400, "not-readable", "查询条件不对",
		    "from、to 为 YYYY-MM-DD,from 不晚于 to;division 为六位区划;by 为 day month event division department。", NULL);
		return -1;
	}
	q->division = division ? (int32_t)atoi(division) : 0;
	return 0;
}

void
api_statistics(void *node, struct http_exchange *x)
{
	struct node *n = node;
	int32_t today = clock_day(node_now(n));
	struct statistics_query q = { .from = today - 365, .to = today };
	struct error why = { 0 };
	struct account who;
	struct store *s;
	json_t *table;

	if (account_of(n, x, &who) != 0)
		return;
	if (who.role == ROLE_CITIZEN) {
		http_problem(x, 403, "forbidden", "没有权限", "统计只对工作人员开放。", NULL);
		return;
	}
	if (read_query(x, &q) != 0)
		return;
	s = n->workers[http_worker(x)];
	table = s && store_alive(s) ? statistics_table(s, &q, &why) : NULL;
	if (table)
		api_json_take(x, 200, table);
	else
		api_unavailable(x, &why);
}
