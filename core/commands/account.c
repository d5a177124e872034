/* `yijianshi account`: people, what they come in by, and the end of that. */
#include "commands/command.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/conf.h"
#include "flows/account.h"
#include "flows/base.h"
#include "flows/login.h"

static const char usage_text[] = "usage: yijianshi account COMMAND NAME ...\n\n"
    "  add NAME --role ROLE [--department ID] [--division CODE]... [--id-number N] [--full-name 姓名]\n"
    "      [--phone N]        make an account, or give one that there is other divisions or another person\n"
    "  change NAME ...        the same for one that there is, its role and department too; what was given\n"
    "                         for the old ones ends: sessions and tokens\n"
    "  password NAME [--demo] its password: one line of standard input, not shown when typed; a change\n"
    "                         ends its sessions and tokens\n"
    "  totp NAME              a new second factor, which staff need to come in: prints the otpauth URL for\n"
    "                         an authenticator once, and never again\n"
    "  code URL               what an authenticator would show now for such a URL\n"
    "  token NAME [--demo]    prints a new token for a program, once\n"
    "  revoke NAME (or token NAME --revoke)  none of its sessions and tokens is good any more\n"
    "  close NAME             the same, and nobody comes in by its password\n\n"
    "--demo: good for a service that listens on loopback only.\n";

enum doing { ADDING, CHANGING, MAKING_TOKEN, REVOKING, CLOSING, SETTING_PASSWORD, SETTING_FACTOR, TELLING_CODE,
	HELPING, CONFUSED };

struct wish {
	enum doing doing;
	struct account_new account;
	bool demo;
};

static int
add_option(struct account_new *a, const char *name, const char *value)
{
	if (strcmp(name, "--role") == 0)
		a->role = value;
	else if (strcmp(name, "--department") == 0)
		a->department = value;
	else if (strcmp(name, "--id-number") == 0)
		a->id_number = value;
	else if (strcmp(name, "--full-name") == 0)
		a->full_name = value;
	else if (strcmp(name, "--phone") == 0)
		a->phone = value;
	else if (strcmp(name, "--division") == 0 && a->n_divisions < 16)
		a->divisions[a->n_divisions++] = value;
	else
		return -1;
	return 0;
}

static enum doing
read_account(struct wish *w, enum doing doing, int argc, char **argv)
{
	for (int i = 3; i < argc; i += 2)
		if (i + 1 >= argc || add_option(&w->account, argv[i], argv[i + 1]) != 0)
			return CONFUSED;
	w->account.change = doing == CHANGING;
	return w->account.role ? doing : CONFUSED;
}

/* Commands that take an account's name and at most one word more. */
static enum doing
read_short(struct wish *w, const char *command, const char *option)
{
	static const struct { const char *command, *option; enum doing doing; } all[] = {
		{ "token", NULL, MAKING_TOKEN }, { "token", "--demo", MAKING_TOKEN }, { "token", "--revoke", REVOKING },
		{ "revoke", NULL, REVOKING }, { "close", NULL, CLOSING }, { "password", NULL, SETTING_PASSWORD },
		{ "password", "--demo", SETTING_PASSWORD }, { "totp", NULL, SETTING_FACTOR },
		{ "code", NULL, TELLING_CODE } };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(command, all[i].command) == 0 && (option && all[i].option
		    ? strcmp(option, all[i].option) == 0 : !option && !all[i].option)) {
			w->demo = option && strcmp(option, "--demo") == 0;
			return all[i].doing;
		}
	return CONFUSED;
}

static struct wish
read_wish(int argc, char **argv)
{
	struct wish w = { CONFUSED, { 0 }, false };

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0))
		w.doing = HELPING;
	if (argc < 3)
		return w;
	w.account.name = argv[2];
	if (strcmp(argv[1], "add") == 0 || strcmp(argv[1], "change") == 0)
		w.doing = read_account(&w, strcmp(argv[1], "add") == 0 ? ADDING : CHANGING, argc, argv);
	else if (argc <= 4)
		w.doing = read_short(&w, argv[1], argv[3]);
	return w;
}

/* One line of standard input; on a terminal nobody sees it being typed. */
static int
read_password(char password[PASSWORD_MOST + 2], struct error *why)
{
	bool typed = isatty(STDIN_FILENO);
	struct termios before, silent;
	bool got;

	if (typed && tcgetattr(STDIN_FILENO, &before) == 0) {
		silent = before;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
		fputs("密码 (password): ", stderr);
	}
	got = fgets(password, PASSWORD_MOST + 2, stdin) != NULL;
	if (typed) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	if (!got)
		return error_set(why, ERROR_INPUT, "standard input holds no password");
	password[strcspn(password, "\r\n")] = '\0';
	return 0;
}

static int
set_password(const struct wish *w, const struct base *base, struct error *why)
{
	char password[PASSWORD_MOST + 2];
	int done = read_password(password, why);

	if (done == 0)
		done = login_set_password(base->store, base->seal, w->account.name, password, w->demo, why);
	OPENSSL_cleanse(password, sizeof password);
	return done;
}

/* A clerk of a department that is none would see nothing for ever and not know why. */
static int
check_department(const struct conf *conf, const char *id, struct error *why)
{
	char file[1200];

	if (!id || conf_department_url(conf, id))
		return 0;
	snprintf(file, sizeof file, "%s/%.100s.lua", conf_text(conf, "connectors_dir"), id);
	if (!strchr(id, '/') && access(file, R_OK) == 0)
		return 0;
	return error_set(why, ERROR_INPUT, "--department %s: there is no such connector in %s", id,
	    conf_text(conf, "connectors_dir"));
}

/* `told`: what is to be printed, if anything. */
static int
carry_out(const struct wish *w, const struct conf *conf, struct base *base, char told[LOGIN_URL_SIZE],
    struct error *why)
{
	const char *name = w->account.name;

	if (w->doing == TELLING_CODE)
		return login_code(name, told, why);
	if (base_open(base, conf, BASE_MIGRATE | BASE_KEY, why) != 0)
		return -1;
	switch (w->doing) {
	case ADDING:
	case CHANGING:
		return account_add(base->store, base->seal, &w->account, why);
	case REVOKING:
		return account_revoke(base->store, name, why);
	case CLOSING:
		return account_close(base->store, name, why);
	case SETTING_PASSWORD:
		return set_password(w, base, why);
	case SETTING_FACTOR:
		return login_set_factor(base->store, base->seal, name, told, why);
	default:
		return account_token(base->store, name, w->demo, told, why);
	}
}

int
command_account(const struct command_context *c, int argc, char **argv)
{
	struct wish w = read_wish(argc, argv);
	char told[LOGIN_URL_SIZE] = "";
	struct error why = { 0 };
	struct base base = { 0 };
	int done;

	if (w.doing == CONFUSED || w.doing == HELPING) {
		fputs(usage_text, w.doing == HELPING ? stdout : stderr);
		return w.doing == HELPING ? 0 : 2;
	}
	done = check_department(c->conf, w.account.department, &why);
	if (done == 0) {
		done = carry_out(&w, c->conf, &base, told, &why);
		base_close(&base);
	}
	if (done != 0)
		fprintf(stderr, "yijianshi: %s\n", why.text);
	else if (*told)
		puts(told);
	return done != 0;
}
