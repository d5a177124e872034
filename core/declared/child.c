/* child.c: the reader process from inside (reader_main): limits, one pass over the files, answer. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/json.h"
#include "declared/pass.h"
#include "declared/reader.h"

enum {
	CPU_SECONDS = 12,               /* RLIMIT_CPU: what runs on ends soon, however busy the machine is */
	ADDRESS_SPACE = 1024 << 20      /* RLIMIT_AS: program, libraries and both states */
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

static void
tell_at(const char *path)
{
	tell("at ", path, strlen(path));
}

static int
run(struct pass *pass)
{
	const char *why;
	const json_t *answer;
	char *text;

	if (!pass_begin(pass))
		return 3;
	answer = pass_run(pass, &why);
	if (!answer) {
		fprintf(stderr, "reader: %s\n", why);
		return 3;
	}
	text = json_dumps(answer, JSON_COMPACT | JSON_REAL_PRECISION(15));
	if (!text)
		return 3;
	tell("answer ", text, strlen(text));
	return 0; /* the process ends here: nothing is taken apart first */
}

int
reader_main(int argc, char **argv)
{
	static struct pass_source scripts[PASS_SCRIPTS];
	struct pass pass = { .scripts = scripts, .at = tell_at };
	struct pass_source *files;

	if (argc < 4)
		return 2;
	limit_process(atoi(argv[2]));
	pass.expand = strcmp(argv[3], "1") == 0;
	pass.n_scripts = pass_read_scripts(argv[1], scripts);
	pass.n_files = (size_t)(argc - 4);
	pass.files = files = calloc(pass.n_files + 1, sizeof *files);
	if (!files || pass.n_scripts == 0) {
		fprintf(stderr, "reader: no words.lua in %s\n", argv[1]);
		_exit(3);
	}
	for (size_t i = 0; i < pass.n_files; i++) {
		files[i].path = argv[4 + i];
		pass_read_source(&files[i]);
	}
	json_object_seed(0); /* opens /dev/urandom: must be before the doors close */
	close_world();
	_exit(run(&pass)); /* no atexit handlers: they may want calls that are closed */
}
