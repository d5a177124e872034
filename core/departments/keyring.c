#include "departments/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seal/digest.h"

/* Whole or not at all, and never over one that the other side may hold already. */
static int
make_secret(const char *path)
{
	uint8_t random[32];
	char line[66], fresh[PATH_MAX];
	int fd, result;

	if ((size_t)snprintf(fresh, sizeof fresh, "%s.%d", path, (int)getpid()) >= sizeof fresh)
		return -1;
	digest_random(random, sizeof random);
	digest_hex(random, sizeof random, line);
	line[64] = '\n';
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	result = write(fd, line, 65) == 65 && fsync(fd) == 0 ? 0 : -1;
	close(fd);
	if (result == 0 && link(fresh, path) != 0 && errno != EEXIST)
		result = -1;
	unlink(fresh);
	return result;
}

int
keyring_open(struct keyring *k, const struct desk *desk, const char *folder, struct error *why)
{
	char path[PATH_MAX];

	k->secrets = NULL;
	if (!folder)
		return 0;
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return error_set(why, ERROR_BROKEN, "cannot make %s: %s", folder, strerror(errno));
	k->secrets = calloc(desk->n, sizeof *k->secrets);
	if (!k->secrets)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	for (size_t i = 0; i < desk->n; i++) {
		if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, desk->departments[i].id) >=
		    sizeof path)
			return error_set(why, ERROR_BROKEN, "%s is too long a name", folder);
		if (access(path, F_OK) != 0 && make_secret(path) != 0)
			return error_set(why, ERROR_BROKEN, "cannot make %s: %s", path, strerror(errno));
		if (sign_read(path, &k->secrets[i], why) != 0)
			return -1;
	}
	return 0;
}

void
keyring_close(struct keyring *k)
{
	free(k->secrets);
	k->secrets = NULL;
}

const struct sign_secret *
keyring_of(const struct keyring *k, const struct desk *desk,
    const struct desk_department *department)
{
	return k->secrets ? &k->secrets[department - desk->departments] : NULL;
}
