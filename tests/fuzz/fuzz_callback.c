/* A department's later answers, one a line, in whatever order: only what was signed is genuine, no answer breaks
 * the application that it is for, and what that was can be stored, read back and shown after each.
 * The first byte says how the first line is signed, the second when; of each line the first byte is the node. */
#include "base/clock.h"
#include "base/json.h"
#include "fuzz/shed.h"
#include "outcall/sign.h"
#include "rules/ending.h"
#include "rules/form.h"
#include "rules/running.h"
#include "rules/schema.h"
#include "rules/shown.h"
#include "seal/digest.h"

enum { SIGN_FIRST = 1, SIGN_SECOND = 2, DEMAND_SECOND = 4, CHANGE_BODY = 8, COMING_KEY = 16, CEILING = 1 << 20 };

static const int64_t start = INT64_C(1794976000000000);
static const uint8_t hash[32] = { 7 };

/* --- is it genuine? --- */

static void
check_signature(uint8_t how, int8_t late, char *body, size_t length)
{
	struct sign_secret secret = { 0 }, signing = { 0 };
	struct sign_message m = { .direction = SIGN_IN, .method = "POST", .target = "/api/v1/departments/town/results",
		.body = body, .length = length };
	const int64_t now = 1794976000, then = now + 3 * (int64_t)late;
	char v1[SIGN_HEX], v2[SIGN_HEX], timestamp[24];
	bool right, changed = how & CHANGE_BODY && length > 0;
	enum sign_verdict verdict;

	MUST(sign_parse("in force\ncoming", 15, &secret, NULL) == 0);
	MUST(sign_parse(how & COMING_KEY ? "coming" : "in force", how & COMING_KEY ? 6 : 8, &signing, NULL) == 0);
	sign_make(&signing, &m, then, v1, v2);
	snprintf(timestamp, sizeof timestamp, "%lld", (long long)then);
	if (changed)
		body[length / 2] ^= 1;
	verdict = sign_verify(&secret, &m, timestamp, how & SIGN_FIRST ? v1 : body, how & SIGN_SECOND ? v2 : body,
	    how & DEMAND_SECOND, now);
	right = !changed && how & (how & DEMAND_SECOND ? SIGN_SECOND : SIGN_FIRST | SIGN_SECOND);
	MUST(right || verdict == SIGN_FORGED);
	MUST(!right || verdict == (llabs(then - now) <= SIGN_WINDOW ? SIGN_GOOD : SIGN_STALE));
	if (changed)
		body[length / 2] ^= 1;
}

/* --- what it does --- */

static void
send_all(struct running *r, struct effects *x)
{
	for (int i = 0; i < x->n_send; i++)
		running_sent(r, x->send[i], "key", hash, x);
	MUST(!x->failed);
}

static struct running *
begun(struct effects *x)
{
	struct running *r = running_new(shed);
	struct facts facts = { .event = shed, .today = clock_day(start), .division = "330111" };
	struct error why = { 0 };

	MUST(r);
	r->form = schema_example(shed, facts.today);
	r->submitted_at = start;
	facts.form = r->form;
	facts.chosen = r->chosen = form_chosen(shed, NULL);
	MUST(plan_make(shed, &facts, &r->plan, &why) == 0);
	effects_begin(x, start);
	running_begin(r, hash, x);
	send_all(r, x);
	return r;
}

/* What is stored is read back as it is. */
static void
check_stored(const struct running *r)
{
	struct running *again = running_new(shed);
	struct text packed, repacked;
	struct error why = { 0 };
	json_t *shown = shown_to(r, NULL, "zh-CN");

	MUST(again && json_text(shown, "status"));
	text_init(&packed, CEILING);
	text_init(&repacked, CEILING);
	MUST(running_pack(r, &packed) == 0);
	MUST(running_unpack(again, packed.data, packed.length, &why) == 0);
	MUST(running_pack(again, &repacked) == 0);
	MUST(packed.length == repacked.length && memcmp(packed.data, repacked.data, packed.length) == 0);
	text_free(&packed);
	text_free(&repacked);
	json_decref(shown);
	running_free(again);
}

static void
apply(struct running *r, uint8_t where, const char *body, size_t length, struct effects *x)
{
	struct answer answer = { .sent = true, .complete = true, .status = 200, .type = "application/json",
		.body = body, .length = length };
	int item = where % (int)shed->n_items;
	bool undo = where & 128;
	struct ending ending;

	ending_judge(undo ? ENDING_OF_UNDO_CALLBACK : ENDING_OF_CALLBACK, &answer, shed->items[item].outputs,
	    shed->items[item].n_outputs, &ending);
	effects_begin(x, x->now + US_PER_SECOND);
	if (where & 64 && !undo)
		running_withdraw(r, NULL, x);
	else if (undo)
		running_settle_undo(r, item, r->nodes[item].round, &ending, 7, x);
	else
		running_settle(r, item, r->nodes[item].round, &ending, 7, x);
	send_all(r, x);
	ending_free(&ending);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text, *line, *end;
	struct effects x = { 0 };
	struct running *r;

	if (size < 3)
		return 0;
	text = target_string(data + 2, size - 2);
	check_signature(data[0], (int8_t)data[1], text, strcspn(text, "\n"));
	r = begun(&x);
	for (line = text; line && *line; line = end ? end + 1 : NULL) {
		end = strchr(line, '\n');
		apply(r, (uint8_t)*line, line + 1, end ? (size_t)(end - line - 1) : strlen(line + 1), &x);
		check_stored(r);
	}
	effects_free(&x);
	running_free(r);
	free(text);
	return 0;
}
