/* show_own.h: what the files that show an application (show*.c) share. Nobody else includes it.
 */
#ifndef YJS_RULES_SHOW_OWN_H
#define YJS_RULES_SHOW_OWN_H

#include "base/object.h"
#include "rules/running.h"

/* Small values; new references. */
json_t *show_instant(int64_t us);          /* null for 0 */
json_t *show_day(bool known, int32_t day); /* null when not known */
json_t *show_text(const char *s);          /* null for NULL */
bool show_english(const char *language);
/* The same as members. */
void show_put_instant(struct object *o, const char *key, int64_t us);
void show_put_day(struct object *o, const char *key, bool known, int32_t day);

struct show_dues { uint64_t known; int32_t day[EVENT_ITEMS]; }; /* of the plan, all at once */

/* --- show_item.c --- */
void show_item(const struct running *r, int item, const struct show_dues *dues, const char *language,
    struct text *out);

/* --- show_sign.c --- */
/* The second persons' consents: array of {id, title, text?, status, until, otherwise?, reminded,
 * who (masked)}. */
json_t *show_signs(const struct running *r);

/* --- show_next.c --- */
/* {"who","text"}: what is expected, of whom. */
json_t *show_next(const struct running *r, const char *language);

#endif
