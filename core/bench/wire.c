#include "bench/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { BACKLOG = 1024, PATIENCE_S = 20, STATUS_AT = 9 };

static struct sockaddr_in
loopback(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return to;
}

int
wire_connect(int port)
{
	struct sockaddr_in to = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		return fd;
	close(fd);
	return -1;
}

int
wire_listen(int *port, struct error *why)
{
	struct sockaddr_in at = loopback(*port);
	socklen_t length = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, BACKLOG) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &length) != 0) {
		error_set(why, ERROR_BROKEN, "cannot listen on 127.0.0.1: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(at.sin_port);
	return fd;
}

int
wire_free_port(struct error *why)
{
	int port = 0, fd = wire_listen(&port, why);

	if (fd < 0)
		return -1;
	close(fd);
	return port;
}

static int
exchange(int fd, const char *request, size_t length, struct text *answer)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	char part[16384];
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (send(fd, request, length, MSG_NOSIGNAL) != (ssize_t)length)
		return -1;
	while ((n = recv(fd, part, sizeof part, 0)) > 0)
		if (text_put(answer, part, (size_t)n) != 0)
			return -1;
	return n == 0 ? 0 : -1;
}

int
wire_get(int port, const char *path, struct text *out, struct error *why)
{
	struct text request, answer;
	const char *body = NULL;
	int fd = wire_connect(port), done = -1;

	text_init(&request, 4096);
	text_init(&answer, 8 << 20);
	text_putf(&request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n", path, port);
	if (fd >= 0 && !request.failed && exchange(fd, request.data, request.length, &answer) == 0 && answer.data)
		body = strstr(answer.data, "\r\n\r\n");
	if (body && strncmp(answer.data, "HTTP/1.1 200", STATUS_AT + 3) == 0)
		done = text_puts(out, body + 4);
	else
		error_set(why, ERROR_TEMPORARY, "GET %s: %.60s", path, answer.data ? answer.data : "no answer");
	if (fd >= 0)
		close(fd);
	text_free(&request);
	text_free(&answer);
	return done;
}
