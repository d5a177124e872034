#include "departments/process.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "departments/departments.h"
#include "seal/digest.h"

static const char connectors_text[] =
    "[{\"id\":\"health\",\"signature\":2,\"calls\":[{\"id\":\"certify\",\"undo\":true,"
    "\"takes\":[{\"name\":\"name\",\"type\":\"new_name\"}],"
    "\"gives\":[{\"name\":\"no\",\"type\":\"birth_cert_no\"}]}]},"
    "{\"id\":\"cdc\",\"once_per\":\"none\",\"calls\":[{\"id\":\"open\",\"takes\":[],\"gives\":[]}]}]";
static const struct output certificate = {(char *)(uintptr_t)"no", TYPE_BIRTH_CERT_NO, false};

struct process process = {.folder = "/tmp/test_departments.XXXXXX"};
struct heard heard = {.lock = PTHREAD_MUTEX_INITIALIZER};
static struct MHD_Daemon *receiver;

/* ---- the node's side of callbacks ---- */

const char process_file[] = "what was uploaded";

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
	pthread_mutex_lock(&heard.lock);
	if (sign_verify(&process.secret, &m, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Timestamp"),
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Signature"),
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Signature-V2"), true,
	    clock_now() / US_PER_SECOND) != SIGN_GOOD) {
		heard.forged++;
		status = 401;
	} else if (heard.refuse > 0) {
		heard.refuse--;
		status = 503;
	} else if (gets) {
		heard.fetched++;
		status = 200;
	} else {
		heard.taken++;
		heard.taken_at = clock_monotonic();
		snprintf(heard.last, sizeof heard.last, "%s", body->data);
	}
	pthread_mutex_unlock(&heard.lock);
	r = MHD_create_response_from_buffer(gets ? sizeof process_file - 1 : 0, (void *)(uintptr_t)process_file,
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

int
process_callbacks(int at_least, int64_t within_us)
{
	int64_t begun = clock_monotonic();
	int n;

	do {
		pthread_mutex_lock(&heard.lock);
		n = heard.taken;
		pthread_mutex_unlock(&heard.lock);
		usleep(2000);
	} while (n < at_least && clock_monotonic() - begun < within_us);
	return n;
}

/* ---- the process ---- */

void
process_start(const char *fault, const char *more)
{
	char dir[64], *argv[] = {"departments", "--port", "0", "--dir", dir, "--fault",
		(char *)(uintptr_t)(fault ? fault : "none:500"), (char *)(uintptr_t)more, NULL};
	int ends[2];
	char line[256] = "", url[64];
	FILE *out;

	snprintf(dir, sizeof dir, "%s/d", process.folder);
	pthread_mutex_lock(&heard.lock);
	process.timeout_ms = fault && strstr(fault, "hang") ? 3000 : 30000;
	heard.taken = heard.forged = heard.refuse = heard.fetched = 0;
	pthread_mutex_unlock(&heard.lock);
	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	process.child = fork();
	assert_true(process.child >= 0);
	if (process.child == 0) {
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
	assert_int_equal(sscanf(line, "departments ready on http://127.0.0.1:%d", &process.port), 1);
	snprintf(url, sizeof url, "http://127.0.0.1:%d", process.port);
	assert_int_equal(outcall_allow(url, &process.allow, NULL), 0);
	snprintf(dir, sizeof dir, "%s/d/secrets/health", process.folder);
	assert_int_equal(sign_read(dir, &process.secret, NULL), 0);
}

int
process_stop(int sig)
{
	int status = 0;

	kill(process.child, sig);
	waitpid(process.child, &status, 0);
	process.child = 0;
	return status;
}

/* ---- calls ---- */

struct outcall_done
process_finish(void)
{
	struct outcall_done done = {0};

	for (int64_t begun = clock_monotonic(); clock_monotonic() - begun < 60 * US_PER_SECOND;) {
		if (outcall_next(process.outcall, &done))
			return done;
		outcall_wait(process.outcall, NULL, 0, 100);
	}
	fail_msg("no answer within 60 s");
	return done;
}

void
process_begin(const char *path, const char *key, const char *body, const struct sign_secret *with, void *cookie)
{
	char url[512], callback[128];
	struct outcall_request r = {.cookie = cookie, .method = body ? "POST" : "GET", .url = url, .body = body,
		.length = body ? strlen(body) : 0, .key = body ? key : NULL, .round = 1, .secret = with,
		.callback_url = body ? callback : NULL, .allow = &process.allow, .timeout_ms = process.timeout_ms};

	snprintf(callback, sizeof callback, "http://127.0.0.1:%d/api/v1/departments/health/results", process.callback_port);
	snprintf(url, sizeof url, body ? "http://127.0.0.1:%d/%s" : "http://127.0.0.1:%d/%s?key=%s", process.port,
	    path, key);
	assert_int_equal(outcall_start(process.outcall, &r, NULL), 0);
}

struct process_result
process_call_with(const char *path, const char *key, const char *body, const struct sign_secret *with,
    enum ending_purpose purpose)
{
	struct outcall_done done;
	struct process_result r = {0};
	struct ending ending;

	process_begin(path, key, body, with, NULL);
	done = process_finish();
	r.whole = done.answer.complete;
	r.status = done.answer.status;
	r.took_us = done.took_us;
	snprintf(r.text, sizeof r.text, "%.*s", (int)done.answer.length, done.answer.body);
	ending_judge(purpose, &done.answer, &certificate, 1, &ending);
	outcall_release(process.outcall, done.call);
	r.kind = ending.kind;
	r.code = ending.code;
	ending_free(&ending);
	return r;
}

const char *
process_body(const char *name)
{
	static char body[256];

	snprintf(body, sizeof body, "{\"application\":\"A\",\"data\":{\"name\":\"%s\"},\"item\":\"certificate\","
	    "\"materials\":[],\"round\":1}", name);
	return body;
}

struct process_result
process_call(const char *key, const char *name)
{
	return process_call_with("health/certify", key, process_body(name), &process.secret, ENDING_OF_CALL);
}

struct process_result
process_ask(const char *key)
{
	return process_call_with("health/certify", key, NULL, &process.secret, ENDING_OF_QUESTION);
}

struct process_result
process_undo(const char *key, const char *of)
{
	char body[256];

	snprintf(body, sizeof body, "{\"application\":\"A\",\"item\":\"certificate\",\"of\":\"%s\","
	    "\"result_id\":\"x\",\"round\":1}", of);
	return process_call_with("health/certify/cancel", key, body, &process.secret, ENDING_OF_UNDO);
}

/* The ledger's line of a key; NULL: none. New reference. */
json_t *
process_line(const char *key)
{
	char url[64], *at, *end;
	struct outcall_request r = {.method = "GET", .url = url, .allow = &process.allow};
	struct outcall_done done;
	json_t *found = NULL;

	snprintf(url, sizeof url, "http://127.0.0.1:%d/_ledger", process.port);
	for (int i = 0;; i++) { /* a question: asked again when a fault took the connection with it */
		assert_int_equal(outcall_start(process.outcall, &r, NULL), 0);
		done = process_finish();
		if (done.answer.complete)
			break;
		print_message("# the ledger: %s\n", done.problem ? done.problem : "no whole answer");
		outcall_release(process.outcall, done.call);
		assert_true(i < 5);
	}
	for (at = (char *)(uintptr_t)done.answer.body; (end = strchr(at, '\n')); at = end + 1) {
		struct error why = {0};
		json_t *line = json_read(at, (size_t)(end - at), 65536, &why);

		if (!line)
			fail_msg("%s", why.text);
		if (!found && strcmp(json_text(line, "key"), key) == 0)
			found = json_incref(line);
		json_decref(line);
	}
	outcall_release(process.outcall, done.call);
	return found;
}

int
process_effects(const char *key)
{
	json_t *line = process_line(key);
	int n = line ? (int)json_integer_value(json_object_get(line, "effects")) : -1;

	json_decref(line);
	return n;
}

int
process_set_up(void **state)
{
	const union MHD_DaemonInfo *info;

	(void)state;
	process.outcall = outcall_new(&(struct outcall_limits){.in_flight = 100}, NULL);
	receiver = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, receive, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, received, NULL, MHD_OPTION_END);
	info = receiver ? MHD_get_daemon_info(receiver, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	process.callback_port = info ? info->port : 0;
	return process.outcall && info && mkdtemp(process.folder) ? 0 : -1;
}

int
process_tear_down(void **state)
{
	static const char *const files[] = {"d/secrets/health", "d/secrets/cdc", "d/secrets",
		"d/ledger.ndjson", "d", ""};
	char path[128];

	(void)state;
	outcall_free(process.outcall);
	MHD_stop_daemon(receiver);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "%s/%s", process.folder, files[i]);
		remove(path);
	}
	return 0;
}

int
process_kill(void **state)
{
	(void)state;
	if (process.child > 0)
		process_stop(SIGKILL); /* a failed test left it */
	return 0;
}
