/* volume.c: loaded before the C library by PostgreSQL: while the file $YJS_VOLUME_FULL is there, no file below the
 * folder that it names grows, as on a full disk; what a file holds already can be written again.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Under names of our own: the headers declare those of the library differently from one to the next. */
ssize_t volume_pwrite(int fd, const void *bytes, size_t length, off_t offset) __asm__("pwrite");
ssize_t volume_pwrite64(int fd, const void *bytes, size_t length, off_t offset) __asm__("pwrite64");
ssize_t volume_pwritev(int fd, const struct iovec *parts, int n, off_t offset) __asm__("pwritev");
ssize_t volume_pwritev64(int fd, const struct iovec *parts, int n, off_t offset) __asm__("pwritev64");
int volume_fallocate(int fd, off_t offset, off_t length) __asm__("posix_fallocate");
int volume_fallocate64(int fd, off_t offset, off_t length) __asm__("posix_fallocate64");

/* The folder that is full now; its length, 0 for none. */
static ssize_t
full_folder(char *folder, size_t room)
{
	const char *flag = getenv("YJS_VOLUME_FULL");
	int fd = flag ? open(flag, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd < 0 ? 0 : read(fd, folder, room);

	if (fd >= 0)
		close(fd);
	return n;
}

static int
has_no_room(int fd, off_t end)
{
	char link[64], path[4096], folder[4096];
	ssize_t length = full_folder(folder, sizeof folder), n;
	struct stat s;

	if (length <= 0 || fstat(fd, &s) != 0 || end <= s.st_size)
		return 0;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path);
	return n >= length && memcmp(path, folder, (size_t)length) == 0;
}

ssize_t
volume_pwrite64(int fd, const void *bytes, size_t length, off_t offset)
{
	struct iovec part = { (void *)(unsigned long)bytes, length };

	return volume_pwritev64(fd, &part, 1, offset);
}

ssize_t
volume_pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
	return volume_pwrite64(fd, bytes, length, offset);
}

ssize_t
volume_pwritev64(int fd, const struct iovec *parts, int n, off_t offset)
{
	ssize_t (*real)(int, const struct iovec *, int, off_t) = NULL;
	off_t end = offset;

	*(void **)&real = dlsym(RTLD_NEXT, "pwritev64");
	for (int i = 0; i < n; i++)
		end += (off_t)parts[i].iov_len;
	if (has_no_room(fd, end)) {
		errno = ENOSPC;
		return -1;
	}
	return real(fd, parts, n, offset);
}

ssize_t
volume_pwritev(int fd, const struct iovec *parts, int n, off_t offset)
{
	return volume_pwritev64(fd, parts, n, offset);
}

int
volume_fallocate64(int fd, off_t offset, off_t length)
{
	int (*real)(int, off_t, off_t) = NULL;

	*(void **)&real = dlsym(RTLD_NEXT, "posix_fallocate64");
	return has_no_room(fd, offset + length) ? ENOSPC : real(fd, offset, length);
}

int
volume_fallocate(int fd, off_t offset, off_t length)
{
	return volume_fallocate64(fd, offset, length);
}
