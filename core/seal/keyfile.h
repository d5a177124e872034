/* keyfile.h: the master key's file. Only seal.c uses it.
 *
 * 64 hex digits and a newline; readable by its owner alone. A key is lost or made known for ever, so
 * reading is strict and making is all or nothing: the file has its name only once it is whole on disk.
 */
#ifndef YJS_SEAL_KEYFILE_H
#define YJS_SEAL_KEYFILE_H

#include <stdint.h>

#include "base/error.h"

/* ERROR_BROKEN, with the cure, when it is absent, too open, or not a key. */
int keyfile_read(const char *path, uint8_t key[32], struct error *why) MUST_CHECK;
/* Make a random key. ERROR_CONFLICT when the file exists. */
int keyfile_make(const char *path, struct error *why) MUST_CHECK;

#endif
