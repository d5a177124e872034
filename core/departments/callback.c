#include "departments/callback.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

enum { TIMEOUT_MS = 10000 };

static const int64_t first_wait = 100000, longest_wait = 5 * US_PER_SECOND;

struct callback {
	struct task task;
	struct letter letter;
	struct office *office;
	struct entry *entry;
	struct outcall_allow allow;
	struct task *first;
	int copies;
	int64_t wait;
	char *body;
};

static struct callback *
of_task(struct task *task)
{
	return (struct callback *)(void *)((char *)task - offsetof(struct callback, task));
}

static struct callback *
of_letter(struct letter *letter)
{
	return (struct callback *)(void *)((char *)letter - offsetof(struct callback, letter));
}

static void
again(struct callback *c, int64_t wait)
{
	agenda_add(c->office->agenda, &c->task, clock_monotonic() + wait);
}

/* The answer that waited for the first posting may go now, however that ended. */
static void
let_first_go(struct callback *c)
{
	struct task *first = c->first;

	c->first = NULL;
	if (first)
		first->run(first);
}

static void
on_due(struct task *task)
{
	struct callback *c = of_task(task);
	bool undone;

	pthread_mutex_lock(&c->office->lock);
	undone = c->entry->undone_by != NULL && !c->entry->stubborn;
	pthread_mutex_unlock(&c->office->lock);
	if (c->office->stopping || undone) { /* what was cancelled before it was decided is not told */
		let_first_go(c);
		return;
	}
	if (!agenda_post(c->office->agenda, &c->letter)) {
		let_first_go(c);
		again(c, first_wait);
	}
}

static void
on_answer(struct letter *letter, const struct answer *answer)
{
	struct callback *c = of_letter(letter);
	int status = answer ? answer->status : 0;
	bool taken = status >= 200 && status < 300;

	let_first_go(c);
	if (!taken) {
		if (status >= 400 && status < 500)
			log_warning("%s: the callback of %s is not taken: %d", c->entry->department,
			    c->entry->key, status);
		again(c, c->wait);
		c->wait = c->wait * 2 < longest_wait ? c->wait * 2 : longest_wait;
		return;
	}
	if (!c->entry->told) {
		pthread_mutex_lock(&c->office->lock);
		if (ledger_told(c->office->ledger, c->entry) != 0)
			log_error("the departments' ledger takes no more lines");
		pthread_mutex_unlock(&c->office->lock);
	}
	if (--c->copies > 0)
		again(c, 0);
}

/* {"key": …} and what was decided. */
static char *
make_body(const struct entry *e)
{
	const char *answer = e->afterwards ? e->afterwards : e->answer;
	struct text body;
	size_t length;

	text_init(&body, 1 << 20);
	text_puts(&body, "{\"key\":");
	text_put_json_string(&body, e->key);
	text_puts(&body, ",");
	text_puts(&body, answer + 1); /* an object of at least one member */
	return text_take(&body, &length);
}

static int
fill_request(struct callback *c)
{
	const struct desk_department *d = desk_department(&c->office->desk, c->entry->department);
	struct outcall_request *r = &c->letter.request;
	struct error why = {0};

	if (!d || outcall_allow(c->entry->callback_url, &c->allow, &why) != 0)
		return -1;
	r->url = c->entry->callback_url;
	r->body = c->body;
	r->length = strlen(c->body);
	r->direction = SIGN_IN;
	r->secret = keyring_of(&c->office->keyring, &c->office->desk, d);
	r->allow = &c->allow; /* whoever signed the call may name where the answer goes */
	r->timeout_ms = TIMEOUT_MS;
	return 0;
}

void
callback_plan(struct office *office, struct entry *e, int copies, struct task *first)
{
	struct callback *c = calloc(1, sizeof *c);
	int64_t wait = e->later ? e->due - clock_now() : first_wait;

	if (c) {
		c->office = office;
		c->entry = e;
		c->copies = copies;
		c->first = first;
		c->wait = first_wait;
		c->task.run = on_due;
		c->letter.done = on_answer;
		c->body = make_body(e);
	}
	if (!c || !c->body || fill_request(c) != 0) {
		log_warning("%s: no callback can be made for %s", e->department, e->key);
		if (first)
			first->run(first);
		if (c)
			c->first = NULL;
		callback_free(c);
		return;
	}
	e->callback = c;
	again(c, wait > 0 && !first ? wait : 0);
}

void
callback_free(struct callback *c)
{
	if (!c)
		return;
	let_first_go(c);
	free(c->body);
	free(c);
}
