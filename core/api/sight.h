/* sight.h: who may see which application.
 *
 * What a caller may not know of looks exactly like what never existed. Reading another person's data
 * is committed (who, whose, which fields, why) before it is shown.
 */
#ifndef YJS_API_SIGHT_H
#define YJS_API_SIGHT_H

#include "flows/account.h"
#include "flows/case.h"
#include "store/bulk.h"
#include "store/store.h"

/* The connection of the exchange's worker, when it is usable; else NULL and *why. */
struct store *sight_store(struct node *n, struct http_exchange *x, struct error *why) MUST_CHECK;

/* Find the application of the path for whoever sent the request: 1 and *who, *s, *c filled (free c),
 * or 0 and the exchange is answered. With the operations' bodies when asked. */
int sight_find(struct node *n, struct http_exchange *x, bool bodies, struct account *who,
    struct store **s, struct store_case *c) MUST_CHECK;
/* The same, but also for a second person who is asked for his consent (*asked): he may see that, and
 * nothing else of it. Whether he still is asked, the application tells (consent.h). */
int sight_find_asked(struct node *n, struct http_exchange *x, struct account *who, struct store **s,
    struct store_case *c, bool *asked) MUST_CHECK;

/* May he see it? Of a clerk: something of it; what, his department says. */
bool sight_may(const struct account *who, const struct store_case *c);

/* Did he file it himself, for himself? Reading that needs no note. */
bool sight_is_own(const struct account *who, const struct store_case *c);
/* Is the place one of his divisions? A clerk or supervisor of no division serves all. */
bool sight_serves(const struct account *who, int32_t division);

/* Look at an ended application without duty: a clerk must say why (?purpose=), which then is what is noted. True: he
 * has not, and sight_ask_purpose() answers him (403). sight_find() does both by itself. */
bool sight_wants_purpose(const struct node *n, const struct http_exchange *x, struct account *who,
    const struct store_case *c);
void sight_ask_purpose(struct http_exchange *x);

/* Note these readings of his. Who reads of many within an hour is told of (store/bulk.h). If this
 * fails nothing may be shown. */
int sight_put(struct node *n, struct store *s, const struct account *who, const struct store_access *rows, size_t count,
    struct error *why) MUST_CHECK;
/* Note that he reads it; his own needs no note. If this fails nothing may be shown. */
int sight_note(struct node *n, struct store *s, const struct account *who, const struct store_case *c,
    const char *fields, const char *reason, struct error *why) MUST_CHECK;

/* What a clerk's view is restricted to; NULL: nothing is left out. */
const char *sight_department(const struct account *who);
/* The name of the resident for whom this reader acts, as his pages say all the time; NULL: for himself. r as loaded
 * with its answers, lent. */
const char *sight_resident(const struct running *r, const struct account *who);

#endif
