#include "pages/papers.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "pages/posted.h"
#include "rules/upload.h"

static const char paper_field[] = "paper."; /* before a material's id */

/* What an exchange's page goes on with lies in the exchange. */
struct taking { json_t *materials; int n; };

static struct taking *
taking_of(struct page *p)
{
	return http_slot(page_exchange(p));
}

static void next_paper(struct page *p);

static void
wrong_paper(struct page *p, const char *id, int status)
{
	char text[12];

	snprintf(text, sizeof text, "%d", status == 413 || status == 415 || status == 429 ? status : 503);
	page_set_take(p, "paper_wrong", json_string(text));
	page_set_take(p, "paper", json_string(id));
}

static void
with_paper(struct page *p, int status)
{
	const char *id = json_string_value(page_field(p, "paper_now")), *file = json_text(page_field(p, "answer"), "id");

	if (status == 201) {
		json_object_set_new(taking_of(p)->materials, id, json_string(file));
	} else if (status == 401 || status == 403) {
		page_refuse(p, status);
		return;
	} else {
		wrong_paper(p, id, status);
	}
	next_paper(p);
}

static void
send_paper(struct page *p, const struct posted_file *file)
{
	struct http_request r = { .method = "POST", .target = "/api/v1/files", .type = "application/octet-stream",
		.body = file->bytes, .length = file->length,
		.headers = { { "X-CSRF-Token", json_string_value(page_field(p, "paper_token")) } } };

	page_set_take(p, "paper_now", json_string(file->name));
	if (!page_field(p, "paper_wrong"))
		page_set_take(p, "paper", json_string(file->name));
	page_ask(p, "answer", &r, with_paper);
}

/* The next file of the request, or all are up. */
static void
next_paper(struct page *p)
{
	struct taking *t = taking_of(p);
	struct posted_file file;

	while (t->n < UPLOADS_MOST && posted_file(page_exchange(p), paper_field, (size_t)t->n, &file)) {
		t->n++;
		if (file.length <= UPLOAD_CEILING) {
			send_paper(p, &file);
			return;
		}
		wrong_paper(p, file.name, 413);
	}
	page_go_on(p);
}

void
papers_take(struct page *p, json_t *materials, const char *csrf, page_next *next)
{
	*taking_of(p) = (struct taking){ materials, 0 };
	page_set_take(p, "paper_token", json_string(csrf));
	page_set_next(p, next);
	next_paper(p);
}

json_t *
papers_had(const json_t *posted)
{
	json_t *files = json_object(), *value;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)posted, name, value)
		if (strncmp(name, "had.", 4) == 0 && json_string_length(value) > 0)
			json_object_set(files, name + 4, value);
	return files;
}
