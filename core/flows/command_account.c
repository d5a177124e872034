/* `yijianshi account`: people, their tokens, and the end of those. */
#include "flows/command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "flows/account.h"
#include "flows/base.h"

static const char usage_text[] = "usage: yijianshi account add NAME --role ROLE [--department ID] "
    "[--division CODE]... [--id-number N] [--full-name 姓名] [--phone N] | account token NAME [--demo] | "
    "account revoke NAME (or account token NAME --revoke): none of its tokens is good any more\n";

enum doing { ADDING, MAKING_TOKEN, REVOKING, CONFUSED };

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
read_token_option(struct wish *w, int argc, char **argv)
{
	if (argc == 3)
		return MAKING_TOKEN;
	w->demo = argc == 4 && strcmp(argv[3], "--demo") == 0;
	if (w->demo)
		return MAKING_TOKEN;
	return argc == 4 && strcmp(argv[3], "--revoke") == 0 ? REVOKING : CONFUSED;
}

static struct wish
read_wish(int argc, char **argv)
{
	struct wish w = { CONFUSED, { 0 }, false };

	if (argc < 3)
		return w;
	w.account.name = argv[2];
	if (strcmp(argv[1], "token") == 0) {
		w.doing = read_token_option(&w, argc, argv);
	} else if (strcmp(argv[1], "revoke") == 0) {
		w.doing = argc == 3 ? REVOKING : CONFUSED;
	} else if (strcmp(argv[1], "add") == 0) {
		w.doing = ADDING;
		for (int i = 3; i < argc; i += 2)
			if (i + 1 >= argc || add_option(&w.account, argv[i], argv[i + 1]) != 0)
				w.doing = CONFUSED;
		if (!w.account.role)
			w.doing = CONFUSED;
	}
	return w;
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

static int
carry_out(const struct wish *w, const struct conf *conf, struct base *base, char token[64],
    struct error *why)
{
	if (base_open(base, conf, BASE_MIGRATE | BASE_KEY, why) != 0)
		return -1;
	switch (w->doing) {
	case ADDING:
		return account_add(base->store, base->seal, &w->account, why);
	case REVOKING:
		return account_revoke(base->store, w->account.name, why);
	default:
		return account_token(base->store, w->account.name, w->demo, token, why);
	}
}

int
command_account(const struct command_context *c, int argc, char **argv)
{
	struct wish w = read_wish(argc, argv);
	struct error why = { 0 };
	struct base base = { 0 };
	char token[64];
	int done;

	if (w.doing == CONFUSED) {
		fputs(usage_text, stderr);
		return 2;
	}
	done = w.doing == ADDING ? check_department(c->conf, w.account.department, &why) : 0;
	if (done == 0) {
		done = carry_out(&w, c->conf, &base, token, &why);
		base_close(&base);
	}
	if (done != 0)
		fprintf(stderr, "yijianshi: %s\n", why.text);
	else if (w.doing == MAKING_TOKEN)
		puts(token);
	return done != 0;
}
