#include "store/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/connection.h"

static int
listen_on(struct store *s, const char *command, struct error *why)
{
	s->listen = command;
	return connection_command(s, command, why);
}

static bool
read_all(struct store *s)
{
	return s->c && PQstatus(s->c) == CONNECTION_OK && PQconsumeInput(s->c) == 1;
}

/* --- the engine's --- */

int
store_listen(struct store *s, struct error *why)
{
	return listen_on(s, "LISTEN yjs_inbox", why);
}

void
store_on_want(struct store *s, void (*wanted)(void *cookie, const struct store_change *c), void *cookie)
{
	s->wanted = wanted;
	s->wanted_cookie = cookie;
}

/* "want <owner> <division> <application> <node>" */
static bool
is_want(struct store *s, const char *text)
{
	struct store_change c;
	long long id;
	int owner;

	if (sscanf(text, "want %d %d %lld %d", &owner, &c.division, &id, &c.node) != 4)
		return false;
	c.id = id;
	if (owner == s->incarnation && s->wanted)
		s->wanted(s->wanted_cookie, &c);
	return true;
}

void
store_on_approved(struct store *s, void (*approved)(void *cookie), void *cookie)
{
	s->approved = approved;
	s->approved_cookie = cookie;
}

static bool
is_approval(const struct store *s, const char *text)
{
	if (strcmp(text, "approved") != 0)
		return false;
	if (s->approved)
		s->approved(s->approved_cookie);
	return true;
}

bool
store_notified(struct store *s)
{
	bool ours = false;
	PGnotify *n;

	if (!read_all(s))
		return false;
	while ((n = PQnotifies(s->c))) {
		if (!is_want(s, n->extra) && !is_approval(s, n->extra) &&
		    (s->incarnation == 0 || atoi(n->extra) == s->incarnation))
			ours = true;
		PQfreemem(n);
	}
	return ours;
}

/* --- the pulse's --- */

int
store_listen_lives(struct store *s, struct error *why)
{
	return listen_on(s, "LISTEN yjs_node", why);
}

void
store_hear_lives(struct store *s)
{
	PGnotify *n;

	while (read_all(s) && (n = PQnotifies(s->c)))
		PQfreemem(n);
}

/* --- of who waits for changes --- */

int
store_listen_changes(struct store *s, int32_t mine, struct error *why)
{
	s->hears_for = mine;
	return listen_on(s, "LISTEN yjs_change", why);
}

bool
store_changed(struct store *s, struct store_change *c)
{
	bool found = false;
	long long id = 0;
	PGnotify *n;

	if (!read_all(s))
		return false;
	while (!found && (n = PQnotifies(s->c))) {
		found = sscanf(n->extra, "%d %d %lld", &c->node, &c->division, &id) == 3 && c->node == s->hears_for;
		PQfreemem(n);
	}
	c->id = id;
	return found;
}

static struct params *
places(struct store *s, const struct store_change *list, size_t n)
{
	struct params *p = connection_params(s);
	int division = params_array(p, PARAM_INT4), id = params_array(p, PARAM_INT8);

	for (size_t i = 0; i < n; i++) {
		params_int(p, division, list[i].division);
		params_int(p, id, list[i].id);
	}
	return p;
}

int
store_want(struct store *s, int32_t mine, const struct store_change *list, size_t n, struct error *why)
{
	struct params *p = places(s, list, n);

	params_int(p, params_one(p, PARAM_INT4), mine);
	return connection_do(s, QUERY_CHANGE_WANT, why);
}

int
store_tell(struct store *s, const struct store_change *list, size_t n, struct error *why)
{
	struct params *p = places(s, list, n);
	int node = params_array(p, PARAM_INT4);

	for (size_t i = 0; i < n; i++)
		params_int(p, node, list[i].node);
	return connection_do(s, QUERY_CHANGE_TELL, why);
}
