#include "departments/papers.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "seal/digest.h"

enum { TIMEOUT_MS = 30000 };

static const int64_t first_wait = 100000, longest_wait = 5 * US_PER_SECOND;

struct fetch { /* one file of an entry */
	struct task task;
	struct letter letter;
	struct office *office;
	struct entry *entry;
	size_t paper;
	struct outcall_allow allow;
	int64_t wait;
};

static struct fetch *
of_task(struct task *task)
{
	return (struct fetch *)(void *)((char *)task - offsetof(struct fetch, task));
}

static struct fetch *
of_letter(struct letter *letter)
{
	return (struct fetch *)(void *)((char *)letter - offsetof(struct fetch, letter));
}

json_t *
papers_of(const json_t *materials)
{
	json_t *all = NULL, *material, *file;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)materials, i, material) {
		file = json_object_get(material, "file");
		if (!json_text(file, "url") || !json_text(file, "sha256"))
			continue;
		if (!all)
			all = json_array();
		json_array_append_new(all, json_copy(file));
	}
	return all;
}

static void
again(struct fetch *f)
{
	agenda_add(f->office->agenda, &f->task, clock_monotonic() + f->wait);
	f->wait = f->wait * 2 < longest_wait ? f->wait * 2 : longest_wait;
}

static void
on_due(struct task *task)
{
	struct fetch *f = of_task(task);

	if (!f->office->stopping && !agenda_post(f->office->agenda, &f->letter))
		again(f);
}

static bool
is_as_told(const json_t *told, const struct answer *answer)
{
	uint8_t hash[32];
	char hex[65];

	digest_sha256(answer->body, answer->length, hash);
	digest_hex(hash, sizeof hash, hex);
	return answer->status == 200 && strcmp(hex, json_text(told, "sha256")) == 0 &&
	    json_integer_value(json_object_get(told, "size")) == (json_int_t)answer->length;
}

/* A refusal is an answer too: what is refused now will be refused again. */
static void
on_answer(struct letter *letter, const struct answer *answer)
{
	struct fetch *f = of_letter(letter);
	const json_t *told = json_array_get(f->entry->papers, f->paper);
	bool verified;

	if (!answer || answer->status >= 500) {
		again(f);
		return;
	}
	verified = is_as_told(told, answer);
	if (!verified)
		log_warning("%s: the file %s told of under %s is not to be had: %d", f->entry->department,
		    json_text(told, "id"), f->entry->key, answer->status);
	pthread_mutex_lock(&f->office->lock);
	if (ledger_fetched(f->office->ledger, f->entry, f->paper, verified) != 0)
		log_error("the departments' ledger takes no more lines");
	pthread_mutex_unlock(&f->office->lock);
}

/* Whoever signed the call may name where the file is. */
static int
allow_host(const char *url, struct outcall_allow *allow, struct error *why)
{
	char *base = strndup(url, strcspn(url, "?"));
	int result = base ? outcall_allow(base, allow, why) : -1;

	free(base);
	return result;
}

static void
plan_one(struct office *office, struct entry *e, size_t paper, struct fetch *f)
{
	const struct desk_department *d = desk_department(&office->desk, e->department);
	const json_t *told = json_array_get(e->papers, paper);
	struct error why = {0};

	*f = (struct fetch){.task.run = on_due, .letter.done = on_answer, .office = office, .entry = e,
		.paper = paper, .wait = first_wait};
	if (json_object_get(told, "verified"))
		return;
	f->letter.request = (struct outcall_request){.method = "GET", .url = json_text(told, "url"),
		.direction = SIGN_IN, .allow = &f->allow, .timeout_ms = TIMEOUT_MS};
	if (!d || allow_host(json_text(told, "url"), &f->allow, &why) != 0) {
		log_warning("%s: no file can be fetched for %s: %s", e->department, e->key, why.text);
		return;
	}
	f->letter.request.secret = keyring_of(&office->keyring, &office->desk, d);
	agenda_add(office->agenda, &f->task, clock_monotonic());
}

void
papers_plan(struct office *office, struct entry *e)
{
	size_t n = json_array_size(e->papers);

	e->fetches = n > 0 ? calloc(n, sizeof *e->fetches) : NULL;
	for (size_t i = 0; e->fetches && i < n; i++)
		plan_one(office, e, i, &e->fetches[i]);
}

void
papers_free(struct entry *e)
{
	free(e->fetches);
	e->fetches = NULL;
}
