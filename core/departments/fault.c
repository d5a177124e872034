#include "departments/fault.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[FAULT_KINDS] = {
	[FAULT_SLOW] = "slow", [FAULT_HANG] = "hang", [FAULT_500] = "500",
	[FAULT_RESET_BEFORE] = "reset_before", [FAULT_RESET_AFTER] = "reset_after",
	[FAULT_GARBAGE] = "garbage", [FAULT_TWICE] = "twice", [FAULT_EARLY] = "early",
	[FAULT_ACCEPT] = "accept", [FAULT_KEEP] = "keep",
};

/* Copy up to the next ':' (or the end); returns what follows, NULL when it does not fit. */
static const char *
part(const char *from, char *to, size_t room)
{
	size_t length = strcspn(from, ":");

	if (length == 0 || length >= room)
		return NULL;
	memcpy(to, from, length);
	to[length] = '\0';
	return from[length] == ':' ? from + length + 1 : from + length;
}

static int
read_rule(const char *text, struct fault_rule *rule)
{
	char word[32], *end;

	rule->share = 1;
	rule->seed = 1;
	text = part(text, rule->department, sizeof rule->department);
	text = text ? part(text, word, sizeof word) : NULL;
	if (!text)
		return -1;
	for (int kind = 1; kind < FAULT_KINDS; kind++)
		if (strcmp(word, names[kind]) == 0)
			rule->kind = (enum fault)kind;
	if (rule->kind == FAULT_NONE)
		return -1;
	if (*text) {
		text = part(text, word, sizeof word);
		rule->share = text ? strtod(word, &end) : -1;
		if (!text || *end || !(rule->share >= 0 && rule->share <= 1))
			return -1;
	}
	if (*text) {
		rule->seed = strtoull(text, &end, 10);
		if (*end)
			return -1;
	}
	return 0;
}

int
fault_parse(struct faults *faults, const char *text, struct error *why)
{
	struct fault_rule rule = {0};

	if (faults->n == FAULT_RULES)
		return error_set(why, ERROR_INPUT, "at most %d faults", FAULT_RULES);
	if (read_rule(text, &rule) != 0)
		return error_set(why, ERROR_INPUT, "%.80s is no fault: write DEPARTMENT:KIND[:SHARE[:SEED]], "
		    "KIND one of slow hang 500 reset_before reset_after garbage twice early accept keep, SHARE "
		    "from 0 to 1", text);
	faults->rules[faults->n++] = rule;
	return 0;
}

/* FNV-1a, then a finaliser so that near keys fall far apart. */
uint32_t
fault_dice(uint64_t seed, const char *what, const char *key, unsigned attempt)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ (seed * UINT64_C(0x9e3779b97f4a7c15));

	for (const char *c = what; *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	for (const char *c = key; *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	h = (h ^ attempt) * UINT64_C(1099511628211);
	h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (uint32_t)(h >> 32);
}

enum fault
fault_draw(const struct faults *faults, const char *department, const char *key, unsigned attempt)
{
	for (int i = 0; i < faults->n; i++) {
		const struct fault_rule *r = &faults->rules[i];

		if (strcmp(r->department, "*") != 0 && strcmp(r->department, department) != 0)
			continue;
		if (fault_dice(r->seed, names[r->kind], key, attempt) < r->share * 4294967296.0)
			return r->kind;
	}
	return FAULT_NONE;
}
