/* test_conf.c: settings from file and environment, complaints with their cure, documents in step. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"

static char file_name[] = "/tmp/yjs-conf-XXXXXX";

static int
make_file(void **state)
{
	int fd = mkstemp(file_name);

	(void)state;
	if (fd >= 0)
		close(fd);
	return fd < 0;
}

static int
remove_file(void **state)
{
	(void)state;
	return unlink(file_name);
}

static struct conf *
read_text(const char *content, char *const *environment, struct error *why)
{
	FILE *f = fopen(file_name, "w");

	assert_non_null(f);
	fputs(content, f);
	fclose(f);
	error_clear(why);
	return conf_read(file_name, environment, why);
}

static void
expect_complaint(const char *content, char *const *environment, const char *part)
{
	struct error why;
	struct conf *c = read_text(content, environment, &why);

	assert_null(c);
	assert_int_equal(why.kind, ERROR_BROKEN);
	if (!strstr(why.text, part))
		fail_msg("'%s' does not tell '%s'", why.text, part);
}

static void
defaults(void **state)
{
	struct error why = { 0 };
	struct conf *c = conf_read(NULL, NULL, &why);

	(void)state;
	assert_non_null(c);
	assert_string_equal(conf_text(c, "listen"), "127.0.0.1:8080");
	assert_string_equal(conf_text(c, "database"), "");
	assert_string_equal(conf_text(c, "key_file"), "/var/lib/yijianshi/key");
	assert_int_equal(conf_number(c, "http_workers"), 4);
	assert_non_null(strstr(conf_text(c, "events_dir"), "/events"));
	assert_non_null(strstr(conf_text(c, "scripts_dir"), "/scripts"));
	assert_true(*conf_text(c, "node") != '\0');
	assert_null(conf_department_id(c, 0));
	assert_null(conf_department_url(c, "health"));
	conf_free(c);
}

static void
file_and_families(void **state)
{
	struct error why;
	struct conf *c = read_text("# comment\n\n  listen=[::1]:0 \ndata_dir = /srv/y\n"
	                           "department.public_security.url = https://police.example/api\n"
	                           "department.public_security.secret_file = secrets/police\n"
	                           "database = host=a,b dbname=c\nnode =  one  \n", NULL, &why);

	(void)state;
	assert_non_null(c);
	assert_string_equal(conf_text(c, "listen"), "[::1]:0");
	assert_string_equal(conf_text(c, "key_file"), "/srv/y/key");
	assert_string_equal(conf_text(c, "database"), "host=a,b dbname=c");
	assert_string_equal(conf_text(c, "node"), "one");
	assert_string_equal(conf_department_id(c, 0), "public_security");
	assert_null(conf_department_id(c, 1));
	assert_string_equal(conf_department_url(c, "public_security"), "https://police.example/api");
	assert_string_equal(conf_department_secret_file(c, "public_security"), "/tmp/secrets/police");
	conf_free(c);
}

static void
providers(void **state)
{
	char *const environment[] = { "YIJIANSHI_OIDC_CITY_CARD_CLIENT_SECRET_FILE=/s",
		"YIJIANSHI_OIDC_CITY_CARD_ID_NUMBER_CLAIM=id_no", NULL };
	struct error why;
	struct conf *c = read_text("oidc.city_card.issuer = https://one.example/a\n"
	                           "department.health.url = https://h.example\noidc.staff.title = 政务网\n"
	                           "oidc.city_card.title = 市民卡\noidc.staff.people = staff\n", environment, &why);

	(void)state;
	assert_non_null(c);
	assert_string_equal(conf_provider_id(c, 0), "city_card");
	assert_string_equal(conf_provider_id(c, 1), "staff");
	assert_null(conf_provider_id(c, 2));
	assert_string_equal(conf_department_id(c, 0), "health");
	assert_null(conf_department_id(c, 1));
	assert_string_equal(conf_provider(c, "city_card", "issuer"), "https://one.example/a");
	assert_string_equal(conf_provider(c, "city_card", "client_secret_file"), "/s");
	assert_string_equal(conf_provider(c, "city_card", "id_number_claim"), "id_no");
	assert_string_equal(conf_provider(c, "city_card", "people"), "citizens");
	assert_string_equal(conf_provider(c, "staff", "people"), "staff");
	assert_null(conf_provider(c, "staff", "issuer"));
	conf_free(c);
}

static void
environment_wins(void **state)
{
	char *const environment[] = { "PATH=/bin", "YIJIANSHI_LISTEN=0.0.0.0:1",
		"YIJIANSHI_DEPARTMENT_PUBLIC_SECURITY_SECRET_FILE=/s", "YIJIANSHI_LOG_LEVEL=debug", NULL };
	struct error why;
	struct conf *c = read_text("listen = 127.0.0.1:2\ndepartment.public_security.secret_file = /t\n",
	    environment, &why);

	(void)state;
	assert_non_null(c);
	assert_string_equal(conf_text(c, "listen"), "0.0.0.0:1");
	assert_string_equal(conf_text(c, "log_level"), "debug");
	assert_string_equal(conf_department_secret_file(c, "public_security"), "/s");
	conf_free(c);
}

static void
complaints(void **state)
{
	char *const unknown[] = { "YIJIANSHI_LISTENS=1", NULL };

	(void)state;
	expect_complaint("\nlisen = 127.0.0.1:1\n", NULL, ":2: there is no setting 'lisen'; the nearest is 'listen'");
	expect_complaint("databse = x\n", NULL, "the nearest is 'database'");
	expect_complaint("department.health.ulr = http://x\n", NULL, "department.<id>.url");
	expect_complaint("department.Health.url = http://x\n", NULL, "there is no setting");
	expect_complaint("oidc.city.client = x\n", NULL, "the nearest is 'oidc.<id>.client_id'");
	expect_complaint("oidc.city.people = everybody\n", NULL, "one of: citizens staff");
	expect_complaint("", unknown, "YIJIANSHI_LISTENS: there is no setting 'listens'; the nearest is 'listen'");
	expect_complaint("node = a\nnode = b\n", NULL, ":2: set twice");
	expect_complaint("node\n", NULL, "expected 'name = value'");
	expect_complaint("http_workers = 0\n", NULL, "a whole number from 1 to 32");
	expect_complaint("http_workers = 4x\n", NULL, "a whole number");
	expect_complaint("log_level = loud\n", NULL, "one of: error warning info debug");
	expect_complaint("log_level = warn\n", NULL, "one of:");
	expect_complaint("listen = 8080\n", NULL, "HOST:PORT");
	expect_complaint("listen = ::1:8080\n", NULL, "HOST:PORT");
	expect_complaint("listen = a:70000\n", NULL, "HOST:PORT");
	expect_complaint("public_url = ftp://x\n", NULL, "http://");
	expect_complaint("department.health.url = http://u@h/\n", NULL, "without user");
	expect_complaint("department.health.url =\n", NULL, "http://");
	expect_complaint("data_dir =\n", NULL, "file or folder");
}

static void
unreadable_files(void **state)
{
	struct error why = { 0 };

	(void)state;
	assert_null(conf_read("/nonexistent/service.conf", NULL, &why));
	assert_non_null(strstr(why.text, "/nonexistent/service.conf"));
	error_clear(&why);
	assert_null(conf_read("/", NULL, &why));
	assert_int_equal(why.kind, ERROR_BROKEN);
}

static void
description_hides_secrets(void **state)
{
	struct error why;
	struct text out;
	struct conf *c = read_text("database = host=a password=geheim\n", NULL, &why);

	(void)state;
	assert_non_null(c);
	text_init(&out, 1 << 16);
	assert_int_equal(conf_describe(c, &out), 0);
	assert_null(strstr(out.data, "geheim"));
	assert_non_null(strstr(out.data, "database = (set, not shown) (file)"));
	assert_non_null(strstr(out.data, "listen = 127.0.0.1:8080 (default)"));
	text_free(&out);
	conf_free(c);
}

/* The whole file; the tests run in the root of the sources. */
static char *
read_whole(const char *name)
{
	char *content = calloc(1, 1 << 18);
	FILE *f = fopen(name, "r");

	if (!f || !content)
		fail_msg("%s cannot be read: run the tests in the root of the sources", name);
	content[fread(content, 1, (1 << 18) - 1, f)] = '\0';
	fclose(f);
	return content;
}

static void
example_is_in_step(void **state)
{
	char *file = read_whole("service.conf.example");
	const char *rewrite = getenv("YJS_REWRITE");
	struct text out;

	(void)state;
	text_init(&out, 1 << 16);
	assert_int_equal(setting_example(&out), 0);
	if (rewrite && *rewrite) {
		FILE *f = fopen("service.conf.example", "w");

		assert_non_null(f);
		fputs(out.data, f);
		fclose(f);
	} else if (strcmp(out.data, file) != 0) {
		fail_msg("service.conf.example differs from core/base/setting.c; YJS_REWRITE=1 writes it anew");
	}
	text_free(&out);
	free(file);
}

static void
readme_names_every_setting(void **state)
{
	static const char *const files[] = { "README.md", "README.zh-CN.md" };
	size_t count;
	const struct setting *table = setting_table(&count);
	char name[64];

	(void)state;
	for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
		char *readme = read_whole(files[f]);

		for (size_t i = 0; i < count; i++) {
			snprintf(name, sizeof name, "`%s`", table[i].name);
			if (!strstr(readme, name))
				fail_msg("%s does not tell the setting %s", files[f], name);
		}
		free(readme);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(file_and_families),
		cmocka_unit_test(providers),
		cmocka_unit_test(environment_wins),
		cmocka_unit_test(complaints),
		cmocka_unit_test(unreadable_files),
		cmocka_unit_test(description_hides_secrets),
		cmocka_unit_test(example_is_in_step),
		cmocka_unit_test(readme_names_every_setting),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
