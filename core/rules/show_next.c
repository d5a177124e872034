/* show_next.c: the first line of all: what is expected now, and of whom. */
#include "rules/show_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "rules/step_own.h"

enum { NAMED = 3 /* titles said in one line; of more only their number */ };

/* "3 of 5 done": what an end is worth, without dressing it up. */
static void
sum_up(const struct running *r, bool en, struct text *text)
{
	int done = 0, not_done = 0;

	for (size_t i = 0; i < r->event->n_items; i++) {
		if (r->event->items[i].tell)
			continue;
		done += r->nodes[i].state == ITEM_APPROVED;
		not_done += r->nodes[i].state == ITEM_REFUSED || r->nodes[i].state == ITEM_BLOCKED;
	}
	if (not_done == 0)
		text_puts(text, en ? "Everything has been done." : "全部事项已经办结");
	else if (en)
		text_putf(text, "It has ended: %d done, %d not done; the reasons stand with the items.", done,
		    not_done);
	else
		text_putf(text, "已经全部有结果:%d 项办成,%d 项没有办成,原因写在各事项下面", done, not_done);
}

/* Titles of what a mask or set names, the first few. */
struct naming { struct text *text; int n; bool en; };

static void
name(struct naming *names, const char *title)
{
	if (names->n < NAMED)
		text_putf(names->text, names->en ? "%s\"%s\"" : "%s“%s”",
		    names->n ? names->en ? ", " : "、" : "", title);
	names->n++;
}

static void
end_names(const struct naming *names)
{
	if (names->n > NAMED)
		text_putf(names->text, names->en ? " and %d more" : "等 %d 项",
		    names->en ? names->n - NAMED : names->n);
}

static void
withdrawn(const struct running *r, bool en, struct text *text)
{
	struct naming names = { text, 0, en };

	text_puts(text, en ? "It has been withdrawn." : "申请已经撤回");
	for (size_t i = 0; i < r->event->n_items; i++) {
		uint8_t undo = r->nodes[i].undo;

		if ((undo != UNDO_FAILED && undo != UNDO_IMPOSSIBLE) ||
		    (r->nodes[i].state != ITEM_APPROVED && r->nodes[i].state != ITEM_ATTENTION))
			continue;
		if (names.n == 0)
			text_puts(text, en ? " Still in force: " : ";仍然有效的有");
		name(&names, r->event->items[i].title);
	}
	end_names(&names);
}

static void
name_marked(const struct running *r, struct naming *names, uint64_t *papers)
{
	size_t words = r->event->n_questions / 64 + 1;
	uint64_t *questions = calloc(words, sizeof *questions);

	if (!questions) {
		memory_lost();
		return;
	}
	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == ITEM_CORRECTION)
			step_marks(r, (int)i, questions, papers);
	for (size_t q = 0; q < r->event->n_questions; q++)
		if (step_bit(questions, q))
			name(names, r->event->questions[q].title);
	free(questions);
}

static void
applicant(const struct running *r, bool en, struct text *text)
{
	uint64_t papers = step_uploads_needed(r);
	struct text list;
	struct naming marked = { &list, 0, en }, uploads = { &list, 0, en };

	text_init(&list, 4096);
	name_marked(r, &marked, &papers);
	end_names(&marked);
	if (marked.n > 0 && list.data)
		text_putf(text, en ? "Please correct %s" : "请改正%s", list.data);
	text_clear(&list);
	for (size_t m = 0; m < r->event->n_materials; m++)
		if (papers >> m & 1)
			name(&uploads, r->event->materials[m].title);
	end_names(&uploads);
	if (uploads.n > 0 && list.data) {
		if (marked.n > 0)
			text_puts(text, en ? "; please upload " : ",并上传");
		else
			text_puts(text, en ? "Please upload " : "请上传");
		text_puts(text, list.data);
	}
	text_puts(text, en ? ". Everything else goes on." : ";其他事项照常办理");
	text_free(&list);
}

/* The consent that some item waits for, or -1. */
static int
awaited_sign(const struct running *r)
{
	for (size_t i = 0; i < r->event->n_signs; i++)
		if (step_sign_open(r, (int)i))
			return (int)i;
	return -1;
}

static bool
needs_a_person(const struct running *r)
{
	for (size_t i = 0; i < r->event->n_items; i++)
		if (r->nodes[i].state == ITEM_ATTENTION && !r->event->items[i].tell)
			return true;
	return false;
}

static const char *
say(const struct running *r, bool en, struct text *text)
{
	int sign = awaited_sign(r);

	if (r->status == STATUS_FINISHED) {
		sum_up(r, en, text);
		return "nobody";
	}
	if (r->status == STATUS_WITHDRAWN) {
		withdrawn(r, en, text);
		return "nobody";
	}
	if (r->status == STATUS_WAITING_FOR_APPLICANT) {
		applicant(r, en, text);
		return "applicant";
	}
	if (r->withdrawn_at) {
		text_puts(text, en ? "You have withdrawn it; what was done is being undone. You need not do anything."
		    : "您已经申请撤回,系统正在请部门撤销已办的事项,您不需要再做任何事");
	} else if (sign >= 0) {
		text_putf(text, en ? "Please remind the other person to agree to \"%s\" with their own login."
		    : "请提醒对方用本人的账号登录,确认“%s”;其他事项照常办理", r->event->signs[sign].title);
		return "applicant";
	} else if (needs_a_person(r)) {
		text_puts(text, en ? "A clerk has to look at an item; you need not do anything now."
		    : "有事项需要工作人员核实,您现在不需要做任何事");
	} else {
		text_puts(text, en ? "You need not do anything now." : "您现在不需要再做任何事");
	}
	return "department";
}

json_t *
show_next(const struct running *r, const char *language)
{
	struct text text;
	const char *who;
	json_t *next;

	text_init(&text, 16384);
	who = say(r, show_english(language), &text);
	next = text.failed ? NULL : json_pack("{s:s, s:s}", "who", who, "text", text.data);
	text_free(&text);
	return next;
}
