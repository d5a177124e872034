#include "flows/removal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "flows/approval.h"
#include "seal/digest.h"
#include "store/store.h"

static const char of_department[] = "connectors/";

const char *
removal_subject(const char *kind, const char *id, char subject[80])
{
	if (!kind || !id || (strcmp(kind, "connector") != 0 && strcmp(kind, "event") != 0))
		return NULL;
	snprintf(subject, 80, "%s%.64s", strcmp(kind, "connector") == 0 ? of_department : "", id);
	return subject;
}

const char *
removal_department(const char *subject)
{
	return strncmp(subject, of_department, strlen(of_department)) == 0 ? subject + strlen(of_department) : NULL;
}

/* --- which --- */

int
removals_find(struct store *s, const json_t *subjects, struct removals *found, struct error *why)
{
	struct store_published *list;
	size_t n;

	*found = (struct removals){ 0 };
	if (store_published_list(s, &list, &n, why) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!json_object_get(subjects, list[i].subject))
			list[found->n++] = list[i];
	found->list = list;
	return 0;
}

void
removals_free(struct removals *found)
{
	free(found->list);
	*found = (struct removals){ 0 };
}

static bool
has(json_t *subjects, const char *kind, const char *id)
{
	char subject[80];

	return removal_subject(kind, id, subject) && json_object_set_new(subjects, subject, json_true()) == 0;
}

int
removals_count(struct store *s, const struct event *const *events, size_t n, const json_t *connectors,
    struct error *why)
{
	json_t *subjects = json_object();
	struct removals found = { 0 };
	bool good = subjects;
	int count;

	for (size_t i = 0; good && i < n; i++)
		good = has(subjects, "event", events[i]->id);
	for (size_t i = 0; good && i < json_array_size(connectors); i++)
		good = has(subjects, "connector", json_text(json_array_get(connectors, i), "id"));
	count = good ? removals_find(s, subjects, &found, why) : error_set(why, ERROR_TEMPORARY, "no memory");
	if (count == 0)
		count = (int)found.n;
	removals_free(&found);
	json_decref(subjects);
	return count;
}

/* --- one of them --- */

/* What its version is made of, yours. */
static char *
content(const struct store_published *in_force)
{
	json_t *made = json_pack("{s:s, s:o, s:I}", "removed", in_force->subject, "version",
	    catalog_version_text(in_force->version), "since", (json_int_t)in_force->since);
	char *text = made ? json_canonical_string(made) : NULL;

	json_decref(made);
	return text;
}

static int
put(struct store *s, const struct store_published *in_force, uint8_t version[32], struct error *why)
{
	char *text = content(in_force), name[96];
	int done;

	if (!text)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	digest_sha256(text, strlen(text), version);
	snprintf(name, sizeof name, "removed/%s", in_force->subject);
	done = store_version_put(s, version, name, text, false, why);
	free(text);
	return done;
}

int
removal_choose(struct store *s, bool four_eyes, const struct store_published *in_force, bool *stays,
    uint8_t version[32], struct error *why)
{
	struct store_standing standing;

	if (put(s, in_force, version, why) != 0 ||
	    store_approval_standing(s, version, in_force->subject, &standing, why) != 0)
		return -1;
	*stays = four_eyes && standing.approvals < APPROVAL_NEEDED;
	log_warning("%s: its file is gone%s", in_force->subject,
	    *stays ? "; that it goes is not approved: in force stays what was" : ", it is in force no more");
	return *stays ? 0 : store_unpublish(s, in_force->subject, version, why);
}

json_t *
removal_tell(const struct store_published *in_force, const uint8_t version[32], const char *title)
{
	const char *department = removal_department(in_force->subject);
	const char *id = department ? department : in_force->subject;

	return json_pack("{s:s, s:s, s:o, s:o, s:[{s:s, s:s, s:s, s:s}]}", department ? "department" : "event", id, "title",
	    title, "version", catalog_version_text(version), "replaces", catalog_version_text(in_force->version),
	    "changes", "part",
	    department ? "connectors" : "event", "kind", "removed", "id", id, "title", title);
}
