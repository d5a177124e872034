/* pulse.h: shows the other nodes that this one lives, and looks whether they do.
 *
 * A thread with a connection of its own, so that nothing else holds it up: it beats four times within the time for
 * which a node may be silent (`node_silence`), and as often gives up others that were silent for longer, and notes
 * its share of what holds over all nodes (allowance.h). Who lives alone beats once in ten seconds, until another
 * begins and wakes it. With each beat it hears the database's clock, and follows where that was set. A node that was
 * given up though it lives (frozen, cut off) finds out here, and begins a new life.
 */
#ifndef YJS_FLOWS_PULSE_H
#define YJS_FLOWS_PULSE_H

#include "flows/node.h"

/* Once the engine is there, which is told of what others left behind; before it goes, for it asks for its share.
 * NULL and *why. */
struct pulse *pulse_start(struct node *n, struct error *why) MUST_CHECK;
void pulse_stop(struct pulse *p);

#endif
