#include "declared/pass.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "declared/reader.h"

enum {
	TRUSTED_MEMORY = 96 << 20,      /* the checks' own state */
	JSON_LEVELS = 60
};

/* --------------------------------------------------------------------------- reading */

void
pass_read_source(struct pass_source *s)
{
	static const char mark[] = "\xEF\xBB\xBF"; /* an editor's byte order mark is no text */
	struct stat st;
	int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t got;

	if (fd < 0 || fstat(fd, &st)) {
		snprintf(s->trouble, sizeof s->trouble, "打不开这个文件:%s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		snprintf(s->trouble, sizeof s->trouble, "这不是一个文件");
	} else if (st.st_size > READER_FILE_BYTES) {
		snprintf(s->trouble, sizeof s->trouble, "文件超过 %d KB,请拆分", READER_FILE_BYTES >> 10);
	} else if ((s->text = malloc((size_t)st.st_size + 1))) {
		while (s->length < (size_t)st.st_size &&
		    (got = read(fd, s->text + s->length, (size_t)st.st_size - s->length)) > 0)
			s->length += (size_t)got;
		s->text[s->length] = '\0';
		if (s->length >= 3 && memcmp(s->text, mark, 3) == 0) {
			s->length -= 3;
			memmove(s->text, s->text + 3, s->length + 1);
		}
	} else {
		snprintf(s->trouble, sizeof s->trouble, "内存不足");
	}
	if (fd >= 0)
		close(fd);
}

size_t
pass_read_scripts(const char *folder, struct pass_source scripts[PASS_SCRIPTS])
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	bool words = false;
	size_t n = 0;

	while (d && (entry = readdir(d)) && n < PASS_SCRIPTS) {
		struct pass_source *s = &scripts[n];
		const char *dot = strrchr(entry->d_name, '.');
		char *path;

		if (!dot || strcmp(dot, ".lua") ||
		    (strcmp(entry->d_name, "words.lua") && strncmp(entry->d_name, "check", 5)))
			continue;
		if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
			break;
		s->path = path;
		s->name = strndup(entry->d_name, (size_t)(dot - entry->d_name));
		pass_read_source(s);
		words |= s->text && s->name && strcmp(s->name, "words") == 0;
		n++;
	}
	if (d)
		closedir(d);
	return words ? n : 0;
}

/* --------------------------------------------------------------------------- the trusted state */

static const struct pass_source *
script(const struct pass *pass, const char *name)
{
	for (size_t i = 0; i < pass->n_scripts; i++)
		if (pass->scripts[i].text && pass->scripts[i].name && strcmp(pass->scripts[i].name, name) == 0)
			return &pass->scripts[i];
	return NULL;
}

/* part(name) -> the value of scripts/<name>.lua, loaded once. */
static int
part(lua_State *l)
{
	struct pass *pass = lua_touserdata(l, lua_upvalueindex(1));
	const char *name = luaL_checkstring(l, 1);
	const struct pass_source *s = script(pass, name);

	lua_settop(l, 1);
	lua_pushvalue(l, 1);
	lua_rawget(l, lua_upvalueindex(2));
	if (!lua_isnil(l, -1))
		return 1;
	if (!s)
		return luaL_error(l, "no script %s.lua", name);
	lua_pushfstring(l, "@%s.lua", name);
	if (luaL_loadbufferx(l, s->text, s->length, lua_tostring(l, -1), "t"))
		return lua_error(l);
	lua_call(l, 0, 1);
	lua_pushvalue(l, 1);
	lua_pushvalue(l, -2);
	lua_rawset(l, lua_upvalueindex(2));
	return 1;
}

static void
open_libraries(lua_State *l, struct pass *pass)
{
	static const luaL_Reg libraries[] = {{"_G", luaopen_base}, {"string", luaopen_string},
		{"table", luaopen_table}, {"utf8", luaopen_utf8}, {"math", luaopen_math}, {NULL, NULL}};

	for (const luaL_Reg *r = libraries; r->name; r++) {
		luaL_requiref(l, r->name, r->func, 1);
		lua_pop(l, 1);
	}
	lua_pushlightuserdata(l, pass);
	lua_newtable(l);
	lua_pushcclosure(l, part, 2);
	lua_setglobal(l, "part");
}

/* --------------------------------------------------------------------------- Lua -> JSON */

/* A table with [1], or marked by a true field "[]", is an array; every other an object. */
static json_t *
to_json(lua_State *l, int depth)
{
	json_t *out, *value;
	size_t length;
	const char *s;
	double number;

	luaL_checkstack(l, 6, "JSON");
	if (depth > JSON_LEVELS)
		luaL_error(l, "JSON too deep");
	switch (lua_type(l, -1)) {
	case LUA_TBOOLEAN:
		return json_boolean(lua_toboolean(l, -1));
	case LUA_TNUMBER:
		if (lua_isinteger(l, -1))
			return json_integer(lua_tointeger(l, -1));
		number = lua_tonumber(l, -1);
		return isfinite(number) ? json_real(number) : NULL;
	case LUA_TSTRING:
		s = lua_tolstring(l, -1, &length);
		return json_stringn(s, length);
	case LUA_TTABLE:
		break;
	default:
		return NULL;
	}
	lua_getfield(l, -1, "[]");
	lua_rawgeti(l, -2, 1);
	if (lua_toboolean(l, -2) || !lua_isnil(l, -1)) {
		lua_pop(l, 2);
		out = json_array();
		for (lua_Integer i = 1; lua_rawgeti(l, -1, i) != LUA_TNIL; i++) {
			value = to_json(l, depth + 1);
			lua_pop(l, 1);
			if (!value || json_array_append_new(out, value))
				luaL_error(l, "no JSON at element %d", (int)i);
		}
		lua_pop(l, 1);
		return out;
	}
	lua_pop(l, 2);
	out = json_object();
	lua_pushnil(l);
	while (lua_next(l, -2)) {
		value = to_json(l, depth + 1);
		if (!value || lua_type(l, -2) != LUA_TSTRING ||
		    json_object_set_new(out, lua_tostring(l, -2), value))
			luaL_error(l, "no JSON at key %s", lua_type(l, -2) == LUA_TSTRING ?
			    lua_tostring(l, -2) : "?");
		lua_pop(l, 1);
	}
	return out;
}

/* --------------------------------------------------------------------------- the work */

/* check.method(file, ...) with the arguments on top of the stack; check is at index 1. */
static void
call_check(lua_State *l, const char *method, int arguments, int results)
{
	lua_getfield(l, 1, method);
	lua_insert(l, -arguments - 1);
	lua_call(l, arguments, results);
}

static void
read_one(lua_State *l, struct pass *pass, const struct pass_source *file)
{
	const struct pass_source *words = script(pass, "words");
	struct sandbox_failure failure;
	int good;

	if (pass->at)
		pass->at(file->path);
	lua_pushstring(l, file->path);
	if (!file->text) {
		lua_pushinteger(l, 0);
		lua_pushstring(l, file->trouble);
		call_check(l, "broken", 3, 0);
		return;
	}
	lua_pushlstring(l, file->text, file->length);
	call_check(l, "walk", 2, 1);
	good = lua_toboolean(l, -1);
	lua_pop(l, 1);
	if (!good)
		return;
	lua_pushstring(l, file->path);
	if (sandbox_run(l, words->text, words->length, file->text, file->length, &failure) == 0) {
		call_check(l, "declared", 2, 0);
	} else {
		lua_pushinteger(l, failure.line);
		lua_pushstring(l, failure.text);
		call_check(l, "broken", 3, 0);
	}
}

/* Runs protected in the trusted state. */
static int
work(lua_State *l)
{
	struct pass *pass = lua_touserdata(l, 1);

	lua_settop(l, 0);
	open_libraries(l, pass);
	lua_getglobal(l, "part");
	lua_pushliteral(l, "check");
	lua_call(l, 1, 1);
	for (size_t i = 0; i < pass->n_files; i++)
		read_one(l, pass, &pass->files[i]);
	lua_pushboolean(l, pass->expand);
	call_check(l, "finish", 1, 1);
	pass->answer = to_json(l, 0);
	return 0;
}

bool
pass_begin(struct pass *pass)
{
	pass->answer = NULL;
	pass->state = sandbox_state(&pass->meter, TRUSTED_MEMORY);
	return pass->state;
}

const json_t *
pass_run(struct pass *pass, const char **why)
{
	lua_State *l = pass->state;

	lua_pushcfunction(l, work);
	lua_pushlightuserdata(l, pass);
	if (lua_pcall(l, 1, 0, 0)) {
		*why = lua_tostring(l, -1);
		if (!*why)
			*why = "failed";
		return NULL;
	}
	*why = "no memory";
	return pass->answer;
}

void
pass_end(struct pass *pass)
{
	json_decref(pass->answer);
	lua_close(pass->state);
}
