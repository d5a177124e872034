#include "store/month.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/result.h"

static const char place[] = "{month}";

void
month_suffix(int month, char suffix[MONTH_SUFFIX])
{
	if (month > 0)
		snprintf(suffix, MONTH_SUFFIX, "_%04d_%02d", month / 12 % 10000, month % 12 + 1);
	else
		suffix[0] = '\0';
}

char *
month_sql(enum query q, int month)
{
	const char *sql = query_texts[q].sql, *at;
	char suffix[MONTH_SUFFIX];
	struct text out;

	month_suffix(month, suffix);
	text_init(&out, 1 << 20);
	for (; (at = strstr(sql, place)); sql = at + strlen(place)) {
		text_put(&out, sql, (size_t)(at - sql));
		text_puts(&out, suffix);
	}
	text_puts(&out, sql);
	return text_take(&out, NULL);
}

const char *
month_name(enum query q, int month, char name[MONTH_NAME])
{
	char suffix[MONTH_SUFFIX];

	if (month == 0)
		return query_texts[q].name;
	month_suffix(month, suffix);
	snprintf(name, MONTH_NAME, "%s%s", query_texts[q].name, suffix);
	return name;
}

static struct month *
find(const struct store *s, int month)
{
	for (int i = 0; i < s->n_months; i++)
		if (s->months[i].number == month)
			return (struct month *)(uintptr_t)&s->months[i];
	return NULL;
}

void
month_forget(struct store *s)
{
	s->n_months = 0;
}

void
month_moved(struct store *s)
{
	for (int i = 0; i < s->n_months; i++)
		s->months[i].apart = false;
}

int
month_look(struct store *s, int month, struct error *why)
{
	struct params *p;
	char suffix[MONTH_SUFFIX];
	PGresult *r;

	if (find(s, month) || s->n_months == MONTHS_KEPT)
		return 0;
	month_suffix(month, suffix);
	p = connection_params(s);
	params_text(p, params_one(p, PARAM_TEXT), suffix);
	r = connection_run(s, QUERY_MONTH_APART, why);
	if (!r)
		return -1;
	s->months[s->n_months++] = (struct month){ .number = month, .apart = result_int(r, 0, 0) != 0 };
	PQclear(r);
	return 0;
}

bool
month_apart(const struct store *s, int month)
{
	const struct month *m = find(s, month);

	return m && m->apart;
}

static bool *
is_prepared(struct store *s, enum query q, int month)
{
	struct month *m = month > 0 ? find(s, month) : NULL;

	return m ? &m->prepared[q == QUERY_PROGRESS_STEP] : &s->prepared[q];
}

int
month_prepare(struct store *s, enum query q, int month, struct error *why)
{
	bool *prepared = is_prepared(s, q, month);
	char name[MONTH_NAME], *sql;
	int result;

	if (*prepared)
		return 0;
	sql = month_sql(q, month);
	if (!sql)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	result = connection_prepare_text(s, month_name(q, month, name), sql, why);
	*prepared = result == 0;
	free(sql);
	return result;
}
