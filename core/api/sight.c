#include "api/sight.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/heads.h"

#include "api/api.h"

#define DAY_US (24 * 3600 * US_PER_SECOND)

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

bool
sight_is_own(const struct account *who, const struct store_case *c)
{
	return who->role == ROLE_CITIZEN && c->filed_by == 0 && c->account == who->id;
}

/* --- why --- */

/* Fixed words: nothing personal may stand in a row. */
static const char *
purpose_given(const struct http_exchange *x)
{
	static const char *const purposes[] = { "enquiry", "complaint", "mistake", "supervision", "law" };
	const char *given = http_query(x, "purpose");

	for (size_t i = 0; given && i < sizeof purposes / sizeof *purposes; i++)
		if (strcmp(purposes[i], given) == 0)
			return purposes[i];
	return NULL;
}

bool
sight_wants_purpose(const struct node *n, const struct http_exchange *x, struct account *who,
    const struct store_case *c)
{
	int64_t duty = conf_number(n->conf, "duty_days") * DAY_US;

	if (who->role != ROLE_CLERK || !c->finished_at || node_now(n) - c->finished_at < duty)
		return false;
	who->purpose = purpose_given(x);
	return !who->purpose;
}

void
sight_ask_purpose(struct http_exchange *x)
{
	http_problem(x, 403, "purpose-needed", "请说明为什么要看", "这一件早已办结。还要看,请说明为什么:purpose 为 enquiry"
	    "(申请人来问)、complaint(处理投诉)、mistake(更正差错)、supervision(督查检查)、law(依法调取)之一;申请人看得到。", NULL);
}

/* --- noted --- */

int
sight_put(struct node *n, struct store *s, const struct account *who, const struct store_access *rows, size_t count,
    struct error *why)
{
	struct store_bulk bulk = { .account = who->id, .at = node_now(n),
		.most = (int)conf_number(n->conf, "bulk_readings") };
	int alarmed;

	if (heads_access_put(n, s, rows, count, why) != 0)
		return -1;
	if (who->role == ROLE_CITIZEN || count == 0)
		return 0;
	alarmed = store_bulk_look(s, &bulk, why);
	if (alarmed > 0)
		log_warning("account %lld has read of %d applications within an hour: the supervisors are shown it",
		    (long long)who->id, bulk.count);
	return alarmed < 0 ? -1 : 0;
}

int
sight_note(struct node *n, struct store *s, const struct account *who, const struct store_case *c,
    const char *fields, const char *reason, struct error *why)
{
	struct store_access access = { .division = c->division, .id = store_id(n->slot, node_now(n)),
		.account = who->id, .application = c->id, .at = node_now(n), .fields = fields,
		.why = who->purpose ? who->purpose : reason };

	CRASH_POINT("access/before");
	return sight_is_own(who, c) ? 0 : sight_put(n, s, who, &access, 1, why);
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
	if (found == 1 && sight_may(who, c)) {
		if (!sight_wants_purpose(n, x, who, c))
			return 1;
		sight_ask_purpose(x);
		store_case_free(c);
		return 0;
	}
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

const char *
sight_resident(const struct running *r, const struct account *who)
{
	return who->role == ROLE_AGENT ? json_text(r->applicant, "name") : NULL;
}
