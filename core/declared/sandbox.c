#include "declared/sandbox.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file's chunk name; also how here() recognises its frames and how messages give the line. */
#define CHUNK "=policy"

static void *
allocate(void *cookie, void *old, size_t old_size, size_t new_size)
{
	struct sandbox_meter *meter = cookie;
	void *fresh;

	if (!old) /* Lua passes a type tag here instead of a size */
		old_size = 0;
	if (new_size == 0) {
		meter->used -= old_size;
		free(old);
		return NULL;
	}
	if (new_size > old_size && new_size - old_size > meter->ceiling - meter->used)
		return NULL;
	fresh = realloc(old, new_size);
	if (fresh)
		meter->used += new_size - old_size;
	return fresh;
}

lua_State *
sandbox_state(struct sandbox_meter *meter, size_t ceiling)
{
	lua_State *l;

	meter->used = 0;
	meter->ceiling = ceiling;
	l = lua_newstate(allocate, meter);
	if (l) /* a short life: nothing is collected until the ceiling is met (then Lua does, once) */
		lua_gc(l, LUA_GCSTOP);
	return l;
}

/* Lua has no pcall in the file's hands, so this error ends the run. */
static void
too_many_steps(lua_State *l, lua_Debug *frame)
{
	(void)frame;
	luaL_error(l, "\x01steps");
}

/* here() -> the line that the policy file is at, 0 when it is not running. */
static int
here(lua_State *l)
{
	lua_Debug frame;

	for (int level = 1; lua_getstack(l, level, &frame); level++) {
		lua_getinfo(l, "Sl", &frame);
		if (strcmp(frame.source, CHUNK) == 0) {
			lua_pushinteger(l, frame.currentline);
			return 1;
		}
	}
	lua_pushinteger(l, 0);
	return 1;
}

static int
is_integer(lua_State *l)
{
	lua_pushboolean(l, lua_isinteger(l, 1));
	return 1;
}

static void
take(lua_State *l, const char *library, lua_CFunction open, const char *const *names)
{
	lua_pushcfunction(l, open);
	lua_pushstring(l, library);
	lua_call(l, 1, 1);
	for (; *names; names++) {
		lua_getfield(l, -1, *names);
		lua_setfield(l, -3, *names);
	}
	lua_pop(l, 1);
}

/* Push the few functions that words.lua needs. Opening the libraries leaves traces (_G's fields, the
 * metatable that gives strings their methods): they are wiped before the file runs. */
static void
push_tools(lua_State *l)
{
	static const char *const base[] = {"setmetatable", "type", "pairs", "tostring", NULL};
	static const char *const strings[] = {"gmatch", "find", NULL};

	lua_newtable(l);
	take(l, "_G", luaopen_base, base);
	take(l, "string", luaopen_string, strings);
	lua_pushcfunction(l, here);
	lua_setfield(l, -2, "here");
	lua_pushcfunction(l, is_integer);
	lua_setfield(l, -2, "integer");

	lua_pushliteral(l, "");
	lua_pushnil(l);
	lua_setmetatable(l, -2);
	lua_pop(l, 1);
	lua_newtable(l); /* the registry's globals: nobody's, but left empty all the same */
	lua_rawseti(l, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}

struct job {
	const char *words, *source;
	size_t words_length, length;
};

/* Runs protected: words, then the file with the words' environment, then finish(). */
static int
declare(lua_State *l)
{
	struct job *job = lua_touserdata(l, 1);

	if (luaL_loadbufferx(l, job->words, job->words_length, "=words", "t"))
		return lua_error(l);
	push_tools(l);
	lua_call(l, 1, 2); /* environment, finish */
	if (luaL_loadbufferx(l, job->source, job->length, CHUNK, "t"))
		return lua_error(l);
	lua_pushvalue(l, 2);
	if (!lua_setupvalue(l, -2, 1)) /* _ENV */
		lua_pop(l, 1);
	lua_call(l, 0, 0);
	lua_settop(l, 3);
	lua_call(l, 0, 1);
	return 1;
}

static void
explain(lua_State *l, int status, struct sandbox_failure *failure)
{
	const char *text = lua_type(l, -1) == LUA_TSTRING ? lua_tostring(l, -1) : "";
	int line = 0, skip = 0;

	if (sscanf(text, "policy:%d: %n", &line, &skip) >= 1 && skip)
		text += skip;
	failure->line = line;
	if (status == LUA_ERRMEM)
		snprintf(failure->text, sizeof failure->text,
		    "读这个文件用的内存超过 %d MB,请拆分或删去重复的内容", SANDBOX_MEMORY >> 20);
	else if (strstr(text, "\x01steps"))
		snprintf(failure->text, sizeof failure->text,
		    "读这个文件用的步数超过上限,文件里只能写声明,不能写循环");
	else if (strstr(text, "binary chunk"))
		snprintf(failure->text, sizeof failure->text, "这是编译过的程序,只收文本文件");
	else
		snprintf(failure->text, sizeof failure->text, "看不懂这里的写法(%.300s)", text);
}

struct copy {
	lua_State *from, *to;
	int values;
	const char *bad; /* why it stopped */
};

/* Copy the value on top of `from` onto `to`; raw access only, so nothing of the file runs. */
static void
copy_value(struct copy *c, int depth)
{
	lua_State *from = c->from, *to = c->to;
	size_t length;
	const char *s;

	if (--c->values < 0 || depth > SANDBOX_DEPTH || !lua_checkstack(from, 4) ||
	    !lua_checkstack(to, 4)) {
		c->bad = "声明太大或套得太深,请拆分";
		lua_pushnil(to);
		return;
	}
	switch (lua_type(from, -1)) {
	case LUA_TBOOLEAN:
		lua_pushboolean(to, lua_toboolean(from, -1));
		return;
	case LUA_TNUMBER:
		if (lua_isinteger(from, -1))
			lua_pushinteger(to, lua_tointeger(from, -1));
		else
			lua_pushnumber(to, lua_tonumber(from, -1));
		return;
	case LUA_TSTRING:
		s = lua_tolstring(from, -1, &length);
		lua_pushlstring(to, s, length);
		return;
	case LUA_TTABLE:
		break;
	default:
		c->bad = "声明里只能有文字、数字、是否和列表";
		lua_pushnil(to);
		return;
	}
	lua_newtable(to);
	lua_pushnil(from);
	while (!c->bad && lua_next(from, -2)) {
		lua_pushvalue(from, -2);
		copy_value(c, depth + 1); /* key */
		lua_pop(from, 1);
		copy_value(c, depth + 1);
		lua_pop(from, 1);
		if (lua_isnil(to, -2))
			lua_pop(to, 2);
		else
			lua_rawset(to, -3);
	}
}

int
sandbox_run(lua_State *trusted, const char *words, size_t words_length, const char *source,
    size_t length, struct sandbox_failure *failure)
{
	struct sandbox_meter meter;
	struct job job = {words, source, words_length, length};
	struct copy copy = {NULL, trusted, SANDBOX_VALUES, NULL};
	lua_State *l = sandbox_state(&meter, SANDBOX_MEMORY);
	int status;

	if (!l) {
		failure->line = 0;
		snprintf(failure->text, sizeof failure->text, "内存不足");
		return -1;
	}
	lua_sethook(l, too_many_steps, LUA_MASKCOUNT, SANDBOX_STEPS);
	lua_pushcfunction(l, declare);
	lua_pushlightuserdata(l, &job);
	status = lua_pcall(l, 1, 1, 0);
	if (status) {
		explain(l, status, failure);
		lua_close(l);
		return -1;
	}
	copy.from = l;
	copy_value(&copy, 0);
	lua_close(l);
	if (copy.bad) {
		lua_pop(trusted, 1);
		failure->line = 0;
		snprintf(failure->text, sizeof failure->text, "%s", copy.bad);
		return -1;
	}
	return 0;
}
