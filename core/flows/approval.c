#include "flows/approval.h"

#include <string.h>

#include "base/log.h"
#include "seal/digest.h"
#include "store/approval.h"

static void
tell_kept_back(const struct event *file, const struct store_standing *standing)
{
	char proposed[65], kept[65] = "";

	digest_hex(file->version, 32, proposed);
	if (standing->published)
		digest_hex(standing->in_force, 32, kept);
	log_warning("event %s: what its file says (%s) is approved by %d of %d people: %s%s", file->id, proposed,
	    standing->approvals, APPROVAL_NEEDED, standing->published ? "in force stays " : "not in force", kept);
}

int
approval_choose(struct catalog *c, struct store *s, const struct event *file, const struct event **chosen,
    struct error *why)
{
	struct store_standing standing;

	if (store_approval_standing(s, file->version, file->id, &standing, why) != 0)
		return -1;
	*chosen = file;
	if (standing.approvals >= APPROVAL_NEEDED ||
	    (standing.published && memcmp(standing.in_force, file->version, sizeof file->version) == 0))
		return 0;
	tell_kept_back(file, &standing);
	*chosen = standing.published ? catalog_version(c, s, standing.in_force, why) : NULL;
	return standing.published && !*chosen ? -1 : 0;
}
