/* Whatever somebody writes to the socket, read by the library as it is: what the strict look takes for a request
 * head is one by a second, naive reading of the very bytes. Behind the head stands a body, read as a form's parts. */
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz/target.h"
#include "http/head.h"
#include "http/multipart.h"
#include "http/target.h"

enum { MOST = 8000, TURNS = 40, MEMORY = 21 * 1024 };

struct request { /* of the run that is under way */
	const char *bytes;
	size_t size, address_length;
	bool seen, good; /* good: the address by itself */
};

static struct MHD_Daemon *daemon_;
static struct request request;

/* --- the naive reading --- */

/* The length of a line that ends with CR LF and holds no other control byte but tabs; -1: it is none. */
static ptrdiff_t
line_length(const char *p, const char *end)
{
	for (const char *q = p; q + 1 < end; q++) {
		if (*q == '\r')
			return q[1] == '\n' ? q - p : -1;
		if (((unsigned char)*q < 0x20 && *q != '\t') || *q == 0x7f)
			return -1;
	}
	return -1;
}

static bool
is_named(const char *line, size_t length, const char *name)
{
	return length > strlen(name) && strncasecmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':';
}

/* Three words with one space between each. */
static bool
is_first_line(const char *line, size_t length)
{
	const char *space = memchr(line, ' ', length), *second;

	if (!space || space == line)
		return false;
	second = memchr(space + 1, ' ', length - (size_t)(space + 1 - line));
	return second && second > space + 1 && line + length - second == 9 && strncmp(second, " HTTP/1.", 8) == 0;
}

/* Empty lines before a request are forgiven by everybody (RFC 9112, 2.2). */
static const char *
skip_empty(const char *p, const char *end)
{
	const char *line;

	while (p < end && (line = memchr(p, '\n', (size_t)(end - p))) && (line == p || (*p == '\r' && line == p + 1)))
		p = line + 1;
	return p;
}

/* NULs, and lines that begin with a colon, can lie there like the end of a line (head.h). */
static bool
can_look_right(const char *p, size_t n)
{
	return memchr(p, '\0', n) || memmem(p, n, "\n:", 2);
}

/* A head without any trick: where it ends, or NULL. */
static const char *
naive_head(const char *p, const char *end)
{
	int hosts = 0, lengths = 0, encodings = 0;
	ptrdiff_t n;

	p = skip_empty(p, end);
	if ((n = line_length(p, end)) <= 0 || !is_first_line(p, (size_t)n))
		return NULL;
	for (p += n + 2; (n = line_length(p, end)) > 0; p += n + 2) {
		const char *colon = memchr(p, ':', (size_t)n);

		if (!colon || colon == p || memchr(p, ' ', (size_t)(colon - p)) || memchr(p, '\t', (size_t)(colon - p)))
			return NULL;
		hosts += is_named(p, (size_t)n, "Host");
		lengths += is_named(p, (size_t)n, "Content-Length");
		encodings += is_named(p, (size_t)n, "Transfer-Encoding");
	}
	return n == 0 && hosts <= 1 && lengths + encodings <= 1 ? p + 2 : NULL;
}

/* --- what the service would do with it --- */

static void
check_parts(const char *type, const char *body, size_t length)
{
	struct multipart m;
	struct multipart_part part;
	int parts = 0;

	if (!multipart_begin(&m, type, body, length))
		return;
	while (multipart_next(&m, &part) == 1) {
		MUST(*part.name && part.bytes >= body && part.bytes + part.length <= body + length);
		MUST(++parts <= MOST);
	}
}

static bool
check_target(const char *address, size_t length)
{
	char *room = malloc(target_room(length));
	struct target t;
	bool good;

	MUST(room);
	good = !target_read(&t, room, address, length);
	for (int i = 0; good && i < t.n_segments; i++) {
		MUST(!strchr(t.segment[i], '/') && strcmp(t.segment[i], "..") != 0);
		target_query(&t, t.segment[i], NULL);
	}
	free(room);
	return good;
}

static void *
on_address(void *cookie, const char *uri, struct MHD_Connection *mhd)
{
	const char *mark = strchr(uri, '?');

	(void)cookie;
	(void)mhd;
	request.address_length = strlen(uri);
	request.good = check_target(uri, request.address_length);
	if (mark) /* as serve.c does: the library is to find no parameters */
		((char *)(uintptr_t)mark)[1] = '\0';
	return &request;
}

static enum MHD_Result
on_request(void *cookie, struct MHD_Connection *mhd, const char *address, const char *method, const char *version,
    const char *bytes, size_t *length, void **context)
{
	const char *end = request.bytes + request.size, *body;
	struct head head;

	(void)cookie;
	(void)bytes;
	(void)length;
	(void)context;
	if (!request.seen && !head_read(&head, mhd, true, method, address, request.address_length, version) &&
	    request.good) {
		body = naive_head(request.bytes, end);
		MUST(body || can_look_right(request.bytes, request.size));
		MUST(!head.chunked || !head.has_length);
		head_type_fits(head.content_type, "application/json");
		if (body)
			check_parts(head.content_type, body, (size_t)(end - body));
	}
	request.seen = true;
	return MHD_NO; /* the connection is closed */
}

static void
on_log(void *cookie, const char *format, va_list args)
{
	(void)cookie;
	(void)format;
	(void)args;
}

static size_t
leave_escaped(void *cookie, struct MHD_Connection *mhd, char *s)
{
	(void)cookie;
	(void)mhd;
	return strlen(s);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	daemon_ = MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, NULL,
	    MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
	    MHD_OPTION_URI_LOG_CALLBACK, on_address, NULL, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
	    MHD_OPTION_END);
	MUST(daemon_);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	char rest[64];
	int pair[2];

	if (size > MOST || strncmp(MHD_get_version(), "0.9.75", 6) != 0)
		return 0;
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	request = (struct request){ .bytes = (const char *)data, .size = size };
	MUST(MHD_add_connection(daemon_, pair[1], (struct sockaddr *)&from, sizeof from) == MHD_YES);
	MUST(write(pair[0], data, size) == (ssize_t)size);
	shutdown(pair[0], SHUT_WR);
	for (int i = 0; i < TURNS && (MHD_run(daemon_), read(pair[0], rest, sizeof rest)) != 0; i++)
		;
	close(pair[0]);
	MHD_run(daemon_);
	return 0;
}
