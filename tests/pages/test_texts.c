/* The catalogue of texts: nothing missing, nothing unused, both languages, the same {names} in both. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <lauxlib.h>
#include <lualib.h>
#include <dirent.h>
#include <string.h>

#include "rules/history.h"
#include "rules/running.h"

/* texts_check.lua: given the catalogue, its source, the templates by name and which optional members
 * exist, it gives a list of complaints. */
static void
push_templates(lua_State *l)
{
	DIR *d = opendir("scripts/pages");
	const struct dirent *e;

	assert_non_null(d);
	lua_newtable(l);
	while ((e = readdir(d))) {
		char path[400], bytes[200000];
		size_t n = strlen(e->d_name), length;
		FILE *f;

		if (n < 5 || strcmp(e->d_name + n - 4, ".lua") != 0)
			continue;
		snprintf(path, sizeof path, "scripts/pages/%s", e->d_name);
		f = fopen(path, "r");
		assert_non_null(f);
		length = fread(bytes, 1, sizeof bytes, f);
		fclose(f);
		lua_pushlstring(l, bytes, length);
		lua_setfield(l, -2, e->d_name);
	}
	closedir(d);
}

static void
push_ids(lua_State *l, const char *folder)
{
	DIR *d = opendir(folder);
	const struct dirent *e;

	assert_non_null(d);
	lua_newtable(l);
	while ((e = readdir(d))) {
		const char *dot = strstr(e->d_name, ".lua");

		if (!dot || dot[4])
			continue;
		lua_pushlstring(l, e->d_name, (size_t)(dot - e->d_name));
		lua_pushboolean(l, 1);
		lua_rawset(l, -3);
	}
	closedir(d);
}

static void
complete(void **state)
{
	lua_State *l = luaL_newstate();

	(void)state;
	luaL_openlibs(l);
	if (luaL_dofile(l, "tests/pages/texts_check.lua") || luaL_dofile(l, "scripts/pages/texts.lua"))
		fail_msg("%s", lua_tostring(l, -1));
	push_templates(l);
	push_ids(l, "events");
	push_ids(l, "connectors");
	if (lua_pcall(l, 4, 1, 0))
		fail_msg("%s", lua_tostring(l, -1));
	if (*lua_tostring(l, -1))
		fail_msg("%s", lua_tostring(l, -1));
	lua_close(l);
}

/* The catalogue is on top of the stack. */
static bool
has(lua_State *l, const char *family, const char *word, const char *more)
{
	char key[120];
	bool found;

	snprintf(key, sizeof key, "%s.%s%s", family, word, more);
	found = lua_getfield(l, -1, key) == LUA_TTABLE;
	lua_pop(l, 1);
	return found;
}

/* What the rules may tell of an application the pages can say. */
static void
every_word_of_the_rules_is_told(void **state)
{
	lua_State *l = luaL_newstate();

	(void)state;
	luaL_openlibs(l);
	if (luaL_dofile(l, "scripts/pages/texts.lua"))
		fail_msg("%s", lua_tostring(l, -1));
	for (int i = 0; i < HISTORY_WORDS; i++)
		if (!has(l, "history", history_words[i], "") && !has(l, "history", history_words[i], "_item") &&
		    !has(l, "history", history_words[i], "_material"))
			fail_msg("no text for history.%s", history_words[i]);
	for (int i = 0; i < ITEM_STATES; i++)
		if (!has(l, "item_state", item_state_names[i], ""))
			fail_msg("no text for item_state.%s", item_state_names[i]);
	for (int i = 0; i < STATUS_COUNT; i++)
		if (!has(l, "status", application_status_names[i], ""))
			fail_msg("no text for status.%s", application_status_names[i]);
	for (int i = 0; i < UNDO_COUNT; i++)
		if (item_undo_names[i] && !has(l, "progress", "undo_", item_undo_names[i]))
			fail_msg("no text for undo %s", item_undo_names[i]);
	for (int i = 0; i < HOW_COUNT; i++)
		if (material_how_names[i] && !has(l, "progress", "how_", material_how_names[i]))
			fail_msg("no text for how %s", material_how_names[i]);
	lua_close(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(complete),
		cmocka_unit_test(every_word_of_the_rules_is_told) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
