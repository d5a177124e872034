/* step_asked.c: what is expected of the applicant now: marked answers and papers, uploads. */
#include "rules/step_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"

struct mend { const struct event *event; uint64_t *questions; bool any; };

static void
see_question(void *cookie, int question)
{
	struct mend *mend = cookie;

	if (mend->event->questions[question].locked)
		return;
	mend->any = true;
	if (mend->questions)
		step_set(mend->questions, (size_t)question);
}

bool
step_mends(const struct event *e, const struct expr *expr, uint64_t *questions)
{
	struct mend mend = { e, questions, false };

	expr_questions(expr, e, see_question, &mend);
	return mend.any;
}

static const struct expr *
value_of(const struct item *item, const char *param)
{
	for (size_t i = 0; param && i < item->n_request; i++)
		if (strcmp(item->request[i].name, param) == 0)
			return item->request[i].value;
	return NULL;
}

/* Sent back by a rule, not by a department: its answers are those that the rule speaks of. */
static bool
is_by_rule(const struct running_item *it)
{
	return it->how == CAUSE_RULE && !it->sent_at;
}

static void
mark_rule(const struct running *r, const struct running_item *it, uint64_t *questions)
{
	const struct rule *rule = &r->event->rules[it->way];

	if (!step_mends(r->event, rule->must, questions))
		step_mends(r->event, rule->when, questions);
}

void
step_marks(const struct running *r, int item, uint64_t *questions, uint64_t *materials)
{
	const struct running_item *it = &r->nodes[item];
	const json_t *one;
	size_t i;

	if (is_by_rule(it))
		mark_rule(r, it, questions);
	json_array_foreach(it->fields, i, one) {
		const char *material = json_text(one, "material");
		int m = material ? event_material(r->event, material) : -1;

		if (m >= 0)
			*materials |= UINT64_C(1) << m;
		else
			step_mends(r->event, value_of(&r->event->items[item], json_text(one, "field")), questions);
	}
}

/* --- papers --- */

uint64_t
step_uploads_needed(const struct running *r)
{
	uint64_t used = 0, needed = 0;

	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == ITEM_WAITING && !r->event->items[i].tell)
			used |= r->plan.item[i].uses;
	for (size_t m = 0; m < r->event->n_materials; m++)
		if ((used >> m & 1) && running_node(r, MATERIAL_NODE + (int)m)->how == HOW_UPLOAD_NEEDED)
			needed |= UINT64_C(1) << m;
	return needed;
}

static bool
is_silent(const struct running_item *lookup, int64_t now)
{
	return lookup->state == ITEM_SENT && lookup->silent_since &&
	    (lookup->flags & ITEM_LATE || now - lookup->silent_since >= STEP_LATE_US);
}

uint64_t
step_uploads_offered(const struct running *r, int64_t now)
{
	uint64_t offered = 0;

	for (size_t m = 0; m < r->event->n_materials; m++) {
		const struct running_item *it = running_node(r, MATERIAL_NODE + (int)m);
		const struct get *g = &r->event->materials[m].get[it->way];

		if (it->how != HOW_WAITING)
			continue;
		if (g->way == WAY_FETCH ? is_silent(it, now) :
		    g->way == WAY_RECORD && is_silent(running_node(r, RECORD_NODE + g->record), now))
			offered |= UINT64_C(1) << m;
	}
	return offered;
}

bool
step_waits_for_applicant(const struct running *r)
{
	return step_items_in(r, ITEM_CORRECTION) || step_uploads_needed(r);
}

/* --- told --- */

struct asking { const struct running *r; json_t *list; bool en, one_item; };

/* item -1: for its own sake. Of one item that is shown alone neither it nor `needed` is said. */
static void
ask(const struct asking *a, const char *folder, const char *name, int item, const char *reason,
    bool needed)
{
	const struct event *e = a->r->event;
	bool paper = strcmp(folder, "materials") == 0;
	char pointer[300];
	json_t *one;

	snprintf(pointer, sizeof pointer, "/%s/%s", folder, name);
	one = json_pack("{s:s, s:s, s:s, s:s}", "pointer", pointer, "field", name, "title",
	    paper ? e->materials[event_material(e, name)].title : e->questions[event_question(e, name)].title,
	    "reason", reason ? reason : "");
	if (one && !a->one_item) {
		json_object_set_new(one, "needed", json_boolean(needed));
		if (item >= 0)
			json_object_set_new(one, "item", json_string(e->items[item].id));
	}
	json_array_append_new(a->list, one);
}

static void
ask_questions(const struct asking *a, const uint64_t *questions, int item, const char *reason)
{
	for (size_t q = 0; q < a->r->event->n_questions; q++)
		if (step_bit(questions, q))
			ask(a, "form", a->r->event->questions[q].id, item, reason, true);
}

static void
ask_item(const struct asking *a, int item, uint64_t *room, size_t words)
{
	const struct running_item *it = &a->r->nodes[item];
	const json_t *one;
	size_t i;

	memset(room, 0, words * sizeof *room);
	if (is_by_rule(it)) {
		mark_rule(a->r, it, room);
		ask_questions(a, room, item, a->r->event->rules[it->way].text);
	}
	json_array_foreach(it->fields, i, one) {
		const char *material = json_text(one, "material"), *reason = json_text(one, "reason");

		memset(room, 0, words * sizeof *room);
		if (material)
			ask(a, "materials", material, item, reason, true);
		else if (step_mends(a->r->event, value_of(&a->r->event->items[item], json_text(one, "field")), room))
			ask_questions(a, room, item, reason);
	}
}

json_t *
step_item_correction(const struct running *r, int item, const char *language)
{
	size_t words = r->event->n_questions / 64 + 1;
	struct asking a = { r, json_array(), language && strncmp(language, "en", 2) == 0, true };
	uint64_t *room = calloc(words, sizeof *room);

	if (!room)
		memory_lost();
	else if (a.list)
		ask_item(&a, item, room, words);
	free(room);
	return a.list;
}

static int
user_of(const struct running *r, size_t material)
{
	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == ITEM_WAITING && (r->plan.item[i].uses >> material & 1))
			return (int)i;
	return -1;
}

static void
ask_papers(const struct asking *a, int64_t now)
{
	uint64_t needed = step_uploads_needed(a->r), offered = step_uploads_offered(a->r, now);

	for (size_t m = 0; m < a->r->event->n_materials; m++) {
		const char *id = a->r->event->materials[m].id;

		if (needed >> m & 1)
			ask(a, "materials", id, user_of(a->r, m), a->en
			    ? "Nobody else can give this paper: please upload it."
			    : "这份材料没有别的途径可以取得,请您上传", true);
		else if (offered >> m & 1)
			ask(a, "materials", id, user_of(a->r, m), a->en
			    ? "The department has not answered for ten minutes. You may upload it yourself; else we go on asking."
			    : "部门超过十分钟没有答复。您手上有的话可以直接上传;不传也可以,系统会继续查询", false);
	}
}

json_t *
running_asked(const struct running *r, int64_t now, const char *language)
{
	size_t words = r->event->n_questions / 64 + 1;
	struct asking a = { r, json_array(), language && strncmp(language, "en", 2) == 0, false };
	uint64_t *room;

	if (!a.list || r->withdrawn_at || r->status >= STATUS_FINISHED)
		return a.list;
	room = calloc(words, sizeof *room);
	if (!room) {
		json_decref(a.list);
		return NULL;
	}
	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == ITEM_CORRECTION)
			ask_item(&a, (int)i, room, words);
	ask_papers(&a, now);
	free(room);
	return a.list;
}
