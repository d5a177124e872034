#include "seal/password.h"

#include <argon2.h>
#include <ctype.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <string.h>

#include "seal/digest.h"

/* OWASP's first choice: 19 MiB, two passes, one lane; about 30 ms of one core. */
enum { MEMORY_KIB = 19456, PASSES = 2, LANES = 1, SALT = 16, RAW = 32, KEYED = 16 };

static int
hash_keyed(const uint8_t keyed[KEYED], char hash[PASSWORD_HASH_SIZE])
{
	uint8_t salt[SALT];

	digest_random(salt, sizeof salt);
	return argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, keyed, KEYED, salt, sizeof salt, RAW, hash,
	    PASSWORD_HASH_SIZE);
}

int
password_hash(struct seal *s, const char *password, char hash[PASSWORD_HASH_SIZE], struct error *why)
{
	uint8_t keyed[KEYED];
	int told;

	seal_blind(s, "password", password, strlen(password), keyed);
	told = hash_keyed(keyed, hash);
	OPENSSL_cleanse(keyed, sizeof keyed);
	return told == ARGON2_OK ? 0
	    : error_set(why, ERROR_TEMPORARY, "hashing a password: %s", argon2_error_message(told));
}

/* What nobody's password fits: made once, so that a missing account costs what a present one does. */
static char nobodys[PASSWORD_HASH_SIZE];

static void
make_nobodys(void)
{
	uint8_t random[KEYED];

	digest_random(random, sizeof random);
	if (hash_keyed(random, nobodys) != ARGON2_OK)
		nobodys[0] = '\0';
}

int
password_fits(struct seal *s, const char *hash, const char *password, struct error *why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	uint8_t keyed[KEYED];
	int told;

	pthread_once(&once, make_nobodys);
	seal_blind(s, "password", password, strlen(password), keyed);
	told = argon2id_verify(hash ? hash : nobodys, keyed, sizeof keyed); /* compares in constant time */
	OPENSSL_cleanse(keyed, sizeof keyed);
	if (told == ARGON2_OK)
		return hash != NULL;
	return told == ARGON2_VERIFY_MISMATCH ? 0
	    : error_set(why, ERROR_TEMPORARY, "checking a password: %s", argon2_error_message(told));
}

/* --- what is too easily guessed --- */

/* What stands, alone or with digits and signs around it, on top of every list of stolen passwords. */
static const char *const known[] = { "aa", "aaa", "abc", "abcd", "abcdef", "access", "admin", "administrator",
	"amanda", "andrew", "angel", "angels", "apple", "asd", "asdf", "asdfgh", "ashley", "baby", "bailey",
	"baseball", "batman", "blink", "buster", "charlie", "chelsea", "chris", "computer", "cookie", "daniel",
	"dragon", "flower", "football", "freedom", "fuckyou", "george", "ginger", "hannah", "harley", "hello",
	"hunter", "iloveu", "iloveyou", "internet", "jennifer", "jessica", "jordan", "joshua", "justin", "killer",
	"letmein", "liverpool", "login", "love", "lovely", "loveme", "maggie", "master", "matrix", "matthew",
	"merlin", "michael", "michelle", "monkey", "mustang", "ncc", "nicole", "pass", "passw", "password", "passwd",
	"pepper", "pokemon", "princess", "purple", "qaz", "qazwsx", "qazwsxedc", "qwe", "qwer", "qwert", "qwerty",
	"qwertyuiop", "ranger", "robert", "rockyou", "root", "samantha", "secret", "shadow", "slipknot", "snoopy",
	"soccer", "spiderman", "starwars", "steven", "summer", "sunshine", "superman", "superstar", "test",
	"thomas", "thunder", "tigger", "trustno", "user", "welcome", "whatever", "william", "yankees", "woaini",
	"woaiwojia", "woshishui", "wang", "zhang", "yijianshi", "xiaoming", "zxc", "zxcv", "zxcvbn", "zxcvbnm" };

/* Keyboards and alphabets, to be walked either way. */
static const char *const walks[] = { "01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop",
	"asdfghjkl", "zxcvbnm", "qwaszx", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm",
	"q1w2e3r4t5y6u7i8o9p0", "147258369", "a1b2c3d4e5f6g7h8", "qweasdzxc", "!@#$%^&*()" };

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* How much of a walk the text at `s` follows, by `way` +1 or -1. */
static size_t
follows(const char *s, const char *walk, int way)
{
	size_t longest = 0, length = strlen(walk);

	for (size_t start = 0; start < length; start++) {
		size_t n = 0;
		size_t at = start;

		while (s[n] && at < length && s[n] == walk[at]) {
			n++;
			at += (size_t)way; /* before the first: beyond the length */
		}
		if (n > longest)
			longest = n;
	}
	return longest;
}

/* The longest piece at `s` that takes no thought: a repeated character or pair, a walk. */
static size_t
easy_piece(const char *s)
{
	size_t longest = strspn(s, (char[]){ s[0], '\0' }), n;

	for (n = 0; s[n] && s[n + 1] && s[n] == s[n % 2] && s[n + 1] == s[(n + 1) % 2]; n++)
		longest = n >= 2 && n + 2 > longest ? n + 2 : longest;
	for (size_t i = 0; i < sizeof walks / sizeof *walks; i++)
		for (int way = -1; way <= 1; way += 2) {
			n = follows(s, walks[i], way);
			longest = n > longest ? n : longest;
		}
	return longest;
}

/* Counted in pieces: a walk or a repetition of three or more is one, every other character too. */
static size_t
pieces(const char *s)
{
	size_t n = 0;

	while (*s) {
		size_t easy = easy_piece(s);

		s += easy >= 3 ? easy : 1;
		n++;
	}
	return n;
}

/* "p@ssw0rd" is read as everybody reads it. */
static bool
reads_as(const char *s, size_t length, const char *word)
{
	static const char signs[] = "@4831!0$57", letters[] = "aabeiiosst";

	if (strlen(word) != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		const char *sign = strchr(signs, s[i]);

		if ((sign ? letters[sign - signs] : s[i]) != word[i])
			return false;
	}
	return true;
}

/* Is what is left, when digits and signs before and after the letters are taken off, known? */
static bool
is_known(const char *s, const char *name)
{
	size_t first = strcspn(s, "abcdefghijklmnopqrstuvwxyz"), last = strlen(s), half = last / 2;

	if ((strlen(name) > 2 && strstr(s, name) && last < strlen(name) + 8) ||
	    (last % 2 == 0 && memcmp(s, s + half, half) == 0))
		return true;
	while (last > first && !isalpha((unsigned char)s[last - 1]))
		last--;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (reads_as(s + first, last - first, known[i]))
			return true;
	return false;
}

static void
fold(const char *from, char *to, size_t room)
{
	size_t i;

	for (i = 0; from[i] && i + 1 < room; i++)
		to[i] = (char)tolower((unsigned char)from[i]);
	to[i] = '\0';
}

static bool
is_one_kind(const char *s)
{
	size_t length = strlen(s);

	return strspn(s, "abcdefghijklmnopqrstuvwxyz") == length || strspn(s, "0123456789") == length;
}

const char *
password_weakness(const char *password, const char *name)
{
	enum { LONG = 16, SHORT = 12, PIECES = 5 };
	char folded[PASSWORD_MOST + 1], folded_name[64];
	size_t n = characters(password);
	const char *weakness = NULL;

	if (n < PASSWORD_LEAST)
		return "密码至少要有 8 个字符。";
	if (strlen(password) > PASSWORD_MOST)
		return "密码太长了,最多 256 个字节。";
	fold(password, folded, sizeof folded);
	fold(name, folded_name, sizeof folded_name);
	if (pieces(folded) < PIECES)
		weakness = "这个密码太容易猜到:请不要用连续或重复的字符。";
	else if (n < LONG && is_known(folded, folded_name))
		weakness = "这个密码太常见,或者与用户名太像,请换一个。";
	else if (n < SHORT && is_one_kind(folded))
		weakness = "只有数字或只有英文字母的密码,至少要有 12 个字符。";
	OPENSSL_cleanse(folded, sizeof folded);
	return weakness;
}
