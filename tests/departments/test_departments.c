/* The simulated departments as a process, called as a node calls them: signatures, keys, faults,
 * callbacks, kill -9. What they say is judged by the rules that the node judges by. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "departments/departments.h"
#include "outcall/outcall.h"
#include "seal/digest.h"

static const char connectors_text[] =
    "[{\"id\":\"health\",\"signature\":2,\"calls\":[{\"id\":\"certify\",\"undo\":true,"
    "\"takes\":[{\"name\":\"name\",\"type\":\"new_name\"}],"
    "\"gives\":[{\"name\":\"no\",\"type\":\"birth_cert_no\"}]}]},"
    "{\"id\":\"cdc\",\"once_per\":\"none\",\"calls\":[{\"id\":\"open\",\"takes\":[],\"gives\":[]}]}]";
static const struct output certificate = {(char *)(uintptr_t)"no", TYPE_BIRTH_CERT_NO, false};

static char folder[] = "/tmp/test_departments.XXXXXX";
static struct sign_secret secret;
static struct outcall *o;
static struct outcall_allow allow;
static pid_t child;
static int port, callback_port;

/* ---- the node's side of callbacks ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int taken, forged, refuse;
static int64_t taken_at;
static char last[4096];
static struct MHD_Daemon *receiver;
static int fetched; /* files handed out */

static const char file_text[] = "what was uploaded";

static enum MHD_Result
receive(void *cookie, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *bytes, size_t *length, void **seen)
{
	struct text *body = *seen;
	struct MHD_Response *r;
	enum MHD_Result result;
	int status = 202;

	(void)cookie;
	(void)version;
	if (!body) {
		*seen = body = calloc(1, sizeof *body);
		text_init(body, 65536);
		return MHD_YES;
	}
	if (*length > 0) {
		text_put(body, bytes, *length);
		*length = 0;
		return MHD_YES;
	}
	const char *key = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "key");
	char target[300];
	struct sign_message m = {SIGN_IN, method, target, body->data ? body->data : "", body->length};
	bool gets = strcmp(method, "GET") == 0;

	snprintf(target, sizeof target, "%s%s%s", url, key ? "?key=" : "", key ? key : "");
	pthread_mutex_lock(&lock);
	if (sign_verify(&secret, &m, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Timestamp"),
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Signature"),
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Signature-V2"), true,
	    clock_now() / US_PER_SECOND) != SIGN_GOOD) {
		forged++;
		status = 401;
	} else if (refuse > 0) {
		refuse--;
		status = 503;
	} else if (gets) {
		fetched++;
		status = 200;
	} else {
		taken++;
		taken_at = clock_monotonic();
		snprintf(last, sizeof last, "%s", body->data);
	}
	pthread_mutex_unlock(&lock);
	r = MHD_create_response_from_buffer(gets ? sizeof file_text - 1 : 0, (void *)(uintptr_t)file_text,
	    MHD_RESPMEM_PERSISTENT);
	result = MHD_queue_response(c, (unsigned)status, r);
	MHD_destroy_response(r);
	return result;
}

static void
received(void *cookie, struct MHD_Connection *c, void **seen, enum MHD_RequestTerminationCode why)
{
	struct text *body = *seen;

	(void)cookie;
	(void)c;
	(void)why;
	if (body)
		text_free(body);
	free(body);
}

static int
callbacks(int at_least, int64_t within_us)
{
	int64_t begun = clock_monotonic();
	int n;

	do {
		pthread_mutex_lock(&lock);
		n = taken;
		pthread_mutex_unlock(&lock);
		usleep(2000);
	} while (n < at_least && clock_monotonic() - begun < within_us);
	return n;
}

/* ---- the process ---- */

static void
start(const char *fault, const char *more)
{
	char dir[64], *argv[] = {"departments", "--port", "0", "--dir", dir, "--fault",
		(char *)(uintptr_t)(fault ? fault : "none:500"), (char *)(uintptr_t)more, NULL};
	int ends[2];
	char line[256] = "", url[64];
	FILE *out;

	snprintf(dir, sizeof dir, "%s/d", folder);
	pthread_mutex_lock(&lock);
	taken = forged = refuse = fetched = 0;
	pthread_mutex_unlock(&lock);
	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct error why = {0};
		json_t *connectors = json_read(connectors_text, sizeof connectors_text - 1, 65536, &why);
		int status;

		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		status = departments_main(more ? 8 : 7, argv, connectors);
		json_decref(connectors);
		fflush(NULL);
		_exit(status);
	}
	close(ends[1]);
	out = fdopen(ends[0], "r");
	assert_non_null(fgets(line, sizeof line, out));
	fclose(out);
	assert_int_equal(sscanf(line, "departments ready on http://127.0.0.1:%d", &port), 1);
	snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
	assert_int_equal(outcall_allow(url, &allow, NULL), 0);
	snprintf(dir, sizeof dir, "%s/d/secrets/health", folder);
	assert_int_equal(sign_read(dir, &secret, NULL), 0);
}

static int
stop(int sig)
{
	int status = 0;

	kill(child, sig);
	waitpid(child, &status, 0);
	child = 0;
	return status;
}

/* ---- calls ---- */

struct result { bool whole; int status; enum ending_kind kind; const char *code; char text[2048]; int64_t took_us; };

static struct outcall_done
finish(void)
{
	struct outcall_done done = {0};

	for (int64_t begun = clock_monotonic(); clock_monotonic() - begun < 20 * US_PER_SECOND;) {
		if (outcall_next(o, &done))
			return done;
		outcall_wait(o, -1, 0, 100);
	}
	fail_msg("no answer within 20 s");
	return done;
}

static void
begin(const char *path, const char *key, const char *body, const struct sign_secret *with, void *cookie)
{
	char url[512], callback[128];
	struct outcall_request r = {.cookie = cookie, .method = body ? "POST" : "GET", .url = url, .body = body,
		.length = body ? strlen(body) : 0, .key = body ? key : NULL, .round = 1, .secret = with,
		.callback_url = body ? callback : NULL, .allow = &allow, .timeout_ms = 3000};

	snprintf(callback, sizeof callback, "http://127.0.0.1:%d/api/v1/departments/health/results", callback_port);
	snprintf(url, sizeof url, body ? "http://127.0.0.1:%d/%s" : "http://127.0.0.1:%d/%s?key=%s", port,
	    path, key);
	assert_int_equal(outcall_start(o, &r, NULL), 0);
}

static struct result
call_with(const char *path, const char *key, const char *body, const struct sign_secret *with,
    enum ending_purpose purpose)
{
	struct outcall_done done;
	struct result r = {0};
	struct ending ending;

	begin(path, key, body, with, NULL);
	done = finish();
	r.whole = done.answer.complete;
	r.status = done.answer.status;
	r.took_us = done.took_us;
	snprintf(r.text, sizeof r.text, "%.*s", (int)done.answer.length, done.answer.body);
	ending_judge(purpose, &done.answer, &certificate, 1, &ending);
	outcall_release(o, done.call);
	r.kind = ending.kind;
	r.code = ending.code;
	ending_free(&ending);
	return r;
}

static const char *
body_of(const char *name)
{
	static char body[256];

	snprintf(body, sizeof body, "{\"application\":\"A\",\"data\":{\"name\":\"%s\"},\"item\":\"certificate\","
	    "\"materials\":[],\"round\":1}", name);
	return body;
}

static struct result
call(const char *key, const char *name)
{
	return call_with("health/certify", key, body_of(name), &secret, ENDING_OF_CALL);
}

static struct result
ask(const char *key)
{
	return call_with("health/certify", key, NULL, &secret, ENDING_OF_QUESTION);
}

static struct result
undo(const char *key, const char *of)
{
	char body[256];

	snprintf(body, sizeof body, "{\"application\":\"A\",\"item\":\"certificate\",\"of\":\"%s\","
	    "\"result_id\":\"x\",\"round\":1}", of);
	return call_with("health/certify/cancel", key, body, &secret, ENDING_OF_UNDO);
}

/* The ledger's line of a key; NULL: none. New reference. */
static json_t *
line_of(const char *key)
{
	char url[64], *at, *end;
	struct outcall_request r = {.method = "GET", .url = url, .allow = &allow};
	struct outcall_done done;
	json_t *found = NULL;

	snprintf(url, sizeof url, "http://127.0.0.1:%d/_ledger", port);
	assert_int_equal(outcall_start(o, &r, NULL), 0);
	done = finish();
	assert_true(done.answer.complete);
	for (at = (char *)(uintptr_t)done.answer.body; (end = strchr(at, '\n')); at = end + 1) {
		struct error why = {0};
		json_t *line = json_read(at, (size_t)(end - at), 65536, &why);

		if (!line)
			fail_msg("%s", why.text);
		if (!found && strcmp(json_text(line, "key"), key) == 0)
			found = json_incref(line);
		json_decref(line);
	}
	outcall_release(o, done.call);
	return found;
}

static int
effects(const char *key)
{
	json_t *line = line_of(key);
	int n = line ? (int)json_integer_value(json_object_get(line, "effects")) : -1;

	json_decref(line);
	return n;
}

/* ---- the tests ---- */

static void
test_keys(void **state)
{
	struct result a, b;
	json_t *line;

	(void)state;
	start(NULL, NULL);
	a = call("330111-2611-A-01-1-f", "李明");
	assert_int_equal(a.kind, ENDING_APPROVED);
	b = call("330111-2611-A-01-1-f", "李明");
	assert_string_equal(a.text, b.text);
	assert_int_equal(call("330111-2611-A-01-1-f", "李朋").status, 422);
	assert_int_equal(effects("330111-2611-A-01-1-f"), 1);
	b = ask("330111-2611-A-01-1-f");
	assert_string_equal(a.text, b.text);
	assert_int_equal(ask("330111-2611-B-01-1-f").kind, ENDING_NOT_RECEIVED);
	line = line_of("330111-2611-A-01-1-f");
	assert_string_equal(json_text(line, "department"), "health");
	assert_string_equal(json_text(line, "call"), "certify");
	assert_int_equal(strlen(json_text(line, "body_sha256")), 64);
	assert_non_null(json_text(line, "arrived"));
	assert_string_equal(json_text(json_object_get(line, "answer"), "state"), "approved");
	assert_int_equal(json_integer_value(json_object_get(line, "attempts")), 4);
	json_decref(line);
	assert_int_equal(stop(SIGTERM), 0);
}

static void
test_refused(void **state)
{
	struct sign_secret wrong;
	const char *body = body_of("李明");

	(void)state;
	start(NULL, NULL);
	assert_int_equal(sign_parse("wrong", 5, &wrong, NULL), 0);
	assert_int_equal(call_with("health/certify", "k1", body, &wrong, ENDING_OF_CALL).status, 401);
	assert_int_equal(call_with("health/certify", "k1", body, NULL, ENDING_OF_CALL).status, 401);
	assert_int_equal(call_with("health/certify", "k1", NULL, NULL, ENDING_OF_CALL).status, 401);
	assert_int_equal(call_with("health/other", "k1", body, &secret, ENDING_OF_CALL).status, 404);
	assert_int_equal(call_with("tax/certify", "k1", body, &secret, ENDING_OF_CALL).status, 404);
	assert_int_equal(call_with("health", "k1", body, &secret, ENDING_OF_CALL).status, 404);
	assert_int_equal(call_with("health/certify", "k1", "{\"a\":1,\"a\":2}", &secret, ENDING_OF_CALL).status, 400);
	assert_int_equal(call_with("health/certify", "k1", "[]", &secret, ENDING_OF_CALL).status, 400);
	assert_int_equal(call_with("health/certify", NULL, "{}", &secret, ENDING_OF_CALL).status, 400);
	assert_int_equal(effects("k1"), -1);
	assert_int_equal(call("k1", "李明").kind, ENDING_APPROVED); /* the key was not spent */
	assert_int_equal(stop(SIGTERM), 0);
}

static void
test_undo(void **state)
{
	json_t *line;

	(void)state;
	start(NULL, NULL);
	assert_int_equal(undo("u0", "nothing").kind, ENDING_REJECTED);
	assert_int_equal(call("f1", "李明").kind, ENDING_APPROVED);
	assert_int_equal(undo("u1", "f1").kind, ENDING_CANCELLED);
	assert_int_equal(undo("u1", "f1").kind, ENDING_CANCELLED);
	assert_int_equal(undo("u2", "f1").kind, ENDING_REJECTED);
	assert_int_equal(call("f2", "孙不撤").kind, ENDING_APPROVED);
	assert_int_equal(undo("u3", "f2").kind, ENDING_REJECTED);
	line = line_of("f1");
	assert_string_equal(json_text(line, "undone_by"), "u1");
	json_decref(line);
	stop(SIGKILL);
	start(NULL, NULL);
	line = line_of("f1");
	assert_string_equal(json_text(line, "undone_by"), "u1");
	json_decref(line);
	assert_int_equal(undo("u3", "f2").kind, ENDING_REJECTED);
	assert_int_equal(stop(SIGTERM), 0);
}

/* Cancelled before it is decided: no decision comes; slowly; against its will; or not at all. */
static void
test_undo_of_pending(void **state)
{
	(void)state;
	start("health:keep:0", "--delay=300");
	assert_int_equal(call("q1", "李等待").kind, ENDING_PENDING);
	assert_int_equal(undo("v1", "q1").kind, ENDING_CANCELLED);
	assert_int_equal(callbacks(1, 900000), 0);
	assert_int_equal(ask("q1").kind, ENDING_REJECTED); /* nothing was decided */
	assert_int_equal(call("q1", "李等待").kind, ENDING_REJECTED);
	assert_int_equal(effects("q1"), 1);
	assert_int_equal(stop(SIGTERM), 0);
	start(NULL, NULL);
	assert_int_equal(call("q2", "郑缓撤").kind, ENDING_APPROVED);
	assert_int_equal(undo("v2", "q2").kind, ENDING_PENDING);
	assert_int_equal(callbacks(1, 5 * US_PER_SECOND), 1);
	assert_non_null(strstr(last, "{\"key\":\"v2\","));
	assert_non_null(strstr(last, "\"state\":\"cancelled\""));
	assert_int_equal(call("q3", "卫迟批").kind, ENDING_PENDING);
	assert_int_equal(undo("v3", "q3").kind, ENDING_CANCELLED);
	assert_int_equal(callbacks(2, 5 * US_PER_SECOND), 2);
	assert_non_null(strstr(last, "\"state\":\"approved\""));
	assert_int_equal(stop(SIGTERM), 0);
	start("health:keep", NULL);
	assert_int_equal(call("q4", "李明").kind, ENDING_APPROVED);
	assert_int_equal(undo("v4", "q4").kind, ENDING_REJECTED);
	assert_int_equal(effects("v4"), 0);
	assert_int_equal(stop(SIGTERM), 0);
}

/* What came later belongs to a key, and is received once. */
static void
test_later(void **state)
{
	const char *good = "{\"application\":\"A\",\"data\":{\"name\":\"李明\"},\"item\":\"certificate\",\"materials\":[],"
	    "\"of\":\"l1\",\"round\":1}", *nothing = "{\"application\":\"A\",\"data\":{},\"item\":\"certificate\","
	    "\"materials\":[],\"of\":\"l1\",\"round\":1}", *of_none = "{\"application\":\"A\",\"data\":{},"
	    "\"item\":\"certificate\",\"materials\":[],\"round\":1}";
	struct result r;

	(void)state;
	start(NULL, NULL);
	assert_int_equal(call("l1", "李明").kind, ENDING_APPROVED);
	r = call_with("health/certify/later", "l2", good, &secret, ENDING_OF_CALL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.text, "{\"state\":\"received\"}");
	assert_int_equal(call_with("health/certify/later", "l2", good, &secret, ENDING_OF_CALL).status, 200);
	assert_int_equal(effects("l2"), 1);
	assert_int_equal(call_with("health/certify/later", "l3", nothing, &secret, ENDING_OF_CALL).status, 200);
	assert_int_equal(call_with("health/certify/later", "l4", of_none, &secret, ENDING_OF_CALL).status, 400);
	assert_int_equal(call_with("health/certify/sooner", "l5", good, &secret, ENDING_OF_CALL).status, 404);
	assert_int_equal(stop(SIGTERM), 0);
}

static const char *
body_with_file(const char *sha256)
{
	static char body[700];

	snprintf(body, sizeof body, "{\"application\":\"A\",\"data\":{\"name\":\"李明\"},\"item\":\"certificate\","
	    "\"materials\":[{\"file\":{\"id\":\"F\",\"sha256\":\"%s\",\"size\":%zu,\"type\":\"pdf\","
	    "\"url\":\"http://127.0.0.1:%d/files/F?key=x\"},\"how\":\"uploaded\",\"id\":\"m\",\"title\":\"t\"}],"
	    "\"round\":1}", sha256, sizeof file_text - 1, callback_port);
	return body;
}

/* What the ledger says of the one file of a key: 1 verified, 0 not, -1 nothing yet. */
static int
verified(const char *key)
{
	for (int64_t begun = clock_monotonic(); clock_monotonic() - begun < 5 * US_PER_SECOND; usleep(20000)) {
		json_t *line = line_of(key), *paper = json_array_get(json_object_get(line, "papers"), 0);
		json_t *told = json_object_get(paper, "verified");
		int is = told ? json_is_true(told) : -1;

		json_decref(line);
		if (is >= 0)
			return is;
	}
	return -1;
}

/* A file that it is told of is fetched, signed, and held against its hash; also after a kill. */
static void
test_papers(void **state)
{
	uint8_t hash[32];
	char hex[65];

	(void)state;
	digest_sha256(file_text, sizeof file_text - 1, hash);
	digest_hex(hash, sizeof hash, hex);
	start(NULL, NULL);
	assert_int_equal(call_with("health/certify", "m1", body_with_file(hex), &secret, ENDING_OF_CALL).kind,
	    ENDING_APPROVED);
	assert_int_equal(verified("m1"), 1);
	assert_int_equal(fetched, 1);
	hex[0] = hex[0] == '0' ? '1' : '0';
	assert_int_equal(call_with("health/certify", "m2", body_with_file(hex), &secret, ENDING_OF_CALL).kind,
	    ENDING_APPROVED);
	assert_int_equal(verified("m2"), 0);
	pthread_mutex_lock(&lock);
	refuse = 1000000;
	pthread_mutex_unlock(&lock);
	assert_int_equal(call_with("health/certify", "m3", body_with_file(hex), &secret, ENDING_OF_CALL).kind,
	    ENDING_APPROVED);
	usleep(300000);
	stop(SIGKILL);
	start(NULL, NULL); /* and nobody refuses any more */
	assert_int_equal(verified("m1"), 1);
	assert_int_equal(verified("m3"), 0);
	assert_int_equal(fetched, 1); /* those known are not fetched again */
	assert_int_equal(forged, 0);
	assert_int_equal(stop(SIGTERM), 0);
}

static void
test_people(void **state)
{
	struct result r;

	(void)state;
	start(NULL, NULL);
	assert_int_equal(call("p1", "张全拒").kind, ENDING_REJECTED);
	assert_int_equal(call("p2", "王补正").kind, ENDING_CORRECTION);
	assert_int_equal(call("p3", "赵转人工").kind, ENDING_ATTENTION);
	assert_int_equal(call("p4", "冯缺项").kind, ENDING_ATTENTION);
	assert_int_equal(call("p5", "钱无信").kind, ENDING_PENDING);
	usleep(300000);
	assert_int_equal(ask("p5").kind, ENDING_APPROVED);
	assert_int_equal(callbacks(1, 300000), 0);
	assert_int_equal(call("p6", "李等待").kind, ENDING_PENDING);
	assert_int_equal(ask("p6").kind, ENDING_PENDING);
	assert_int_equal(callbacks(1, 5 * US_PER_SECOND), 1);
	assert_non_null(strstr(last, "{\"key\":\"p6\",\"outputs\":{\"no\":"));
	r = call("p6", "李等待");
	assert_int_equal(r.kind, ENDING_APPROVED);
	assert_int_equal(call("p7", "吴反复").kind, ENDING_APPROVED);
	assert_int_equal(callbacks(2, 5 * US_PER_SECOND), 2);
	assert_non_null(strstr(last, "\"state\":\"rejected\""));
	assert_int_equal(forged, 0);
	assert_int_equal(stop(SIGTERM), 0);
}

static void
test_faults(void **state)
{
	struct result r;

	(void)state;
	start("health:reset_before", NULL);
	r = call("a1", "李明");
	assert_false(r.whole);
	assert_int_equal(r.kind, ENDING_RETRY);
	assert_int_equal(effects("a1"), -1);
	stop(SIGTERM);
	start("health:reset_after", NULL);
	r = call("a1", "李明");
	assert_false(r.whole);
	assert_int_equal(r.kind, ENDING_RETRY);
	assert_int_equal(effects("a1"), 1);
	stop(SIGTERM);
	start("health:slow", NULL);
	r = call("a2", "李明");
	assert_int_equal(r.kind, ENDING_APPROVED);
	assert_true(r.took_us >= 2 * US_PER_SECOND);
	stop(SIGTERM);
	start("*:hang", NULL);
	r = call("a3", "李明");
	assert_false(r.whole);
	assert_true(r.took_us >= 2900000);
	assert_int_equal(effects("a3"), 1);
	assert_int_equal(stop(SIGTERM), 0); /* with a connection hanging */
}

/* Nothing of it may pass for an answer; the effect is there once whatever was sent. */
static void
test_garbage(void **state)
{
	char key[32];
	int done = 0;

	(void)state;
	start("health:garbage", NULL);
	for (int i = 0; i < 60; i++) {
		struct result r;

		snprintf(key, sizeof key, "g%d", i);
		r = call(key, "李明");
		if (r.kind != ENDING_RETRY && r.kind != ENDING_ATTENTION)
			fail_msg("%d %s passed for %s", r.status, r.text, r.code);
		assert_int_equal(effects(key), 1);
	}
	stop(SIGTERM);
	start("health:500:0.5:9", NULL);
	for (int i = 0; i < 40; i++) {
		snprintf(key, sizeof key, "h%d", i);
		for (int attempt = 0; attempt < 30; attempt++)
			if (call(key, "李明").kind == ENDING_APPROVED) {
				done++;
				break;
			}
		assert_int_equal(effects(key), 1);
	}
	assert_int_equal(done, 40);
	stop(SIGTERM);
}

static void
test_callbacks(void **state)
{
	struct result r;
	int64_t answered;

	(void)state;
	start("health:accept", NULL);
	assert_int_equal(call("c1", "李明").kind, ENDING_PENDING);
	assert_int_equal(callbacks(1, 5 * US_PER_SECOND), 1);
	assert_int_equal(callbacks(2, 400000), 1);
	pthread_mutex_lock(&lock);
	refuse = 2;
	pthread_mutex_unlock(&lock);
	assert_int_equal(call("c2", "李明").kind, ENDING_PENDING);
	assert_int_equal(callbacks(2, 5 * US_PER_SECOND), 2);
	assert_int_equal(stop(SIGTERM), 0);
	start("health:twice", NULL);
	assert_int_equal(call("c3", "李明").kind, ENDING_PENDING);
	assert_int_equal(callbacks(2, 5 * US_PER_SECOND), 2);
	assert_int_equal(callbacks(3, 400000), 2);
	assert_int_equal(stop(SIGTERM), 0);
	start("health:early", NULL);
	r = call("c4", "李明");
	answered = clock_monotonic();
	assert_int_equal(r.kind, ENDING_PENDING);
	assert_int_equal(callbacks(1, 0), 1);
	assert_true(taken_at < answered);
	assert_int_equal(stop(SIGTERM), 0);
}

/* Until the department has written that down: what it did not write before a kill it rightly tells again. */
static bool
written(const char *line, int64_t within_us)
{
	static char text[1 << 20];
	char path[128];
	int64_t begun = clock_monotonic();

	snprintf(path, sizeof path, "%s/d/ledger.ndjson", folder);
	do {
		FILE *f = fopen(path, "r");
		size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

		text[n] = 0;
		if (f)
			fclose(f);
		if (strstr(text, line))
			return true;
		usleep(2000);
	} while (clock_monotonic() - begun < within_us);
	return false;
}

/* Killed between promise and callback: the callback comes after the restart. */
static void
test_callback_after_kill(void **state)
{
	(void)state;
	start("health:accept", "--delay=2500");
	assert_int_equal(call("d1", "李明").kind, ENDING_PENDING);
	stop(SIGKILL);
	assert_int_equal(callbacks(1, 600000), 0);
	start(NULL, NULL);
	assert_int_equal(callbacks(1, 5 * US_PER_SECOND), 1);
	assert_non_null(strstr(last, "\"key\":\"d1\""));
	assert_true(written("{\"told\":\"d1\"", 5 * US_PER_SECOND));
	stop(SIGKILL);
	start(NULL, NULL);
	assert_int_equal(callbacks(1, 700000), 0); /* told once is told */
	stop(SIGKILL);
}

/* Killed again and again under load: what was answered is remembered, nothing happens twice. */
static void
test_kills(void **state)
{
	enum { ROUNDS = 12, N = 60 };
	static char answers[ROUNDS * N][2048];
	struct outcall_done done;
	char key[32], path[128];
	int known = 0, lost = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		start(NULL, NULL);
		for (int i = 0; i < N; i++) {
			snprintf(key, sizeof key, "k%d", round * N + i);
			begin("health/certify", key, "{\"application\":\"A\",\"data\":{\"name\":\"李明\"},"
			    "\"item\":\"certificate\",\"materials\":[],\"round\":1}", &secret, answers[round * N + i]);
		}
		for (int i = 0; i < N; i++) {
			if (i == round * 5)
				kill(child, SIGKILL);
			done = finish();
			if (done.answer.complete) {
				assert_int_equal(done.answer.status, 200);
				snprintf(done.cookie, sizeof answers[0], "%.*s", (int)done.answer.length, done.answer.body);
				known++;
			} else {
				lost++;
			}
			outcall_release(o, done.call);
		}
		stop(SIGKILL);
	}
	print_message("%d answered, %d cut off by %d kills\n", known, lost, ROUNDS);
	assert_true(known > 0 && lost > 0);
	snprintf(path, sizeof path, "%s/d/ledger.ndjson", folder); /* and a line that was half written */
	FILE *f = fopen(path, "a");
	assert_non_null(f);
	fputs("{\"department\":\"health\",\"ca", f);
	fclose(f);
	for (int again = 0; again < 2; again++) {
		start(NULL, NULL);
		for (int i = 0; i < ROUNDS * N; i++) {
			struct result r;

			snprintf(key, sizeof key, "k%d", i);
			r = call(key, "李明");
			assert_int_equal(r.kind, ENDING_APPROVED);
			if (answers[i][0])
				assert_string_equal(r.text, answers[i]);
			snprintf(answers[i], sizeof answers[i], "%s", r.text);
			if (i % 97 == 0)
				assert_int_equal(effects(key), 1);
		}
		stop(SIGKILL);
	}
}

/* A department that does not remember keys does it again each time, and the ledger shows it. */
static void
test_forgetful(void **state)
{
	char path[64];
	const char *body = "{\"application\":\"A\",\"data\":{},\"item\":\"x\",\"materials\":[],\"round\":1}";

	(void)state;
	start(NULL, NULL);
	snprintf(path, sizeof path, "%s/d/secrets/cdc", folder);
	assert_int_equal(sign_read(path, &secret, NULL), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(call_with("cdc/open", "n1", body, &secret, ENDING_OF_CALL).status, 200);
	assert_int_equal(effects("n1"), 3);
	stop(SIGKILL);
	start(NULL, NULL);
	assert_int_equal(effects("n1"), 3);
	stop(SIGTERM);
}

static void
test_usage(void **state)
{
	static char *wrong[][4] = {{"departments", "--port", "x"}, {"departments", "--fault", "x"},
		{"departments", "--port", "70000"}, {"departments", "--what", "1"}, {"departments", "extra"}};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		int n = 0;

		while (n < 4 && wrong[i][n])
			n++;
		assert_int_equal(departments_main(n, wrong[i], NULL), 2);
	}
	assert_int_equal(departments_main(1, wrong[4], NULL), 1); /* no connectors */
}

static int
set_up(void **state)
{
	const union MHD_DaemonInfo *info;

	(void)state;
	o = outcall_new(&(struct outcall_limits){.in_flight = 100}, NULL);
	receiver = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, receive, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, received, NULL, MHD_OPTION_END);
	info = receiver ? MHD_get_daemon_info(receiver, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	callback_port = info ? info->port : 0;
	return o && info && mkdtemp(folder) ? 0 : -1;
}

static int
tear_down(void **state)
{
	static const char *const files[] = {"d/secrets/health", "d/secrets/cdc", "d/secrets",
		"d/ledger.ndjson", "d", ""};
	char path[128];

	(void)state;
	outcall_free(o);
	MHD_stop_daemon(receiver);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		remove(path);
	}
	return 0;
}

static int
kill_child(void **state)
{
	(void)state;
	if (child > 0)
		stop(SIGKILL); /* a failed test left it */
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_usage, kill_child),
		cmocka_unit_test_teardown(test_keys, kill_child),
		cmocka_unit_test_teardown(test_refused, kill_child),
		cmocka_unit_test_teardown(test_undo, kill_child),
		cmocka_unit_test_teardown(test_undo_of_pending, kill_child),
		cmocka_unit_test_teardown(test_later, kill_child),
		cmocka_unit_test_teardown(test_papers, kill_child),
		cmocka_unit_test_teardown(test_people, kill_child),
		cmocka_unit_test_teardown(test_faults, kill_child),
		cmocka_unit_test_teardown(test_garbage, kill_child),
		cmocka_unit_test_teardown(test_callbacks, kill_child),
		cmocka_unit_test_teardown(test_callback_after_kill, kill_child),
		cmocka_unit_test_teardown(test_kills, kill_child),
		cmocka_unit_test_teardown(test_forgetful, kill_child),
	};

	return cmocka_run_group_tests_name("departments/departments", tests, set_up, tear_down);
}
