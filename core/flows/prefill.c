#include "flows/prefill.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "flows/heads.h"
#include "flows/known.h"
#include "flows/lookups.h"
#include "flows/mandates.h"
#include "rules/fill.h"
#include "rules/form.h"
#include "rules/number.h"
#include "rules/prefill.h"

enum { BODY = 1 << 20, PEOPLE = 4 /* that one look-up is noted for */ };

struct asking { /* one request */
	struct node *node;
	struct account who;
	struct filing_request q;
	struct facts facts;         /* points into what follows and into q */
	json_t *form;               /* with what is known already */
	json_t *records;            /* what was found */
	char division[7];
	bool english;
	uint32_t wanted;            /* records */
	uint8_t keys[EVENT_RECORDS][16];
	json_t *answers[EVENT_RECORDS]; /* {"state","outputs"?,"at"}, NULL: not answered (yet) */
	struct lookup_set set;
	prefill_then *then;
	void *cookie;
};

static void
asking_free(struct asking *a)
{
	for (size_t i = 0; i < EVENT_RECORDS; i++)
		json_decref(a->answers[i]);
	lookups_free(&a->set);
	json_decref(a->records);
	json_decref(a->form);
	filing_request_free(&a->q);
	free(a);
}

/* --- the end --- */

static json_t *
own_source(const struct asking *a)
{
	bool agent = a->who.role == ROLE_AGENT;
	const char *title = a->english ? agent ? "the person you act for" : "your login" : agent ? "您代办的人" : "您的登录信息";

	return json_pack("{s:n, s:n, s:s}", "department", "department_title", "title", title);
}

static json_t *
record_source(const struct asking *a, const struct record *r)
{
	const struct department *d = departments_find(&a->node->departments, r->department);

	return json_pack("{s:s, s:s, s:s}", "department", r->department, "department_title",
	    d ? d->connector.title : r->department, "title", r->title);
}

/* How it went with a record that was asked for; `source` is owned by *p afterwards. */
static void
tell_record(struct asking *a, int record, struct prefill *p)
{
	const struct record *r = &a->q.event->records[record];
	const json_t *answer = a->answers[record], *outputs = json_object_get(answer, "outputs");

	p->records[record].source = record_source(a, r);
	p->records[record].at = json_text(answer, "at");
	p->records[record].look = !answer ? PREFILL_UNREACHABLE : outputs ? PREFILL_FOUND : PREFILL_NONE;
	if (outputs)
		json_object_set(a->records, r->id, (json_t *)(uintptr_t)outputs);
}

static json_t *
show(struct asking *a)
{
	struct prefill p = { .own = own_source(a), .disputed = json_object_get(a->q.body, "disputed") };
	json_t *shown = NULL;

	for (size_t i = 0; i < a->q.event->n_records; i++)
		if (a->wanted >> i & 1)
			tell_record(a, (int)i, &p);
	a->facts.records = a->records;
	json_decref(a->form);
	a->form = prefill_form(a->q.form, a->q.choices, &a->facts);
	a->facts.form = a->form;
	if (a->form)
		shown = prefill_show(a->q.event, &a->facts, &p);
	for (size_t i = 0; i < EVENT_RECORDS; i++)
		json_decref((json_t *)(uintptr_t)p.records[i].source);
	json_decref((json_t *)(uintptr_t)p.own);
	return shown;
}

/* What was answered now is known for a while; what was not is asked again the next time. */
static void
take_answer(struct asking *a, const struct lookup *one)
{
	json_t *answer;
	char at[30];

	if (one->state == LOOKUP_UNREACHABLE)
		return;
	clock_format(one->at, at);
	answer = json_pack("{s:s, s:O*}", "at", at, "outputs", one->outputs);
	a->answers[one->record] = answer;
	if (answer)
		known_put(a->node->known, a->keys[one->record], answer);
}

static void
finish(void *cookie)
{
	struct asking *a = cookie;
	json_t *shown;

	for (int i = 0; i < a->set.n; i++)
		take_answer(a, &a->set.list[i]);
	shown = show(a);
	a->then(a->cookie, shown ? json_pack("{s:o}", "questions", shown) : NULL);
	asking_free(a);
}

/* --- the beginning --- */

/* Names the question; false: what it is about is not known yet. */
static bool
ask_key(struct asking *a, int record)
{
	const struct record *r = &a->q.event->records[record];
	struct text asked;
	bool known;

	text_init(&asked, BODY);
	known = fill_record(a->q.event, record, 1, "", &a->facts, &asked) == 0;
	if (known)
		known_key(a->node->known, a->who.id, r->by, asked.data, asked.length, a->keys[record]);
	text_free(&asked);
	return known;
}

/* A place in the set; people who have no interface are not asked at every form. */
static bool
look_up(struct asking *a, int record)
{
	struct lookup *one = &a->set.list[a->set.n];

	*one = (struct lookup){ .event = a->q.event, .record = record,
		.department = departments_find(&a->node->departments, a->q.event->records[record].department) };
	lookups_name(one, a->division, a->facts.today);
	text_init(&one->body, BODY);
	if (one->department && !one->department->connector.desk &&
	    fill_record(a->q.event, record, 1, one->number, &a->facts, &one->body) == 0) {
		a->set.n++;
		return true;
	}
	text_free(&one->body);
	return false;
}

/* An answer from a short while ago, or a look-up; false: neither. */
static bool
want_record(struct asking *a, int record)
{
	if (!ask_key(a, record))
		return false;
	a->answers[record] = known_get(a->node->known, a->keys[record]);
	return a->answers[record] || look_up(a, record);
}

/* Of whom a look-up speaks: the identity numbers that it names. */
static int
people_of(const struct asking *a, int record, uint8_t people[PEOPLE][16])
{
	const struct record *r = &a->q.event->records[record];
	int n = 0;

	for (size_t i = 0; i < r->n_request && n < PEOPLE; i++) {
		json_t *value = expr_value(r->request[i].value, &a->facts);
		const char *id = json_string_value(value);

		if (id && number_check(TYPE_ID_NUMBER, id, a->facts.today) == NULL)
			seal_blind(a->node->seal, "id_number", id, strlen(id), people[n++]);
		json_decref(value);
	}
	return n;
}

struct notes {
	struct store_access rows[EVENT_RECORDS * PEOPLE];
	uint8_t people[EVENT_RECORDS][PEOPLE][16];
	char fields[EVENT_RECORDS][80];
	char why[80];
	size_t n;
};

static void
note_record(const struct asking *a, int record, struct notes *notes)
{
	int64_t now = node_now(a->node);
	int n = people_of(a, record, notes->people[record]);

	snprintf(notes->fields[record], sizeof notes->fields[record], "record:%.70s", a->q.event->records[record].id);
	for (int i = 0; i < n; i++)
		notes->rows[notes->n++] = (struct store_access){ .division = atoi(a->division),
			.id = store_id(a->node->slot, now), .account = a->who.id, .at = now, .person = notes->people[record][i],
			.fields = notes->fields[record], .why = notes->why };
}

/* Every look-up; and what an agent sees of it again. */
static int
note(const struct asking *a, struct store *s, struct error *why)
{
	struct notes *notes = calloc(1, sizeof *notes);
	int result;

	if (!notes)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	snprintf(notes->why, sizeof notes->why, "prefill %.60s", a->q.event->id);
	for (size_t i = 0; i < a->q.event->n_records; i++)
		if ((a->wanted >> i & 1) && (!a->answers[i] || a->who.role == ROLE_AGENT))
			note_record(a, (int)i, notes);
	result = heads_access_put(a->node, s, notes->rows, notes->n, why);
	free(notes);
	return result;
}

static struct asking *
asking_take(struct node *n, const struct account *who, struct filing_request *q, const char *language)
{
	struct asking *a = calloc(1, sizeof *a);

	if (!a)
		return NULL;
	a->node = n;
	a->who = *who;
	a->q = *q;
	memset(q, 0, sizeof *q);
	a->english = language && strncmp(language, "en", 2) == 0;
	a->set.cookie = a;
	a->set.done = finish;
	a->records = json_object();
	a->facts = (struct facts){ .event = a->q.event, .applicant = a->q.applicant, .today = clock_day(node_now(n)),
		.chosen = form_chosen(a->q.event, a->q.choices) };
	a->form = prefill_form(a->q.form, a->q.choices, &a->facts);
	a->facts.form = a->form;
	if (a->form && !form_division(a->q.event, &a->facts, a->division))
		snprintf(a->division, sizeof a->division, "%06u", (unsigned)account_division(who) % 1000000);
	if (a->form && a->records)
		return a;
	asking_free(a);
	return NULL;
}

/* To an agent nothing is shown of the records of somebody who has not let him act for him. 1, 0, -1. */
static int
may_look_up(const struct asking *a, struct store *s, struct error *why)
{
	int64_t token;

	if (a->who.role != ROLE_AGENT)
		return 1;
	token = mandates_hold(a->node, s, &a->who, a->q.person_id, why);
	return token > 0 ? 1 : (int)token;
}

int
prefill_begin_take(struct node *n, struct store *s, const struct account *who, struct filing_request *q,
    const char *language, prefill_then *then, void *cookie, struct error *why)
{
	struct asking *a = asking_take(n, who, q, language);
	uint32_t records;
	int may;

	filing_request_free(q);
	if (!a)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	a->then = then;
	a->cookie = cookie;
	may = may_look_up(a, s, why);
	records = may == 1 ? prefill_records(a->q.event, &a->facts) : 0;
	for (size_t i = 0; i < a->q.event->n_records; i++)
		if ((records >> i & 1) && want_record(a, (int)i))
			a->wanted |= UINT32_C(1) << i;
	if (may < 0 || note(a, s, why) != 0) {
		asking_free(a);
		return -1;
	}
	if (a->set.n > 0)
		lookups_begin(n->lookups, &a->set);
	else
		finish(a);
	return 0;
}
