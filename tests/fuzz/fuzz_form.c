/* What people answer to an event that uses every word: refused with places and codes that exist, always the same
 * ones; what is accepted can be planned and filled in, and its plan is read back as it was. */
#include "base/json.h"
#include "fuzz/shed.h"
#include "rules/fill.h"
#include "rules/form.h"
#include "rules/plan.h"

enum { CEILING = 64 << 10 };

static bool
is_code(const char *code)
{
	for (size_t i = 0; form_codes[i]; i++)
		if (code && strcmp(code, form_codes[i]) == 0)
			return true;
	return false;
}

static void
check_errors(const json_t *errors)
{
	size_t i;
	json_t *one;

	json_array_foreach((json_t *)(uintptr_t)errors, i, one) {
		const char *pointer = json_text(one, "pointer"), *message = json_text(one, "message");

		MUST(pointer && (*pointer == '/' || *pointer == '\0') && message && *message);
		MUST(is_code(json_text(one, "code")));
	}
}

/* Whatever may be sent at once is filled in or lacks a value; it is one line of canonical JSON. */
static void
check_bodies(const struct facts *facts)
{
	json_t *none = json_array(), *body;
	struct text out;

	for (size_t i = 0; i < shed->n_items; i++) {
		text_init(&out, CEILING);
		if (fill_body(shed, (int)i, 1, "330111-2611-x", facts, none, &out) == 0) {
			body = json_read(out.data, out.length, CEILING, NULL);
			MUST(body && json_is_object(json_object_get(body, "data")));
			json_decref(body);
		}
		text_free(&out);
	}
	json_decref(none);
}

static void
check_plan(struct facts *facts)
{
	struct plan plan, again;
	struct error why = { 0 };
	json_t *packed, *shown;
	char division[7];

	memset(&plan, 0, sizeof plan);
	memset(&again, 0, sizeof again);
	MUST(form_division(shed, facts, division));
	facts->division = division;
	MUST(plan_make(shed, facts, &plan, &why) == 0);
	packed = plan_pack(shed, &plan);
	MUST(plan_unpack(shed, packed, &again, &why) == 0);
	MUST(plan.runs == again.runs && plan.materials == again.materials);
	shown = plan_show(shed, &plan, facts, NULL, "zh-CN");
	MUST(shown);
	json_decref(shown);
	json_decref(packed);
	check_bodies(facts);
	facts->division = NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = target_string(data, size);
	json_t *form = json_read(text, size, CEILING, NULL), *errors = NULL, *reminders = NULL, *again = NULL;
	json_t *applicant = json_pack("{s:s}", "as", "agent");
	struct facts facts = { .event = shed, .today = TODAY, .applicant = applicant };

	if (json_is_object(form)) {
		MUST(form_check(shed, form, NULL, &facts, "zh-CN", &errors, &reminders) == 0);
		check_errors(errors);
		if (json_array_size(errors) == 0)
			check_plan(&facts);
		json_decref(reminders);
		MUST(form_check(shed, form, NULL, &facts, "zh-CN", &again, &reminders) == 0);
		MUST(json_equal(errors, again));
	}
	json_decref(again);
	json_decref(errors);
	json_decref(reminders);
	json_decref(form);
	json_decref(applicant);
	free(text);
	return 0;
}
