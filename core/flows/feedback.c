#include "flows/feedback.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rules/calendar.h"

enum { ANSWER_DAYS = 5, CEILING = 16 << 10 };

const char *const feedback_abouts[] = { "slow", "unclear", "asked_twice", "wrong", "manner", "fee", "other", NULL };
const char *const feedback_outcomes[] = { "put_right", "explained", "unfounded", NULL };

bool
feedback_is_word(const char *const *words, const char *word)
{
	for (; word && *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

int32_t
feedback_due(int32_t day)
{
	int32_t due;

	return calendar_add(day, ANSWER_DAYS, &due) ? due : 0;
}

int
feedback_seal(struct node *n, const char *table, int64_t id, const char *words, struct text *sealed,
    struct error *why)
{
	struct seal_place at = { table, "text", id, 0 };

	return seal_close_value(n->seal, &at, words, strlen(words), sealed, why);
}

/* JSON null where nothing was written; NULL: it does not open. */
static json_t *
open_words(struct node *n, const char *table, int64_t id, const struct bytes *sealed, struct error *why)
{
	struct seal_place at = { table, "text", id, 0 };
	json_t *words = NULL;
	struct text plain;

	if (!sealed->data)
		return json_null();
	text_init(&plain, CEILING);
	if (seal_open_value(n->seal, &at, sealed->data, sealed->length, &plain, why) == 0)
		words = json_stringn(plain.data ? plain.data : "", plain.length);
	text_free(&plain);
	return words;
}

static json_t *
show_answer(struct node *n, const struct store_feedback *f, struct error *why)
{
	char at[30];
	json_t *words;

	if (!f->answer.at)
		return json_null();
	clock_format(f->answer.at, at);
	words = open_words(n, "feedback_answer", f->id, &f->answer.text, why);
	return words ? json_pack("{s:s, s:s, s:o}", "at", at, "outcome", f->answer.outcome, "text", words) : NULL;
}

static bool
is_overdue(const struct store_feedback *f, int32_t today)
{
	int32_t ended = f->answer.at ? clock_day(f->answer.at) : today;

	return f->due && (f->open || f->answer.at) && ended > f->due;
}

static void
name_kind(const struct store_feedback *f, json_t *shown)
{
	json_object_set_new(shown, "kind", json_string(f->turn ? "rating" : "complaint"));
	if (f->turn == 0) {
		json_object_set_new(shown, "about", json_string(f->about));
		return;
	}
	json_object_set_new(shown, "grade", json_integer(f->grade));
	json_object_set_new(shown, "turn", json_integer(f->turn));
}

json_t *
feedback_show(struct node *n, const struct event *event, const struct store_feedback *f, int32_t today,
    struct error *why)
{
	const struct item *item = event && f->item < (int)event->n_items ? &event->items[f->item] : NULL;
	json_t *words = open_words(n, "feedback", f->id, &f->text, why), *reply = show_answer(n, f, why), *shown;
	char at[30], due[11], id[24];

	if (!words || !reply) {
		json_decref(words);
		json_decref(reply);
		return NULL;
	}
	clock_format(f->at, at);
	clock_format_day(f->due, due);
	snprintf(id, sizeof id, "%lld", (long long)f->id);
	shown = json_pack("{s:s, s:s*, s:s*, s:s, s:s, s:b, s:o, s:b, s:o, s:o}", "id", id, "item",
	    item ? item->id : NULL, "title", item ? item->title : NULL, "department", f->department, "at", at,
	    "open", f->open, "answer_due", f->due ? json_string(due) : json_null(), "overdue",
	    is_overdue(f, today), "text", words, "answer", reply);
	name_kind(f, shown);
	return shown;
}
