#include "pages/script.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declared/sandbox.h"

enum { DEPTH = 64 };

struct script {
	lua_State *l;
	struct sandbox_meter meter;
	const struct bundle *bundle;
};

/* ---- JSON -> Lua ---- */

static void push_value(lua_State *l, const json_t *value, int depth);

static void
push_object(lua_State *l, const json_t *object, int depth)
{
	json_t *o = (json_t *)(uintptr_t)object, *member;
	const char *name;

	lua_createtable(l, 0, (int)json_object_size(object));
	json_object_foreach(o, name, member) {
		push_value(l, member, depth);
		lua_setfield(l, -2, name);
	}
}

static void
push_value(lua_State *l, const json_t *value, int depth)
{
	if (depth > DEPTH)
		luaL_error(l, "an answer deeper than %d", DEPTH);
	luaL_checkstack(l, 4, "an answer");
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_OBJECT:
		push_object(l, value, depth + 1);
		break;
	case JSON_ARRAY:
		lua_createtable(l, (int)json_array_size(value), 0);
		for (size_t i = 0; i < json_array_size(value); i++) {
			push_value(l, json_array_get(value, i), depth + 1);
			lua_rawseti(l, -2, (lua_Integer)i + 1);
		}
		break;
	case JSON_STRING:
		lua_pushlstring(l, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		lua_pushinteger(l, json_integer_value(value));
		break;
	case JSON_REAL:
		lua_pushnumber(l, json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		lua_pushboolean(l, json_is_true(value));
		break;
	case JSON_NULL:
		lua_pushnil(l);
	}
}

/* ---- making a state ---- */

static struct script *
script_of(lua_State *l)
{
	return lua_touserdata(l, lua_upvalueindex(1));
}

/* require "home": the value that home.lua returned; each is run once. Upvalues: script, loaded. */
static int
require(lua_State *l)
{
	const char *name = luaL_checkstring(l, 1);
	const struct bundle_file *f;
	char file[80], chunk[82];

	lua_settop(l, 1);
	if (lua_getfield(l, lua_upvalueindex(2), name) != LUA_TNIL)
		return 1;
	snprintf(file, sizeof file, "%s.lua", name);
	f = bundle_find(script_of(l)->bundle, file);
	if (!f)
		return luaL_error(l, "there is no %s", file);
	snprintf(chunk, sizeof chunk, "@%s", file);
	if (luaL_loadbufferx(l, f->bytes, f->length, chunk, "t") != LUA_OK)
		return lua_error(l);
	lua_call(l, 0, 1);
	if (lua_isnil(l, -1))
		return luaL_error(l, "%s returns nothing", file);
	lua_pushvalue(l, -1);
	lua_setfield(l, lua_upvalueindex(2), name);
	return 1;
}

static void
open_libraries(lua_State *l)
{
	static const luaL_Reg libraries[] = { { "_G", luaopen_base }, { "string", luaopen_string },
		{ "table", luaopen_table }, { "math", luaopen_math }, { "utf8", luaopen_utf8 } };
	static const char *const without[] = { "dofile", "load", "loadfile", "print", "collectgarbage", "warn" };

	for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
		luaL_requiref(l, libraries[i].name, libraries[i].func, 1);
		lua_pop(l, 1);
	}
	for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
		lua_pushnil(l);
		lua_setglobal(l, without[i]);
	}
	lua_getglobal(l, "string");
	lua_pushnil(l);
	lua_setfield(l, -2, "dump");
	lua_pop(l, 1);
}

/* Protected: every template is loaded. */
static int
prepare(lua_State *l)
{
	struct script *s = lua_touserdata(l, 1);
	char name[80];

	lua_settop(l, 0);
	open_libraries(l);
	lua_pushlightuserdata(l, s);
	lua_newtable(l);
	lua_pushcclosure(l, require, 2);
	lua_setglobal(l, "require");
	for (size_t i = 0; i < s->bundle->n; i++) {
		const struct bundle_file *f = &s->bundle->files[i];

		if (f->type || strlen(f->name) >= sizeof name)
			continue;
		snprintf(name, sizeof name, "%.*s", (int)(strlen(f->name) - 4), f->name);
		lua_getglobal(l, "require");
		lua_pushstring(l, name);
		lua_call(l, 1, 0);
	}
	return 0;
}

static void
too_many_steps(lua_State *l, lua_Debug *frame)
{
	(void)frame;
	luaL_error(l, "more than %d steps for one page", SCRIPT_STEPS);
}

static int
with_traceback(lua_State *l)
{
	const char *text = lua_tostring(l, 1);

	luaL_traceback(l, l, text ? text : "an error that is no text", 1);
	return 1;
}

/* Call the C function with `argument`, leaving its one result; -1 with nothing left. */
static int
run(struct script *s, lua_CFunction function, void *argument, struct error *why)
{
	lua_State *l = s->l;
	int status;

	lua_sethook(l, too_many_steps, LUA_MASKCOUNT, SCRIPT_STEPS);
	lua_pushcfunction(l, with_traceback);
	lua_pushcfunction(l, function);
	lua_pushlightuserdata(l, argument);
	status = lua_pcall(l, 1, 1, -3);
	lua_remove(l, -2);
	if (status == LUA_OK)
		return 0;
	error_set(why, status == LUA_ERRMEM ? ERROR_TEMPORARY : ERROR_BROKEN, "pages: %.600s",
	    lua_isstring(l, -1) ? lua_tostring(l, -1) : "?");
	lua_pop(l, 1);
	return -1;
}

struct script *
script_open(const struct bundle *b, struct error *why)
{
	struct script *s = calloc(1, sizeof *s);

	if (s) {
		s->bundle = b;
		s->l = sandbox_state(&s->meter, SCRIPT_MEMORY);
	}
	if (!s || !s->l) {
		free(s);
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	lua_gc(s->l, LUA_GCRESTART);
	if (run(s, prepare, s, why) == 0)
		return s;
	script_close(s);
	return NULL;
}

void
script_close(struct script *s)
{
	if (!s)
		return;
	lua_close(s->l);
	free(s);
}

/* ---- a page ---- */

struct job {
	const char *name;
	const json_t *page;
};

/* Protected. */
static int
render(lua_State *l)
{
	const struct job *job = lua_touserdata(l, 1);

	lua_settop(l, 0);
	lua_getglobal(l, "require");
	lua_pushliteral(l, "start");
	lua_call(l, 1, 1);
	lua_pushstring(l, job->name);
	push_value(l, job->page, 0);
	lua_call(l, 2, 1);
	luaL_checktype(l, -1, LUA_TSTRING);
	return 1;
}

char *
script_render(struct script *s, const char *name, const json_t *page, size_t *length, struct error *why)
{
	struct job job = { name, page };
	const char *text;
	char *copy;

	lua_settop(s->l, 0);
	if (run(s, render, &job, why) != 0)
		return NULL;
	text = lua_tolstring(s->l, -1, length);
	copy = malloc(*length + 1);
	if (copy)
		memcpy(copy, text, *length + 1);
	else
		error_set(why, ERROR_TEMPORARY, "no memory");
	lua_settop(s->l, 0);
	return copy;
}
