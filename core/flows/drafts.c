#include "flows/drafts.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "flows/mandates.h"
#include "rules/upload.h"
#include "seal/digest.h"

enum { CONTENT = 1 << 20, SWEPT = 100, KEY_RANDOM = 22 };

static const char key_begins[] = "draft-";
static const char *const content_members[] = { "form", "choices", "materials", "disputed", "for" };

bool
drafts_key(const char *key)
{
	return strncmp(key, key_begins, sizeof key_begins - 1) == 0;
}

static void
person_of(struct node *n, const struct draft_place *at, uint8_t person[16])
{
	memset(person, 0, 16);
	if (at->id_number)
		seal_blind(n->seal, "id_number", at->id_number, strlen(at->id_number), person);
}

static void
hash_key(struct node *n, const char *key, uint8_t hash[16])
{
	seal_blind(n->seal, "request_key", key, strlen(key), hash);
}

/* What the store finds it by. */
static void
whose(struct node *n, const struct draft_place *at, uint8_t hash[16])
{
	if (at->key)
		hash_key(n, at->key, hash);
	else
		person_of(n, at, hash);
}

/* --- reading --- */

/* What stands beside the sealed part. */
static void
tell_row(json_t *draft, const struct store_draft *row)
{
	char changed[30];

	clock_format(row->changed_at, changed);
	json_object_set_new(draft, "event", json_string(row->event));
	json_object_set_new(draft, "revision", json_integer(row->revision));
	json_object_set_new(draft, "changed_at", json_string(changed));
}

static json_t *
open_row(struct node *n, const struct store_draft *row, struct error *why)
{
	struct seal_place where = { "draft", "sealed", row->id, row->revision };
	json_t *draft = NULL;
	struct text plain;

	text_init(&plain, CONTENT);
	if (seal_open_value(n->seal, &where, row->sealed.data, row->sealed.length, &plain, why) == 0)
		draft = json_read(plain.data, plain.length, CONTENT, why);
	text_free(&plain);
	if (draft)
		tell_row(draft, row);
	return draft;
}

/* 1, 0, -1; the row keeps no bytes. */
static int
find(struct node *n, struct store *s, const struct account *who, const struct draft_place *at,
    struct store_draft *row, json_t **draft, struct error *why)
{
	uint8_t hash[16];
	int found;

	*draft = NULL;
	memset(row, 0, sizeof *row);
	whose(n, at, hash);
	found = store_draft(s, who->id, at->event, hash, row, why);
	if (found == 1 && !(*draft = open_row(n, row, why)))
		found = -1;
	free((void *)(uintptr_t)row->sealed.data);
	return found;
}

int
drafts_find(struct node *n, struct store *s, const struct account *who, const struct draft_place *at,
    json_t **draft, struct error *why)
{
	struct store_draft row;

	return find(n, s, who, at, &row, draft, why);
}

struct listing { struct node *node; json_t *list; };

static int
list_one(void *cookie, const struct store_draft *row, struct error *why)
{
	struct listing *l = cookie;
	json_t *draft = open_row(l->node, row, why);

	return draft ? json_array_append_new(l->list, draft) : -1;
}

/* What an agent has begun for the reader. */
static int
list_begun(void *cookie, const struct store_draft *row, struct error *why)
{
	struct listing *l = cookie;
	json_t *draft = open_row(l->node, row, why);

	if (!draft)
		return -1;
	json_object_del(draft, "for");
	json_object_set_new(draft, "by", json_string(row->agent));
	return json_array_append_new(l->list, draft);
}

json_t *
drafts_list(struct node *n, struct store *s, const struct account *who, struct error *why)
{
	struct listing l = { n, json_array() };

	if (l.list && store_drafts(s, who->id, list_one, &l, why) == 0 && (who->role != ROLE_CITIZEN ||
	    store_drafts_begun(s, who->person, list_begun, &l, why) == 0))
		return l.list;
	error_set(why, ERROR_TEMPORARY, "no memory");
	json_decref(l.list);
	return NULL;
}

/* --- writing --- */

struct saving { /* a draft on its way into the store */
	struct node *node;
	struct store *store;
	const struct account *who;
	const json_t *content;
	json_t *draft;           /* what is sealed */
	struct store_draft row;
	struct store_file files[UPLOADS_MOST];
	size_t n_files;
	bool takes;              /* it has been another's */
};

/* The files that it names, as far as they can be ids of files. */
static void
name_files(struct saving *v)
{
	const char *material;
	json_t *id;

	json_object_foreach(json_object_get(v->content, "materials"), material, id) {
		struct store_file *f = &v->files[v->n_files];

		if (v->n_files < UPLOADS_MOST && json_is_string(id) &&
		    file_id_parse(json_string_value(id), &f->division, &f->id))
			v->n_files++;
	}
}

static json_t *
make_draft(const struct saving *v, const struct event *event, const char *key)
{
	json_t *draft = json_copy((json_t *)(uintptr_t)v->content);

	json_object_set_new(draft, "version", catalog_version_text(event->version));
	json_object_set_new(draft, "key", json_string(key));
	return draft;
}

static int
seal_draft(const struct saving *v, struct text *sealed, struct error *why)
{
	struct seal_place where = { "draft", "sealed", v->row.id, v->row.revision };
	char *plain = v->draft ? json_canonical_string(v->draft) : NULL;
	int result = -1;

	if (plain && !http_memory_short())
		result = seal_close_value(v->node->seal, &where, plain, strlen(plain), sealed, why);
	free(plain);
	return result == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

/* 1, 0 somebody was first, -1. */
static int
put(struct saving *v, struct error *why)
{
	struct text sealed;
	int stored = -1;

	text_init(&sealed, CONTENT + 4096);
	if (seal_draft(v, &sealed, why) == 0) {
		v->row.sealed = (struct bytes){ sealed.data, sealed.length };
		stored = v->takes ? store_draft_take(v->store, &v->row, v->who->token, why)
		    : store_draft_put(v->store, &v->row, v->files, v->n_files, v->who->token, why);
	}
	text_free(&sealed);
	return stored;
}

static bool
has_same_content(const json_t *draft, const json_t *content)
{
	bool same = draft != NULL;

	for (size_t i = 0; i < sizeof content_members / sizeof *content_members && same; i++) {
		const json_t *old = json_object_get(draft, content_members[i]);
		const json_t *new = json_object_get(content, content_members[i]);

		same = old && new ? json_equal(old, new) : old == new;
	}
	return same;
}

static int
count_one(void *cookie, const struct store_draft *row, struct error *why)
{
	(void)row;
	(void)why;
	++*(int *)cookie;
	return 0;
}

/* A new one, unless he has piled up too many: 1, 0 somebody was first, -1; *too_many. */
static int
put_new(struct saving *v, const struct draft_place *at, const struct event *event, bool *too_many,
    struct error *why)
{
	char key[sizeof key_begins + KEY_RANDOM];
	int count = 0;

	if (store_drafts(v->store, v->who->id, count_one, &count, why) != 0)
		return -1;
	*too_many = count >= STORE_DRAFTS_MOST;
	if (*too_many)
		return 0;
	memcpy(key, key_begins, sizeof key_begins);
	digest_random_text(key + sizeof key_begins - 1, KEY_RANDOM);
	v->row.id = store_id(v->node->slot, v->row.changed_at);
	v->row.account = v->who->id;
	v->row.revision = 1;
	snprintf(v->row.event, sizeof v->row.event, "%s", at->event);
	person_of(v->node, at, v->row.person);
	hash_key(v->node, key, v->row.key_hash);
	v->draft = make_draft(v, event, key);
	return put(v, why);
}

/* What follows `stored`, whose row is known. */
static int
put_next(struct saving *v, const struct event *event, const json_t *stored, struct error *why)
{
	v->row.revision++;
	v->draft = make_draft(v, event, json_text(stored, "key"));
	return put(v, why);
}

/* `*draft` is what was stored before. 1, 0 somebody was first, -1. */
static int
save(struct saving *v, const struct draft_place *at, const struct event *event, int32_t revision,
    json_t **draft, bool *too_many, struct error *why)
{
	int stored = 0;

	name_files(v);
	v->row.changed_at = node_now(v->node);
	if (!*draft && revision == 0)
		stored = put_new(v, at, event, too_many, why);
	else if (*draft && v->row.revision == revision)
		stored = put_next(v, event, *draft, why);
	json_decref(*draft);
	*draft = NULL;
	if (stored == 1) {
		tell_row(v->draft, &v->row);
		*draft = json_incref(v->draft);
	}
	json_decref(v->draft);
	return stored;
}

enum draft_saved
drafts_save(struct node *n, struct store *s, const struct account *who, const struct draft_place *at,
    const struct event *event, const json_t *content, int32_t revision, json_t **draft, struct error *why)
{
	struct saving v = { .node = n, .store = s, .who = who, .content = content };
	int64_t mandate = at->id_number ? mandates_hold(n, s, who, at->id_number, why) : 0;
	bool too_many = false;
	int stored;

	if (mandate <= 0 && at->id_number)
		return mandate < 0 ? DRAFT_FAILED : DRAFT_NO_MANDATE;
	if (find(n, s, who, at, &v.row, draft, why) < 0)
		return DRAFT_FAILED;
	v.row.mandate = mandate;
	if (has_same_content(*draft, content))
		return DRAFT_SAVED;
	stored = save(&v, at, event, revision, draft, &too_many, why);
	if (too_many)
		return DRAFT_TOO_MANY;
	if (stored == 0 && drafts_find(n, s, who, at, draft, why) < 0)
		stored = -1;
	return stored == 1 ? DRAFT_SAVED : stored == 0 ? DRAFT_OVERTAKEN : DRAFT_FAILED;
}

int
drafts_take(struct node *n, struct store *s, const struct account *who, const struct draft_place *at,
    json_t **draft, struct error *why)
{
	struct saving v = { .node = n, .store = s, .who = who, .takes = true };
	uint8_t hash[16];
	int found;

	hash_key(n, at->key, hash);
	found = store_draft_begun(s, who->person, at->event, hash, &v.row, why);
	if (found == 1 && !(v.draft = open_row(n, &v.row, why)))
		found = -1;
	free((void *)(uintptr_t)v.row.sealed.data);
	if (found == 1) {
		json_object_del(v.draft, "for");
		v.row.account = who->id;
		v.row.changed_at = node_now(n);
		v.row.revision++;
		found = put(&v, why);
		tell_row(v.draft, &v.row);
	}
	*draft = found == 1 ? json_incref(v.draft) : NULL;
	json_decref(v.draft);
	return found;
}

int
drafts_delete(struct node *n, struct store *s, const struct account *who, const struct draft_place *at,
    struct error *why)
{
	uint8_t hash[16];

	whose(n, at, hash);
	return store_draft_delete(s, who->id, at->event, hash, who->token, why);
}

/* --- sweeping --- */

void
drafts_sweep(struct node *n, struct store *s)
{
	struct error why = { 0 };
	int64_t swept, total = 0;

	if (!store_alive(s))
		return;
	while ((swept = store_drafts_sweep(s, node_now(n), SWEPT, &why)) > 0)
		total += swept;
	if (total > 0)
		log_info("%lld drafts that nobody went on with are deleted", (long long)total);
	if (swept < 0)
		log_error("old drafts: %s", why.text);
}
