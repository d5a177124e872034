/* scene.h: an engine whose turns a test takes by hand, on a database of its own, and applications that are filed for it.
 * Departments are never called: what is sent stands in their queues.
 *
 * Start it from main, where the reader's subcommand has been seen to (declared/reader.h).
 */
#ifndef YJS_TESTS_FLOWS_SCENE_H
#define YJS_TESTS_FLOWS_SCENE_H

#define group group_of_the_system /* the engine has groups of its own */
#include <grp.h>
#undef group
#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/memory.h"
#include "flows/engine_own.h"
#include "flows/heads.h"
#include "flows/notices.h"
#include "rules/form.h"
#include "rules/schema.h"
#include "store/pg.h"

static struct scene {
	struct node n;
	struct engine *e;
	struct conf *conf;
	struct store *s; /* beside the engine's */
	json_t *form;
	const struct event *event;
} scene;

struct filed { /* one application: committed, and as it is handed to the engine */
	struct running *r;
	struct case_operation *ops;
	int n_ops;
	int32_t division;
	int64_t id;
};

static inline void
scene_check(int done, const char *what, const struct error *why)
{
	if (done != 0)
		pg_fail(what, why->text);
}

/* Settings in which each department of connectors/ has an address. */
static inline void
scene_settings(const char *sources)
{
	char folder[PATH_MAX + 20];
	struct dirent **list;
	FILE *out = fopen("service.conf", "w"), *secret = fopen("secret", "w");
	int n;

	snprintf(folder, sizeof folder, "%s/connectors", sources);
	n = scandir(folder, &list, NULL, alphasort);
	if (!out || !secret || n < 0)
		pg_fail("scene_settings", folder);
	fprintf(secret, "a secret of at least thirty-two bytes, for tests\n");
	fchmod(fileno(secret), 0600);
	fclose(secret);
	fprintf(out, "events_dir = %s/events\nconnectors_dir = %s\nscripts_dir = %s/scripts\ndata_dir = .\nkey_file = key\n", sources,
	    folder, sources);
	for (int i = 0; i < n; i++) {
		char *end = strrchr(list[i]->d_name, '.');

		if (end && end != list[i]->d_name && strcmp(end, ".lua") == 0) {
			*end = '\0';
			fprintf(out, "department.%s.url = http://127.0.0.1:9/%s\ndepartment.%s.secret_file = secret\n", list[i]->d_name,
			    list[i]->d_name, list[i]->d_name);
		}
		free(list[i]);
	}
	free(list);
	fclose(out);
}

static inline void
scene_stop_departments(void)
{
	for (size_t i = 0; i < scene.n.departments.n; i++)
		scene.n.departments.list[i].stopped_until = INT64_MAX;
}

static inline void
scene_definitions(struct error *why)
{
	char *none[] = { NULL };
	struct catalog_places places;
	json_t *connectors;

	scene.conf = conf_read("service.conf", none, why);
	scene_check(scene.conf ? 0 : -1, "conf_read", why);
	places = catalog_places(scene.conf);
	scene.n.catalog = catalog_open(&places, scene.s, &connectors, why);
	scene_check(scene.n.catalog ? 0 : -1, "catalog_open", why);
	scene_check(departments_open(&scene.n.departments, connectors, scene.conf, why), "departments_open", why);
	json_decref(connectors);
}

/* `sources`: their folder, with its whole path. */
static inline void
scene_start(const char *sources, const char *event)
{
	struct error why = { 0 };

	signal(SIGALRM, SIG_IGN); /* what is noted is not written here */
	pg_start();
	scene_settings(sources);
	scene_check(seal_make_key("key", &why), "seal_make_key", &why);
	scene.s = pg_open("scene");
	scene.n = (struct node){ .seal = seal_open("key", &why), .database = pg.service, .public_url = (char *)"http://127.0.0.1",
		.room = { .connections = 16, .calls = 16 }, .share = { 1, 0 } };
	scene_definitions(&why);
	scene.n.conf = scene.conf;
	scene_check(store_node_begin(scene.s, "one", false, &scene.n.incarnation, &scene.n.slot, &why), "store_node_begin", &why);
	scene_check(node_set_clock(&scene.n, scene.s, &why), "node_set_clock", &why);
	scene.n.notices = notices_new(&scene.n);
	scene.n.heads = heads_new(scene.conf);
	scene.e = scene.n.engine = engine_start(&scene.n, &why);
	scene_check(scene.e ? 0 : -1, "engine_start", &why);
	scene_stop_departments();
	scene.event = catalog_current(scene.n.catalog, event);
	scene.form = scene.event ? schema_example(scene.event, clock_day(node_now(&scene.n))) : NULL;
	scene_check(scene.form ? 0 : -1, event, &why);
}

static inline void
scene_stop(void)
{
	engine_stop(scene.e);
	notices_stop(scene.n.notices);
	notices_free(scene.n.notices);
	heads_free(scene.n.heads);
	departments_close(&scene.n.departments);
	catalog_close(scene.n.catalog);
	seal_close(scene.n.seal);
	conf_free(scene.conf);
	json_decref(scene.form);
	store_close(scene.s);
	pg_stop();
}

/* --- filing --- */

static inline struct running *
scene_running(struct error *why)
{
	struct facts facts = { .event = scene.event, .form = scene.form, .today = clock_day(node_now(&scene.n)),
		.chosen = form_chosen(scene.event, NULL) };
	struct running *r = running_new(scene.event);
	char division[7];

	if (!form_division(scene.event, &facts, division))
		pg_fail("form_division", scene.event->id);
	facts.division = division;
	scene_check(plan_make(scene.event, &facts, &r->plan, why), "plan_make", why);
	r->division = atoi(division);
	r->submitted_at = node_now(&scene.n);
	r->id = store_id(scene.n.slot, r->submitted_at);
	number_make(division, clock_day(r->submitted_at), r->number);
	r->account = 1;
	r->fence = 1;
	r->form = json_incref(scene.form);
	r->chosen = facts.chosen;
	return r;
}

static inline struct bytes
scene_seal(const char *table, const char *column, int64_t id, int32_t part, const void *plain, size_t length)
{
	struct seal_place at = { table, column, id, part };
	struct error why = { 0 };
	struct bytes sealed;
	struct text t;

	text_init(&t, 4 << 20);
	scene_check(seal_close_value(scene.n.seal, &at, plain, length, &t, &why), "seal_close_value", &why);
	sealed.data = text_take(&t, &sealed.length);
	return sealed;
}

/* Its first operations, made and sealed. */
static inline void
scene_operations(struct filed *f, struct effects *x, struct store_operation *rows, size_t *n)
{
	struct error why = { 0 };

	f->ops = calloc((size_t)x->n_send + 1, sizeof *f->ops);
	for (int i = 0; i < x->n_send; i++) {
		struct case_operation *op = &f->ops[f->n_ops];
		bool made;

		scene_check(case_operation_make(&scene.n, f->r, x->send[i], x, op, &made, &why), "case_operation_make", &why);
		if (!made)
			continue;
		f->n_ops++;
		rows[(*n)++] = (struct store_operation){ .division = f->r->division, .application = f->r->id, .item = (int16_t)op->node,
			.round = (int16_t)op->round, .department = op->department_id, .call = op->call, .url = op->url,
			.body = scene_seal("operation", "body", f->r->id, case_part(op->node, op->round, false), op->body, op->length),
			.created_at = f->r->submitted_at };
	}
}

static inline void
scene_store(const struct filed *f, struct store_application *row, const struct effects *x)
{
	json_t *all = json_pack("{s:O, s:s}", "form", f->r->form, "chosen", "0"), *plan = plan_pack(scene.event, &f->r->plan);
	char *form = json_canonical_string(all), *plan_text = json_canonical_string(plan);
	struct error why = { 0 };
	struct text items;

	text_init(&items, 1 << 16);
	scene_check(running_pack(f->r, &items), "running_pack", &why);
	*row = (struct store_application){ .division = f->r->division, .id = f->r->id, .number = f->r->number,
		.event = scene.event->id, .account = 1, .submitted_at = f->r->submitted_at,
		.sealed = scene_seal("application", "sealed", f->r->id, 0, form, strlen(form)), .plan = { plan_text, strlen(plan_text) },
		.items = { items.data, items.length }, .status = f->r->status, .history = x->history.data,
		.history_count = f->r->history_count, .account_division = f->r->division, .answer = { "answer", 6 },
		.operations = row->operations, .n_operations = row->n_operations };
	memcpy(row->version, scene.event->version, 32);
	memcpy(row->history_hash, f->r->history_hash, 32);
	digest_random(row->key_hash, sizeof row->key_hash);
	if (store_intake(scene.s, scene.n.incarnation, &row, 1, NULL, 0, &why) != 0 || row->verdict != STORE_STORED)
		pg_fail("store_intake", why.text);
	free((void *)(uintptr_t)row->sealed.data);
	text_free(&items);
	free(form);
	free(plan_text);
	json_decref(all);
	json_decref(plan);
}

/* Commit one; it is not handed over. */
static inline struct filed
scene_file(void)
{
	static const uint8_t hash[32] = { 1 };
	struct store_operation rows[NODES_END];
	struct store_application row = { .operations = rows };
	struct error why = { 0 };
	struct filed f = { .r = scene_running(&why) };
	struct effects x = { 0 };

	f.division = f.r->division;
	f.id = f.r->id;
	effects_begin(&x, f.r->submitted_at);
	running_begin(f.r, hash, &x);
	scene_operations(&f, &x, rows, &row.n_operations);
	scene_store(&f, &row, &x);
	for (size_t i = 0; i < row.n_operations; i++)
		free((void *)(uintptr_t)rows[i].body.data);
	effects_free(&x);
	return f;
}

/* Hand it over; it is the engine's from here on. */
static inline void
scene_adopt(struct filed *f)
{
	engine_adopt_take(scene.e, f->r, f->ops, f->n_ops);
	f->r = NULL;
	f->ops = NULL;
}

/* Nobody has taken it over. */
static inline void
scene_unfile(struct filed *f)
{
	running_free(f->r);
	for (int i = 0; f->ops && i < f->n_ops; i++)
		case_operation_free(&f->ops[i]);
	free(f->ops);
	f->r = NULL;
	f->ops = NULL;
}

/* --- turns --- */

/* Once around, at a time when nothing has to wait any longer; only groups on their way are waited for. */
static inline void
scene_turn(void)
{
	struct engine *e = scene.e;
	struct pollfd sockets[ENGINE_LANES];

	if (e->find_at)
		e->find_at = 1;
	if (e->claim_at)
		e->claim_at = 1;
	if (!lanes_idle(e))
		poll(sockets, (nfds_t)lanes_sockets(e, sockets), 1000);
	outcall_wakeup(e->out);
	engine_turn(e);
}

#endif
