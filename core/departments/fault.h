/* fault.h: how a department may behave badly, and when: decided by seed, so a run can be repeated. */
#ifndef YJS_DEPARTMENTS_FAULT_H
#define YJS_DEPARTMENTS_FAULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum fault {
	FAULT_NONE,
	FAULT_SLOW,         /* answers two seconds later */
	FAULT_HANG,         /* never answers */
	FAULT_500,          /* 500, half of the time after the effect */
	FAULT_RESET_BEFORE, /* connection reset, nothing done */
	FAULT_RESET_AFTER,  /* done, then connection reset instead of an answer */
	FAULT_GARBAGE,      /* done, then an answer that is none */
	FAULT_TWICE,        /* 202, and the callback comes twice */
	FAULT_EARLY,        /* the callback comes first, then 202 */
	FAULT_ACCEPT,       /* 202, the callback later */
	FAULT_KEEP,         /* a cancellation is refused */
	FAULT_KINDS
};

enum { FAULT_RULES = 64 };

struct fault_rule {
	char department[64]; /* or "*" */
	enum fault kind;
	double share;        /* 0 to 1 */
	uint64_t seed;
};

struct faults { struct fault_rule rules[FAULT_RULES]; int n; };

/* Add DEPARTMENT:KIND[:SHARE[:SEED]]. ERROR_INPUT when it is not of that form. */
int fault_parse(struct faults *faults, const char *text, struct error *why) MUST_CHECK;

/* What happens to this attempt (1 is the first) of this key; the first rule that strikes counts. */
enum fault fault_draw(const struct faults *faults, const char *department, const char *key,
    unsigned attempt);
/* 32 bits that are always the same for the same arguments. */
uint32_t fault_dice(uint64_t seed, const char *what, const char *key, unsigned attempt);

#endif
