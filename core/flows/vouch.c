#include "flows/vouch.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "oidc/metadata.h"
#include "oidc/request.h"
#include "oidc/token.h"
#include "store/store.h"

enum { AT_ONCE = 64, WAITING = 256, PATIENCE_MS = 5000, ANSWER_BYTES = 256 << 10, FORM = 8192, WAIT_MS = 60000 };
#define FRESH_US (3600 * US_PER_SECOND)    /* what a provider tells of itself */
#define FAILED_US (5 * US_PER_SECOND)      /* after it could not be asked */
#define MISSED_US (60 * US_PER_SECOND)     /* after its keys did not have the one that was meant */

enum asked { ASKED_NOTHING, ASKED_METADATA, ASKED_TOKEN, ASKED_KEYS, ASKED_PERSON };

struct job {
	struct job *next;
	struct http_exchange *x;
	vouch_then *then;
	enum vouch_what what;
	int provider;
	struct handshake handshake;
	char *code, *address, *old;
	bool named;
	enum asked asked;      /* what is under way */
	struct text form, authorization; /* of the call under way */
	char *token, *access;  /* that the code was changed into */
	json_t *claims;
	bool keys, whole;      /* the provider was asked for its keys, for the person too */
};

struct known { /* of a provider; the thread's own */
	struct metadata metadata;
	json_t *keys;
	int64_t metadata_at, failed_at, missed_at; /* monotonic; 0 never */
};

struct vouch {
	struct node *n;
	struct providers providers;
	struct known *known;
	struct outcall *out;
	struct store *s;
	pthread_t thread;
	bool running;
	pthread_mutex_t lock;  /* over the next three */
	struct job *first, **end;
	int waiting;
	bool stop;
};

/* --- jobs --- */

static void
wipe(char *s)
{
	if (s)
		OPENSSL_cleanse(s, strlen(s));
	free(s);
}

static void
job_free(struct job *j)
{
	wipe(j->code);
	wipe(j->old);
	wipe(j->token);
	wipe(j->access);
	free(j->address);
	text_free(&j->form);
	text_free(&j->authorization);
	json_decref(j->claims);
	OPENSSL_cleanse(&j->handshake, sizeof j->handshake);
	free(j);
}

static void
answer(struct vouch *v, struct job *j, const struct vouch_answer *a)
{
	j->then(v->n, j->x, a);
	job_free(j);
}

static void
end(struct vouch *v, struct job *j, enum vouch_result result)
{
	const struct vouch_answer a = { .result = result };

	answer(v, j, &a);
}

static const struct provider *
provider_of(const struct vouch *v, const struct job *j)
{
	return &v->providers.list[j->provider].is;
}

static struct known *
known_of(struct vouch *v, const struct job *j)
{
	return &v->known[j->provider];
}

static void
end_away(struct vouch *v, struct job *j, const char *what)
{
	log_warning("provider %s: %s", provider_of(v, j)->id, what);
	end(v, j, VOUCH_AWAY);
}

/* --- asking the provider --- */

static void
start(struct vouch *v, struct job *j, enum asked asked, const char *url, bool post)
{
	struct outcall_request r = { .cookie = j, .method = post ? "POST" : "GET", .url = url,
		.allow = &v->providers.list[j->provider].allow, .timeout_ms = PATIENCE_MS, .never_twice = post,
		.authorization = j->authorization.length ? j->authorization.data : NULL };
	struct error why = { 0 };

	if (post) {
		r.type = "application/x-www-form-urlencoded";
		r.body = j->form.data;
		r.length = j->form.length;
	}
	j->asked = asked;
	if (outcall_start(v->out, &r, &why) != 0)
		end_away(v, j, why.text);
}

static void
ask_metadata(struct vouch *v, struct job *j)
{
	char *url = metadata_address(provider_of(v, j)->issuer);

	if (url)
		start(v, j, ASKED_METADATA, url, false);
	else
		end_away(v, j, "no memory");
	free(url);
}

static void
ask_token(struct vouch *v, struct job *j)
{
	const struct provider *p = provider_of(v, j);
	const struct metadata *m = &known_of(v, j)->metadata;

	if (request_token(p, m, &j->handshake, j->code, v->n->public_url, &j->form) != 0 ||
	    request_basic(p, m, &j->authorization) != 0)
		end_away(v, j, "the code is too long");
	else
		start(v, j, ASKED_TOKEN, m->token, true);
}

static void
ask_person(struct vouch *v, struct job *j)
{
	j->whole = true;
	text_clear(&j->authorization);
	if (text_putf(&j->authorization, "Bearer %s", j->access) != 0)
		end_away(v, j, "its access token is too long");
	else
		start(v, j, ASKED_PERSON, known_of(v, j)->metadata.userinfo, false);
}

/* --- what it answered --- */

/* A whole 200 with JSON; NULL when it is none. */
static json_t *
read_answer(const struct answer *a)
{
	struct error why = { 0 };

	return a->complete && a->status == 200 ? json_read(a->body, a->length, ANSWER_BYTES, &why) : NULL;
}

static void
take_metadata(struct vouch *v, struct job *j, const struct outcall_done *done)
{
	struct known *k = known_of(v, j);
	struct metadata m = { 0 };
	struct error why = { 0 };

	if (!done->answer.complete || done->answer.status != 200)
		error_set(&why, ERROR_TEMPORARY, "it tells nothing of itself: %s (status %d)",
		    done->problem ? done->problem : "refused", done->answer.status);
	else if (metadata_read(done->answer.body, done->answer.length, provider_of(v, j)->issuer, &m, &why) == 0) {
		metadata_free(&k->metadata);
		k->metadata = m;
		k->metadata_at = clock_monotonic();
		k->failed_at = 0;
		return;
	}
	log_warning("provider %s: %s", provider_of(v, j)->id, why.text);
	k->failed_at = clock_monotonic();
}

static void
take_keys(struct vouch *v, struct job *j, const struct outcall_done *done)
{
	struct known *k = known_of(v, j);
	struct error why = { 0 };
	json_t *keys = done->answer.complete && done->answer.status == 200
	    ? token_keys(done->answer.body, done->answer.length, &why) : NULL;

	j->keys = true;
	if (!keys) {
		log_warning("provider %s: its keys could not be had", provider_of(v, j)->id);
		return;
	}
	json_decref(k->keys);
	k->keys = keys;
}

static void
keep(char **into, const json_t *o, const char *name)
{
	const char *s = json_text(o, name);

	*into = s ? strdup(s) : NULL;
}

/* A 4xx is the provider's no: the code is none, was used, or is not ours. */
static bool
take_token(struct vouch *v, struct job *j, const struct outcall_done *done)
{
	json_t *o = read_answer(&done->answer);
	int status = done->answer.status;

	keep(&j->token, o, "id_token");
	keep(&j->access, o, "access_token");
	json_decref(o);
	if (j->token)
		return true;
	log_warning("provider %s: no token for a code (status %d)", provider_of(v, j)->id, status);
	end(v, j, status >= 400 && status < 500 ? VOUCH_FALSE : VOUCH_AWAY);
	return false;
}

/* What it tells of the person beside the token; of the same person. */
static bool
take_person(struct vouch *v, struct job *j, const struct outcall_done *done)
{
	json_t *o = read_answer(&done->answer);
	const char *subject = json_text(o, "sub");
	bool same = subject && strcmp(subject, json_text(j->claims, "sub")) == 0;

	if (same)
		json_object_update_missing(j->claims, o);
	json_decref(o);
	if (!same) {
		log_warning("provider %s: it tells of another person than it vouches for", provider_of(v, j)->id);
		end(v, j, VOUCH_FALSE);
	}
	return same;
}

/* --- from step to step --- */

static bool
is_within(int64_t at, int64_t us)
{
	return at && clock_monotonic() - at < us;
}

static void
give_place(struct vouch *v, struct job *j)
{
	const struct metadata *m = &known_of(v, j)->metadata;
	struct vouch_answer a = { .result = VOUCH_DONE };
	struct text url;
	int made;

	text_init(&url, FORM);
	made = j->what == VOUCH_LEAVE ? request_leave(provider_of(v, j), m, v->n->public_url, &url)
	    : request_authorization(provider_of(v, j), m, &j->handshake, v->n->public_url, &url);
	a.location = url.data;
	if (made == 0)
		answer(v, j, &a);
	else
		end_away(v, j, "no memory");
	text_free(&url);
}

/* True: its claims are in j->claims. */
static bool
verify(struct vouch *v, struct job *j)
{
	struct known *k = known_of(v, j);
	struct token_wanted wanted = { provider_of(v, j), j->handshake.nonce, node_now(v->n) / US_PER_SECOND,
		j->handshake.prove ? j->handshake.at : 0 };
	struct error why = { 0 };
	enum token_verdict verdict = k->keys ? token_verify(j->token, k->keys, &wanted, &j->claims, &why)
	    : TOKEN_KEY_UNKNOWN;

	if (verdict == TOKEN_GOOD)
		return true;
	if (verdict == TOKEN_KEY_UNKNOWN && !j->keys && !is_within(k->missed_at, MISSED_US)) {
		text_clear(&j->authorization);
		start(v, j, ASKED_KEYS, k->metadata.keys, false);
		return false;
	}
	if (verdict == TOKEN_KEY_UNKNOWN && j->keys)
		k->missed_at = clock_monotonic();
	log_warning("provider %s: %s", provider_of(v, j)->id, why.kind ? why.text : "its keys are not known");
	end(v, j, k->keys ? VOUCH_FALSE : VOUCH_AWAY);
	return false;
}

static bool
lacks(const struct job *j, const char *claim)
{
	return *claim && !json_object_get(j->claims, claim);
}

static bool
has_store(struct vouch *v, struct error *why)
{
	if (!v->s)
		v->s = store_open(v->n->database, "yijianshi vouch", why);
	if (!v->s)
		return false;
	if (!store_alive(v->s))
		error_set(why, ERROR_TEMPORARY, "no database");
	return why->kind == 0;
}

static void
come_in(struct vouch *v, struct job *j)
{
	const struct vouch_person p = { provider_of(v, j), j->claims, &j->handshake, j->address, j->old };
	char secret[SESSION_SECRET_SIZE];
	struct vouch_answer a = { .secret = secret, .next = j->handshake.next };
	struct error why = { 0 };

	a.result = has_store(v, &why) ? vouched_login(v->n, v->s, &p, secret, &why) : VOUCH_AWAY;
	if (a.result == VOUCH_AWAY)
		log_error("a login by provider %s: %s", p.provider->id, why.text);
	answer(v, j, &a);
	OPENSSL_cleanse(secret, sizeof secret);
}

/* What is to be done next for this job. */
static void
go_on(struct vouch *v, struct job *j)
{
	const struct provider *p = provider_of(v, j);
	const struct known *k = known_of(v, j);

	if (!is_within(k->metadata_at, FRESH_US) && !is_within(k->failed_at, FAILED_US))
		ask_metadata(v, j);
	else if (!metadata_there(&k->metadata))
		end(v, j, VOUCH_AWAY);
	else if (j->what != VOUCH_BACK)
		give_place(v, j);
	else if (k->metadata.tells_issuer && !j->named)
		end(v, j, VOUCH_FALSE);
	else if (!j->token)
		ask_token(v, j);
	else if (!j->claims && !verify(v, j))
		return;
	else if (!j->whole && k->metadata.userinfo && j->access &&
	    (lacks(j, p->id_number_claim) || lacks(j, p->name_claim)))
		ask_person(v, j);
	else
		come_in(v, j);
}

static void
take_answer(struct vouch *v, const struct outcall_done *done)
{
	struct job *j = done->cookie;
	bool goes_on = true;

	switch (j->asked) {
	case ASKED_METADATA: take_metadata(v, j, done); break;
	case ASKED_KEYS: take_keys(v, j, done); break;
	case ASKED_TOKEN: goes_on = take_token(v, j, done); break;
	case ASKED_PERSON: goes_on = take_person(v, j, done); break;
	case ASKED_NOTHING: break;
	}
	outcall_release(v->out, done->call);
	if (goes_on)
		go_on(v, j);
}

/* --- the thread --- */

/* As many as may be asked for now. */
static struct job *
take_jobs(struct vouch *v, int room, bool *stop)
{
	struct job *first = NULL, **last = &first;

	pthread_mutex_lock(&v->lock);
	*stop = v->stop;
	while (v->first && room-- > 0) {
		*last = v->first;
		last = &v->first->next;
		v->first = v->first->next;
		v->waiting--;
	}
	if (!v->first)
		v->end = &v->first;
	*last = NULL;
	pthread_mutex_unlock(&v->lock);
	return first;
}

static void *
run(void *cookie)
{
	struct vouch *v = cookie;
	struct outcall_done done;
	bool stop = false;

	for (;;) {
		struct job *next, *j = take_jobs(v, outcall_room(v->out), &stop);

		for (; j; j = next) {
			next = j->next;
			go_on(v, j);
		}
		if (stop && outcall_busy(v->out) == 0)
			return NULL;
		outcall_wait(v->out, NULL, 0, WAIT_MS);
		while (outcall_next(v->out, &done))
			take_answer(v, &done);
	}
}

static char *
copy(const char *s)
{
	return s ? strdup(s) : NULL;
}

static struct job *
new_job(struct http_exchange *x, const struct vouch_request *r, vouch_then *then)
{
	struct job *j = calloc(1, sizeof *j);

	if (!j)
		return NULL;
	*j = (struct job){ .x = x, .then = then, .what = r->what, .provider = r->provider,
		.handshake = r->handshake, .named = r->named, .code = copy(r->code), .address = copy(r->address),
		.old = copy(r->old) };
	text_init(&j->form, FORM);
	text_init(&j->authorization, 4000);
	if ((r->code && !j->code) || (r->address && !j->address) || (r->old && !j->old)) {
		job_free(j);
		return NULL;
	}
	return j;
}

void
vouch_ask(struct vouch *v, struct http_exchange *x, const struct vouch_request *r, vouch_then *then)
{
	struct job *j = new_job(x, r, then);
	bool taken;

	pthread_mutex_lock(&v->lock);
	taken = j && !v->stop && v->waiting < WAITING && v->running;
	if (taken) {
		*v->end = j;
		v->end = &j->next;
		v->waiting++;
	}
	pthread_mutex_unlock(&v->lock);
	if (taken) {
		outcall_wakeup(v->out);
		return;
	}
	if (j)
		job_free(j);
	then(v->n, x, &(struct vouch_answer){ .result = VOUCH_AWAY });
}

const struct providers *
vouch_providers(const struct vouch *v)
{
	return &v->providers;
}

static int
begin(struct vouch *v, struct error *why)
{
	const struct outcall_limits limits = { .in_flight = AT_ONCE, .endpoints = AT_ONCE, .answer_bytes = ANSWER_BYTES };

	if (providers_open(&v->providers, v->n->conf, why) != 0)
		return -1;
	if (v->providers.n == 0)
		return 0;
	v->known = calloc(v->providers.n, sizeof *v->known);
	v->out = v->known ? outcall_new(&limits, why) : NULL;
	if (!v->out)
		return -1;
	v->running = pthread_create(&v->thread, NULL, run, v) == 0;
	return v->running ? 0 : error_set(why, ERROR_TEMPORARY, "no thread for the providers");
}

struct vouch *
vouch_start(struct node *n, struct error *why)
{
	struct vouch *v = calloc(1, sizeof *v);

	if (!v) {
		error_set(why, ERROR_TEMPORARY, "no memory");
		return NULL;
	}
	v->n = n;
	v->end = &v->first;
	pthread_mutex_init(&v->lock, NULL);
	if (begin(v, why) == 0)
		return v;
	vouch_stop(v);
	return NULL;
}

void
vouch_stop(struct vouch *v)
{
	if (!v)
		return;
	pthread_mutex_lock(&v->lock);
	v->stop = true;
	pthread_mutex_unlock(&v->lock);
	if (v->running) {
		outcall_wakeup(v->out);
		pthread_join(v->thread, NULL);
	}
	outcall_free(v->out);
	for (size_t i = 0; v->known && i < v->providers.n; i++) {
		metadata_free(&v->known[i].metadata);
		json_decref(v->known[i].keys);
	}
	free(v->known);
	store_close(v->s);
	providers_close(&v->providers);
	pthread_mutex_destroy(&v->lock);
	free(v);
}
