/* past.h: `yijianshi past`: finished applications of months gone by, to measure with.
 *
 * How fast a program is with two million applications behind it, and what a county's year comes to in
 * its statistics, is not to be guessed. So a past is made: each application is filed, planned, sent,
 * answered and finished by the very rules that serve people, only with the clock of its own day, and
 * written by groups of final rows instead of step by step. Any of them opens through the API, and
 * `verify` finds no difference. The departments approve, in the words of the simulated ones;
 * registers know nothing of people who are made up. Not made:
 * the callers' idempotency keys, and the bytes of papers (a paper uploaded is a number and a hash).
 *
 *	past.c    what was asked for; the processes
 *	writer.c  one process: its stretch of time, in groups
 *	life.c    one application, from its filing to its end
 *	person.c  a form like the example, of another person
 */
#ifndef YJS_PAST_PAST_H
#define YJS_PAST_PAST_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct conf;

struct past_order { /* what is to be made */
	const char *event;
	long n;             /* applications */
	int32_t from, to;   /* days on which they are filed, both included */
	bool from_given;    /* else not before the event is in force */
	long each;          /* applications one person files */
	int processes;
	json_t *like;       /* {"form", "choices"?}, or NULL: the event's own example */
};

/* argv[0] is the command's name. Exit code: 0 made, 1 not, 2 wrong usage. */
int past_main(const struct conf *conf, int argc, char **argv);

#endif
