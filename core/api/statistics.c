/* Counts, summed over nodes. In full for staff, all together for everybody; no figure names a person. */
#include "api/api.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "api/table.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/heads.h"
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

/* What is asked for by whom; NULL: the exchange has been answered. */
static json_t *
counted(struct node *n, struct http_exchange *x, struct account *who, struct store **s)
{
	int32_t today = clock_day(node_now(n));
	struct statistics_query q = { .from = today - 365, .to = today, .today = today };
	struct error why = { 0 };
	json_t *table;

	if (account_of(n, x, who) != 0)
		return NULL;
	if (who->role == ROLE_CITIZEN) {
		http_problem(x, 403, "forbidden", "没有权限", "统计只对工作人员开放。", NULL);
		return NULL;
	}
	if (read_query(x, &q) != 0)
		return NULL;
	*s = sight_store(n, x, &why);
	table = *s ? statistics_table(*s, &q, &why) : NULL;
	if (!table)
		api_unavailable(x, &why);
	return table;
}

void
api_statistics(void *node, struct http_exchange *x)
{
	struct account who;
	struct store *s;
	json_t *table = counted(node, x, &who, &s);

	if (table)
		api_json_take(x, 200, table);
}

static const struct table_column columns[] = {
	{ "分组", "group", NULL }, { "受理", "accepted", NULL }, { "办结", "finished", NULL },
	{ "撤回", "withdrawn", NULL }, { "办成事项", "approved", NULL }, { "不予办理", "refused", NULL },
	{ "因故不能办", "blocked", NULL }, { "退回补正", "correction", NULL }, { "实测件数", "measured.n", NULL },
	{ "材料原来", "measured.materials.before", NULL }, { "材料现在", "measured.materials.given", NULL },
	{ "材料节省", "measured.materials.saved", NULL }, { "材料平均节省", "measured.materials.average", NULL },
	{ "跑动原来", "measured.visits.before", NULL }, { "跑动现在", "measured.visits.made", NULL },
	{ "跑动节省", "measured.visits.saved", NULL }, { "跑动平均节省", "measured.visits.average", NULL },
	{ "工作日件数", "measured.working_days.n", NULL }, { "工作日原来", "measured.working_days.before", NULL },
	{ "工作日现在", "measured.working_days.waited", NULL }, { "工作日节省", "measured.working_days.saved", NULL },
	{ "预计平均节省材料", "expected.materials.average", NULL },
	{ "预计平均节省跑动", "expected.visits.average", NULL }, { "部门办理次数", "took.n", NULL },
	{ "九成在几个工作日内", "took.nine_of_ten", NULL }, { "评价", "served.n", NULL },
	{ "评价平均", "served.average", NULL }, { "差评", "served.poor", NULL }, { "投诉", "served.complaints", NULL },
	{ "应答复", "served.answer_owed", NULL }, { "已答复", "served.answer_given", NULL },
	{ "超期答复", "served.answer_late", NULL },
};

/* The same rows as a table; who took it away is noted. */
void
api_statistics_table(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	struct account who;
	struct store *s;
	json_t *table = counted(n, x, &who, &s);
	struct store_access taken = { .id = store_id(n->slot, node_now(n)), .at = node_now(n), .fields = "statistics",
		.why = "export" };

	if (!table)
		return;
	taken.division = account_division(&who);
	taken.account = who.id;
	if (heads_access_put(n, s, &taken, 1, &why) == 0)
		table_answer(x, "statistics", columns, sizeof columns / sizeof *columns, json_object_get(table, "rows"));
	else
		api_unavailable(x, &why);
	json_decref(table);
}

/* ---- for everybody ---- */

/* Made once in this time: it is open, and counting reads a row a day and division. */
#define KEPT_US (60 * US_PER_SECOND)

static struct {
	pthread_mutex_t lock;
	char *text;
	int64_t made; /* monotonic us */
} kept = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Of each event's row: how long each department takes, beside what it promises. */
static int
add_departments(struct store *s, struct statistics_query q, json_t *events, struct error *why)
{
	json_t *row, *table, *department, *list;
	size_t i, k;

	q.by = BY_DEPARTMENT;
	json_array_foreach(events, i, row) {
		q.event = json_text(row, "group");
		table = *q.event ? statistics_table(s, &q, why) : json_object();
		if (!table)
			return -1;
		list = json_array();
		json_array_foreach(json_object_get(table, "rows"), k, department)
			if (*json_text(department, "group"))
				json_array_append_new(list, json_pack("{s:O, s:O}", "department",
				    json_object_get(department, "group"), "took", json_object_get(department, "took")));
		json_object_set_new(row, "departments", list);
		json_decref(table);
	}
	return 0;
}

static char *
open_table(struct node *n, struct store *s, struct error *why)
{
	int32_t today = clock_day(node_now(n));
	struct statistics_query q = { .from = today - 365, .to = today, .today = today };
	json_t *all = s && store_alive(s) ? statistics_table(s, &q, why) : NULL, *events = NULL;
	char *text = NULL;

	q.by = BY_EVENT;
	if (all)
		events = statistics_table(s, &q, why);
	if (events && add_departments(s, q, json_object_get(events, "rows"), why) == 0) {
		json_object_set(all, "events", json_object_get(events, "rows"));
		text = json_canonical_string(all);
	}
	json_decref(all);
	json_decref(events);
	return text;
}

/* All divisions together: no row is so small that it tells of a person. */
void
api_statistics_open(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct error why = { 0 };
	char *fresh = NULL;

	pthread_mutex_lock(&kept.lock);
	if (!kept.text || clock_monotonic() - kept.made > KEPT_US) {
		fresh = open_table(n, n->workers[http_worker(x)], &why);
		if (fresh) {
			free(kept.text);
			kept.text = fresh;
			kept.made = clock_monotonic();
		}
	}
	fresh = kept.text && !why.kind ? strdup(kept.text) : NULL;
	pthread_mutex_unlock(&kept.lock);
	if (fresh)
		http_answer_take(x, 200, "application/json", fresh, strlen(fresh));
	else
		api_unavailable(x, &why);
}
