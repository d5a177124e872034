/* stub.h: all departments of the bench in one small process.
 *
 * A server of its own rather than `yijianshi departments`: it must cost next to nothing, so that the
 * machine is left to what is measured. It answers every POST of the native protocol at once with
 * 200 approved, a receipt and two outputs that follow from the operation's key; it keeps nothing and
 * checks nothing. The calls themselves are what they always are: signed, kept connections, stored
 * before they are sent.
 */
#ifndef YJS_BENCH_STUB_H
#define YJS_BENCH_STUB_H

#include "bench/ring.h"

/* Serve the listening socket until the process is ended. Applications whose call to `last` (the path,
 * "/department/call") is answered are noted in `ring`. The department
 * `ailing` (or NULL) answers as ring->fault says: well, after two seconds, never, or hangs up. Returns 1 when it
 * cannot. */
int stub_run(int listening, const char *last, const char *ailing, struct ring *ring);

#endif
