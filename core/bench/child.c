#include "bench/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { NAP_MS = 5, LISTEN_MS = 100, OUT_MOST = 60000, CANNOT = 127 };

static volatile sig_atomic_t told;

static const char self[] = "/proc/self/exe";

static void
mind(int signal)
{
	told = signal;
}

void
child_mind_signals(void)
{
	struct sigaction a = { .sa_handler = mind }; /* no SA_RESTART: sleeps end */

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
	signal(SIGPIPE, SIG_IGN);
}

bool
child_told_to_stop(void)
{
	return told != 0;
}

pid_t
child_fork(const char *name, struct error *why)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		error_set(why, ERROR_TEMPORARY, "cannot start a process: %s", strerror(errno));
	if (pid != 0)
		return pid;
	signal(SIGINT, SIG_IGN); /* a Ctrl-C at the terminal is the parent's to handle */
	signal(SIGTERM, SIG_DFL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(CANNOT);
	prctl(PR_SET_NAME, name);
	return 0;
}

static void
become(char *const argv[], const char *log, int out, pid_t parent)
{
	int to = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int null = open("/dev/null", O_RDONLY);

	setsid();
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (to < 0 || null < 0 || dup2(null, 0) < 0 || dup2(out >= 0 ? out : to, 1) < 0 || dup2(to, 2) < 0)
		_exit(CANNOT);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		_exit(CANNOT);
	execv(self, argv);
	_exit(CANNOT);
}

/* execv() wants the program's own name first. */
static pid_t
start(char *const argv[], const char *log, int out, struct error *why)
{
	char *all[32] = { (char *)(uintptr_t)"yijianshi" };
	pid_t parent = getpid(), pid;
	size_t n;

	for (n = 0; argv[n] && n + 2 < sizeof all / sizeof *all; n++)
		all[n + 1] = argv[n];
	pid = fork();
	if (pid == 0)
		become(all, log, out, parent);
	if (pid < 0)
		error_set(why, ERROR_TEMPORARY, "cannot start %s: %s", argv[0], strerror(errno));
	return pid;
}

pid_t
child_start(char *const argv[], const char *log, struct error *why)
{
	return start(argv, log, -1, why);
}

/* What it says, until it says no more. Who is told to stop tells it, once: a signal is not waited for in
 * read(), where one that came a moment before would be missed. */
static void
listen_to(pid_t pid, int from, struct text *out)
{
	struct pollfd p = { .fd = from, .events = POLLIN };
	bool passed_on = false;
	char part[4096];
	ssize_t n = 1;

	while (n != 0) {
		if (told && !passed_on)
			passed_on = kill(pid, SIGTERM) == 0;
		if (poll(&p, 1, LISTEN_MS) <= 0)
			continue;
		n = read(from, part, sizeof part);
		if (n < 0 && errno != EINTR)
			return;
		if (n > 0 && out->length < OUT_MOST)
			text_put(out, part, (size_t)n);
	}
}

int
child_run(char *const argv[], const char *log, struct text *out, struct error *why)
{
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_set(why, ERROR_TEMPORARY, "no pipe: %s", strerror(errno));
	pid = start(argv, log, ends[1], why);
	close(ends[1]);
	if (pid > 0)
		listen_to(pid, ends[0], out);
	close(ends[0]);
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_set(why, ERROR_BROKEN, "%s was lost", argv[0]);
	if (told)
		return error_set(why, ERROR_TEMPORARY, "stopped");
	return WIFEXITED(status) ? WEXITSTATUS(status)
	    : error_set(why, ERROR_BROKEN, "%s was ended by signal %d, see %s", argv[0], WTERMSIG(status), log);
}

int
child_do(char *const argv[], const char *log, struct text *out, struct error *why)
{
	int code = child_run(argv, log, out, why);

	if (code == 0)
		return 0;
	return code < 0 ? -1 : error_set(why, ERROR_BROKEN, "yijianshi %s failed, see %s", argv[0], log);
}

bool
child_ended(pid_t pid, int *status)
{
	return waitpid(pid, status, WNOHANG) == pid;
}

int
child_stop(pid_t pid, int ms)
{
	int64_t until = clock_monotonic() + (int64_t)ms * 1000;
	int status;

	if (pid <= 0 || kill(pid, SIGTERM) != 0)
		return -1;
	while (!child_ended(pid, &status)) {
		if (clock_monotonic() > until) {
			kill(pid, SIGKILL);
			while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
				;
			return -1;
		}
		poll(NULL, 0, NAP_MS);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
