#include "flows/department.h"

#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/json.h"
#include "base/log.h"

enum { TIMEOUT_MS = 10000, ASK_AFTER_MS = 600000, AT_ONCE = 16, PER_MINUTE = 600 };

static int
number_or(const json_t *o, const char *name, int otherwise)
{
	const json_t *v = json_object_get(o, name);

	return json_is_integer(v) ? (int)json_integer_value(v) : otherwise;
}

static char *
copy(const json_t *o, const char *name)
{
	const char *s = json_text(o, name);

	return strdup(s ? s : "");
}

static bool
is_desk(const json_t *declared, const struct conf *conf, const char *id)
{
	const char *style = conf_department_style(conf, id);

	if (!style)
		style = json_text(declared, "style");
	return style && strcmp(style, "desk") == 0;
}

bool
department_is_desk(const json_t *connectors, const struct conf *conf, const char *id)
{
	const json_t *declared = NULL;

	for (size_t i = 0; i < json_array_size(connectors); i++) {
		const char *name = json_text(json_array_get(connectors, i), "id");

		if (name && strcmp(name, id) == 0)
			declared = json_array_get(connectors, i);
	}
	return is_desk(declared, conf, id);
}

static int
reach(struct department *d, const struct conf *conf, struct error *why)
{
	const char *url = conf_department_url(conf, d->id);
	const char *file = conf_department_secret_file(conf, d->id);
	struct error told = { 0 };
	size_t length;

	if (d->connector.desk) { /* operations name an endpoint; this one nobody calls */
		d->url = strdup("desk:");
		return d->url ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
	}
	if (!url) {
		log_warning("department %s has no URL: events that call it need department.%s.url",
		    d->id, d->id);
		return 0;
	}
	d->url = strdup(url);
	if (!d->url)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	length = strlen(d->url);
	while (length && d->url[length - 1] == '/')
		d->url[--length] = '\0';
	if (outcall_allow(d->url, &d->allow, &told) != 0)
		return error_set(why, told.kind, "department.%s.url: %s", d->id, told.text);
	if (!file)
		return error_set(why, ERROR_BROKEN,
		    "department %s: set department.%s.secret_file, calls must be signed", d->id, d->id);
	if (sign_read(file, &d->secret, why) != 0)
		return -1;
	d->has_secret = true;
	return 0;
}

static void
set_limits(struct connector *c, const json_t *declared)
{
	const json_t *kind = json_object_get(declared, "once_per");

	c->timeout_ms = number_or(declared, "timeout_ms", TIMEOUT_MS);
	c->ask_after_ms = number_or(declared, "ask_after_ms", ASK_AFTER_MS);
	c->at_once = number_or(declared, "at_once", AT_ONCE);
	c->key_kept_us = json_integer_value(json_object_get(declared, "key_kept_ms")) * 1000;
	c->per_minute = number_or(declared, "per_minute", PER_MINUTE);
	c->idempotent = !json_is_string(kind) || strcmp(json_string_value(kind), "none") != 0;
}

static int
open_one(struct department *d, const json_t *declared, const struct conf *conf, struct error *why)
{
	d->id = copy(declared, "id");
	d->connector.id = d->id;
	d->connector.title = copy(declared, "title");
	d->connector.contact = copy(declared, "contact");
	if (!d->id || !d->connector.title || !d->connector.contact)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	set_limits(&d->connector, declared);
	d->connector.signature = number_or(declared, "signature", 1);
	d->connector.answer = json_incref(json_object_get(declared, "answer"));
	d->connector.by_application = json_text(declared, "url_ends") != NULL;
	d->connector.desk = is_desk(declared, conf, d->id);
	return reach(d, conf, why);
}

static void
close_one(struct department *d)
{
	free(d->id);
	free(d->url);
	free(d->connector.title);
	free(d->connector.contact);
	json_decref(d->connector.answer);
}

static void
note_desks(struct departments *d)
{
	bool any = false;

	for (size_t i = 0; i < d->n; i++)
		any = any || d->list[i].connector.desk;
	__atomic_store_n(&d->desks, any, __ATOMIC_RELAXED);
}

int
departments_open(struct departments *d, const json_t *connectors, const struct conf *conf,
    struct error *why)
{
	d->n = 0;
	d->room = json_array_size(connectors) + DEPARTMENTS_MORE;
	d->list = calloc(d->room, sizeof *d->list);
	if (!d->list)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < json_array_size(connectors); i++)
		if (open_one(&d->list[d->n++], json_array_get(connectors, i), conf, why) != 0)
			return -1;
	note_desks(d);
	return 0;
}

size_t
departments_count(const struct departments *d)
{
	return __atomic_load_n(&d->n, __ATOMIC_ACQUIRE);
}

int
departments_update(struct departments *d, const json_t *connectors, const struct conf *conf,
    struct error *why)
{
	json_t *declared;
	size_t i;

	json_array_foreach(connectors, i, declared) {
		struct department *known = departments_find(d, json_text(declared, "id"));

		if (known) {
			set_limits(&known->connector, declared);
			continue;
		}
		if (d->n == d->room)
			return error_set(why, ERROR_BROKEN, "too many new departments: restart the node");
		memset(&d->list[d->n], 0, sizeof d->list[d->n]);
		if (open_one(&d->list[d->n], declared, conf, why) != 0) {
			close_one(&d->list[d->n]);
			return -1;
		}
		__atomic_store_n(&d->n, d->n + 1, __ATOMIC_RELEASE);
	}
	note_desks(d);
	return 0;
}

void
departments_close(struct departments *d)
{
	for (size_t i = 0; i < d->n; i++)
		close_one(&d->list[i]);
	free(d->list);
	memset(d, 0, sizeof *d);
}

bool
departments_have_desk(const struct departments *d)
{
	return __atomic_load_n(&d->desks, __ATOMIC_RELAXED);
}

struct department *
departments_find(const struct departments *d, const char *id)
{
	size_t n = departments_count(d);

	for (size_t i = 0; id && i < n; i++)
		if (strcmp(d->list[i].id, id) == 0)
			return &d->list[i];
	return NULL;
}
