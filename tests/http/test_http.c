/* What one request gets: every trap of the library, the shape of answers, routes, bodies. */
#include "serving.h"

static struct http *h;

static int
start(void **state)
{
	struct http_settings s = usual();

	(void)state;
	h = serve(&s);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	http_drain(h, SECOND);
	http_stop(h);
	return 0;
}

/* How many answers the bytes get until the connection is closed; the first one's status. */
static int
answers(const char *bytes, size_t length, int *status)
{
	char all[16384];
	size_t n = 0;
	ssize_t got;
	int fd = dial(h), count = 0;

	put(fd, bytes, length);
	while (n < sizeof all - 1 && (got = recv(fd, all + n, sizeof all - 1 - n, 0)) > 0)
		n += (size_t)got;
	close(fd);
	all[n] = '\0';
	*status = 0;
	sscanf(all, "HTTP/1.1 %d", status);
	for (const char *p = all; (p = strstr(p, "HTTP/1.1 ")); p++)
		count++;
	return count;
}

#define ROW(status, text) { status, text, sizeof(text) - 1 }

/* Each is answered once and the connection closed, although another request follows. */
static void
what_smuggles(void **state)
{
	static const struct {
		int status;
		const char *bytes;
		size_t length;
	} rows[] = {
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\ncontent-length: 2\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: +2\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: -2\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 02\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2 \r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2,2\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0x2\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551618\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length : 2\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length\t: 2\r\n\r\n{}" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST HOST "\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\nHost:\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\nHost: a/b\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\nHost: a@b\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\nHost: localhost\n\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\nHost: localhost\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\nHost: localhost\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\nHost: localhost\r\n\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\nA: b\nHost: localhost\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\n{}" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A: b\rContent-Length: 2\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A: b\r\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A: b\r\n c\r\nD: e\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A: b\r\n\tc\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n Host: localhost\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A: b\0c\r\nD: e\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A: b\0\0\0\0c\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A\0B: c\r\n\r\n" AGAIN),
		ROW(400, "GET /plain\0x HTTP/1.1\r\n" HOST "\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "no colon\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST ": empty\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A B: c\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A: \x01\r\n\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1\r\n" HOST "A: \x7f\r\n\r\n" AGAIN),
		ROW(400, "GET  /plain HTTP/1.1\r\n" HOST "\r\n" AGAIN),
		ROW(400, "GET /plain  HTTP/1.1\r\n" HOST "\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.1 \r\n" HOST "\r\n" AGAIN),
		ROW(400, "GET /plain x HTTP/1.1\r\n" HOST "\r\n" AGAIN),
		ROW(400, "get /plain HTTP/1.1\r\n" HOST "\r\n" AGAIN),
		ROW(400, "ABCDEFGHIJKLMNOPQ /plain HTTP/1.1\r\n" HOST "\r\n" AGAIN),
		ROW(400, "GET /plain HTTP/1.9\r\n" HOST "\r\n" AGAIN),
		ROW(505, "GET /plain HTTP/2.0\r\n" HOST "\r\n" AGAIN),
		ROW(400, "GET /plain\r\n" HOST "\r\n" AGAIN),
		ROW(400, "GET http://evil/plain HTTP/1.1\r\n" HOST "\r\n" AGAIN),
		ROW(400, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n" AGAIN),
		ROW(400, "CONNECT localhost:80 HTTP/1.1\r\n" HOST "\r\n" AGAIN),
		ROW(417, "POST /echo HTTP/1.1\r\n" HOST "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}" AGAIN),
		ROW(400, "POST /parse HTTP/1.1\r\n" HOST JSON "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}" AGAIN),
		/* GET with a body that hides a request: not read as one */
		ROW(413, "GET /plain HTTP/1.1\r\n" HOST "Content-Length: 44\r\n\r\n" AGAIN AGAIN),
		ROW(413, "GET /plain HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" AGAIN),
		/* chunks */
		ROW(413, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n 2\r\n{}\r\n0\r\n\r\n" AGAIN),
		ROW(400, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n" AGAIN),
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int status, n = answers(rows[i].bytes, rows[i].length, &status);

		if (n != 1 || status != rows[i].status)
			fail_msg("%d answers, the first %d, instead of one %d, to:\n%s", n, status,
			    rows[i].status, rows[i].bytes);
	}
}

static void
paths(void **state)
{
	static const struct {
		int status;
		const char *path;
	} rows[] = {
		{ 200, "/plain" }, { 200, "/%70lain" }, { 200, "/plain?" }, { 200, "/items/new" },
		{ 400, "//plain" }, { 400, "/plain//" }, { 400, "/./plain" }, { 400, "/plain/." },
		{ 400, "/x/../plain" }, { 400, "/.." }, { 400, "/%2e%2e/plain" }, { 400, "/%2E/plain" },
		{ 400, "/.%2e/plain" }, { 400, "/items%2fnew" }, { 400, "/items%2Fnew" },
		{ 400, "/plain%00" }, { 400, "/plain%5c" }, { 400, "/pl\\ain" }, { 400, "/plain%zz" },
		{ 400, "/plain%" }, { 400, "/plain%4" }, { 400, "/plain%c0%af" }, { 400, "/%c0%ae%c0%ae/" },
		{ 400, "/plain%ff" }, { 400, "/plain%ed%a0%80" }, { 400, "/plain%f4%90%80%80" },
		{ 400, "/plain%e0%80%af" }, { 400, "/plain\x80" }, { 400, "/plain%0a" }, { 400, "/plain%0d%0a" },
		{ 400, "/plain%7f" }, { 400, "/plain#x" }, { 400, "plain" }, { 400, "?x" },
		{ 400, "/look?a=%00" }, { 400, "/look?a=%zz" }, { 400, "/look?a=%c0%80" }, { 400, "/look?%0a=1" },
		{ 404, "/plain;x" }, { 404, "/plain%3bx" }, { 404, "/PLAIN" }, { 404, "/plain/" }, { 404, "/plain/x" },
		{ 404, "/plai" }, { 404, "/plainx" }, { 404, "/" }, { 404, "/.git" }, { 404, "/items/" },
		{ 404, "/%252e%252e/plain" }, { 404, "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a" },
	};
	char request[9000];
	struct answer a;
	int n;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" HOST "\r\n", rows[i].path);
		ask(h, request, &a);
		if (a.status != rows[i].status)
			fail_msg("%d instead of %d: %s", a.status, rows[i].status, rows[i].path);
	}
	snprintf(request, sizeof request, "GET /%08000d HTTP/1.1\r\n" HOST "\r\n", 0);
	ask(h, request, &a);
	assert_int_equal(a.status, 414);
	snprintf(request, sizeof request, "GET /look?%0*d&%s HTTP/1.1\r\n" HOST "\r\n", 100, 0,
	    "a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&"
	    "a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a");
	ask(h, request, &a);
	assert_int_equal(a.status, 400);
	n = snprintf(request, sizeof request, "GET /look?");
	while (n < 4000)
		n += snprintf(request + n, sizeof request - (size_t)n, "a&");
	snprintf(request + n, sizeof request - (size_t)n, " HTTP/1.1\r\n" HOST "\r\n");
	ask(h, request, &a);
	assert_int_equal(a.status, 400);
}

/* On one connection, one after the other: small refusals do not end it. */
static void
refusals_that_keep(void **state)
{
	static const struct {
		int status;
		const char *request, *allow;
	} rows[] = {
		{ 404, "GET /none HTTP/1.1\r\n" HOST "\r\n", "" },
		{ 404, "POST /none HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabcde", "" },
		{ 405, "DELETE /plain HTTP/1.1\r\n" HOST "\r\n", "GET, HEAD" },
		{ 405, "PUT /items/7 HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabcde", "GET, HEAD, POST" },
		{ 405, "TRACE /plain HTTP/1.1\r\n" HOST "\r\n", "GET, HEAD" },
		{ 405, "OPTIONS /echo HTTP/1.1\r\n" HOST "Origin: https://evil\r\n\r\n", "POST" },
		{ 405, "PATCH /echo HTTP/1.1\r\n" HOST "\r\n", "POST" },
		{ 405, "GET /echo HTTP/1.1\r\n" HOST "\r\n", "POST" },
		{ 405, "GET /echo HTTP/1.1\r\n" HOST "X-HTTP-Method-Override: POST\r\n\r\n", "POST" },
		{ 201, "POST /echo HTTP/1.1\r\n" HOST "X-HTTP-Method-Override: DELETE\r\nContent-Length: 0\r\n\r\n", "" },
		{ 415, "POST /parse HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}", "" },
		{ 415, "POST /parse HTTP/1.1\r\n" HOST "\r\n", "" },
		{ 415, "POST /parse HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", "" },
		{ 415, "POST /parse HTTP/1.1\r\n" HOST "Content-Type: application/jsonx\r\nContent-Length: 2\r\n\r\n{}", "" },
		{ 415, "POST /parse HTTP/1.1\r\n" HOST "Content-Type: application/json; charset=gbk\r\nContent-Length: 2\r\n\r\n{}", "" },
		{ 201, "POST /parse HTTP/1.1\r\n" HOST "Content-Type: Application/JSON ; charset=UTF-8\r\nContent-Length: 2\r\n\r\n{}", "" },
		{ 201, "POST /parse HTTP/1.1\r\n" HOST "Content-Type: application/json;charset=\"utf-8\"\r\nContent-Length: 2\r\n\r\n{}", "" },
		{ 400, "POST /parse HTTP/1.1\r\n" HOST JSON "Content-Length: 66\r\n\r\n"
		    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "" },
		{ 400, "POST /parse HTTP/1.1\r\n" HOST JSON "Content-Length: 13\r\n\r\n{\"a\":1,\"a\":2}", "" },
		{ 400, "POST /parse HTTP/1.1\r\n" HOST JSON "Content-Length: 0\r\n\r\n", "" },
		{ 200, "GET /plain HTTP/1.1\r\n" HOST "X-Forwarded-For: 1.2.3.4\r\n\r\n", "" },
	};
	struct answer a;
	int fd = dial(h);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		puts_to(fd, rows[i].request);
		hear(fd, &a, false);
		if (a.status != rows[i].status || strcmp(told(&a, "Allow"), rows[i].allow) != 0)
			fail_msg("%d (Allow: %s) to\n%s", a.status, told(&a, "Allow"), rows[i].request);
		assert_string_equal(told(&a, "Connection"), "");
		assert_string_equal(told(&a, "Access-Control-Allow-Origin"), "");
	}
	close(fd);
}

static void
head_and_continue(void **state)
{
	struct answer a;
	int fd = dial(h);

	(void)state;
	puts_to(fd, "HEAD /plain HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear(fd, &a, true));
	assert_int_equal(a.status, 200);
	assert_string_equal(told(&a, "Content-Length"), "5");
	puts_to(fd, "HEAD /look HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear(fd, &a, true));
	puts_to(fd, "HEAD /none HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear(fd, &a, true));
	assert_int_equal(a.status, 404);
	puts_to(fd, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	assert_true(hear(fd, &a, true));
	assert_int_equal(a.status, 100);
	puts_to(fd, "ab");
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 201);
	assert_string_equal(a.body, "ab");
	/* refused while it waits: no 100, the body is not asked for */
	puts_to(fd, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n");
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 413);
	assert_string_equal(told(&a, "Connection"), "close");
	assert_true(is_closed(fd));
	close(fd);
	fd = dial(h);
	puts_to(fd, "POST /none HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 404);
	close(fd);
	/* HTTP/1.0 without Host is served and closed */
	fd = dial(h);
	puts_to(fd, "GET /plain HTTP/1.0\r\n\r\n");
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 200);
	assert_true(is_closed(fd));
	close(fd);
}

/* 413 comes before the body, and although the client goes on sending it reads the answer. */
static void
too_large(void **state)
{
	static char megabyte[1 << 20];
	struct answer a;
	int fd = dial(h);

	(void)state;
	puts_to(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4097\r\n\r\n");
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 413);
	close(fd);
	fd = dial(h);
	puts_to(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 8388608\r\n\r\n");
	for (int i = 0; i < 8; i++)
		assert_true(put(fd, megabyte, sizeof megabyte));
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 413);
	assert_true(is_closed(fd));
	close(fd);
	/* exactly the ceiling */
	fd = dial(h);
	puts_to(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4096\r\n\r\n");
	put(fd, megabyte, 4096);
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 201);
	assert_int_equal(a.length, 4096);
	/* 3 MB in pieces */
	puts_to(fd, "POST /files HTTP/1.1\r\n" HOST "Content-Length: 3145728\r\n\r\n");
	for (int i = 0; i < 3; i++)
		put(fd, megabyte, sizeof megabyte);
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 201);
	assert_int_equal(a.length, 3 << 20);
	close(fd);
}

static void
chunks(void **state)
{
	static char kilobytes[32768];
	const char *head = "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n";
	struct answer a;
	int fd = dial(h), i;

	(void)state;
	puts_to(fd, head);
	puts_to(fd, "2;x=y\r\nab\r\n3\r\nc");
	puts_to(fd, "de\r\n0\r\nTrailer: x\r\nContent-Length: 4\r\n\r\n");
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 201);
	assert_string_equal(a.body, "abcde");
	/* over the limit: read to its end, then 413; the connection goes on */
	puts_to(fd, head);
	puts_to(fd, "8000\r\n");
	put(fd, kilobytes, sizeof kilobytes);
	puts_to(fd, "\r\n0\r\n\r\n");
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 413);
	puts_to(fd, AGAIN);
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 200);
	/* endless: dropped */
	puts_to(fd, head);
	for (i = 0; i < 1000; i++)
		if (!puts_to(fd, "8000\r\n") || !put(fd, kilobytes, sizeof kilobytes) || !puts_to(fd, "\r\n"))
			break;
	assert_true(i < 1000);
	close(fd);
	/* refused at the head: not read at all */
	ask(h, "POST /none HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", &a);
	assert_int_equal(a.status, 404);
}

static void
headers_of_every_answer(void **state)
{
	static const char *const requests[] = {
		AGAIN, "GET /none HTTP/1.1\r\n" HOST "\r\n", "GET // HTTP/1.1\r\n" HOST "\r\n",
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5000\r\n\r\n", "GET /problem HTTP/1.1\r\n" HOST "\r\n",
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", "GET /gate HTTP/1.1\r\n" HOST "\r\n",
	};
	struct answer a, b;

	(void)state;
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		ask(h, requests[i], &a);
		assert_true(a.status);
		assert_string_equal(told(&a, "X-Content-Type-Options"), "nosniff");
		assert_string_equal(told(&a, "Referrer-Policy"), "no-referrer");
		assert_string_equal(told(&a, "Cache-Control"), "no-store");
		assert_string_equal(told(&a, "Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
		assert_int_equal(strlen(told(&a, "X-Request-Id")), 16);
		assert_string_equal(told(&a, "Server"), "");
	}
	ask(h, "GET /own HTTP/1.1\r\n" HOST "\r\n", &a);
	assert_string_equal(told(&a, "Cache-Control"), "public, max-age=60");
	assert_null(strstr(a.head, "no-store"));
	assert_null(strstr(a.head, "Set-Cookie"));
	assert_string_equal(told(&a, "X-Good"), "yes");
	ask(h, "GET /none HTTP/1.1\r\n" HOST "\r\n", &a);
	ask(h, "GET /other?x HTTP/1.1\r\n" HOST "\r\n", &b);
	assert_string_equal(a.body, b.body);
	assert_string_equal(a.body, "{\"status\":404,\"title\":\"没有找到\",\"type\":\"/problems/not-found\"}");
}

static void
problem_documents(void **state)
{
	struct answer a;
	char expected[1024];

	(void)state;
	ask(h, "GET /problem HTTP/1.1\r\n" HOST "\r\n", &a);
	assert_int_equal(a.status, 422);
	snprintf(expected, sizeof expected,
	    "{\"detail\":\"请\\\"改\\\"\",\"errors\":[{\"pointer\":\"/form/a\"}],"
	    "\"instance\":\"urn:yijianshi:request:%s\",\"status\":422,\"title\":\"表单有误\","
	    "\"type\":\"/problems/not-acceptable\"}", told(&a, "X-Request-Id"));
	assert_string_equal(a.body, expected);
	assert_string_equal(told(&a, "Content-Type"), "application/problem+json");
}

static void
many_headers(void **state)
{
	static char request[64 * 1024];
	struct answer a;
	int n;

	(void)state;
	snprintf(request, sizeof request, "GET /plain HTTP/1.1\r\n" HOST "A: %020000d\r\n\r\n", 0);
	ask(h, request, &a);
	assert_int_equal(a.status, 431);
	snprintf(request, sizeof request, "GET /plain HTTP/1.1\r\n" HOST "A: %09000d\r\n\r\n", 0);
	ask(h, request, &a);
	assert_int_equal(a.status, 431);
	snprintf(request, sizeof request, "GET /plain HTTP/1.1\r\n" HOST "A: %07000d\r\n\r\n", 0);
	ask(h, request, &a);
	assert_int_equal(a.status, 200);
	for (int count = 63; count <= 64; count++) {
		n = snprintf(request, sizeof request, "GET /plain HTTP/1.1\r\n" HOST);
		for (int i = 0; i < count; i++)
			n += snprintf(request + n, sizeof request - (size_t)n, "H%d: v\r\n", i);
		snprintf(request + n, sizeof request - (size_t)n, "\r\n");
		ask(h, request, &a);
		assert_int_equal(a.status, count == 63 ? 200 : 431);
	}
	for (int many = 0; many < 2; many++) { /* headers, cookies: more than the library has room for */
		n = snprintf(request, sizeof request, "GET /plain HTTP/1.1\r\n" HOST "%s", many ? "" : "Cookie: ");
		for (int i = 0; i < 2000; i++)
			n += snprintf(request + n, sizeof request - (size_t)n, many ? "a:b\r\n" : "a=b;");
		snprintf(request + n, sizeof request - (size_t)n, many ? "\r\n" : "\r\n\r\n");
		assert_int_equal(answers(request, strlen(request), &n), 1);
		assert_int_equal(n, 431);
	}
}

static void
what_handlers_see(void **state)
{
	struct answer a;

	(void)state;
	ask(h, "GET /look?a=%E4%B8%80+b%26&b&=c HTTP/1.1\r\n" HOST "Cookie: b=1; c=xyz\r\n"
	    "X-Forwarded-For: 1.2.3.4\r\nX-Name: v \r\nx-name: w\r\n\r\n", &a);
	assert_string_equal(a.body, "GET a=一 b& 1 raw=a=%E4%B8%80+b%26&b&=c c=xyz h=v  2 127.0.0.1 loopback");
	ask(h, "GET /look?a=1&a=2 HTTP/1.1\r\n" HOST "Cookie: c=1; c=2\r\n\r\n", &a);
	assert_string_equal(a.body, "GET a=- 2 raw=a=1&a=2 c=- h=- 0 127.0.0.1 loopback");
	ask(h, "GET /look HTTP/1.1\r\n" HOST "\r\n", &a);
	assert_string_equal(a.body, "GET a=- 0 raw= c=- h=- 0 127.0.0.1 loopback");
	ask(h, "GET /items/%E4%B8%80%20x/parts/2?q HTTP/1.1\r\n" HOST "\r\n", &a);
	assert_string_equal(a.body, "一 x|2|/items/%E4%B8%80%20x/parts/2|-");
	ask(h, "GET /items/new HTTP/1.1\r\n" HOST "\r\n", &a);
	assert_string_equal(a.body, "plain");
	ask(h, "GET /gate HTTP/1.1\r\n" HOST "\r\n", &a);
	assert_true(strcmp(a.body, "worker 0") == 0 || strcmp(a.body, "worker 1") == 0);
}

static void
one_by_one_and_pipelined(void **state)
{
	const char *slow = "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabcde";
	struct answer a;
	int fd = dial(h);

	(void)state;
	for (const char *p = slow; *p; p++)
		put(fd, p, 1);
	assert_true(hear(fd, &a, false));
	assert_string_equal(a.body, "abcde");
	puts_to(fd, AGAIN "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nxyz"
	    "GET /gate HTTP/1.1\r\n" HOST "\r\n" "GET /none HTTP/1.1\r\n" HOST "\r\n" AGAIN);
	assert_true(hear(fd, &a, false));
	assert_string_equal(a.body, "plain");
	assert_true(hear(fd, &a, false));
	assert_string_equal(a.body, "xyz");
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 200);
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 404);
	assert_true(hear(fd, &a, false));
	assert_string_equal(a.body, "plain");
	/* an empty line before a request is allowed */
	puts_to(fd, "\r\n" AGAIN);
	assert_true(hear(fd, &a, false));
	assert_int_equal(a.status, 200);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_smuggles),
		cmocka_unit_test(paths),
		cmocka_unit_test(refusals_that_keep),
		cmocka_unit_test(head_and_continue),
		cmocka_unit_test(too_large),
		cmocka_unit_test(chunks),
		cmocka_unit_test(headers_of_every_answer),
		cmocka_unit_test(problem_documents),
		cmocka_unit_test(many_headers),
		cmocka_unit_test(what_handlers_see),
		cmocka_unit_test(one_by_one_and_pipelined),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
