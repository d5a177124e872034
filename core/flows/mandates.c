#include "flows/mandates.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "rules/village.h"
#include "seal/digest.h"

enum { PERSON_MOST = 1024 };

const char *const mandates_basis_names[] = { "resident", "code", "slip", "handed" };

bool
mandates_handle(const char *text, uint8_t handle[16])
{
	return strlen(text) == 32 && digest_unhex(text, handle, 16);
}

static void
blind(struct node *n, const char *id_number, uint8_t person[16])
{
	seal_blind(n->seal, "id_number", id_number, strlen(id_number), person);
}

/* A code says nothing without its person. */
static void
hash_code(struct node *n, const uint8_t person[16], const char *code, uint8_t hash[16])
{
	char both[33 + MANDATES_CODE_SIZE];

	digest_hex(person, 16, both);
	snprintf(both + 32, sizeof both - 32, "%s", code);
	seal_blind(n->seal, "mandate_code", both, strlen(both), hash);
}

/* --- whose --- */

static int
seal_whose(struct node *n, int64_t token, const struct mandate_person *p, struct text *sealed, struct error *why)
{
	struct seal_place at = { "mandate", "sealed", token, 0 };
	json_t *o = json_pack("{s:s, s:s}", "id_number", p->id_number, "full_name", p->full_name);
	char *plain = o ? json_canonical_string(o) : NULL;
	int done = plain ? seal_close_value(n->seal, &at, plain, strlen(plain), sealed, why)
	    : error_set(why, ERROR_TEMPORARY, "no memory");

	json_decref(o);
	free(plain);
	return done;
}

static void
copy_member(const json_t *o, const char *name, char *into, size_t room)
{
	const char *s = json_text(o, name);

	snprintf(into, room, "%s", s ? s : "");
}

int
mandates_person(struct node *n, const struct store_mandate *m, struct mandate_person *p, struct error *why)
{
	struct seal_place at = { "mandate", "sealed", m->token, 0 };
	json_t *o = NULL;
	struct text plain;

	memset(p, 0, sizeof *p);
	if (m->sealed.length == 0)
		return 0;
	text_init(&plain, PERSON_MOST);
	if (seal_open_value(n->seal, &at, m->sealed.data, m->sealed.length, &plain, why) == 0)
		o = json_read(plain.data, plain.length, PERSON_MOST, why);
	text_free(&plain);
	if (!o)
		return -1;
	copy_member(o, "id_number", p->id_number, sizeof p->id_number);
	copy_member(o, "full_name", p->full_name, sizeof p->full_name);
	json_decref(o);
	return 0;
}

/* --- giving --- */

/* What stands now, without what is sealed. */
static enum store_mandate_done
read_again(struct store *s, struct store_mandate *m, struct error *why)
{
	const struct store_mandate asked = *m;
	int found = store_mandate(s, asked.agent, asked.person, m, why);

	store_mandate_free(m);
	return found == 1 ? MANDATE_IN_FORCE : MANDATE_FAILED;
}

enum store_mandate_done
mandates_take(struct node *n, struct store *s, const struct mandate_wish *w, int64_t caller, struct store_mandate *m,
    struct error *why)
{
	enum store_mandate_done done = MANDATE_FAILED;
	uint8_t code[16];
	struct text sealed;

	*m = (struct store_mandate){ .token = store_id(n->slot, node_now(n)), .agent = w->agent, .village = w->village,
		.basis = w->basis, .slip_division = w->slip_division, .slip = w->slip };
	blind(n, w->person.id_number, m->person);
	hash_code(n, m->person, w->code ? w->code : "", code);
	text_init(&sealed, PERSON_MOST);
	if (seal_whose(n, m->token, &w->person, &sealed, why) == 0) {
		m->sealed = (struct bytes){ sealed.data, sealed.length };
		done = store_mandate_take(s, m, code, caller, why);
	}
	text_free(&sealed);
	m->sealed = (struct bytes){ NULL, 0 };
	return done == MANDATE_IN_FORCE ? read_again(s, m, why) : done;
}

int
mandates_make_code(struct node *n, struct store *s, const struct account *who, char code[MANDATES_CODE_SIZE],
    struct error *why)
{
	uint8_t hash[16];
	uint64_t random;

	digest_random(&random, sizeof random);
	snprintf(code, MANDATES_CODE_SIZE, "%06u", (unsigned)(random % 1000000));
	hash_code(n, who->person, code, hash);
	return store_mandate_code(s, who->person, hash, who->token, why);
}

/* --- handing over --- */

struct roster { struct store_mandate list[MANDATES_HANDED_MOST]; int n; };

static int
keep_one(void *cookie, const struct store_mandate *m, struct error *why)
{
	struct roster *r = cookie;
	struct store_mandate *kept = &r->list[r->n];

	*kept = *m;
	kept->sealed.data = m->sealed.length ? malloc(m->sealed.length) : NULL;
	if (m->sealed.length && !kept->sealed.data)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	memcpy((void *)(uintptr_t)kept->sealed.data, m->sealed.data, m->sealed.length);
	r->n++;
	return 0;
}

/* 1, 0 it stays where it is, -1. */
static int
hand_one(struct node *n, struct store *s, const struct store_mandate *old, const struct store_account *to,
    int64_t caller, struct error *why)
{
	struct store_mandate new = *old;
	struct mandate_person person;
	struct text sealed;
	int done = -1;

	if (!village_is_served(old->village, to->villages, to->n_villages))
		return 0;
	new.agent = to->id;
	new.token = store_id(n->slot, node_now(n));
	new.basis = MANDATE_HANDED;
	text_init(&sealed, PERSON_MOST);
	if (mandates_person(n, old, &person, why) == 0 && seal_whose(n, new.token, &person, &sealed, why) == 0) {
		new.sealed = (struct bytes){ sealed.data, sealed.length };
		done = store_mandate_hand(s, old, &new, caller, why);
	}
	text_free(&sealed);
	return done;
}

int
mandates_hand_over(struct node *n, struct store *s, const struct account *who, const struct store_account *to,
    int64_t place, int *handed, int *kept, struct error *why)
{
	struct roster *r = calloc(1, sizeof *r);
	int done = r ? store_roster(s, who->id, place, 0, MANDATES_HANDED_MOST, keep_one, r, why)
	    : error_set(why, ERROR_TEMPORARY, "no memory");

	*handed = *kept = 0;
	for (int i = 0; r && i < r->n; i++) {
		int one = done == 0 ? hand_one(n, s, &r->list[i], to, who->token, why) : -1;

		*(one == 1 ? handed : kept) += 1;
		done = one < 0 ? -1 : done;
		store_mandate_free(&r->list[i]);
	}
	free(r);
	return done;
}

void
mandates_none(struct http_exchange *x)
{
	http_problem(x, 403, "no-mandate", "没有这位居民的委托",
	    "他没有委托您,或者已经收回。请他在“谁替我办”里委托您,或把验证码告诉您;也可以上传他签名的委托书。", NULL);
}

int64_t
mandates_hold(struct node *n, struct store *s, const struct account *who, const char *id_number, struct error *why)
{
	uint8_t person[16];

	seal_blind(n->seal, "id_number", id_number, strlen(id_number), person);
	return store_mandate_holds(s, who->id, person, why);
}
