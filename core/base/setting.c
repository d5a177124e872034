#include "base/setting.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "<id>" /* in a family's name: whose it is */

enum { EXAMPLE_WIDTH = 96 };

static const struct setting settings[] = {
	{ .name = "listen", .type = SETTING_ADDRESS, .preset = "127.0.0.1:8080",
	    .sentence = "Address and port of the HTTP API; port 0 takes any free one. Put a proxy that"
	                " speaks TLS in front of anything but a loopback address." },
	{ .name = "database", .type = SETTING_TEXT, .preset = "", .secret = true,
	    .sentence = "PostgreSQL (15 or later) as the service's role: a libpq string, several hosts"
	                " allowed. Empty: a private PostgreSQL under data_dir, started by the node. Write"
	                " passfile=... rather than a password." },
	{ .name = "database_owner", .type = SETTING_TEXT, .preset = "", .secret = true,
	    .sentence = "The same database as the role that owns the tables and migrates them. Not needed"
	                " by a node whose schema somebody else migrates." },
	{ .name = "data_dir", .type = SETTING_PATH, .preset = "/var/lib/yijianshi",
	    .sentence = "Folder for what the node keeps: the sealing key, the private PostgreSQL, files." },
	{ .name = "key_file", .type = SETTING_PATH, .shown = "data_dir/key",
	    .sentence = "The key that seals personal data. Made at the first start of a new database only;"
	                " keep a copy elsewhere, without it the data cannot be read." },
	{ .name = "events_dir", .type = SETTING_PATH, .shown = "the installed events",
	    .sentence = "Folder of the life events' files." },
	{ .name = "connectors_dir", .type = SETTING_PATH, .shown = "the installed connectors",
	    .sentence = "Folder of the departments' files." },
	{ .name = "scripts_dir", .type = SETTING_PATH, .shown = "the installed scripts",
	    .sentence = "Folder of the vocabulary of events and connectors." },
	{ .name = "node", .type = SETTING_TEXT, .shown = "the host's name",
	    .sentence = "This node's name, another one for each node of a database." },
	{ .name = "public_url", .type = SETTING_URL, .preset = "", .shown = "",
	    .sentence = "Where departments and people reach this service. Empty: http:// and listen." },
	{ .name = "proxy", .type = SETTING_TEXT, .preset = "", .shown = "",
	    .sentence = "Numeric address of the proxy in front, as this service sees it. What it appends to"
	                " X-Forwarded-For is then the caller's address, by which tries to log in are counted." },
	{ .name = "log_level", .type = SETTING_CHOICE, .preset = "info", .words = "error warning info debug",
	    .sentence = "error, warning, info or debug; one line an event on stderr." },
	{ .name = "http_workers", .type = SETTING_NUMBER, .preset = "4", .low = 1, .high = 32,
	    .sentence = "Threads that answer requests which need the database, a connection each." },
	{ .name = "prefill_seconds", .type = SETTING_NUMBER, .preset = "3", .low = 1, .high = 60,
	    .sentence = "So long does a person who fills in a form wait for what departments know of him."
	                " What has not come by then he types himself." },
	{ .name = "duty_days", .type = SETTING_NUMBER, .preset = "30", .low = 0, .high = 3650,
	    .sentence = "So long after its end may a clerk look at an application of his department without"
	                " saying why." },
	{ .name = "bulk_readings", .type = SETTING_NUMBER, .preset = "100", .low = 1, .high = 100000,
	    .sentence = "Whoever reads of more applications than this within an hour is shown to the supervisors." },
	{ .name = "node_silence", .type = SETTING_NUMBER, .preset = "1200", .low = 200, .high = 600000,
	    .sentence = "Milliseconds for which a node may show no life before the others take over its work." },
	{ .name = "four_eyes", .type = SETTING_CHOICE, .preset = "no", .words = "no yes",
	    .sentence = "yes: a new or changed event comes into force only when two people of the policy staff"
	                " have approved exactly its content; until then what was in force stays." },
	/* families: one setting for each department, for each provider */
	{ .name = "department." ID ".url", .type = SETTING_URL, .shown = "",
	    .sentence = "Where a department's calls go. This host may be a private address, no other may." },
	{ .name = "department." ID ".secret_file", .type = SETTING_PATH, .shown = "",
	    .sentence = "File with the secret shared with this department: its first line; a second one is"
	                " the coming secret." },
	{ .name = "department." ID ".style", .type = SETTING_CHOICE, .shown = "", .words = "native desk",
	    .sentence = "native: its calls go to its url; desk: it has no interface, its clerks answer in our own"
	                " pages. Empty: as its file says." },
	{ .name = "oidc." ID ".issuer", .type = SETTING_URL, .shown = "",
	    .sentence = "An OpenID provider by which people come in, exactly as it names itself. https:// but"
	                " on this machine. This host may be a private address, no other may." },
	{ .name = "oidc." ID ".title", .type = SETTING_TEXT, .shown = "",
	    .sentence = "What people know the provider by. Needed with issuer." },
	{ .name = "oidc." ID ".client_id", .type = SETTING_TEXT, .shown = "",
	    .sentence = "What the provider knows this service by; its redirect address is public_url followed"
	                " by /login/oidc/" ID "/back, after leaving /left/" ID ". Needed with issuer." },
	{ .name = "oidc." ID ".client_secret_file", .type = SETTING_PATH, .shown = "",
	    .sentence = "File with the client's secret: its first line. Not set: a client without one." },
	{ .name = "oidc." ID ".scope", .type = SETTING_TEXT, .preset = "openid profile",
	    .sentence = "What is asked of the provider." },
	{ .name = "oidc." ID ".people", .type = SETTING_CHOICE, .preset = "citizens", .words = "citizens staff",
	    .sentence = "Whom it vouches for: citizens, who get an account when they have none, or staff, who"
	                " have one already. Nobody of the others comes in by it." },
	{ .name = "oidc." ID ".id_number_claim", .type = SETTING_TEXT, .preset = "",
	    .sentence = "The claim with the identity number, by which an account that there is already is"
	                " found. Only of a provider that has looked at the card itself." },
	{ .name = "oidc." ID ".name_claim", .type = SETTING_TEXT, .preset = "name",
	    .sentence = "The claim with the full name." },
	{ .name = "oidc." ID ".strong", .type = SETTING_TEXT, .preset = "",
	    .sentence = "Words, parted by blanks, of the claims acr or amr that tell of a second factor."
	                " Staff come in with one of them only." },
	{ .name = "oidc." ID ".roles", .type = SETTING_TEXT, .preset = "",
	    .sentence = "Roles, parted by blanks, that the provider may give to staff by the claim"
	                " yijianshi_role (with yijianshi_department, yijianshi_divisions): accounts are then"
	                " made and changed as it tells. Not set: roles are given here only." },
};

_Static_assert(sizeof settings / sizeof *settings == SETTING_COUNT, "table and SETTING_COUNT differ");

const struct setting *
setting_table(size_t *count)
{
	*count = sizeof settings / sizeof *settings;
	return settings;
}

/* --- names --- */

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance; texts are cut to 63 bytes. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[64], la = strnlen(a, 63), lb = strnlen(b, 63);

	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1, corner + (a[i - 1] != b[j - 1]));
			corner = above;
		}
	}
	return row[lb];
}

const char *
setting_nearest(const char *name)
{
	const char *best = settings[0].name;
	size_t best_distance = SIZE_MAX;

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		size_t d = distance(name, settings[i].name);

		if (d < best_distance) {
			best_distance = d;
			best = settings[i].name;
		}
	}
	return best;
}

int
setting_find(const char *name)
{
	for (int i = 0; i < SETTING_SINGLE; i++)
		if (strcmp(settings[i].name, name) == 0)
			return i;
	return -1;
}

/* A family's name taken apart: "department." and ".url". */
static size_t
head_of(const struct setting *s, const char **tail)
{
	const char *id = strstr(s->name, ID);

	*tail = id + strlen(ID);
	return (size_t)(id - s->name);
}

static bool
is_id(const char *id, size_t length)
{
	return length > 0 && length <= SETTING_ID_LENGTH && islower((unsigned char)*id) &&
	    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") >= length;
}

int
setting_family(const char *name, char id[SETTING_ID_LENGTH + 1])
{
	for (int i = SETTING_SINGLE; i < SETTING_COUNT; i++) {
		const char *tail;
		size_t head = head_of(&settings[i], &tail), length;

		if (strncmp(name, settings[i].name, head) != 0)
			continue;
		length = strcspn(name + head, ".");
		if (!is_id(name + head, length) || strcmp(name + head + length, tail) != 0)
			continue;
		memcpy(id, name + head, length);
		id[length] = '\0';
		return i;
	}
	return -1;
}

/* Does the variable's name (dots are '_' in it) begin and end as the family's does? */
static bool
is_like(const char *name, size_t length, const struct setting *s, size_t head, const char *tail)
{
	size_t end = strlen(tail);

	return length > head + end && strncmp(name, s->name, head - 1) == 0 && name[head - 1] == '_' &&
	    name[length - end] == '_' && strcmp(name + length - end + 1, tail + 1) == 0;
}

/* Of several endings the longest is meant: client_secret_file, not secret_file. */
void
setting_from_variable(const char *rest, char *name, size_t room)
{
	size_t length, longest = 0;

	snprintf(name, room, "%s", rest);
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	length = strlen(name);
	for (int i = SETTING_SINGLE; i < SETTING_COUNT; i++) {
		const char *tail;
		size_t head = head_of(&settings[i], &tail), end = strlen(tail);

		if (end <= longest || !is_like(name, length, &settings[i], head, tail))
			continue;
		if (longest)
			name[length - longest] = '_';
		longest = end;
		name[head - 1] = '.';
		name[length - end] = '.';
	}
}

/* --- values --- */

static bool
is_number(const char *value, long low, long high)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	return isdigit((unsigned char)*value) && !*end && !errno && n >= low && n <= high;
}

static bool
is_address(const char *value)
{
	const char *colon = strrchr(value, ':');
	const char *host_end = colon;

	if (!colon || colon == value || !is_number(colon + 1, 0, 65535))
		return false;
	if (*value == '[')
		return colon[-1] == ']' && colon - value > 2;
	return memchr(value, ':', (size_t)(host_end - value)) == NULL;
}

static bool
is_url(const char *value)
{
	const char *rest;

	if (strncmp(value, "http://", 7) == 0)
		rest = value + 7;
	else if (strncmp(value, "https://", 8) == 0)
		rest = value + 8;
	else
		return false;
	return *rest && *rest != '/' && !strpbrk(rest, " \t@?#");
}

static bool
is_word(const char *value, const char *words)
{
	size_t length = strlen(value);

	for (const char *w = words; length && (w = strstr(w, value)); w += length)
		if ((w == words || w[-1] == ' ') && (w[length] == ' ' || !w[length]))
			return true;
	return false;
}

const char *
setting_must_be(const struct setting *s, const char *value, char *buffer, size_t room)
{
	switch (s->type) {
	case SETTING_ADDRESS:
		return is_address(value) ? NULL : "HOST:PORT, such as 127.0.0.1:8080";
	case SETTING_URL:
		if ((!*value && s->preset) || is_url(value))
			return NULL;
		return "http:// or https:// with host, port and path, without user or query";
	case SETTING_NUMBER:
		snprintf(buffer, room, "a whole number from %ld to %ld", s->low, s->high);
		return is_number(value, s->low, s->high) ? NULL : buffer;
	case SETTING_CHOICE:
		snprintf(buffer, room, "one of: %s", s->words);
		return is_word(value, s->words) ? NULL : buffer;
	case SETTING_PATH:
		return *value ? NULL : "the name of a file or folder";
	case SETTING_TEXT:
		break;
	}
	return NULL;
}

/* --- documents --- */

/* The sentence as comment lines, broken between words. */
static void
put_comment(struct text *out, const char *sentence)
{
	size_t column = EXAMPLE_WIDTH;

	for (const char *word = sentence; *word;) {
		size_t length = strcspn(word, " ");

		if (column + 1 + length > EXAMPLE_WIDTH) {
			text_puts(out, word == sentence ? "#" : "\n#");
			column = 1;
		}
		text_putf(out, " %.*s", (int)length, word);
		column += 1 + length;
		word += length + (word[length] == ' ');
	}
	text_putc(out, '\n');
}

int
setting_example(struct text *out)
{
	text_puts(out, "# Settings of yijianshi: every one with its default. Take the '#' before a name away to\n"
	               "# change it. Each is also an environment variable, which wins: YIJIANSHI_ and the name in\n"
	               "# capitals, '.' written '_' (YIJIANSHI_LISTEN, YIJIANSHI_DEPARTMENT_HEALTH_URL). Relative\n"
	               "# paths are meant from the folder of this file.\n");
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		const struct setting *s = &settings[i];
		const char *value = s->shown ? s->shown : s->preset;

		text_putc(out, '\n');
		put_comment(out, s->sentence);
		text_putf(out, "#%s =%s%s\n", s->name, *value ? " " : "", value);
	}
	return out->failed ? -1 : 0;
}
