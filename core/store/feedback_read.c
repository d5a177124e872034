/* What was said of how people were served, read back: of an application, what is open, counted. */
#include "store/feedback.h"

#include "store/connection.h"
#include "store/result.h"

static struct bytes
lent(const PGresult *r, int row, int column)
{
	return (struct bytes){ PQgetisnull(r, row, column) ? NULL : PQgetvalue(r, row, column),
		(size_t)PQgetlength(r, row, column) };
}

static void
read_row(const PGresult *r, int i, struct store_feedback *f)
{
	*f = (struct store_feedback){ .division = (int32_t)result_int(r, i, 0), .id = result_int(r, i, 1),
		.application = result_int(r, i, 2), .at = result_time(r, i, 3), .due = (int32_t)result_int(r, i, 4),
		.item = (int16_t)result_int(r, i, 5), .turn = (int16_t)result_int(r, i, 6),
		.grade = (int16_t)result_int(r, i, 7), .open = result_int(r, i, 9), .text = lent(r, i, 12),
		.answer = { .at = result_time(r, i, 14), .text = lent(r, i, 16) } };
	result_text(r, i, 8, f->about, sizeof f->about);
	result_text(r, i, 10, f->event, sizeof f->event);
	result_text(r, i, 11, f->department, sizeof f->department);
	result_text(r, i, 13, f->number, sizeof f->number);
	result_text(r, i, 15, f->answer.outcome, sizeof f->answer.outcome);
	result_fixed(r, i, 17, f->version, sizeof f->version);
}

static int
each_row(struct store *s, enum query q, store_feedback_each *each, void *cookie, struct error *why)
{
	PGresult *r = connection_run(s, q, why);

	if (!r)
		return -1;
	for (int i = 0; i < PQntuples(r); i++) {
		struct store_feedback f;

		read_row(r, i, &f);
		each(cookie, &f);
	}
	PQclear(r);
	return 0;
}

int
store_feedback_of(struct store *s, int32_t division, int64_t application, store_feedback_each *each,
    void *cookie, struct error *why)
{
	struct params *p = connection_params(s);

	params_int(p, params_one(p, PARAM_INT4), division);
	params_int(p, params_one(p, PARAM_INT8), application);
	return each_row(s, QUERY_FEEDBACK_OF, each, cookie, why);
}

static void
text_or_null(struct params *p, const char *text)
{
	int c = params_one(p, PARAM_TEXT);

	if (text)
		params_text(p, c, text);
	else
		params_null(p, c);
}

int
store_feedback_open(struct store *s, const struct store_feedback_filter *filter,
    store_feedback_each *each, void *cookie, struct error *why)
{
	struct params *p = connection_params(s);

	if (filter->n_divisions == 0) {
		params_null(p, params_one(p, PARAM_INT4));
	} else {
		int c = params_array(p, PARAM_INT4);

		for (int i = 0; i < filter->n_divisions; i++)
			params_int(p, c, filter->divisions[i]);
	}
	text_or_null(p, filter->department);
	params_int(p, params_one(p, PARAM_INT4), filter->limit);
	return each_row(s, QUERY_FEEDBACK_OPEN, each, cookie, why);
}

int
store_feedback_counts(struct store *s, const struct store_counts_query *q, int32_t today,
    void (*each)(void *cookie, const struct store_total *t), void *cookie, struct error *why)
{
	struct params *p = connection_params(s);
	PGresult *r;

	params_int(p, params_one(p, PARAM_INT4), q->from);
	params_int(p, params_one(p, PARAM_INT4), q->to);
	text_or_null(p, q->event);
	params_int(p, params_one(p, PARAM_INT4), q->division);
	for (unsigned by = COUNTS_BY_DIVISION; by <= COUNTS_BY_DEPARTMENT; by *= 2)
		params_int(p, params_one(p, PARAM_BOOL), (q->by & by) != 0);
	params_int(p, params_one(p, PARAM_INT4), today);
	r = connection_run(s, QUERY_FEEDBACK_COUNTS, why);
	if (!r)
		return -1;
	result_totals(r, each, cookie);
	PQclear(r);
	return 0;
}
