/* What a request to file, to plan or to prefill says, read strictly. */
#include "flows/filing.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "flows/body.h"
#include "rules/form.h"
#include "rules/number.h"

enum { BODY_CEILING = 1 << 20 };

static int
unavailable(struct http_exchange *x)
{
	http_problem(x, 503, "unavailable", "系统暂时不可用", "请稍后再试。", NULL);
	return -1;
}

static bool
member_known(const char *name)
{
	static const char *const names[] = { "event", "form", "choices", "materials", "for", "disputed" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Within the dates that the event itself declares. */
static bool
is_open_today(const struct event *e, int32_t today)
{
	int32_t day;

	if (e->since && clock_parse_day(e->since, &day) && today < day)
		return false;
	return !e->ends || !clock_parse_day(e->ends, &day) || today <= day;
}

/* Ids of questions whose known answer the person says is wrong. */
static int
read_disputed(struct http_exchange *x, struct filing_request *q)
{
	const json_t *one;
	char pointer[40];
	size_t i;

	q->disputed = json_object_get(q->body, "disputed");
	if (q->disputed && !json_is_array(q->disputed))
		return body_refuse_field(x, "/disputed", "type", "disputed 应是有异议的栏目编号的数组");
	json_array_foreach(q->disputed, i, one) {
		snprintf(pointer, sizeof pointer, "/disputed/%zu", i);
		if (!json_is_string(one))
			return body_refuse_field(x, pointer, "type", "请写栏目的编号");
		if (event_question(q->event, json_string_value(one)) < 0)
			return body_refuse_field(x, pointer, "unknown_field", "没有这一栏,请去掉");
	}
	return 0;
}

static int
read_members(struct node *n, const char *event, struct http_exchange *x, struct filing_request *q)
{
	const char *name, *id = event ? event : json_text(q->body, "event");
	const json_t *form;
	char pointer[128];
	json_t *value;

	json_object_foreach(q->body, name, value) {
		if (member_known(name) && !(event && strcmp(name, "event") == 0))
			continue;
		snprintf(pointer, sizeof pointer, "/%.100s", name);
		return body_refuse_field(x, pointer, "unknown_field", "没有这一栏,请去掉");
	}
	q->event = id ? catalog_current(n->catalog, id) : NULL;
	if (!q->event)
		return body_refuse_field(x, "/event", id ? "unknown_code" : "required",
		    "没有这个事项,请从 /api/v1/events 的列表中选");
	if (!is_open_today(q->event, clock_day(node_now(n))))
		return body_refuse_field(x, "/event", "not_chosen", "这件事现在不受理,请看办事指南写明的起止日期");
	form = json_object_get(q->body, "form");
	q->choices = json_object_get(q->body, "choices");
	if (!json_is_object(form))
		return body_refuse_field(x, "/form", form ? "type" : "required", "请在 form 中填写表单内容");
	if (q->choices && !json_is_object(q->choices))
		return body_refuse_field(x, "/choices", "type", "choices 应是“事项编号: true/false”的对象");
	q->materials = json_object_get(q->body, "materials");
	if (q->materials && !json_is_object(q->materials))
		return body_refuse_field(x, "/materials", "type", "materials 应是“材料编号: 文件编号”的对象");
	if (event && json_object_size(q->materials) > 0)
		return body_refuse_field(x, "/materials", "unknown_field", "试算不用上传材料,请去掉");
	return read_disputed(x, q);
}

/* The person the application is for: an agent names him, everybody else is himself. */
static int
read_person(struct node *n, const struct account *who, struct http_exchange *x, struct filing_request *q)
{
	const json_t *other = json_object_get(q->body, "for");
	const char *id = json_text(other, "id_number"), *name = json_text(other, "full_name");
	bool agent = who && who->role == ROLE_AGENT;

	if (other && who && !agent)
		return body_refuse_field(x, "/for", "not_yours", "只有代办员可以替别人申请,请去掉 for");
	if (agent && event_applicant(q->event, "agent") < 0)
		return body_refuse_field(x, "/for", "not_yours", "这件事要本人自己申请,不能代办");
	if (agent && (!id || !name))
		return body_refuse_field(x, "/for", "required",
		    "代办请写明替谁办:for 中填 id_number(身份证号)和 full_name(姓名)");
	if (id && number_check(TYPE_ID_NUMBER, id, clock_day(node_now(n))))
		return body_refuse_field(x, "/for/id_number", "check_digit", "身份证号码不对,请对照证件核对");
	if (!id && who)
		id = who->id_number;
	if (!name && who)
		name = who->full_name;
	strcpy(q->person_id, id ? id : "");
	q->applicant = json_object();
	if (!q->applicant)
		return unavailable(x);
	if (who)
		json_object_set_new(q->applicant, "as", json_string(agent ? "agent" : "self"));
	if (id && *id)
		json_object_set_new(q->applicant, "id", json_string(id));
	if (name && *name)
		json_object_set_new(q->applicant, "name", json_string(name));
	if (who && !agent && *who->phone)
		json_object_set_new(q->applicant, "phone", json_string(who->phone));
	return 0;
}

/* Nobody need type what his login says. */
static int
fill_form(struct node *n, struct http_exchange *x, struct filing_request *q)
{
	struct facts facts = { .event = q->event, .applicant = q->applicant,
		.today = clock_day(node_now(n)) };

	q->form = form_filled(json_object_get(q->body, "form"), q->choices, &facts);
	return q->form ? 0 : unavailable(x);
}

void
filing_request_free(struct filing_request *q)
{
	json_decref(q->body);
	json_decref(q->form);
	json_decref(q->applicant);
	memset(q, 0, sizeof *q);
}

int
filing_read(struct node *n, const struct account *who, const char *event, struct http_exchange *x,
    struct filing_request *q)
{
	memset(q, 0, sizeof *q);
	q->body = body_object(x, BODY_CEILING);
	if (!q->body)
		return -1;
	if (read_members(n, event, x, q) != 0 || read_person(n, who, x, q) != 0 ||
	    fill_form(n, x, q) != 0) {
		filing_request_free(q);
		return -1;
	}
	return 0;
}

void
filing_point(json_t *errors)
{
	char pointer[300];
	json_t *error;
	size_t i;

	json_array_foreach(errors, i, error) {
		const char *s = json_text(error, "pointer");

		if (!s || (strncmp(s, "/choices", 8) == 0 && (!s[8] || s[8] == '/')))
			continue;
		snprintf(pointer, sizeof pointer, "/form%s", s);
		json_object_set_new(error, "pointer", json_string(pointer));
	}
}
