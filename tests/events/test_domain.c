/* Are the event files whole? The table tests/events/<event>/domain.json restates every item, field,
 * paper, rule, exception and figure of the facts, and says how the file puts it or why it does not.
 * Here the declared data of each file is held against its table, both ways. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "folders.h"

static json_t *event, *facts;
static const char *folder; /* the event at hand */

/* ---- reading (tests run in the root of the sources) ---- */

static const char *
said(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s ? s : "";
}

/* The member of a list whose `key` is `value`, or NULL. */
static json_t *
with(const json_t *list, const char *key, const char *value)
{
	size_t i;
	json_t *one;

	json_array_foreach((json_t *)(uintptr_t)list, i, one)
		if (strcmp(said(one, key), value) == 0)
			return one;
	return NULL;
}

static json_t *
declared(const char *part, const char *id)
{
	return with(json_object_get(event, part), "id", id);
}

static bool
names(const json_t *list, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach((json_t *)(uintptr_t)list, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), name) == 0)
			return true;
	return false;
}

/* Does the value, anywhere in it, speak of `name` in `space` ("answer", "result")? */
static bool
speaks_of(const json_t *value, const char *space, const char *name)
{
	const json_t *ref = json_object_get(value, "ref");
	const char *key;
	json_t *one;
	size_t i;

	if (ref && json_array_size(ref) >= 2 &&
	    strcmp(json_string_value(json_array_get(ref, 0)), space) == 0 &&
	    names(ref, name))
		return true;
	json_object_foreach((json_t *)(uintptr_t)value, key, one)
		if (speaks_of(one, space, name))
			return true;
	json_array_foreach((json_t *)(uintptr_t)value, i, one)
		if (speaks_of(one, space, name))
			return true;
	return false;
}

static int
set_up(void **state)
{
	char path[100];
	json_error_t error;

	(void)state;
	event = folders_event(folder);
	assert_non_null(event);
	snprintf(path, sizeof path, FOLDERS "/%s/domain.json", folder);
	facts = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!facts)
		fail_msg("%s:%d: %s", path, error.line, error.text);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	json_decref(facts);
	return 0;
}

/* How many entries the facts have in each part, counted when the table was made. */
static void
is_counted(const char *part, size_t n)
{
	assert_int_equal(n, json_integer_value(json_object_get(json_object_get(facts, "counts"), part)));
}

/* What is not in the file has a sentence why; returns whether it is in the file. */
static bool
is_scripted(const json_t *fact)
{
	const json_t *script = json_object_get(fact, "script");

	if (json_is_string(script) || json_array_size(script) > 0)
		return true;
	if (!*said(fact, "why"))
		fail_msg("%s%s is neither in the file nor explained", said(fact, "id"), said(fact, "code"));
	return false;
}

/* ---- items ---- */

static void
same_text(const char *item, const char *what, const char *is, const char *wanted)
{
	if (strcmp(is, wanted) != 0)
		fail_msg("%s: %s is \"%s\", the facts say \"%s\"", item, what, is, wanted);
}

static void
check_needs(const json_t *fact, const json_t *item)
{
	const json_t *needs = json_object_get(item, "needs");
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(fact, "needs"), i, one)
		if (!names(needs, json_string_value(one)))
			fail_msg("%s should need %s", said(fact, "id"), json_string_value(one));
	if (json_array_size(needs) != json_array_size(json_object_get(fact, "needs")))
		fail_msg("%s needs more than the facts say", said(fact, "id"));
	if (json_array_size(json_object_get(fact, "soft_needs")) > 0 && !*said(fact, "why_soft"))
		fail_msg("%s: a soft need without a sentence", said(fact, "id"));
}

static void
check_data(const json_t *fact, const json_t *item)
{
	const char *from;
	json_t *outputs, *one;
	size_t i;

	json_object_foreach(json_object_get(fact, "data"), from, outputs)
		json_array_foreach(outputs, i, one)
			if (!speaks_of(json_object_get(item, "request"), "result", from) ||
			    !speaks_of(json_object_get(item, "request"), "result", json_string_value(one)))
				fail_msg("%s is not told %s.%s", said(fact, "id"), from, json_string_value(one));
}

static void
check_outputs(const json_t *fact, const json_t *item)
{
	const json_t *call = json_object_get(json_object_get(event, "calls"), said(item, "by"));
	size_t i;
	json_t *one;

	assert_non_null(call);
	json_array_foreach(json_object_get(fact, "outputs"), i, one)
		if (!with(json_object_get(call, "gives"), "name", json_string_value(one)))
			fail_msg("%s should give %s", said(fact, "id"), json_string_value(one));
}

/* How it is done: what the facts say of presence, public notice, mere telling, what comes later. */
static void
check_manner(const json_t *fact, const json_t *item)
{
	const json_t *presence = json_object_get(fact, "in_person");
	const char *id = said(fact, "script");
	size_t i;
	json_t *one;

	if (presence && json_is_null(presence) != !json_object_get(item, "in_person"))
		fail_msg("%s: must somebody come?", id);
	if (json_object_get(fact, "notice"))
		same_text(id, "notice", said(json_object_get(item, "notice"), "text"), said(fact, "notice"));
	if (json_is_true(json_object_get(fact, "tell")) != json_is_true(json_object_get(item, "tell")))
		fail_msg("%s: is it a mere notification?", id);
	json_array_foreach(json_object_get(fact, "later"), i, one)
		if (!speaks_of(json_object_get(item, "request"), "result", json_string_value(one)))
			fail_msg("%s is not sent on what %s gives", id, json_string_value(one));
}

static void
items_are_whole(void **state)
{
	const json_t *list = json_object_get(facts, "items");
	size_t i, made = 0;
	json_t *fact, *one;

	(void)state;
	json_array_foreach((json_t *)(uintptr_t)list, i, fact) {
		const char *id = said(fact, "script");
		const json_t *item = declared("items", id);

		if (!item)
			fail_msg("no item %s", id);
		same_text(id, "department", said(item, "department"), said(fact, "department"));
		same_text(id, "choice", said(item, "choice"), said(fact, "choice"));
		same_text(id, "within", said(json_object_get(item, "within"), "text"),
		    said(fact, "within"));
		same_text(id, "by_law", said(json_object_get(item, "by_law"), "text"),
		    said(fact, "by_law"));
		assert_int_equal(json_integer_value(json_object_get(json_object_get(item, "fee"), "fen")),
		    json_integer_value(json_object_get(fact, "fee_fen")));
		if (!json_is_null(json_object_get(fact, "applies")) && !json_object_get(item, "when"))
			fail_msg("%s applies under a condition: %s", id, said(fact, "applies"));
		if (json_is_null(json_object_get(fact, "applies")) && json_object_get(item, "when"))
			fail_msg("%s always applies", id);
		check_needs(fact, item);
		check_data(fact, item);
		check_outputs(fact, item);
		check_manner(fact, item);
		one = json_object_get(fact, "applicant_deadline");
		if (one)
			assert_non_null(declared("rules", said(one, "script")));
	}
	json_array_foreach(json_object_get(event, "items"), i, one)
		if (json_object_get(one, "later_of")) /* made by the reader, not written */
			made++;
	assert_int_equal(json_array_size(list) + made, json_array_size(json_object_get(event, "items")));
}

/* ---- fields ---- */

/* The item must be told the field, or depend on it, as the table says. A column of a list ("list"
 * beside "script") goes with its list. */
static void
check_use(const json_t *fact, const char *item_id)
{
	const json_t *item = declared("items", item_id);
	const char *how = said(json_object_get(fact, "by"), item_id);
	const char *part = *how ? how : "request";
	const char *answer = said(fact, *said(fact, "list") ? "list" : "script");

	if (json_is_true(json_object_get(fact, "at_window"))) {
		if (!json_object_get(item, "in_person"))
			fail_msg("%s: %s is seen to at the window, but nobody comes", item_id, said(fact, "id"));
	} else if (*said(fact, "sign")) {
		if (!names(json_object_get(item, "signs"), said(fact, "sign")))
			fail_msg("%s does not wait for %s", item_id, said(fact, "sign"));
	} else if (*said(fact, "param")) {
		if (!with(json_object_get(item, "request"), "name", said(fact, "param")))
			fail_msg("%s is not told %s", item_id, said(fact, "param"));
	} else if (*said(fact, "material")) {
		if (!names(json_object_get(item, "uses"), said(fact, "material")))
			fail_msg("%s does not use %s", item_id, said(fact, "material"));
	} else if (!speaks_of(json_object_get(item, part), "answer", answer)) {
		fail_msg("%s does not use %s in its %s", item_id, answer, part);
	}
}

static void
check_question(const json_t *fact)
{
	const char *id = said(fact, "script");
	const json_t *ask = *said(fact, "list") ?
	    with(json_object_get(declared("asks", said(fact, "list")), "each"), "id", id) :
	    declared("asks", id);
	json_int_t choices = json_integer_value(json_object_get(fact, "choices"));

	if (!ask)
		fail_msg("no question %s", id);
	same_text(id, "type", said(ask, "type"), said(fact, "type"));
	if (json_is_true(json_object_get(fact, "optional")) !=
	    json_is_true(json_object_get(ask, "optional")))
		fail_msg("%s: may it be left empty?", id);
	if (json_is_true(json_object_get(fact, "conditional")) !=
	    (json_object_get(ask, "when") != NULL))
		fail_msg("%s: is it asked under a condition?", id);
	if (json_is_true(json_object_get(fact, "sensitive")) &&
	    !json_is_true(json_object_get(ask, "sensitive")))
		fail_msg("%s is sensitive", id);
	if (choices)
		assert_int_equal(json_array_size(json_object_get(ask, "choices")), choices);
}

static void
fields_are_whole(void **state)
{
	const json_t *list = json_object_get(facts, "fields");
	size_t i, k, scripted = 0;
	json_t *fact, *one;

	(void)state;
	json_array_foreach((json_t *)(uintptr_t)list, i, fact) {
		if (is_scripted(fact)) {
			check_question(fact);
			scripted += !*said(fact, "list");
		}
		json_array_foreach(json_object_get(fact, "items"), k, one)
			check_use(fact, json_string_value(one));
	}
	is_counted("fields", json_array_size(list));
	json_array_foreach(json_object_get(facts, "extra_fields"), i, fact) {
		assert_non_null(declared("asks", said(fact, "script")));
		assert_true(*said(fact, "why"));
		scripted++;
	}
	assert_int_equal(scripted, json_array_size(json_object_get(event, "asks")));
}

/* A signature that the file asks of somebody is that of a field, or explained. */
static void
signs_are_known(void **state)
{
	size_t i;
	json_t *sign;

	(void)state;
	json_array_foreach(json_object_get(event, "signs"), i, sign) {
		const json_t *extra = with(json_object_get(facts, "extra_signs"), "script", said(sign, "id"));

		if (!with(json_object_get(facts, "fields"), "sign", said(sign, "id")) && !*said(extra, "why"))
			fail_msg("nothing in the facts asks for the signature %s", said(sign, "id"));
	}
}

/* ---- papers, rules ---- */

static void
check_material(const json_t *fact, const char *id)
{
	const json_t *material = declared("materials", id);
	const json_t *ways = json_object_get(fact, "ways"), *users = json_object_get(fact, "used_by");
	size_t i;
	json_t *way;

	if (!material)
		fail_msg("no material %s", id);
	if (json_is_string(json_object_get(fact, "conditional")) && !json_object_get(material, "when"))
		fail_msg("%s is asked under a condition", id);
	json_array_foreach(json_object_get(material, "get"), i, way)
		if (!names(ways, said(way, "way")))
			fail_msg("%s may not be had by %s", id, said(way, "way"));
	if (json_object_get(users, id)) /* one paper of each of a couple: each has its own items */
		users = json_object_get(users, id);
	if (!users)
		users = json_object_get(fact, "before");
	json_array_foreach((json_t *)(uintptr_t)users, i, way)
		if (!names(json_object_get(declared("items", json_string_value(way)), "uses"), id))
			fail_msg("%s does not use %s", json_string_value(way), id);
}

static void
papers_are_whole(void **state)
{
	size_t i, k, n = 0;
	json_t *fact, *one;

	(void)state;
	json_array_foreach(json_object_get(facts, "materials"), i, fact) {
		if (*said(fact, "never_asks"))
			assert_true(names(json_object_get(event, "never_asks"), said(fact, "never_asks")));
		if (!is_scripted(fact))
			continue;
		json_array_foreach(json_object_get(fact, "script"), k, one) {
			check_material(fact, json_string_value(one));
			n++;
		}
	}
	is_counted("materials", i);
	json_array_foreach(json_object_get(facts, "extra_materials"), i, fact) {
		assert_non_null(declared("materials", said(fact, "script")));
		assert_true(*said(fact, "why"));
		n++;
	}
	assert_int_equal(n, json_array_size(json_object_get(event, "materials")));
}

static void
rules_are_whole(void **state)
{
	size_t i, k, n = 0;
	json_t *fact, *one;

	(void)state;
	json_array_foreach(json_object_get(facts, "rules"), i, fact) {
		if (*said(fact, "ask"))
			assert_non_null(declared("asks", said(fact, "ask")));
		if (!is_scripted(fact))
			continue;
		json_array_foreach(json_object_get(fact, "script"), k, one) {
			const json_t *rule = declared("rules", json_string_value(one));

			if (!rule)
				fail_msg("no rule %s", json_string_value(one));
			same_text(json_string_value(one), "otherwise",
			    said(json_object_get(rule, "otherwise"), "do"), said(fact, "otherwise"));
			n++;
		}
	}
	is_counted("rules", i);
	json_array_foreach(json_object_get(facts, "extra_rules"), i, fact) {
		assert_non_null(declared("rules", said(fact, "script")));
		assert_true(*said(fact, "why"));
		n++;
	}
	assert_int_equal(n, json_array_size(json_object_get(event, "rules")));
}

/* ---- exceptions, people, places, figures from before ---- */

static bool
can_undo(const char *item)
{
	const char *by = said(declared("items", item), "by");
	const json_t *call = json_object_get(json_object_get(event, "calls"), by);

	assert_non_null(call);
	return json_is_true(json_object_get(call, "undo"));
}

/* "rule:x", "ask:x", "material:x", "sign:x", "undo:item", "no_undo:item", "needs:item:item" */
static bool
is_there(const char *mention)
{
	char word[20], name[60], other[60], part[24];

	if (sscanf(mention, "needs:%59[^:]:%59s", name, other) == 2)
		return names(json_object_get(declared("items", name), "needs"), other);
	if (sscanf(mention, "%19[^:]:%59s", word, name) != 2)
		return false;
	if (strcmp(word, "undo") == 0 || strcmp(word, "no_undo") == 0)
		return can_undo(name) == (strcmp(word, "undo") == 0);
	snprintf(part, sizeof part, "%ss", word);
	return declared(part, name) != NULL;
}

static void
exceptions_are_whole(void **state)
{
	size_t i, k;
	json_t *fact, *one;

	(void)state;
	json_array_foreach(json_object_get(facts, "exceptions"), i, fact) {
		assert_true(*said(fact, "how"));
		json_array_foreach(json_object_get(fact, "script"), k, one)
			if (!is_there(json_string_value(one)))
				fail_msg("%s: %s is not there", said(fact, "code"), json_string_value(one));
	}
	is_counted("exceptions", i);
}

static void
people_and_places_are_whole(void **state)
{
	const char *id;
	size_t i;
	json_t *fact, *value;

	(void)state;
	json_array_foreach(json_object_get(facts, "applicants"), i, fact)
		assert_non_null(declared("applicants", said(fact, "script")));
	json_array_foreach(json_object_get(facts, "profiles"), i, fact) {
		const json_t *place = with(json_object_get(event, "places"), "code", said(fact, "place"));

		json_object_foreach(json_object_get(fact, "figures"), id, value) {
			const json_t *is = place ? json_object_get(json_object_get(place, "figures"), id) :
			    json_object_get(declared("figures", id), "usual");

			if (!is || !json_equal(is, value))
				fail_msg("%s: %s is another figure", said(fact, "id"), id);
		}
	}
}

static void
before_adds_up(void **state)
{
	const json_t *base = json_object_get(facts, "baseline");
	json_int_t papers = 0, visits = 0, days = 0;
	size_t i;
	json_t *one;

	(void)state;
	json_array_foreach(json_object_get(base, "core_items"), i, one) {
		const json_t *before = json_object_get(declared("items", json_string_value(one)), "before");

		assert_true(*said(before, "source"));
		papers += (json_int_t)json_array_size(json_object_get(before, "papers"));
		visits += json_integer_value(json_object_get(before, "visits"));
		days += json_integer_value(json_object_get(before, "working_days"));
	}
	is_counted("core_items", i);
	assert_int_equal(papers, json_integer_value(json_object_get(base, "submissions")));
	assert_int_equal(visits, json_integer_value(json_object_get(base, "visits")));
	assert_int_equal(days, json_integer_value(json_object_get(base, "working_days")));
}

/* Of the core items: how many departments; of all papers: how many must always be uploaded. Where
 * nobody published one of these the table leaves it out. */
static void
published_totals_come_out(void **state)
{
	const json_t *base = json_object_get(facts, "baseline");
	const json_t *departments = json_object_get(base, "departments");
	const json_t *uploaded = json_object_get(base, "always_uploaded");
	json_t *seen = json_object(), *one;
	size_t i, uploads = 0;

	(void)state;
	json_array_foreach(json_object_get(base, "core_items"), i, one)
		json_object_set(seen, said(declared("items", json_string_value(one)), "department"), one);
	json_array_foreach(json_object_get(event, "materials"), i, one)
		uploads += !json_object_get(one, "when") && strcmp(said(json_array_get(
		    json_object_get(one, "get"), 0), "way"), "upload") == 0;
	if (departments)
		assert_int_equal(json_object_size(seen), json_integer_value(departments));
	if (uploaded)
		assert_int_equal(uploads, json_integer_value(uploaded));
	json_decref(seen);
}

/* The papers counted as asked before are those that the facts list for the item, unconditional. */
static void
before_follows_the_papers(void **state)
{
	size_t i, k;
	json_t *fact, *one;

	(void)state;
	json_array_foreach(json_object_get(facts, "items"), i, fact) {
		const json_t *before = json_object_get(declared("items", said(fact, "script")), "before");
		size_t listed = 0;
		json_t *material;

		json_array_foreach(json_object_get(facts, "materials"), k, material) {
			one = json_object_get(material, "conditional");
			if (!json_is_string(one) && names(json_object_get(material, "before"), said(fact, "id")))
				listed++;
		}
		if (json_array_size(json_object_get(before, "papers")) != listed)
			fail_msg("%s: %zu papers before, the facts list %zu", said(fact, "id"),
			    json_array_size(json_object_get(before, "papers")), listed);
	}
}

static int
one_event(const char *id)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_whole),
		cmocka_unit_test(fields_are_whole),
		cmocka_unit_test(signs_are_known),
		cmocka_unit_test(papers_are_whole),
		cmocka_unit_test(rules_are_whole),
		cmocka_unit_test(exceptions_are_whole),
		cmocka_unit_test(people_and_places_are_whole),
		cmocka_unit_test(before_adds_up),
		cmocka_unit_test(published_totals_come_out),
		cmocka_unit_test(before_follows_the_papers),
	};

	folder = id;
	return cmocka_run_group_tests_name(id, tests, set_up, tear_down);
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "reader") == 0) /* the reader starts this program again */
		return reader_main(argc - 1, argv + 1);
	return folders_each(one_event);
}
