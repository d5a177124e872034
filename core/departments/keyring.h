/* keyring.h: one secret a department, in files that both sides read. */
#ifndef YJS_DEPARTMENTS_KEYRING_H
#define YJS_DEPARTMENTS_KEYRING_H

#include "departments/desk.h"
#include "outcall/sign.h"

struct keyring { struct sign_secret *secrets; }; /* as desk->departments; NULL: nothing is checked */

/* Read FOLDER/<department> for each; what is absent is made (64 random hex digits, 0600).
 * FOLDER NULL: signatures are not checked. */
int keyring_open(struct keyring *k, const struct desk *desk, const char *folder, struct error *why)
    MUST_CHECK;
void keyring_close(struct keyring *k);
/* Lent; NULL when nothing is checked. */
const struct sign_secret *keyring_of(const struct keyring *k, const struct desk *desk,
    const struct desk_department *department);

#endif
