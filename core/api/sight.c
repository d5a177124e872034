#include "api/sight.h"

#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/log.h"

#include "api/api.h"

static bool
has_division(const struct account *who, int32_t division)
{
	for (int i = 0; i < who->n_divisions; i++)
		if (who->divisions[i] == division)
			return true;
	return false;
}

static bool
concerns_department(const struct store_case *c, const char *department)
{
	for (size_t i = 0; i < c->n_operations; i++)
		if (strcmp(c->operations[i].department, department) == 0 &&
		    c->operations[i].item < MATERIAL_NODE)
			return true;
	return false;
}

bool
sight_serves(const struct account *who, int32_t division)
{
	bool staff = who->role == ROLE_CLERK || who->role == ROLE_SUPERVISOR;

	return (staff && who->n_divisions == 0) || has_division(who, division);
}

bool
sight_may(const struct account *who, const struct store_case *c)
{
	static const uint8_t nobody[16];

	switch (who->role) {
	case ROLE_CITIZEN:
		return c->account == who->id || (*who->id_number && memcmp(who->person, nobody, 16) != 0 &&
		    memcmp(c->person, who->person, 16) == 0);
	case ROLE_AGENT: /* what he looks after, as long as the resident lets him, where he works */
		return c->agent == who->id && c->mandate != 0 && has_division(who, c->division);
	case ROLE_CLERK:
		return concerns_department(c, who->department) && sight_serves(who, c->division);
	default:
		return false;
	}
}

static bool
is_own(const struct account *who, const struct store_case *c)
{
	return who->role == ROLE_CITIZEN && c->filed_by == 0 && c->account == who->id;
}

int
sight_note(struct node *n, struct store *s, const struct account *who, const struct store_case *c,
    const char *fields, const char *reason, struct error *why)
{
	struct store_access access = { .division = c->division, .id = store_id(n->slot, node_now(n)),
		.account = who->id, .application = c->id, .at = node_now(n), .fields = fields, .why = reason };

	CRASH_POINT("access/before");
	return is_own(who, c) ? 0 : store_access_put(s, &access, 1, why);
}

struct store *
sight_store(struct node *n, struct http_exchange *x, struct error *why)
{
	struct store *s = n->workers[http_worker(x)];

	if (s && store_alive(s))
		return s;
	error_set(why, ERROR_TEMPORARY, "no database");
	return NULL;
}

/* The answer goes first: nothing is shown, and waiting for the row would tell that there is something. */
static void
refuse(struct node *n, struct http_exchange *x, struct store *s, const struct account *who,
    const struct store_case *c)
{
	struct error why = { 0 };

	api_not_found(x);
	if (sight_note(n, s, who, c, "application", "refused", &why) != 0)
		log_error("a refused look at %s is not noted: %s", c->number, why.text);
}

static int
find(struct node *n, struct http_exchange *x, bool bodies, struct account *who, struct store **s,
    struct store_case *c, bool *asked)
{
	struct error why = { 0 };
	int found, exists;

	memset(c, 0, sizeof *c);
	if (account_of(n, x, who) != 0)
		return 0;
	*s = sight_store(n, x, &why);
	found = *s ? store_case_by_number(*s, http_param(x, "number"), bodies, c, &why) : -1;
	exists = found;
	if (found == 1 && sight_may(who, c))
		return 1;
	if (found == 1 && asked && who->role == ROLE_CITIZEN && *who->id_number) {
		found = store_consent_asked(*s, c->division, c->id, who->person, &why);
		*asked = found == 1;
		if (*asked)
			return 1;
	}
	if (found < 0)
		api_unavailable(x, &why);
	else if (exists == 1)
		refuse(n, x, *s, who, c);
	else
		api_not_found(x);
	store_case_free(c);
	return 0;
}

int
sight_find(struct node *n, struct http_exchange *x, bool bodies, struct account *who, struct store **s,
    struct store_case *c)
{
	return find(n, x, bodies, who, s, c, NULL);
}

int
sight_find_asked(struct node *n, struct http_exchange *x, struct account *who, struct store **s,
    struct store_case *c, bool *asked)
{
	*asked = false;
	return find(n, x, false, who, s, c, asked);
}

const char *
sight_department(const struct account *who)
{
	return who->role == ROLE_CLERK ? who->department : NULL;
}
