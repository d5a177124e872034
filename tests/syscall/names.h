/* names.h: what the kernel's calls are called, as far as a node makes them. */
#ifndef YJS_TESTS_SYSCALL_NAMES_H
#define YJS_TESTS_SYSCALL_NAMES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

struct call_name {
	uint64_t number;
	const char *name;
	int has_descriptor; /* its first argument is one */
};

#define OF_DESCRIPTOR(call) { SYS_##call, #call, 1 }
#define CALL(call) { SYS_##call, #call, 0 }
static const struct call_name call_names[] = {
	OF_DESCRIPTOR(read), OF_DESCRIPTOR(write), OF_DESCRIPTOR(readv), OF_DESCRIPTOR(writev), OF_DESCRIPTOR(sendto),
	OF_DESCRIPTOR(recvfrom), OF_DESCRIPTOR(sendmsg), OF_DESCRIPTOR(recvmsg), OF_DESCRIPTOR(connect), OF_DESCRIPTOR(accept4),
	OF_DESCRIPTOR(bind), OF_DESCRIPTOR(shutdown), OF_DESCRIPTOR(close), OF_DESCRIPTOR(getsockopt), OF_DESCRIPTOR(setsockopt),
	OF_DESCRIPTOR(getsockname), OF_DESCRIPTOR(getpeername), OF_DESCRIPTOR(fcntl), OF_DESCRIPTOR(ioctl), OF_DESCRIPTOR(fsync),
	OF_DESCRIPTOR(fdatasync), OF_DESCRIPTOR(lseek), OF_DESCRIPTOR(pread64), OF_DESCRIPTOR(pwrite64), OF_DESCRIPTOR(ftruncate),
	OF_DESCRIPTOR(getdents64), OF_DESCRIPTOR(openat), OF_DESCRIPTOR(newfstatat), OF_DESCRIPTOR(fstat), OF_DESCRIPTOR(epoll_ctl),
	OF_DESCRIPTOR(epoll_pwait), OF_DESCRIPTOR(timerfd_settime), OF_DESCRIPTOR(sendfile), OF_DESCRIPTOR(splice),
#ifdef SYS_epoll_wait
	OF_DESCRIPTOR(epoll_wait),
#endif
#ifdef SYS_poll
	CALL(poll),
#endif
	CALL(ppoll), CALL(pselect6), CALL(futex), CALL(socket), CALL(socketpair), CALL(eventfd2), CALL(pipe2), CALL(epoll_create1),
	CALL(mmap), CALL(munmap), CALL(mremap), CALL(mprotect), CALL(madvise), CALL(brk), CALL(clone), CALL(execve), CALL(wait4),
	CALL(exit), CALL(exit_group), CALL(nanosleep), CALL(clock_nanosleep), CALL(clock_gettime), CALL(getrandom), CALL(gettid),
	CALL(getpid), CALL(sched_yield), CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(rt_sigtimedwait),
	CALL(tgkill), CALL(prctl), CALL(sigaltstack), CALL(sched_getaffinity), CALL(restart_syscall), CALL(set_robust_list), CALL(uname),
	CALL(clone3), CALL(rseq), CALL(statx), CALL(unlinkat), CALL(renameat),
};
#undef OF_DESCRIPTOR
#undef CALL

/* NULL: none of them. */
static inline const struct call_name *
call_name(uint64_t number)
{
	for (size_t i = 0; i < sizeof call_names / sizeof *call_names; i++)
		if (call_names[i].number == number)
			return &call_names[i];
	return NULL;
}

#endif
