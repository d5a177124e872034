/* departments.h: simulated departments, all of them in one process on one port.
 *
 * They speak the native protocol of connectors/PROTOCOL.md and know of the core only what connector
 * files say: which departments there are, which calls they answer, what each call takes and gives.
 * A real department or any other program on the same protocol serves as well.
 *
 *	visit.c    one HTTP request: who asks, is the signature right, when is it answered
 *	desk.c     what a department answers; person.c: people whose matters go a certain way
 *	invent.c   numbers, names, dates that look right, always the same for the same key
 *	ledger.c   what happened, durable before anybody is told
 *	undo.c     cancellations; papers.c: the files that it is told of
 *	agenda.c   what happens later: slow answers, callbacks, files
 *	fault.c    departments that behave badly, by seed
 *
 * This room is the only one beside http that includes microhttpd.h: a simulated department is a
 * program of its own that shares nothing with the node it stands against.
 */
#ifndef YJS_DEPARTMENTS_DEPARTMENTS_H
#define YJS_DEPARTMENTS_DEPARTMENTS_H

#include <jansson.h>

/* Run until SIGTERM or SIGINT; the exit status of the program (0, 1, 2 wrong usage).
 *  argv        the command word and its options; --help lists them
 *  connectors  array of connector objects as the reader declares them; lent. NULL is enough for
 *              --help. */
int departments_main(int argc, char **argv, const json_t *connectors);

#endif
