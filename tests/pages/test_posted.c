/* What forms send: read as the standard says (URL, 5.1), and nothing else taken. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pages/posted.h"

static void
reads(const char *form, const char *expected)
{
	size_t length = strlen(form);
	char *exact = malloc(length ? length : 1); /* nothing behind it may be read */
	json_t *fields, *wanted = expected ? json_loads(expected, 0, NULL) : NULL;

	memcpy(exact, form, length);
	fields = posted_of(exact, length);
	if (!expected && fields)
		fail_msg("%s was read", form);
	if (expected && !json_equal(fields, wanted))
		fail_msg("%s was read otherwise", form);
	json_decref(fields);
	json_decref(wanted);
	free(exact);
}

static void
what_forms_send(void **state)
{
	(void)state;
	reads("", "{}");
	reads("a=1&b=2", "{\"a\":\"1\",\"b\":\"2\"}");
	reads("a=&b&=c&&", "{\"a\":\"\",\"b\":\"\",\"\":\"c\"}");
	reads("a=x+y%2Bz%3d%26&a%20b==", "{\"a\":\"x y+z=&\",\"a b\":\"=\"}");
	reads("n=%E6%9D%8E&n=%e7%8e%8b&n=3", "{\"n\":[\"李\",\"王\",\"3\"]}");
}

static void
what_they_do_not(void **state)
{
	char many[6003];
	json_t *fields;

	(void)state;
	reads("a=%", NULL);
	reads("a=%4", NULL);
	reads("a=%4&b=1", NULL);
	reads("a=%zz", NULL);
	reads("a=%00", NULL);
	reads("a=%ff", NULL);
	reads("%C0%80=1", NULL);
	for (int i = 0; i < 2001; i++)
		memcpy(many + 3 * i, "a=&", 3);
	assert_null(posted_of(many, sizeof many));
	fields = posted_of(many, sizeof many - 3);
	assert_int_equal(json_array_size(json_object_get(fields, "a")), 2000);
	json_decref(fields);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_forms_send), cmocka_unit_test(what_they_do_not) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
