#include "declared/reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

/* --------------------------------------------------------------------------- the child, from outside */

struct child {
	pid_t pid;
	int out;
};

/* The environment is not the files' business; sanitizer settings are the tests'. */
static char **
child_environment(void)
{
	static const char *const kept[] = {"ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=",
		"LD_LIBRARY_PATH=", "GCOV_PREFIX="};
	char **list = calloc(sizeof kept / sizeof kept[0] + 2, sizeof *list);
	size_t n = 0;

	if (!list)
		return NULL;
	list[n++] = (char *)"LC_ALL=C";
	for (char **e = environ; *e; e++)
		for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
			if (strncmp(*e, kept[i], strlen(kept[i])) == 0 &&
			    n <= sizeof kept / sizeof kept[0])
				list[n++] = *e;
	return list;
}

static char **
child_arguments(const struct reader_config *config, const char *const *files, size_t n, char *limit)
{
	char **argv = calloc(n + 6, sizeof *argv);

	if (!argv)
		return NULL;
	argv[0] = (char *)"yijianshi";
	argv[1] = (char *)"reader";
	argv[2] = (char *)config->scripts;
	argv[3] = limit;
	argv[4] = (char *)(config->expand ? "1" : "0");
	for (size_t i = 0; i < n; i++)
		argv[5 + i] = (char *)files[i];
	return argv;
}

/* Only stdin (empty), stdout (our pipe) and stderr reach the child; signals are as at birth. */
static int
spawn(struct child *child, const char *program, char **argv, char **environment, int pipe_end)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int failed;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipe_end, 1);
	posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	failed = posix_spawn(&child->pid, program, &actions, &attributes, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

static int
start(struct child *child, const struct reader_config *config, const char *const *files, size_t n,
    int wall_ms, struct error *why)
{
	int ends[2], failed = ENOMEM;
	char limit[16], **argv = NULL, **environment = NULL;

	if (pipe2(ends, O_CLOEXEC))
		return error_set(why, ERROR_TEMPORARY, "no pipe for the reader: %s", strerror(errno));
	snprintf(limit, sizeof limit, "%d", wall_ms);
	argv = child_arguments(config, files, n, limit);
	environment = child_environment();
	if (argv && environment)
		failed = spawn(child, config->program ? config->program : "/proc/self/exe", argv,
		    environment, ends[1]);
	free(argv);
	free(environment);
	close(ends[1]);
	child->out = ends[0];
	if (failed) {
		close(ends[0]);
		return error_set(why, ERROR_TEMPORARY, "the reader does not start: %s", strerror(failed));
	}
	return 0;
}

/* Collect what the child writes until it closes, the time is up or it writes too much. */
enum collected { COLLECTED, TIME_UP, TOO_MUCH };

static enum collected
collect(int fd, struct text *out, int64_t deadline)
{
	char buffer[65536];

	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = deadline - clock_monotonic();
		ssize_t got;

		if (left <= 0)
			return TIME_UP;
		if (poll(&p, 1, (int)(left / 1000) + 1) <= 0)
			continue;
		got = read(fd, buffer, sizeof buffer);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return COLLECTED;
		if (text_put(out, buffer, (size_t)got))
			return TOO_MUCH;
	}
}

static int
reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	return status;
}

/* --------------------------------------------------------------------------- the answer */

static int
add_problem(struct reader_problem **list, size_t *n, const char *file, int line, const char *text)
{
	struct reader_problem *grown = realloc(*list, (*n + 1) * sizeof *grown);

	if (!grown)
		return -1;
	*list = grown;
	grown[*n].file = strdup(file ? file : "");
	grown[*n].text = strdup(text ? text : "");
	grown[*n].line = line;
	++*n;
	return grown[*n - 1].file && grown[*n - 1].text ? 0 : -1;
}

static int
take_problems(const json_t *array, struct reader_problem **list, size_t *n)
{
	size_t i;
	json_t *p;

	json_array_foreach(array, i, p) {
		if (add_problem(list, n, json_text(p, "file"),
		    (int)json_integer_value(json_object_get(p, "line")), json_text(p, "text")))
			return -1;
	}
	return 0;
}

/* The last line "at FILE" of the output, or NULL: where the child was when it ended. */
static char *
last_file(const struct text *out)
{
	const char *found = NULL, *end;

	for (const char *p = out->data; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
		if (strncmp(p, "at ", 3) == 0)
			found = p + 3;
		if (strncmp(p, "answer ", 7) == 0)
			break;
	}
	if (!found)
		return NULL;
	end = strchr(found, '\n');
	return end ? strndup(found, (size_t)(end - found)) : strdup(found);
}

static int
take_answer(const struct text *out, struct reader_result *result, struct error *why)
{
	const char *p = out->data;
	json_t *answer;
	int failed;

	while (p && strncmp(p, "answer ", 7) != 0)
		p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL;
	if (!p)
		return 1;
	p += 7;
	answer = json_read(p, strlen(p), READER_ANSWER_BYTES, why);
	if (!answer)
		return -1;
	failed = take_problems(json_object_get(answer, "problems"), &result->problems,
	    &result->n_problems) ||
	    take_problems(json_object_get(answer, "warnings"), &result->warnings, &result->n_warnings);
	result->files = json_incref(json_object_get(answer, "files"));
	result->expanded = json_incref(json_object_get(answer, "expanded"));
	json_decref(answer);
	if (failed)
		return error_set(why, ERROR_TEMPORARY, "no memory for the reader's answer");
	return 0;
}

/* The reader ended without an answer: which file was it at, and what stopped it? */
static int
explain_death(const struct text *out, enum collected how, int status, int wall_ms,
    struct reader_result *result, struct error *why)
{
	char text[300], *file = last_file(out);
	int failed;

	if (!file)
		return error_set(why, ERROR_BROKEN, "the reader failed before it came to a file "
		    "(status %#x): are its scripts where they should be?", (unsigned)status);
	if (how == TIME_UP)
		snprintf(text, sizeof text, "读这个文件超过 %d 毫秒,已停止;文件里只能写声明", wall_ms);
	else if (how == TOO_MUCH)
		snprintf(text, sizeof text, "读出的内容超过 %d MB,已停止;请拆分", READER_ANSWER_BYTES >> 20);
	else if (WIFSIGNALED(status))
		snprintf(text, sizeof text, "读这个文件时超出限度,已停止(信号 %d);文件里只能写声明",
		    WTERMSIG(status));
	else
		snprintf(text, sizeof text, "读这个文件时读文件的程序失败(退出码 %d)", WEXITSTATUS(status));
	failed = add_problem(&result->problems, &result->n_problems, file, 0, text);
	free(file);
	return failed ? error_set(why, ERROR_TEMPORARY, "no memory for the reader's answer") : 0;
}

int
reader_read(const struct reader_config *config, const char *const *files, size_t n,
    struct reader_result *result, struct error *why)
{
	int wall_ms = config->wall_ms > 0 ? config->wall_ms : READER_WALL_MS;
	int64_t deadline = clock_monotonic() + (int64_t)wall_ms * 1000;
	struct child child;
	struct text out;
	enum collected how;
	int status, taken = 1;

	memset(result, 0, sizeof *result);
	if (n > READER_FILES)
		return error_set(why, ERROR_INPUT, "%zu files, at most %d are read", n, READER_FILES);
	if (start(&child, config, files, n, wall_ms, why))
		return -1;
	text_init(&out, READER_ANSWER_BYTES);
	how = collect(child.out, &out, deadline);
	close(child.out);
	if (how != COLLECTED)
		kill(child.pid, SIGKILL);
	status = reap(child.pid);
	if (how == COLLECTED && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		taken = take_answer(&out, result, why);
	if (taken > 0)
		taken = explain_death(&out, how, status, wall_ms, result, why);
	text_free(&out);
	return taken;
}

void
reader_free(struct reader_result *result)
{
	for (size_t i = 0; i < result->n_problems; i++) {
		free(result->problems[i].file);
		free(result->problems[i].text);
	}
	for (size_t i = 0; i < result->n_warnings; i++) {
		free(result->warnings[i].file);
		free(result->warnings[i].text);
	}
	free(result->problems);
	free(result->warnings);
	json_decref(result->files);
	json_decref(result->expanded);
	memset(result, 0, sizeof *result);
}

/* --------------------------------------------------------------------------- which files */

static int
is_lua(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 4 && strcmp(entry->d_name + length - 4, ".lua") == 0;
}

static int
add_folder(const char *folder, char ***files, size_t *n, struct error *why)
{
	struct dirent **entries;
	int found = scandir(folder, &entries, is_lua, alphasort), failed = 0;

	if (found < 0)
		return error_set(why, ERROR_BROKEN, "the folder %s cannot be read: %s", folder,
		    strerror(errno));
	for (int i = 0; i < found; i++) {
		char **grown = failed ? NULL : realloc(*files, (*n + 1) * sizeof *grown);
		char *path = NULL;

		if (grown) {
			*files = grown;
			if (asprintf(&path, "%s/%s", folder, entries[i]->d_name) >= 0)
				grown[(*n)++] = path;
			else
				failed = 1;
		} else {
			failed = 1;
		}
		free(entries[i]);
	}
	free(entries);
	return failed ? error_set(why, ERROR_TEMPORARY, "no memory to list %s", folder) : 0;
}

int
reader_files(const char *events, const char *connectors, char ***files, size_t *n, struct error *why)
{
	*files = NULL;
	*n = 0;
	if ((connectors && add_folder(connectors, files, n, why)) ||
	    (events && add_folder(events, files, n, why))) {
		reader_files_free(*files, *n);
		*files = NULL;
		*n = 0;
		return -1;
	}
	return 0;
}

void
reader_files_free(char **files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(files[i]);
	free(files);
}
