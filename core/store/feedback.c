#include "store/feedback.h"

#include "store/pipeline.h"

static void
sealed_or_null(struct params *p, const struct bytes *sealed)
{
	int c = params_one(p, PARAM_BYTEA);

	if (sealed->data)
		params_bytes(p, c, sealed->data, sealed->length);
	else
		params_null(p, c);
}

/* Two complaints about one item wait for each other, whoever's keys they bear. */
static void
lock_application(struct store *s, int64_t application)
{
	struct params *p = pipeline_add(s, QUERY_LOCK_KEYS);

	params_int(p, params_array(p, PARAM_INT8), application);
}

void
store_feedback_beside(struct store *s, const void *what)
{
	const struct store_feedback *f = what;
	struct params *p;

	lock_application(s, f->application);
	p = pipeline_add(s, QUERY_FEEDBACK_PUT);
	params_int(p, params_one(p, PARAM_INT4), f->division);
	params_int(p, params_one(p, PARAM_INT8), f->id);
	params_int(p, params_one(p, PARAM_INT8), f->application);
	params_int(p, params_one(p, PARAM_INT8), f->account);
	params_time(p, params_one(p, PARAM_TIME), f->at);
	params_int(p, params_one(p, PARAM_INT4), f->day);
	params_int(p, params_one(p, PARAM_INT4), f->due);
	params_int(p, params_one(p, PARAM_INT2), f->item);
	params_int(p, params_one(p, PARAM_INT2), f->turn);
	params_int(p, params_one(p, PARAM_INT2), f->grade);
	params_int(p, params_one(p, PARAM_BOOL), f->open);
	params_text(p, params_one(p, PARAM_TEXT), f->about);
	params_text(p, params_one(p, PARAM_TEXT), f->event);
	params_text(p, params_one(p, PARAM_TEXT), f->department);
	sealed_or_null(p, &f->text);
}

void
store_feedback_answer_beside(struct store *s, const void *what)
{
	struct params *p = pipeline_add(s, QUERY_FEEDBACK_ANSWER_PUT);
	const struct store_feedback *f = what;

	params_int(p, params_one(p, PARAM_INT4), f->division);
	params_int(p, params_one(p, PARAM_INT8), f->application);
	params_int(p, params_one(p, PARAM_INT8), f->id);
	params_int(p, params_one(p, PARAM_INT8), f->answer.account);
	params_time(p, params_one(p, PARAM_TIME), f->answer.at);
	params_text(p, params_one(p, PARAM_TEXT), f->answer.outcome);
	params_bytes(p, params_one(p, PARAM_BYTEA), f->answer.text.data, f->answer.text.length);
}
