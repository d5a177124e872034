/* Templates: what is escaped, what is refused, what a state survives. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pages/bundle.h"
#include "pages/qr.h"
#include "pages/script.h"

static const struct { const char *file, *text; } own[] = {
	{ "start.lua", "local h = require 'html'\n"
	    "return function(name, page) return h.render(require 'cases'[name](page)) end" },
	{ "cases.lua",
	    "local h, c = require 'html', {}\n"
	    "function c.text(p) return h.p{ title = p.evil, p.evil, 3, 1.5, false, { h.b{ 'x' }, { p.evil } } } end\n"
	    "function c.void() return { h.br{}, h.input{ disabled = true, hidden = false, value = 'a' } } end\n"
	    "function c.url() return h.a{ href = h.url('/e/{id}/x', { id = '\\u{4E00} /?', a = '&=' }), '' } end\n"
	    "function c.null(p) return h.p{ tostring(p.nothing), #p.list, p.list[2], tostring(p.yes), p.n } end\n"
	    "function c.href(p) return h.a{ href = p.evil } end\n"
	    "function c.name(p) return h.p{ [p.evil] = 'x' } end\n"
	    "function c.element(p) return h[p.evil]{} end\n"
	    "function c.inline() return h.script{ src = '/a', 'alert(1)' } end\n"
	    "function c.kind() return h.p{ h.p } end\n"
	    "function c.forgot() return h.p{ { name = 'x' } } end\n"
	    "function c.loop() while true do end end\n"
	    "function c.greedy() local s = 'x' while true do s = s .. s end end\n"
	    "function c.tools() return h.p{ tostring(io), tostring(os), tostring(load), tostring(debug),\n"
	    "  tostring(string.dump), tostring(package), tostring(dofile) } end\n"
	    "return c" },
	{ "style.css", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	{ "notes.txt", "no page" },
};

static char folder[] = "/tmp/yjs-pages-XXXXXX";
static struct bundle *bundle;
static struct script *script;

static void
put_file(const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/pages/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int
begin(void **state)
{
	struct error why = { 0 };
	char path[200], *html = calloc(1, 65536);
	FILE *f = fopen("scripts/pages/html.lua", "r");

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/pages", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_non_null(f);
	assert_true(fread(html, 1, 65535, f) > 0);
	fclose(f);
	put_file("html.lua", html);
	free(html);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		put_file(own[i].file, own[i].text);
	bundle = bundle_read(folder, &why);
	script = bundle ? script_open(bundle, &why) : NULL;
	if (!script)
		fail_msg("%s", why.text);
	return 0;
}

static int
end(void **state)
{
	char command[400];

	(void)state;
	script_close(script);
	bundle_free(bundle);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		snprintf(command, sizeof command, "%s/pages/%s", folder, own[i].file);
		unlink(command);
	}
	snprintf(command, sizeof command, "%s/pages/html.lua", folder);
	unlink(command);
	snprintf(command, sizeof command, "%s/pages", folder);
	rmdir(command);
	return rmdir(folder);
}

static void
gives(const char *name, const char *evil, const char *expected)
{
	json_t *page = json_pack("{s:s, s:n, s:[i,i,n], s:b, s:I}", "evil", evil, "nothing", "list", 7, 8,
	    "yes", 1, "n", (json_int_t)1 << 60);
	struct error why = { 0 };
	size_t length;
	char *text = script_render(script, name, page, &length, &why);

	json_decref(page);
	if (!text)
		fail_msg("%s: %s", name, why.text);
	assert_string_equal(text + strlen("<!DOCTYPE html>\n"), expected);
	assert_int_equal(strlen(text), length);
	free(text);
}

static void
fails(const char *name, const char *evil, const char *because)
{
	json_t *page = json_pack("{s:s}", "evil", evil);
	struct error why = { 0 };
	size_t length;
	char *text = script_render(script, name, page, &length, &why);

	json_decref(page);
	if (text)
		fail_msg("%s of %s gives %s", name, evil, text);
	if (!strstr(why.text, because))
		fail_msg("%s: %s", name, why.text);
}

static void
escaped(void **state)
{
	(void)state;
	gives("text", "<b a=\"1\" c='2'>&amp;\x01", "<p title=\"&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;\uFFFD\">"
	    "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;\uFFFD31.5<b>x</b>&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;"
	    "&amp;amp;\uFFFD</p>");
	gives("void", "", "<br><input disabled value=\"a\">");
	gives("url", "", "<a href=\"/e/%E4%B8%80%20%2F%3F/x?a=%26%3D\"></a>");
	gives("null", "", "<p>nil28true1152921504606846976</p>");
	gives("href", "/a?b=c&d=e", "<a href=\"/a?b=c&amp;d=e\"></a>");
	gives("href", "#main", "<a href=\"#main\"></a>");
}

static void
refused(void **state)
{
	static const char *const addresses[] = { "javascript:alert(1)", "//other.example/", "https://other.example/",
		"/\\other", "/a b", "", "data:text/html,x", " /a", "\t/a", "relative" };
	static const char *const names[] = { "onclick", "style", "srcdoc", "a b", "x\"", "xlink:href", "onLoad", "" };
	static const char *const elements[] = { "iframe", "object", "style", "embed", "base", "p onclick", "marquee" };

	(void)state;
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		fails("href", addresses[i], "no path of our own");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		fails("name", names[i], "no attribute");
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		fails("element", elements[i], "no element");
	fails("inline", "", "nothing inside");
	fails("kind", "", "function in the page");
	fails("forgot", "", "a list with the field name");
	fails("nobody", "", "start.lua:2");
}

/* What goes wrong in one page, the next does not feel. */
static void
survived(void **state)
{
	(void)state;
	fails("loop", "", "more than");
	fails("greedy", "", "memory");
	gives("tools", "", "<p>nilnilnilnilnilnilnil</p>");
	gives("href", "/", "<a href=\"/\"></a>");
}

static void
bundled(void **state)
{
	const struct bundle_file *f = bundle_find(bundle, "style.css");
	struct error why = { 0 };

	(void)state;
	assert_non_null(f);
	assert_string_equal(f->type, "text/css; charset=utf-8");
	assert_int_equal(strlen(f->hash), 16);
	assert_true(f->packed && f->packed_length < f->length);
	assert_null(bundle_find(bundle, "notes.txt"));
	assert_null(bundle_read("/nowhere", &why));
	assert_non_null(strstr(why.text, "scripts_dir"));
}

/* The real ones: each template loads. */
static void
ours(void **state)
{
	struct error why = { 0 };
	struct bundle *b = bundle_read("scripts", &why);
	struct script *s = b ? script_open(b, &why) : NULL;

	(void)state;
	if (!s)
		fail_msg("%s", why.text);
	assert_true(bundle_find(b, "style.css")->length < 14 * 1024);
	assert_true(bundle_find(b, "page.js")->length < 8 * 1024);
	script_close(s);
	bundle_free(b);
}

static void
coded(void **state)
{
	json_t *qr = qr_of("https://example.gov.cn/events/birth");
	char *much = calloc(1, 5000);

	(void)state;
	assert_non_null(qr);
	assert_int_equal(json_integer_value(json_object_get(qr, "size")), 29); /* version 3 */
	assert_non_null(strstr(json_string_value(json_object_get(qr, "path")), "M0 0h7v1h-7z")); /* a finder's edge */
	json_decref(qr);
	memset(much, 'a', 4999);
	assert_null(qr_of(much));
	free(much);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escaped),
		cmocka_unit_test(refused),
		cmocka_unit_test(survived),
		cmocka_unit_test(bundled),
		cmocka_unit_test(ours),
		cmocka_unit_test(coded),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
