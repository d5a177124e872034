/* What lies before a clerk: his department's queue; and what all lists of clerks and supervisors share (desk.h). */
#include "api/desk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/sight.h"
#include "api/table.h"
#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "rules/task.h"

enum { TEXT_MOST = 6000, TEXT_CEILING = TEXT_MOST + 4096 };

/* --- who asks --- */

static int
let_in(struct node *n, struct http_exchange *x, unsigned roles, struct account *who, struct store **s)
{
	struct error why = { 0 };

	if (account_of(n, x, who) != 0)
		return -1;
	if (!(roles & 1U << who->role) || (who->role == ROLE_CLERK && !*who->department)) {
		http_problem(x, 403, "forbidden", "没有权限",
		    roles & DESK_CLERKS ? "办件台只给部门的办事人员用。" : "这里只给督查人员看。", NULL);
		return -1;
	}
	*s = sight_store(n, x, &why);
	if (*s)
		return 0;
	api_unavailable(x, &why);
	return -1;
}

int
desk_clerk(struct node *n, struct http_exchange *x, struct account *who, struct store **s)
{
	return let_in(n, x, DESK_CLERKS, who, s);
}

struct store_clerk
desk_whose(const struct account *who)
{
	return (struct store_clerk){ who->department, who->divisions, who->n_divisions };
}

/* --- pages of a list --- */

static int
read_cursor(const char *s, int64_t numbers[DESK_CURSOR])
{
	for (int i = 0; i < DESK_CURSOR; i++) {
		char part[17];

		if (strspn(s, "0123456789abcdef") < 16)
			return -1;
		memcpy(part, s, 16);
		part[16] = '\0';
		numbers[i] = (int64_t)strtoull(part, NULL, 16);
		s += 16;
	}
	return *s ? -1 : 0;
}

int
desk_page(struct http_exchange *x, int *limit, int64_t numbers[DESK_CURSOR], bool *given)
{
	const char *cursor = http_query(x, "cursor");

	*given = cursor != NULL;
	if (api_limit(x, DESK_LIMIT, DESK_LIMIT_MOST, limit) && (!cursor || read_cursor(cursor, numbers) == 0))
		return 0;
	http_problem(x, 400, "not-readable", "查询条件不对", "limit 为 1 到 200;cursor 请照原样使用系统给出的值。", NULL);
	return -1;
}

json_t *
desk_cursor(const int64_t numbers[DESK_CURSOR])
{
	return json_sprintf("%016" PRIx64 "%016" PRIx64 "%016" PRIx64 "%016" PRIx64, (uint64_t)numbers[0],
	    (uint64_t)numbers[1], (uint64_t)numbers[2], (uint64_t)numbers[3]);
}

int
desk_list_begin(struct desk_list *l, struct node *n, struct http_exchange *x, unsigned roles)
{
	*l = (struct desk_list){ .n = n };
	if (let_in(n, x, roles, &l->who, &l->s) != 0 || desk_page(x, &l->limit, l->last, &l->given) != 0)
		return -1;
	l->rows = json_array();
	return 0;
}

bool
desk_list_is_full(struct desk_list *l)
{
	l->more = (int)json_array_size(l->rows) == l->limit;
	return l->more;
}

void
desk_list_note(struct desk_list *l, int32_t division, int64_t application, const char *fields)
{
	int64_t now = node_now(l->n);

	l->noted[l->n_noted++] = (struct store_access){ .division = division, .id = store_id(l->n->slot, now),
		.account = l->who.id, .application = application, .at = now, .fields = fields,
		.why = l->taken ? "export" : l->who.role == ROLE_SUPERVISOR ? "supervision" : "shown" };
}

void
desk_list_answer(struct desk_list *l, struct http_exchange *x, const char *department, const char *name,
    bool done, struct error *why)
{
	if (done && sight_put(l->n, l->s, &l->who, l->noted, l->n_noted, why) == 0)
		api_json_take(x, 200, json_pack("{s:s*, s:O*, s:O, s:o}", "department", department, "lights", l->lights,
		    name, l->rows, "cursor", l->more ? desk_cursor(l->last) : json_null()));
	else
		api_unavailable(x, why);
	json_decref(l->lights);
	json_decref(l->rows);
}

/* --- what rows are told as --- */

json_t *
desk_day(int32_t due)
{
	char day[11];

	if (due == DESK_NO_DUE)
		return json_null();
	clock_format_day(due, day);
	return json_string(day);
}

json_t *
desk_instant(int64_t us)
{
	char at[30];

	if (!us)
		return json_null();
	clock_format(us, at);
	return json_string(at);
}

json_t *
desk_id(int32_t division, int64_t id)
{
	return json_sprintf("%d-%" PRId64, (int)division, id);
}

bool
desk_read_id(const char *s, int32_t *division, int64_t *id)
{
	char *end;

	*division = (int32_t)strtol(s, &end, 10);
	if (*s < '1' || *s > '9' || *end != '-' || end[1] < '0' || end[1] > '9')
		return false;
	*id = strtoll(end + 1, &end, 10);
	return *end == '\0';
}

/* --- sealed texts --- */

const char *
desk_text(struct asking *a, const char *name)
{
	const char *text = json_text(a->body, name);
	char pointer[40];

	if (text && *text && strlen(text) <= TEXT_MOST)
		return text;
	snprintf(pointer, sizeof pointer, "/%s", name);
	body_refuse_field(a->x, pointer, text && *text ? "length" : "required", text && *text
	    ? "请不超过两千字" : "请填写");
	return NULL;
}

int
desk_seal_text(struct node *n, const char *table, const char *column, int64_t row, const char *text,
    struct text *sealed, struct bytes *out, struct error *why)
{
	struct seal_place at = { table, column, row, 0 };

	text_init(sealed, TEXT_CEILING);
	if (seal_close_value(n->seal, &at, text, strlen(text), sealed, why) != 0)
		return -1;
	*out = (struct bytes){ sealed->data, sealed->length };
	return 0;
}

char *
desk_open_text(struct node *n, const char *table, const char *column, int64_t row, const struct bytes *sealed)
{
	struct seal_place at = { table, column, row, 0 };
	struct error why = { 0 };
	struct text plain;

	text_init(&plain, TEXT_CEILING);
	if (!sealed->data || seal_open_value(n->seal, &at, sealed->data, sealed->length, &plain, &why) != 0) {
		text_free(&plain);
		return NULL;
	}
	return text_take(&plain, NULL);
}

/* --- the queue --- */

static const char *
task_of(const struct store_desk_place *row)
{
	return row->notice ? "notice" : row->undo ? "undo" : "decide";
}

static json_t *
days_left(int32_t due, int32_t today)
{
	int days = task_days_left(due, today);

	return days == TASK_DAYS_UNKNOWN ? json_null() : json_integer(days);
}

const struct item *
desk_item_of(struct desk_list *l, const struct store_desk_place *row, const struct event **event)
{
	*event = catalog_version(l->n->catalog, l->s, row->version, NULL);
	return *event && row->item < (int)(*event)->n_items ? &(*event)->items[row->item] : NULL;
}

static void
queue_row(void *cookie, const struct store_desk_place *row)
{
	struct desk_list *l = cookie;
	int32_t today = clock_day(node_now(l->n));
	const struct event *event;
	const struct item *item = desk_item_of(l, row, &event);
	char at[30];

	if (desk_list_is_full(l))
		return;
	clock_format(row->at, at);
	json_array_append_new(l->rows, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:o, s:o, s:s}",
	    "number", row->number, "event", row->event, "event_title", event ? event->title : row->event,
	    "item", item ? item->id : "", "title", item ? item->title : "", "round", (int)row->round,
	    "task", task_of(row), "arrived_at", at, "due", desk_day(row->due), "days_left", days_left(row->due, today),
	    "light", task_light(row->due, today)));
	if (l->taken)
		desk_list_note(l, row->division, row->application, "status");
	l->last[0] = row->due;
	l->last[1] = row->application;
	l->last[2] = row->item;
	l->last[3] = row->undo;
}

/* How much of the whole queue has which light. */
static int
count_lights(struct desk_list *l, struct error *why)
{
	struct store_clerk clerk = desk_whose(&l->who);
	int32_t today = clock_day(node_now(l->n));
	int64_t counts[DESK_LIGHTS];

	if (store_desk_lights(l->s, &clerk, today, task_yellow_until(today), counts, why) != 0)
		return -1;
	l->lights = json_pack("{s:I, s:I, s:I}", "red", (json_int_t)counts[0], "yellow", (json_int_t)counts[1], "green",
	    (json_int_t)counts[2]);
	return l->lights ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

static bool
read_queue(struct desk_list *l, struct error *why)
{
	struct store_desk_place after = { .due = (int32_t)l->last[0], .application = l->last[1],
		.item = (int16_t)l->last[2], .undo = l->last[3] };
	struct store_clerk clerk = desk_whose(&l->who);

	return store_desk_queue(l->s, &clerk, l->given ? &after : NULL, l->limit + 1, queue_row, l, why) >= 0;
}

void
api_desk_queue(void *node, struct http_exchange *x)
{
	struct error why = { 0 };
	struct desk_list l;
	bool done;

	if (desk_list_begin(&l, node, x, DESK_CLERKS) != 0)
		return;
	done = read_queue(&l, &why) && count_lights(&l, &why) == 0;
	desk_list_answer(&l, x, l.who.department, "items", done, &why);
}

/* --- the queue as a table --- */

static const char *const tasks[] = { "decide", "待办", "undo", "待撤销", "notice", "通知", NULL };
static const char *const lights[] = { "red", "红", "yellow", "黄", "green", "绿", NULL };
static const struct table_column columns[] = {
	{ "申请编号", "number", NULL }, { "一件事", "event_title", NULL }, { "事项", "title", NULL },
	{ "要做的", "task", tasks }, { "轮次", "round", NULL }, { "到达时间", "arrived_at", NULL },
	{ "最后日期", "due", NULL }, { "剩余工作日", "days_left", NULL }, { "灯", "light", lights },
};

/* The same rows; each application that is taken away so is noted. */
void
api_desk_table(void *node, struct http_exchange *x)
{
	struct error why = { 0 };
	struct desk_list l;

	if (desk_list_begin(&l, node, x, DESK_CLERKS) != 0)
		return;
	l.taken = true;
	if (read_queue(&l, &why) && sight_put(l.n, l.s, &l.who, l.noted, l.n_noted, &why) == 0)
		table_answer(x, "desk", columns, sizeof columns / sizeof *columns, l.rows);
	else
		api_unavailable(x, &why);
	json_decref(l.rows);
}
