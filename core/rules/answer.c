#include "rules/answer.h"

#include <string.h>

#include "base/text.h"
#include "rules/codes.h"

static const char *
label_of(const struct question *q, const json_t *code)
{
	const char *s = json_string_value(code), *name = s ? codes_name(q->type, s) : NULL;

	for (size_t i = 0; s && i < q->n_choices; i++)
		if (strcmp(q->choices[i].code, s) == 0)
			return q->choices[i].label;
	return name ? name : s;
}

static json_t *
all_labels(const struct question *q, const json_t *codes)
{
	struct text all;
	json_t *words;

	text_init(&all, 4096);
	for (size_t i = 0; i < json_array_size(codes); i++) {
		const char *label = label_of(q, json_array_get(codes, i));

		text_putf(&all, "%s%s", i ? "、" : "", label ? label : "");
	}
	words = json_string(all.data ? all.data : "");
	text_free(&all);
	return words;
}

json_t *
answer_words(const struct question *q, const json_t *value)
{
	bool coded = q->n_choices > 0 || codes_of(q->type);

	if (coded && json_is_string(value))
		return json_string(label_of(q, value));
	return coded && json_is_array(value) ? all_labels(q, value) : NULL;
}
