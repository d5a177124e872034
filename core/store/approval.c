#include "store/approval.h"

#include <stdlib.h>

#include "store/connection.h"
#include "store/people.h"
#include "store/result.h"

static struct params *
of_version(struct store *s, const uint8_t version[32])
{
	struct params *p = connection_params(s);

	params_bytes(p, params_one(p, PARAM_BYTEA), version, 32);
	return p;
}

int
store_approval_standing(struct store *s, const uint8_t version[32], const char *event,
    struct store_standing *standing, struct error *why)
{
	struct params *p = of_version(s, version);
	PGresult *r;

	params_text(p, params_one(p, PARAM_TEXT), event);
	r = connection_run(s, QUERY_APPROVAL_STANDING, why);
	if (!r)
		return -1;
	*standing = (struct store_standing){ .approvals = (int)result_int(r, 0, 0), .published = !PQgetisnull(r, 0, 1) };
	if (standing->published) {
		result_fixed(r, 0, 1, standing->in_force, sizeof standing->in_force);
		standing->since = result_time(r, 0, 2);
	}
	PQclear(r);
	return 0;
}

int
store_approval_list(struct store *s, const uint8_t version[32], store_approval_each *each, void *cookie,
    struct error *why)
{
	PGresult *r;
	int done = 0;

	of_version(s, version);
	r = connection_run(s, QUERY_APPROVAL_LIST, why);
	if (!r)
		return -1;
	for (int i = 0; done == 0 && i < PQntuples(r); i++) {
		struct store_approval a = { .account = result_int(r, i, 0), .at = result_time(r, i, 2) };

		result_text(r, i, 1, a.name, sizeof a.name);
		done = each(cookie, &a, why);
	}
	PQclear(r);
	return done;
}

int
store_approval_put(struct store *s, int64_t token, int64_t account, const uint8_t version[32], struct error *why)
{
	struct params *p;

	if (store_held_begin(s, token, why) != 0)
		return -1;
	p = of_version(s, version);
	params_int(p, params_one(p, PARAM_INT8), account);
	return store_held_end(s, connection_do(s, QUERY_APPROVAL_PUT, why), why);
}

int
store_published_list(struct store *s, struct store_published **list, size_t *n, struct error *why)
{
	PGresult *r;

	*list = NULL;
	*n = 0;
	connection_params(s);
	r = connection_run(s, QUERY_PUBLISHED_LIST, why);
	if (!r)
		return -1;
	*list = calloc((size_t)PQntuples(r) + 1, sizeof **list);
	for (int i = 0; *list && i < PQntuples(r); i++) {
		struct store_published *p = &(*list)[(*n)++];

		result_text(r, i, 0, p->subject, sizeof p->subject);
		result_fixed(r, i, 1, p->version, sizeof p->version);
		p->since = result_time(r, i, 2);
	}
	PQclear(r);
	return *list ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

int
store_unpublish(struct store *s, const char *subject, const uint8_t version[32], struct error *why)
{
	struct params *p = connection_params(s);

	params_text(p, params_one(p, PARAM_TEXT), subject);
	params_bytes(p, params_one(p, PARAM_BYTEA), version, 32);
	return connection_do(s, QUERY_UNPUBLISH, why);
}
