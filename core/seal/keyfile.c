#include "seal/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seal/digest.h"

enum { LINE = 65 }; /* 64 digits and a newline */

static int
check_mode(int fd, const char *path, struct error *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return error_set(why, ERROR_BROKEN, "%s is not a file: key_file must name the key's file",
		    path);
	if (st.st_mode & 077)
		return error_set(why, ERROR_BROKEN,
		    "%s may be read by others (mode %03o): chmod 600 it, or start it over as a new key",
		    path, (unsigned)(st.st_mode & 0777));
	return 0;
}

static int
read_line(int fd, uint8_t key[32])
{
	char line[LINE + 2];
	ssize_t got = read(fd, line, LINE + 1);
	int result = -1;

	if (got == LINE && line[LINE - 1] == '\n')
		got--;
	if (got == LINE - 1) {
		line[LINE - 1] = '\0';
		result = digest_unhex(line, key, 32) ? 0 : -1;
	}
	OPENSSL_cleanse(line, sizeof line);
	return result;
}

int
keyfile_read(const char *path, uint8_t key[32], struct error *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result;

	if (fd < 0)
		return error_set(why, ERROR_BROKEN, "cannot read the key file %s: %s", path,
		    strerror(errno));
	result = check_mode(fd, path, why);
	if (result == 0 && read_line(fd, key) != 0)
		result = error_set(why, ERROR_BROKEN,
		    "%s is no key: it must hold 64 hexadecimal digits and a newline", path);
	close(fd);
	return result;
}

static int
write_line(int fd)
{
	uint8_t key[32];
	char line[LINE + 1];
	int result;

	digest_random(key, sizeof key);
	digest_hex(key, sizeof key, line);
	line[LINE - 1] = '\n';
	result = write(fd, line, LINE) == LINE && fsync(fd) == 0 ? 0 : -1;
	OPENSSL_cleanse(key, sizeof key);
	OPENSSL_cleanse(line, sizeof line);
	return result;
}

static int
sync_folder(const char *path)
{
	char copy[PATH_MAX];
	int fd, result;

	snprintf(copy, sizeof copy, "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	result = fsync(fd);
	close(fd);
	return result;
}

int
keyfile_make(const char *path, struct error *why)
{
	char fresh[PATH_MAX];
	uint8_t tail[4];
	char hex[9];
	int fd, result = 0;

	digest_random(tail, sizeof tail);
	digest_hex(tail, sizeof tail, hex);
	if ((size_t)snprintf(fresh, sizeof fresh, "%s.%s", path, hex) >= sizeof fresh)
		return error_set(why, ERROR_BROKEN, "the name of the key file is too long");
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return error_set(why, ERROR_BROKEN, "cannot make the key file %s: %s", path,
		    strerror(errno));
	if (write_line(fd) != 0)
		result = error_set(why, ERROR_BROKEN, "cannot write the key file %s: %s", path,
		    strerror(errno));
	close(fd);
	/* link() refuses an existing name, as O_EXCL does, and never shows half a key */
	if (result == 0 && link(fresh, path) != 0)
		result = error_set(why, errno == EEXIST ? ERROR_CONFLICT : ERROR_BROKEN,
		    "cannot make the key file %s: %s", path, strerror(errno));
	unlink(fresh);
	if (result == 0 && sync_folder(path) != 0)
		result = error_set(why, ERROR_BROKEN, "cannot keep the key file %s: %s", path,
		    strerror(errno));
	return result;
}
