#include "peer/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/conf.h"
#include "base/log.h"
#include "http/call.h"
#include "outcall/outcall.h"
#include "peer/form.h"
#include "peer/setup.h"

enum { BODY = 1 << 16, ANSWER = 256 };

static char bearer[160]; /* made before the node starts, only read then */

/* --- the one route --- */

/* Its 201 -> what the harness reads of it; anything else goes on as it is. */
static void
filed(void *cookie, struct http_exchange *x, const struct http_reply *r)
{
	static const char member[] = "\"number\":\"";
	const char *number = r ? memmem(r->body, r->length, member, sizeof member - 1) : NULL;
	char out[ANSWER];
	int n;

	(void)cookie;
	if (!r)
		return;
	if (r->status != 201 || !number) {
		http_answer(x, r->status, r->type, r->body, r->length);
		return;
	}
	number += sizeof member - 1;
	n = snprintf(out, sizeof out, "{\"id\":\"%.*s\"}", (int)strcspn(number, "\""), number);
	http_answer(x, 201, "application/json", out, (size_t)n);
}

static void
file(void *node, struct http_exchange *x)
{
	struct error why = { 0 };
	struct text body;
	char key[FORM_KEY];
	size_t length;
	const char *theirs = http_body(x, &length);
	struct http_request request = { "POST", "/api/v1/applications", "application/json", NULL, 0,
		{ { "Authorization", bearer }, { "Idempotency-Key", key } } };

	(void)node;
	if (!http_peer_is_loopback(x)) {
		http_not_found(x);
		return;
	}
	text_init(&body, BODY);
	if (form_ours(theirs, length, &body, key, &why) == 0) {
		request.body = body.data;
		request.length = body.length;
		http_call(x, &request, filed, NULL);
	} else {
		http_problem(x, 400, "not-readable", "not readable", why.text, NULL);
	}
	text_free(&body);
}

static void *
open_route(struct node *n, struct error *why)
{
	(void)why;
	return n;
}

static void
nothing(void *node)
{
	(void)node;
}

static char *
no_words(void *node, struct http_exchange *x, int status, size_t *length)
{
	(void)node;
	(void)x;
	(void)status;
	(void)length;
	return NULL;
}

static const struct http_route routes[] = {
	{ "POST", "/applications", false, BODY, "application/json", file, 0 },
};

static const struct node_extension extension = { { routes, 1, NULL }, open_route, nothing, nothing, no_words };

/* --- the start --- */

bool
peer_wanted(int argc, char **argv)
{
	return argc == 2 && strcmp(argv[1], "--as-peer") == 0;
}

/* The department is on this machine, as the harness starts it: whatever we are told, no form leaves it. */
static int
read_environment(struct setup_asked *a, struct error *why)
{
	const char *port = getenv("PORT");
	struct outcall_allow to;

	a->database = getenv("DATABASE_URL");
	a->departments = getenv("DEPT_URL");
	a->port = port ? atoi(port) : 0;
	if (!a->database || !a->departments || a->port < 1 || a->port > 65535)
		return error_set(why, ERROR_BROKEN, "the harness gives DATABASE_URL, DEPT_URL and PORT in the environment");
	if (outcall_allow(a->departments, &to, why) != 0)
		return -1;
	return strcmp(to.host, "127.0.0.1") == 0 ? 0
	    : error_set(why, ERROR_BROKEN, "DEPT_URL must be on 127.0.0.1, it is on %s", to.host);
}

static int
serve(const struct setup *made, struct error *why)
{
	char *nothing_else[] = { NULL };
	struct conf *conf = conf_read(setup_settings(made), nothing_else, why);
	int code;

	if (!conf)
		return 1;
	snprintf(bearer, sizeof bearer, "Bearer %s", setup_token(made));
	code = node_serve(conf, &api_routes, &extension);
	conf_free(conf);
	return code;
}

int
peer_main(const struct conf *conf)
{
	struct error why = { 0 };
	struct setup_asked asked;
	struct setup *made;
	int code = 2;

	log_set_level("warning");
	if (read_environment(&asked, &why) == 0) {
		made = setup_make(&asked, conf, &why);
		code = made ? serve(made, &why) : 1;
		setup_free(made);
	}
	if (why.kind != ERROR_NONE)
		fprintf(stderr, "yijianshi: bench --as-peer: %s\n", why.text);
	return code;
}
