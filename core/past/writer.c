#include "past/writer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "flows/base.h"
#include "past/life.h"
#include "rules/calendar.h"
#include "rules/schema.h"

enum { GROUP = 100 };
/* People file from eight to six. */
#define DAY_BEGINS (8 * INT64_C(3600) * US_PER_SECOND)
#define DAY_LASTS (10 * INT64_C(3600) * US_PER_SECOND)

struct writer {
	struct past_order order;
	struct base base;
	struct node node;
	const struct event *event;
	struct life lives[GROUP];
	struct store_past rows[GROUP];
	struct store_past_account accounts[GROUP];
	size_t n, n_accounts;
	int32_t day;          /* of the form below */
	json_t *form;
	const json_t *choices;
	long who;             /* whose account is the last made */
	int64_t account;
};

/* --- set-up --- */

/* Nothing is ever sent there; a past has addresses all the same. */
static int
give_addresses(struct departments *d)
{
	char url[160];

	for (size_t i = 0; i < departments_count(d); i++) {
		if (d->list[i].url)
			continue;
		snprintf(url, sizeof url, "http://127.0.0.1/%s", d->list[i].id);
		d->list[i].url = strdup(url);
		if (!d->list[i].url)
			return -1;
	}
	return 0;
}

/* Nothing of an event was filed before it was in force. */
static int
begin_in_force(struct writer *w, struct error *why)
{
	int32_t since;

	if (!w->event->since || !clock_parse_day(w->event->since, &since) || since <= w->order.from)
		return 0;
	if (w->order.from_given || since > w->order.to)
		return error_set(why, ERROR_INPUT, "%s is in force from %s on: give other days by --from and --to",
		    w->event->id, w->event->since);
	w->order.from = since;
	return 0;
}

static int
open_node(struct writer *w, const struct conf *conf, int process, struct error *why)
{
	struct catalog_places places = catalog_places(conf);
	json_t *connectors = NULL;
	char name[64];
	int done;

	w->node.conf = conf;
	w->node.seal = w->base.seal;
	w->node.public_url = strdup("http://127.0.0.1");
	w->node.catalog = catalog_open(&places, w->base.store, &connectors, why);
	if (!w->node.catalog)
		return -1;
	done = departments_open(&w->node.departments, connectors, conf, why);
	json_decref(connectors);
	if (done != 0 || give_addresses(&w->node.departments) != 0)
		return -1;
	w->event = catalog_current(w->node.catalog, w->order.event);
	if (!w->event)
		return error_set(why, ERROR_INPUT, "there is no event %s in %s", w->order.event, places.events);
	if (begin_in_force(w, why) != 0)
		return -1;
	snprintf(name, sizeof name, "past-%ld-%d", (long)getpid(), process);
	if (store_node_begin(w->base.store, name, false, &w->node.incarnation, &w->node.slot, why) != 0)
		return -1;
	return store_past_begin(w->base.store, why);
}

static void
close_all(struct writer *w)
{
	for (size_t i = 0; i < GROUP; i++)
		life_free(&w->lives[i]);
	for (size_t i = 0; i < w->n_accounts; i++)
		store_account_free(&w->accounts[i].account);
	json_decref(w->form);
	departments_close(&w->node.departments);
	catalog_close(w->node.catalog);
	free(w->node.public_url);
	base_close(&w->base);
}

/* --- forms --- */

/* "today - 3日" in a date's place is a day of the filing. */
static void
date_answers(const struct event *event, json_t *form, int32_t today)
{
	for (size_t i = 0; i < event->n_questions; i++) {
		const char *text = json_text(form, event->questions[i].id);
		char day[11];
		int32_t at;

		if (!text || strncmp(text, "today", 5) != 0 || !calendar_read_day(text, today, &at))
			continue;
		clock_format_day(at, day);
		json_object_set_new(form, event->questions[i].id, json_string(day));
	}
}

static int
form_of_day(struct writer *w, int32_t day, struct error *why)
{
	const json_t *like = w->order.like;

	if (w->form && w->day == day)
		return 0;
	json_decref(w->form);
	w->day = day;
	w->form = like ? json_deep_copy(json_object_get(like, "form")) : schema_example(w->event, day);
	w->choices = like ? json_object_get(like, "choices") : NULL;
	if (!json_is_object(w->form))
		return error_set(why, ERROR_INPUT, "there is no example form to make others like it");
	if (json_object_get(w->form, "form")) { /* an example may say choices beside the form */
		json_t *inner = json_incref(json_object_get(w->form, "form"));

		json_decref(w->form);
		w->form = inner;
	}
	date_answers(w->event, w->form, day);
	return 0;
}

/* --- people --- */

static int
add_account(struct writer *w, const struct person *p, int64_t now, struct error *why)
{
	struct store_past_account *a = &w->accounts[w->n_accounts];
	const char *id = json_text(p->applicant, "id"), *name = json_text(p->applicant, "name");
	struct seal_place at = { "account", "sealed", 0, 0 };
	struct text sealed;
	json_t *about = json_pack("{s:s, s:s, s:s*}", "id_number", id ? id : "", "full_name", name ? name : "",
	    "phone", json_text(p->applicant, "phone"));
	char *plain = about ? json_canonical_string(about) : NULL;
	int done;

	json_decref(about);
	memset(a, 0, sizeof *a);
	a->account.id = at.row = w->account = store_id(w->node.slot, now); /* ids of a process only rise */
	snprintf(a->account.name, sizeof a->account.name, "past-%llx", (unsigned long long)a->account.id);
	strcpy(a->account.role, "citizen");
	seal_blind(w->node.seal, "id_number", id ? id : "", id ? strlen(id) : 0, a->person);
	text_init(&sealed, 4096);
	done = plain ? seal_close_value(w->node.seal, &at, plain, strlen(plain), &sealed, why)
	    : error_set(why, ERROR_TEMPORARY, "no memory");
	free(plain);
	a->account.sealed.data = text_take(&sealed, &a->account.sealed.length);
	w->n_accounts++;
	return done;
}

/* --- groups --- */

static int
write_group(struct writer *w, long *done, struct error *why)
{
	int result;

	if (w->n == 0)
		return 0;
	for (size_t i = 0; i < w->n; i++)
		w->rows[i] = w->lives[i].row;
	result = store_past(w->base.store, w->node.incarnation, w->rows, w->n, w->accounts, w->n_accounts, why);
	for (size_t i = 0; i < w->n; i++)
		life_end(&w->lives[i]);
	for (size_t i = 0; i < w->n_accounts; i++)
		store_account_free(&w->accounts[i].account);
	if (result == 0)
		__atomic_add_fetch(done, (long)w->n, __ATOMIC_RELAXED);
	w->n = w->n_accounts = 0;
	return result;
}

/* Evenly over the days; of a day over its hours. */
static int64_t
time_of(const struct past_order *o, long k)
{
	double days = (double)(o->to - o->from + 1) * ((double)k + 0.5) / (double)o->n;
	int32_t day = (int32_t)days;

	return clock_day_start(o->from + day) + DAY_BEGINS + (int64_t)((days - day) * (double)DAY_LASTS);
}

static int
add_one(struct writer *w, long k, struct error *why)
{
	long who = k / w->order.each;
	int64_t now = time_of(&w->order, k);
	struct person p = { NULL, NULL };
	int done = form_of_day(w, clock_day(now), why);

	if (done == 0 && person_make(w->event, w->form, k, who, &p) != 0)
		done = error_set(why, ERROR_TEMPORARY, "no memory");
	if (done == 0 && who != w->who) {
		w->who = who;
		done = add_account(w, &p, now, why);
	}
	if (done == 0)
		done = life_run(&w->lives[w->n], &p, w->choices, w->account, now, why);
	if (done == 0 && w->lives[w->n].r->finished_at > clock_now())
		done = error_set(why, ERROR_INPUT, "what is filed on the last days has not ended yet: give an earlier --to");
	w->n += done == 0;
	person_free(&p);
	return done;
}

int
writer_run(const struct conf *conf, const struct past_order *order, int process, long *done,
    struct error *why)
{
	struct writer *w = calloc(1, sizeof *w);
	long first = order->n * process / order->processes, end = order->n * (process + 1) / order->processes;
	int result;

	if (!w)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	w->order = *order;
	w->who = -1;
	result = base_open(&w->base, conf, BASE_KEY, why);
	if (result == 0)
		result = open_node(w, conf, process, why);
	for (size_t i = 0; i < GROUP && result == 0; i++)
		result = life_begin(&w->lives[i], &w->node, w->event);
	for (long k = first; k < end && result == 0; k++) {
		result = add_one(w, k, why);
		if (result == 0 && w->n == GROUP)
			result = write_group(w, done, why);
	}
	if (result == 0)
		result = write_group(w, done, why);
	close_all(w);
	free(w);
	return result;
}
