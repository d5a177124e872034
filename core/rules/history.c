#include "rules/history.h"

#include <string.h>

#include "base/clock.h"
#include "seal/digest.h"

const char *const history_words[HISTORY_WORDS] = { "accepted", "sent", "acknowledged", "approved",
	"fetched", "found", "not_found", "refused", "blocked", "skipped", "attention", "correction",
	"corrected", "uploaded", "committed", "upload_needed", "silent", "late", "conflict", "held",
	"overdue", "deemed_accepted", "signed", "declined", "withdrawal", "undo_sent", "undone",
	"undo_failed", "undo_impossible", "withdrawn", "finished", "clock_stopped", "clock_resumed",
	"reminded", "retyped", "settled", "disputed", "inquired", "answered", "conferred", "concluded",
	"rated", "complained", "replied" };

static void
put_string(struct text *out, const char *name, const char *value)
{
	if (!value)
		return;
	text_puts(out, out->data[out->length - 1] == '{' ? "\"" : ",\"");
	text_puts(out, name);
	text_puts(out, "\":");
	text_put_json_string(out, value);
}

static void
put_number(struct text *out, const char *name, int32_t value)
{
	text_putf(out, ",\"%s\":%d", name, (int)value);
}

/* hash = SHA-256(hex of the previous + "\n" + entry) */
static void
chain(uint8_t hash[32], const char *entry, size_t length, struct text *room)
{
	text_clear(room);
	text_put_hex(room, hash, 32);
	text_putc(room, '\n');
	text_put(room, entry, length);
	if (!room->failed)
		digest_sha256(room->data, room->length, hash);
}

int
history_add(const struct history_entry *e, int32_t *count, uint8_t hash[32], struct text *lines)
{
	struct text room;
	char at[30];
	size_t start = lines->length;

	clock_format(e->at, at);
	text_putc(lines, '{');
	if (lines->failed)
		return -1;
	put_string(lines, "at", at);
	put_string(lines, "body", e->body);
	put_string(lines, "by", e->by);
	put_string(lines, "code", e->code);
	put_string(lines, "department", e->department);
	if (e->fields)
		put_number(lines, "fields", e->fields);
	put_string(lines, "item", e->item);
	put_string(lines, "key", e->key);
	put_string(lines, "plan", e->plan);
	if (e->round)
		put_number(lines, "round", e->round);
	put_number(lines, "seq", *count + 1);
	put_string(lines, "took", e->took);
	put_string(lines, "what", e->what);
	text_putc(lines, '}');
	if (lines->failed)
		return -1;
	text_init(&room, 8192);
	chain(hash, lines->data + start, lines->length - start, &room);
	if (room.failed)
		lines->failed = true;
	text_free(&room);
	(*count)++;
	return text_putc(lines, '\n');
}

static int
show_entry(const char *line, size_t length, const uint8_t hash[32], json_t *shown)
{
	json_t *entry = json_read(line, length, 8192, NULL);
	char hex[65];

	if (!json_is_object(entry)) {
		json_decref(entry);
		return -1;
	}
	digest_hex(hash, 32, hex);
	json_object_set_new(entry, "hash", json_string(hex));
	return json_array_append_new(shown, entry);
}

int
history_walk(const char *lines, size_t length, uint8_t hash[32], json_t *shown)
{
	const char *end = lines + length;
	struct text room;
	int result = 0;

	text_init(&room, 65536);
	while (lines < end && result == 0) {
		const char *stop = memchr(lines, '\n', (size_t)(end - lines));

		if (!stop) {
			result = -1;
			break;
		}
		chain(hash, lines, (size_t)(stop - lines), &room);
		if (room.failed || (shown && show_entry(lines, (size_t)(stop - lines), hash, shown) != 0))
			result = -1;
		lines = stop + 1;
	}
	text_free(&room);
	return result;
}
