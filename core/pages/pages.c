#include "pages/pages.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/log.h"
#include "api/api.h"
#include "flows/session.h"
#include "pages/bundle.h"
#include "pages/gzip.h"
#include "pages/handlers.h"
#include "pages/page.h"
#include "pages/script.h"

#define GET(path, handle) { "GET", path, false, 0, NULL, handle, 0 }
#define POST(path, handle) { "POST", path, false, FORM, "application/x-www-form-urlencoded", handle, 0 }
#define LETTER(path, handle) { "POST", path, false, LETTER_FORM, "application/x-www-form-urlencoded", handle, 0 }
#define DOOR(path, handle) { "POST", path, false, FORM_WITH_DRAFT, NULL, handle, 0 } /* kept.h */
#define QUICK(path, handle) { "GET", path, true, 0, NULL, handle, 0 }

/* LETTER_FORM: some hundred words of Chinese, each byte as %XX. Without a script all papers that were
 * picked come with the form; FORM_MEMORY: of all such together. */
enum { FORM = 8192, LETTER_FORM = 32768, FORM_WITH_DRAFT = 1 << 20, FORM_WITH_PAPER = 11 << 20,
	FORM_WITH_PAPERS = 44 << 20, FORM_MEMORY = 256 << 20 };

static const struct http_route routes[] = {
	GET("/", guide_home),
	GET("/events/{event}", guide_event),
	GET("/events/{event}/print", guide_print),
	GET("/events/{event}/flow.svg", api_events_flow),
	GET("/statistics", guide_statistics),
	GET("/applications", progress_mine),
	GET("/applications/{number}", progress_one),
	GET("/applications/{number}/events", api_applications_changes),
	GET("/applications/{number}/receipt", progress_receipt),
	GET("/applications/{number}/receipt.pdf", progress_receipt_pdf),
	GET("/applications/{number}/disclosures", progress_disclosures),
	GET("/accesses", progress_accesses),
	GET("/applications/{number}/correction", correct_show),
	{ "POST", "/applications/{number}/correction", false, FORM_WITH_PAPERS, NULL, correct_send, FORM_MEMORY },
	GET("/applications/{number}/withdrawal", withdraw_show),
	LETTER("/applications/{number}/withdrawal", withdraw_send),
	GET("/mandates", acting_show),
	POST("/mandates/give", acting_give),
	{ "POST", "/mandates/take", false, FORM_WITH_PAPER, NULL, acting_take, FORM_MEMORY },
	POST("/mandates/handover", acting_hand),
	POST("/mandates/code", acting_code),
	POST("/mandates/{id}/end", acting_end),
	GET("/applications/{number}/consents/{sign}", consent_show),
	POST("/applications/{number}/consents/{sign}", consent_answer),
	GET("/applications/{number}/items/{item}/rating", served_rating),
	LETTER("/applications/{number}/items/{item}/rating", served_rate),
	GET("/applications/{number}/complaints", served_complaints),
	LETTER("/applications/{number}/complaints", served_complain),
	GET("/complaints", served_open),
	LETTER("/complaints", served_answer),
	GET("/supervision", supervision_show),
	GET("/supervision/overdue", supervision_overdue),
	GET("/supervision/conferences", supervision_conferences),
	GET("/readers", served_readers),
	GET("/desk", clerk_queue),
	GET("/desk/attention", clerk_attention),
	GET("/desk/batch", clerk_batch),
	LETTER("/desk/batch", clerk_batch_decide),
	GET("/desk/inquiries", clerk_inquiries),
	LETTER("/desk/inquiries/{id}", clerk_answer),
	GET("/desk/conferences", clerk_conferences),
	GET("/desk/conferences/{id}", clerk_conference),
	LETTER("/desk/conferences/{id}", clerk_minutes),
	GET("/desk/{number}/{item}", clerk_item),
	LETTER("/desk/{number}/{item}/decision", clerk_decide),
	LETTER("/desk/{number}/{item}/closing", clerk_close),
	LETTER("/desk/{number}/{item}/reading", clerk_read),
	LETTER("/desk/{number}/{item}/inquiry", clerk_inquire),
	LETTER("/desk/{number}/{item}/conference", clerk_call),
	GET("/versions", versions_list),
	POST("/versions/{version}/approval", versions_approve),
	GET("/login", entry_login),
	DOOR("/login", entry_come),
	GET("/login/oidc/{provider}", vouched_begin),
	GET("/login/oidc/{provider}/back", vouched_back),
	GET("/left/{provider}", vouched_left),
	GET("/left/{provider}/there", vouched_leave),
	GET("/prove", entry_prove),
	DOOR("/prove", entry_proved),
	GET("/logout", entry_logout),
	POST("/logout", entry_leave),
	GET("/apply/{event}", form_show),
	{ "POST", "/apply/{event}", false, FORM_WITH_PAPERS, NULL, form_post, FORM_MEMORY },
	POST("/apply/{event}/for", form_for),
	POST("/apply/{event}/takeover", form_take),
	POST("/apply/{event}/away", form_away),
	{ "POST", "/apply/{event}/twice", false, FORM_WITH_DRAFT, NULL, form_twice, 0 },
	GET("/apply/{event}/check", check_show),
	{ "POST", "/apply/{event}/check", false, FORM_WITH_DRAFT, NULL, check_post, 0 },
	QUICK("/assets/{hash}/{name}", pages_asset),
};

/* What is told in words without any template at hand: a document for each of these. */
static const int statuses[] = { 400, 403, 404, 405, 413, 429, 500, 503 };
enum { STATUSES = sizeof statuses / sizeof *statuses };
enum look { LOOK_BIG = 1, LOOK_ENGLISH = 2, LOOK_INSIDE = 4, LOOKS = 8 };

struct document {
	char *bytes;
	size_t length;
};

struct pages {
	const struct node *node;
	pthread_mutex_t lock;         /* over the next two */
	struct bundle *bundle;        /* in force */
	struct document refused[STATUSES][LOOKS]; /* by enum look */
	struct {                      /* a worker's own */
		struct script *script;
		struct bundle *bundle;    /* that it is made of */
	} workers[NODE_WORKERS];
};

/* ---- bundles ---- */

static struct bundle *
hold(struct pages *p)
{
	struct bundle *b;

	pthread_mutex_lock(&p->lock);
	b = p->bundle;
	b->users++;
	pthread_mutex_unlock(&p->lock);
	return b;
}

static void
let_go(struct pages *p, struct bundle *b)
{
	int left;

	if (!b)
		return;
	pthread_mutex_lock(&p->lock);
	left = --b->users;
	pthread_mutex_unlock(&p->lock);
	if (left == 0)
		bundle_free(b);
}

static json_t *
assets_of(const struct bundle *b)
{
	json_t *assets = json_object();

	for (size_t i = 0; i < b->n; i++)
		if (b->files[i].path)
			json_object_set_new(assets, b->files[i].name, json_string(b->files[i].path));
	return assets;
}

static void
refused_free(struct document refused[STATUSES][LOOKS])
{
	for (int i = 0; i < STATUSES * LOOKS; i++)
		free(refused[i / LOOKS][i % LOOKS].bytes);
}

/* Run every template once, and make what is shown when none can be run. */
static int
make_refused(const struct bundle *b, struct document refused[STATUSES][LOOKS], struct error *why)
{
	struct script *s = script_open(b, why);
	int failed = s ? 0 : -1;

	for (int i = 0; !failed && i < STATUSES * LOOKS; i++) {
		struct document *d = &refused[i / LOOKS][i % LOOKS];
		json_t *fields = json_pack("{s:s, s:b, s:b, s:s, s:i, s:o}", "lang", i & LOOK_ENGLISH ? "en" : "zh", "big",
		    i & LOOK_BIG, "inside", i & LOOK_INSIDE, "self", "/", "status", statuses[i / LOOKS], "assets",
		    assets_of(b));

		d->bytes = script_render(s, "refused", fields, &d->length, why);
		failed = d->bytes ? 0 : -1;
		json_decref(fields);
	}
	script_close(s);
	return failed;
}

/* Read the folder and put it in force, or leave all as it was. */
static int
read_folder(struct pages *p, struct error *why)
{
	struct document refused[STATUSES][LOOKS] = { 0 }, before[STATUSES][LOOKS];
	struct bundle *b = bundle_read(conf_text(p->node->conf, "scripts_dir"), why), *old;

	if (!b)
		return -1;
	if (make_refused(b, refused, why) != 0) {
		refused_free(refused);
		bundle_free(b);
		return -1;
	}
	pthread_mutex_lock(&p->lock);
	old = p->bundle;
	p->bundle = b;
	memcpy(before, p->refused, sizeof before);
	memcpy(p->refused, refused, sizeof refused);
	pthread_mutex_unlock(&p->lock);
	refused_free(before);
	let_go(p, old);
	return 0;
}

/* ---- for node.c ---- */

static void *
pages_open(struct node *n, struct error *why)
{
	struct pages *p = calloc(1, sizeof *p);

	if (!p) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	p->node = n;
	pthread_mutex_init(&p->lock, NULL);
	if (read_folder(p, why) == 0)
		return p;
	pthread_mutex_destroy(&p->lock);
	free(p);
	return NULL;
}

static void
pages_reload(void *pages)
{
	struct error why = { 0 };

	if (read_folder(pages, &why) == 0)
		log_info("pages read again");
	else
		log_error("the pages in force stay: %s", why.text);
}

static void
pages_close(void *pages)
{
	struct pages *p = pages;

	if (!p)
		return;
	for (int i = 0; i < NODE_WORKERS; i++) {
		script_close(p->workers[i].script);
		let_go(p, p->workers[i].bundle);
	}
	refused_free(p->refused);
	let_go(p, p->bundle);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* In which of its looks whoever asks reads a refusal. */
static int
look_of(const struct pages *p, const struct http_exchange *x)
{
	const char *lang = http_cookie(x, "lang"), *big = http_cookie(x, "big");

	return (lang && strcmp(lang, "en") == 0 ? LOOK_ENGLISH : 0) + (big && strcmp(big, "1") == 0 ? LOOK_BIG : 0) +
	    (session_secret(p->node, x) ? LOOK_INSIDE : 0);
}

/* A refusal in words, when it is a browser that asks. Any thread. */
static char *
pages_words(void *pages, struct http_exchange *x, int status, size_t *length)
{
	struct pages *p = pages;
	const char *accept = http_header(x, "Accept");
	int look = look_of(p, x), i = 0;
	char *copy;

	if (!accept || !strstr(accept, "text/html"))
		return NULL;
	while (i < STATUSES && statuses[i] != status)
		i++;
	if (i == STATUSES) /* told as the general one of its kind */
		i = status >= 500 ? 6 : 0;
	pthread_mutex_lock(&p->lock);
	*length = p->refused[i][look].length;
	copy = malloc(*length);
	if (copy)
		memcpy(copy, p->refused[i][look].bytes, *length);
	pthread_mutex_unlock(&p->lock);
	if (copy)
		page_headers(x);
	return copy;
}

const struct node_extension pages_extension = {
	.routes = { routes, sizeof routes / sizeof *routes },
	.open = pages_open, .reload = pages_reload, .close = pages_close,
	.words = pages_words,
};

/* ---- for pages ---- */

/* The worker's state, made anew when there is a newer bundle; when that fails the old one does. */
static struct script *
script_for(struct pages *p, int worker, struct error *why)
{
	struct bundle *b = hold(p);
	struct script *fresh;

	if (b == p->workers[worker].bundle) {
		let_go(p, b);
		return p->workers[worker].script;
	}
	fresh = script_open(b, why);
	if (!fresh) {
		let_go(p, b);
		return p->workers[worker].script;
	}
	script_close(p->workers[worker].script);
	let_go(p, p->workers[worker].bundle);
	p->workers[worker].script = fresh;
	p->workers[worker].bundle = b;
	return fresh;
}

char *
pages_render(void *pages, int worker, const char *template, json_t *fields, size_t *length,
    struct error *why)
{
	struct pages *p = pages;
	struct script *s = worker >= 0 && worker < NODE_WORKERS ? script_for(p, worker, why) : NULL;

	if (!s)
		return NULL;
	json_object_set_new(fields, "assets", assets_of(p->workers[worker].bundle));
	return script_render(s, template, fields, length, why);
}

/* ---- what browsers load beside a page ---- */

static void
answer_asset(struct http_exchange *x, const struct bundle_file *f)
{
	bool packed = f->packed && gzip_is_taken(x);

	/* Under another hash it is not what was asked for, but better than nothing: not kept. */
	if (strcmp(http_param(x, "hash"), f->hash) == 0)
		http_add_header(x, "Cache-Control", "public, max-age=31536000, immutable");
	http_add_header(x, "Vary", "Accept-Encoding");
	http_add_header(x, "Cross-Origin-Resource-Policy", "same-origin");
	if (packed)
		http_add_header(x, "Content-Encoding", "gzip");
	http_answer(x, 200, f->type, packed ? f->packed : f->bytes, packed ? f->packed_length : f->length);
}

void
pages_asset(void *node, struct http_exchange *x)
{
	struct node *n = node;
	struct pages *p = n->more;
	struct bundle *b = hold(p);
	const struct bundle_file *f = bundle_find(b, http_param(x, "name"));

	if (f && f->type)
		answer_asset(x, f);
	else
		http_not_found(x);
	let_go(p, b);
}
