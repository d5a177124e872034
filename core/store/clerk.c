#include "store/clerk.h"

#include <stdlib.h>

#include "store/cases.h"

int
clerk_divisions(struct store *s, const struct store_clerk *clerk, struct params **p, struct error *why)
{
	int32_t *all = NULL;
	int n = clerk->n_divisions, c;

	if (n == 0) {
		all = calloc(DIVISIONS_MOST, sizeof *all);
		n = all ? cases_divisions(s, all, why) : error_set(why, ERROR_TEMPORARY, "no memory");
	}
	if (n >= 0) {
		*p = connection_params(s);
		c = params_array(*p, PARAM_INT4);
		for (int i = 0; i < n; i++)
			params_int(*p, c, all ? all[i] : clerk->divisions[i]);
	}
	free(all);
	return n < 0 ? -1 : 0;
}

int
clerk_params(struct store *s, const struct store_clerk *clerk, struct params **p, struct error *why)
{
	if (clerk_divisions(s, clerk, p, why) != 0)
		return -1;
	params_text(*p, params_one(*p, PARAM_TEXT), clerk->department);
	return 0;
}
