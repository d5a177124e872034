/* An application's changes as they happen (server-sent events). A message says how far its history is and
 * its status, nothing else: what has changed is read where it always is, with the rights of that. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/sight.h"
#include "base/log.h"
#include "flows/notices.h"
#include "http/stream.h"

enum { MESSAGE = 256 };

struct listener {
	struct notice notice; /* first: the notices know no more of it */
	struct node *node;
	struct account who;
	struct http_stream *stream;
	char number[40];
	int32_t told;         /* the history's count at the last message; -1: none yet */
	int16_t status;       /* and how it stood */
};

static int
message(char to[MESSAGE], const char *event, int32_t count, int16_t status)
{
	return snprintf(to, MESSAGE, "id: %d\nevent: %s\ndata: {\"count\":%d,\"status\":\"%s\"}\n\n", (int)count, event,
	    (int)count, application_status_names[status]);
}

/* What he is told of it now. False: nothing will come any more. */
static bool
tell(struct listener *l, const struct store_case *c)
{
	char text[MESSAGE];
	bool over = c->status >= STATUS_FINISHED && !c->open;
	int length;

	if (!over && c->history_count == l->told)
		return http_stream_put(l->stream, ":\n\n", 3); /* so that a client that has gone is noticed */
	length = message(text, over ? "end" : "change", c->history_count, c->status);
	l->told = c->history_count;
	l->status = c->status;
	return http_stream_put(l->stream, text, (size_t)length) && !over;
}

/* Each time anew: is he still who came in, and may he still see it? */
static bool
look(struct notice *it, struct store *s, bool beat)
{
	struct listener *l = (struct listener *)it;
	struct store_case c = { 0 };
	struct error why = { 0 };
	int found = account_again(l->node, s, &l->who, &why);
	bool on;

	(void)beat; /* the count tells whether it has changed */
	if (found == 1)
		found = store_case_by_number(s, l->number, false, &c, &why);
	if (found < 0) { /* the database is away: later */
		log_warning("who listens to an application is not looked at: %s", why.text);
		on = http_stream_put(l->stream, ":\n\n", 3);
	} else {
		on = found == 1 && sight_may(&l->who, &c) && tell(l, &c);
	}
	store_case_free(&c);
	return on;
}

/* Whom a later page crowds out is told so, and does not come again by itself. */
static void
ended(struct notice *it, bool crowded)
{
	struct listener *l = (struct listener *)it;
	char text[MESSAGE];

	if (crowded && l->told >= 0)
		http_stream_put(l->stream, text, (size_t)message(text, "end", l->told, l->status));
	http_stream_end(l->stream);
	free(l);
}

/* As it stands now, for who cannot keep an answer open. */
static void
answer_once(struct http_exchange *x, const struct store_case *c)
{
	char text[MESSAGE];
	int length = message(text, "change", c->history_count, c->status);

	http_answer(x, 200, "text/event-stream", text, (size_t)length);
}

static void
too_many(struct http_exchange *x)
{
	http_add_header(x, "Retry-After", "30");
	http_problem(x, 429, "too-many-listeners", "同时看进度的窗口太多", "请关掉几个,或者过一会儿刷新页面看进度。", NULL);
}

/* The stream begins before he is taken in: a message may be on its way at once. */
static void
begin(struct node *n, struct http_exchange *x, const struct account *who, const struct store_case *c)
{
	struct listener *l = calloc(1, sizeof *l);

	if (!l || notices_full(n->notices)) {
		free(l);
		too_many(x);
		return;
	}
	l->notice = (struct notice){ .division = c->division, .id = c->id, .account = who->id, .look = look,
		.ended = ended };
	l->node = n;
	l->who = *who;
	l->told = -1;
	memcpy(l->number, c->number, sizeof l->number);
	http_add_header(x, "X-Accel-Buffering", "no"); /* a proxy in front holds nothing back */
	l->stream = http_stream_begin(x, "text/event-stream");
	if (!l->stream)
		free(l);
	else if (!http_stream_put(l->stream, "retry: 5000\n\n", 13) || notices_add(n->notices, &l->notice) != 0)
		ended(&l->notice, false);
}

void
api_applications_changes(void *node, struct http_exchange *x)
{
	struct node *n = node;
	const char *accept = http_header(x, "Accept");
	struct error why = { 0 };
	struct store_case c;
	struct account who;
	struct store *s;

	if (!sight_find(n, x, false, &who, &s, &c))
		return;
	if (sight_note(n, s, &who, &c, "status", "shown", &why) != 0)
		api_unavailable(x, &why);
	else if (accept && strstr(accept, "text/event-stream"))
		begin(n, x, &who, &c);
	else
		answer_once(x, &c);
	store_case_free(&c);
}
