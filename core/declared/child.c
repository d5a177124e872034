/* child.c: the reader process from inside (reader_main): limits, files, trusted checks, answer. */
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <lauxlib.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <lualib.h>
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/json.h"
#include "declared/reader.h"
#include "declared/sandbox.h"

enum {
	TRUSTED_MEMORY = 96 << 20,      /* the checks' own state */
	CPU_SECONDS = 12,               /* RLIMIT_CPU: what runs on ends soon, however busy the machine is */
	ADDRESS_SPACE = 1024 << 20,     /* RLIMIT_AS: program, libraries and both states */
	SCRIPTS = 32,
	JSON_LEVELS = 60
};

struct source {
	const char *path;
	char *name;           /* scripts: "check_text" */
	char *text;           /* NULL: could not be read */
	size_t length;
	char trouble[200];
};

struct child {
	struct source scripts[SCRIPTS], *files;
	size_t n_scripts, n_files;
	const struct source *words;
	bool expand;
	json_t *answer;
};

/* --------------------------------------------------------------------------- limits */

static void
limit(int resource, rlim_t value)
{
	struct rlimit r = {value, value};

	setrlimit(resource, &r);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#endif

/* Before anything is read. The parent's clock is the real limit; these hold if the parent dies. */
static void
limit_process(int wall_ms)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, (rlim_t)(wall_ms / 1000 + 2 < CPU_SECONDS ? wall_ms / 1000 + 2 : CPU_SECONDS));
#ifndef SANITIZED /* its shadow is terabytes; there the allocators' ceilings must do */
	limit(RLIMIT_AS, ADDRESS_SPACE);
#endif
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* After all files are read: from here on memory, the answer on stdout, and the end. */
static void
close_world(void)
{
	limit(RLIMIT_NOFILE, 3);
#if defined(ARCHITECTURE) && !defined(SANITIZED)
#define ALLOW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ALLOW(SYS_write), ALLOW(SYS_brk), ALLOW(SYS_mmap), ALLOW(SYS_munmap),
		ALLOW(SYS_mremap), ALLOW(SYS_madvise), ALLOW(SYS_mprotect), ALLOW(SYS_futex),
		ALLOW(SYS_exit_group), ALLOW(SYS_exit), ALLOW(SYS_rt_sigreturn),
		ALLOW(SYS_rt_sigprocmask), ALLOW(SYS_getpid), ALLOW(SYS_gettid), ALLOW(SYS_tgkill),
		ALLOW(SYS_clock_gettime), ALLOW(SYS_getrandom), ALLOW(SYS_sched_yield),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};

	/* An old kernel or a container may not have it: the other walls stand. */
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#endif
}

/* --------------------------------------------------------------------------- reading */

static void
read_source(struct source *s)
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

/* words.lua and check*.lua of the scripts folder. */
static int
read_scripts(struct child *child, const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *entry;

	if (!d)
		return -1;
	while ((entry = readdir(d)) && child->n_scripts < SCRIPTS) {
		struct source *s = &child->scripts[child->n_scripts];
		const char *dot = strrchr(entry->d_name, '.');
		char *path;

		if (!dot || strcmp(dot, ".lua") ||
		    (strcmp(entry->d_name, "words.lua") && strncmp(entry->d_name, "check", 5)))
			continue;
		if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
			break;
		s->path = path;
		s->name = strndup(entry->d_name, (size_t)(dot - entry->d_name));
		read_source(s);
		if (s->text && s->name && strcmp(s->name, "words") == 0)
			child->words = s;
		child->n_scripts++;
	}
	closedir(d);
	return child->words ? 0 : -1;
}

/* --------------------------------------------------------------------------- the trusted state */

/* part(name) -> the value of scripts/<name>.lua, loaded once. */
static int
part(lua_State *l)
{
	struct child *child = lua_touserdata(l, lua_upvalueindex(1));
	const char *name = luaL_checkstring(l, 1);

	lua_settop(l, 1);
	lua_pushvalue(l, 1);
	lua_rawget(l, lua_upvalueindex(2));
	if (!lua_isnil(l, -1))
		return 1;
	for (size_t i = 0; i < child->n_scripts; i++) {
		struct source *s = &child->scripts[i];

		if (!s->text || !s->name || strcmp(s->name, name))
			continue;
		lua_pushfstring(l, "@%s.lua", name);
		if (luaL_loadbufferx(l, s->text, s->length, lua_tostring(l, -1), "t"))
			return lua_error(l);
		lua_call(l, 0, 1);
		lua_pushvalue(l, 1);
		lua_pushvalue(l, -2);
		lua_rawset(l, lua_upvalueindex(2));
		return 1;
	}
	return luaL_error(l, "no script %s.lua", name);
}

static void
open_libraries(lua_State *l, struct child *child)
{
	static const luaL_Reg libraries[] = {{"_G", luaopen_base}, {"string", luaopen_string},
		{"table", luaopen_table}, {"utf8", luaopen_utf8}, {"math", luaopen_math}, {NULL, NULL}};

	for (const luaL_Reg *r = libraries; r->name; r++) {
		luaL_requiref(l, r->name, r->func, 1);
		lua_pop(l, 1);
	}
	lua_pushlightuserdata(l, child);
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

static void
tell(const char *word, const char *text, size_t length)
{
	struct text out;

	text_init(&out, READER_ANSWER_BYTES + 64);
	if (text_puts(&out, word) || text_put(&out, text, length) || text_putc(&out, '\n'))
		_exit(3);
	for (size_t done = 0; done < out.length;) {
		ssize_t wrote = write(1, out.data + done, out.length - done);

		if (wrote < 0 && errno != EINTR)
			_exit(3);
		if (wrote > 0)
			done += (size_t)wrote;
	}
	text_free(&out);
}

/* check.method(file, ...) with the arguments on top of the stack; check is at index 1. */
static void
call_check(lua_State *l, const char *method, int arguments, int results)
{
	lua_getfield(l, 1, method);
	lua_insert(l, -arguments - 1);
	lua_call(l, arguments, results);
}

static void
read_one(lua_State *l, struct child *child, const struct source *file)
{
	struct sandbox_failure failure;
	int good;

	tell("at ", file->path, strlen(file->path));
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
	if (sandbox_run(l, child->words->text, child->words->length, file->text, file->length,
	    &failure) == 0) {
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
	struct child *child = lua_touserdata(l, 1);

	lua_settop(l, 0);
	open_libraries(l, child);
	lua_getglobal(l, "part");
	lua_pushliteral(l, "check");
	lua_call(l, 1, 1);
	for (size_t i = 0; i < child->n_files; i++)
		read_one(l, child, &child->files[i]);
	lua_pushboolean(l, child->expand);
	call_check(l, "finish", 1, 1);
	child->answer = to_json(l, 0);
	return 0;
}

static int
run(struct child *child)
{
	struct sandbox_meter meter;
	lua_State *l = sandbox_state(&meter, TRUSTED_MEMORY);
	char *text;

	if (!l)
		return 3;
	lua_pushcfunction(l, work);
	lua_pushlightuserdata(l, child);
	if (lua_pcall(l, 1, 0, 0)) {
		const char *message = lua_tostring(l, -1);

		fprintf(stderr, "reader: %s\n", message ? message : "failed");
		return 3;
	}
	text = child->answer ? json_dumps(child->answer, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
	if (!text)
		return 3;
	tell("answer ", text, strlen(text));
	return 0; /* the process ends here: nothing is taken apart first */
}

int
reader_main(int argc, char **argv)
{
	static struct child child;

	if (argc < 4)
		return 2;
	limit_process(atoi(argv[2]));
	child.expand = strcmp(argv[3], "1") == 0;
	child.n_files = (size_t)(argc - 4);
	child.files = calloc(child.n_files + 1, sizeof *child.files);
	if (!child.files || read_scripts(&child, argv[1])) {
		fprintf(stderr, "reader: no words.lua in %s\n", argv[1]);
		_exit(3);
	}
	for (size_t i = 0; i < child.n_files; i++) {
		child.files[i].path = argv[4 + i];
		read_source(&child.files[i]);
	}
	json_object_seed(0); /* opens /dev/urandom: must be before the doors close */
	close_world();
	_exit(run(&child)); /* no atexit handlers: they may want calls that are closed */
}
