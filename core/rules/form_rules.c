/* The rules of an event against the answers. */
#include <stdio.h>

#include "rules/form_inside.h"

static void
see_first(void *cookie, int question)
{
	int *first = cookie;

	if (*first < 0)
		*first = question;
}

int
form_rule_question(const struct event *event, const struct rule *rule)
{
	int first = -1;

	expr_questions(rule->must, event, see_first, &first);
	if (first < 0)
		expr_questions(rule->when, event, see_first, &first);
	return first;
}

const char *
form_otherwise_code(enum rule_do otherwise)
{
	return otherwise == RULE_REFUSE ? "refused" :
	    otherwise == RULE_OFFLINE ? "offline" :
	    otherwise == RULE_CORRECT ? "correct" : NULL;
}

static bool
is_broken(const struct check *c, const struct rule *rule)
{
	if (rule->only && !(rule->only & c->may_run))
		return false;
	return expr_holds(rule->when, &c->facts) && !expr_holds(rule->must, &c->facts) &&
	    expr_decided(rule->must, &c->facts);
}

/* One's own consent that was declined. */
static void
judge_signs(struct check *c)
{
	for (size_t i = 0; i < c->event->n_signs; i++) {
		const struct sign *sign = &c->event->signs[i];
		const char *code = form_otherwise_code(sign->otherwise);
		char pointer[256];

		if (!code || !sign->otherwise_text || sign->who || !expr_holds(sign->when, &c->facts) ||
		    !json_is_false(json_object_get(c->facts.form, sign->id)))
			continue;
		snprintf(pointer, sizeof pointer, "/%s", sign->id);
		form_tell_text(c, pointer, code, sign->otherwise_text);
	}
}

void
form_rules(struct check *c)
{
	judge_signs(c);
	c->may_run = form_may_run(c->event, &c->facts);
	for (size_t i = 0; i < c->event->n_rules; i++) {
		const struct rule *rule = &c->event->rules[i];
		const char *code = form_otherwise_code(rule->otherwise);
		char pointer[256] = "";
		int question;

		if ((!code && rule->otherwise != RULE_REMIND) || !is_broken(c, rule))
			continue;
		if (!code) {
			form_remind(c, rule->id, rule->text ? rule->text : "");
			continue;
		}
		question = form_rule_question(c->event, rule);
		if (question >= 0)
			snprintf(pointer, sizeof pointer, "/%s", c->event->questions[question].id);
		if (rule->text)
			form_tell_text(c, pointer, code, rule->text);
		else
			form_tell(c, pointer, code, NULL);
	}
}
