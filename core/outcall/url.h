/* url.h: addresses that we would send to. Private to the room. */
#ifndef YJS_OUTCALL_URL_H
#define YJS_OUTCALL_URL_H

#include "outcall/outcall.h"

/* Host and port of an URL, how long it is up to there, and what stands behind them (the target, lent from it).
 * -1 when it is none that we would send to: other scheme, user, fragment, bytes that must be escaped. */
int url_split(const char *url, struct outcall_allow *to, size_t *origin,
    const char **target) MUST_CHECK;

#endif
