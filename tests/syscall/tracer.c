/* tracer.c: run a program and, from SIGUSR1 on, count the moments before and after each system call of all its threads;
 * kill it at one of them, wherever it then is.
 *
 *	tracer PROGRAM ARGUMENT...
 *
 * YJS_KILL_AT: the number of that moment; none: it is only counted. SIGUSR2: say how many there were. On stderr:
 *	tracer: counting
 *	tracer: counted N
 *	tracer: killed at N: before|after CALL [of /what/the/descriptor/is [to port P] [at port P]]
 * SIGTERM and SIGHUP are handed on; its end is the program's. Killed itself, it takes the program with it. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "syscall/names.h"

enum { THREADS = 512, SYSCALL_STOP = SIGTRAP | 0x80, OPTIONS = PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD };

/* Of linux/ptrace.h, which cannot stand beside sys/ptrace.h: what PTRACE_GET_SYSCALL_INFO gives. */
enum { STOP_ENTRY = 1, STOP_EXIT = 2 };
struct stop_info {
	uint8_t op, pad[3];
	uint32_t arch;
	uint64_t instruction_pointer, stack_pointer;
	uint64_t number, args[6]; /* at the entry; at the exit other things stand here */
	uint64_t more;
};

struct under_way { /* the call that a thread is in */
	pid_t thread;
	uint64_t number, descriptor;
};

static pid_t program;
static bool counting;
static long counted, kill_at;
static struct under_way calls[THREADS];

/* --- what a descriptor is --- */

/* The ports of the socket of this inode, as the kernel lists them. */
static void
say_ports(unsigned long inode)
{
	char path[64], line[512];
	unsigned local, remote;
	unsigned long one;
	FILE *list;

	snprintf(path, sizeof path, "/proc/%d/net/tcp", (int)program);
	if (!(list = fopen(path, "r")))
		return;
	while (fgets(line, sizeof line, list))
		if (sscanf(line, " %*d: %*x:%x %*x:%x %*x %*x:%*x %*x:%*x %*x %*u %*u %lu", &local, &remote, &one) == 3 && one == inode)
			fprintf(stderr, " to port %u at port %u", remote, local);
	fclose(list);
}

static void
say_descriptor(uint64_t descriptor)
{
	char path[64], is[256];
	unsigned long inode;
	ssize_t length;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)program, (int)descriptor);
	if ((length = readlink(path, is, sizeof is - 1)) < 0)
		return;
	is[length] = '\0';
	fprintf(stderr, " of %s", is);
	if (sscanf(is, "socket:[%lu]", &inode) == 1)
		say_ports(inode);
}

/* --- moments --- */

/* The place where a thread's call is noted; a full list gives the last. */
static struct under_way *
call_of(pid_t thread)
{
	size_t i = 0;

	while (i < THREADS - 1 && calls[i].thread && calls[i].thread != thread)
		i++;
	calls[i].thread = thread;
	return &calls[i];
}

static void
kill_here(const struct under_way *call, bool after)
{
	const struct call_name *name = call_name(call->number);

	fprintf(stderr, "tracer: killed at %ld: %s ", counted, after ? "after" : "before");
	if (name)
		fprintf(stderr, "%s", name->name);
	else
		fprintf(stderr, "call-%llu", (unsigned long long)call->number);
	if (name && name->has_descriptor)
		say_descriptor(call->descriptor);
	fprintf(stderr, "\n");
	kill(program, SIGKILL);
}

/* A thread stands before a call, or has just come out of it. */
static void
count_moment(pid_t thread)
{
	struct stop_info info = { 0 };
	struct under_way *call = call_of(thread);

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) < 0)
		return;
	if (info.op == STOP_ENTRY) {
		call->number = info.number;
		call->descriptor = info.args[0];
	}
	if (++counted == kill_at)
		kill_here(call, info.op == STOP_EXIT);
}

/* Whatever a thread has stopped for, it goes on. */
static void
go_on(pid_t thread, int status)
{
	int event = status >> 16, with = 0;

	if (WSTOPSIG(status) == SYSCALL_STOP) {
		if (counting)
			count_moment(thread);
	} else if (event == 0) {
		with = WSTOPSIG(status);
	}
	ptrace(counting ? PTRACE_SYSCALL : PTRACE_CONT, thread, 0, (void *)(intptr_t)with);
}

/* --- what it is told --- */

static void
begin_counting(void)
{
	char path[64];
	struct dirent *entry;
	DIR *list;

	counting = true;
	snprintf(path, sizeof path, "/proc/%d/task", (int)program);
	if (!(list = opendir(path)))
		return;
	while ((entry = readdir(list)))
		if (*entry->d_name != '.')
			ptrace(PTRACE_INTERRUPT, (pid_t)atoi(entry->d_name), 0, 0);
	closedir(list);
	fprintf(stderr, "tracer: counting\n");
}

/* End as it has ended. */
static void
end_like(int status)
{
	sigset_t all;

	if (WIFEXITED(status))
		exit(WEXITSTATUS(status));
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	signal(WTERMSIG(status), SIG_DFL);
	raise(WTERMSIG(status));
	exit(1);
}

static void
look_at_threads(void)
{
	pid_t thread;
	int status;

	while ((thread = waitpid(-1, &status, __WALL | WNOHANG)) > 0) {
		if (WIFSTOPPED(status))
			go_on(thread, status);
		else if (thread == program)
			end_like(status);
	}
}

static void
obey(int told)
{
	switch (told) {
	case SIGCHLD:
		look_at_threads();
		break;
	case SIGUSR1:
		begin_counting();
		break;
	case SIGUSR2:
		fprintf(stderr, "tracer: counted %ld\n", counted);
		break;
	default:
		kill(program, told);
	}
}

/* The program waits on the pipe until it is watched. */
static void
become(char **arguments, const int gate[2], const sigset_t *before)
{
	char byte;

	close(gate[1]);
	if (read(gate[0], &byte, 1) != 1)
		_exit(1);
	close(gate[0]);
	sigprocmask(SIG_SETMASK, before, NULL);
	execv(arguments[0], arguments);
	_exit(127);
}

int
main(int argc, char **argv)
{
	static const int heard[] = { SIGCHLD, SIGUSR1, SIGUSR2, SIGTERM, SIGHUP, SIGINT };
	sigset_t set, before;
	int gate[2], told;

	if (argc < 2 || pipe(gate))
		return 2;
	kill_at = getenv("YJS_KILL_AT") ? atol(getenv("YJS_KILL_AT")) : 0;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
		sigaddset(&set, heard[i]);
	sigprocmask(SIG_BLOCK, &set, &before);
	if ((program = fork()) == 0)
		become(argv + 1, gate, &before);
	if (program < 0 || ptrace(PTRACE_SEIZE, program, 0, (void *)(intptr_t)OPTIONS)) {
		fprintf(stderr, "tracer: watching is not allowed here: %s\n", strerror(errno));
		kill(program, SIGKILL);
		return 77;
	}
	close(gate[0]);
	if (write(gate[1], "", 1) != 1 || close(gate[1]))
		return 1;
	for (;;)
		if (sigwait(&set, &told) == 0)
			obey(told);
}
