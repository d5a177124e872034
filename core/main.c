/* main.c: commands to rooms, settings to commands. Nothing else. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "base/conf.h"
#include "base/memory.h"
#include "base/log.h"
#include "bench/bench.h"
#include "declared/reader.h"
#include "departments/departments.h"
#include "flows/catalog.h"
#include "commands/command.h"
#include "flows/node.h"
#include "pages/pages.h"
#include "past/past.h"
#ifdef YJS_BENCH
#include "peer/peer.h"
#endif

enum { ARGUMENTS = 256 };

extern char **environ;

static int
serve(const struct command_context *c, int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return command_usage(COMMAND_SERVE);
	return node_serve(c->conf, &api_routes, &pages_extension);
}

/* The simulated departments learn their calls from the connector files, nothing else. */
static int
departments(const struct command_context *c, int argc, char **argv)
{
	struct catalog_places places = catalog_places(c->conf);
	struct error why = { 0 };
	json_t *connectors = NULL;
	struct catalog *catalog = catalog_open(&places, NULL, &connectors, &why);
	int exit_code;

	if (!catalog) {
		fprintf(stderr, "yijianshi: %s\n", why.text);
		return 1;
	}
	catalog_close(catalog);
	exit_code = departments_main(argc, argv, connectors);
	json_decref(connectors);
	return exit_code;
}

static int
bench(const struct command_context *c, int argc, char **argv)
{
#ifdef YJS_BENCH
	if (peer_wanted(argc, argv))
		return peer_main(c->conf);
#endif
	return bench_main(c->conf, c->json, argc, argv);
}

static int
past(const struct command_context *c, int argc, char **argv)
{
	return past_main(c->conf, argc, argv);
}

static const struct {
	const char *name;
	int (*run)(const struct command_context *c, int argc, char **argv);
	const char *takes; /* NULL: it knows --help itself */
	const char *sentence;
} commands[] = {
	{ "serve", serve, COMMAND_SERVE, "one node: HTTP and engine" },
	{ "migrate", command_migrate, COMMAND_MIGRATE, "bring the schema up to date" },
	{ "departments", departments, NULL, "the simulated departments, all in one process" },
	{ "check", command_check, COMMAND_CHECK, "read event and connector files, say what is wrong and the cure" },
	{ "try", command_try, COMMAND_TRY, "a dry run of a form, without database or departments" },
	{ "draw", command_draw, COMMAND_DRAW, "the items of an event and what they wait for, as SVG" },
	{ "stats", command_stats, COMMAND_STATS, "the statistics: what was done, what it measurably saved" },
	{ "verify", command_verify, COMMAND_VERIFY, "replay every history: chains, states, savings, counters" },
	{ "archive", command_archive, COMMAND_ARCHIVE, "a month whose applications are finished leaves the tables" },
	{ "account", command_account, NULL, "people: accounts, passwords, second factors, tokens" },
	{ "doctor", command_doctor, COMMAND_DOCTOR, "what is configured and whether it answers" },
	{ "bench", bench, NULL, "how fast it is on this machine, nothing switched off" },
	{ "past", past, NULL, "finished applications of months gone by, to measure with" },
};

static int
help(FILE *to)
{
	fprintf(to, "usage: yijianshi COMMAND [--config FILE] [--json] ...\n\n");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		fprintf(to, "  %-12s %s\n", commands[i].name, commands[i].sentence);
	fprintf(to, "\nyijianshi COMMAND --help tells what a command takes.\n");
	return to == stdout ? 0 : 2;
}

/* Index of the command, or -1. */
static int
find(const char *name)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* `COMMAND --help`, of one that does not know it itself? Then it is told. */
static bool
helps(int command, int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "--help") != 0 || !commands[command].takes)
		return false;
	printf("usage: yijianshi %s\n\n%s\n", commands[command].takes, commands[command].sentence);
	return true;
}

/* Take --config FILE and --json out of the arguments, wherever they stand. */
static int
common_options(int argc, char **argv, char **left, const char **config, bool *json)
{
	int n = 0;

	for (int i = 1; i < argc && n < ARGUMENTS; i++) {
		if (strcmp(argv[i], "--config") == 0) {
			if (++i == argc)
				return -1;
			*config = argv[i];
		} else if (strcmp(argv[i], "--json") == 0) {
			*json = true;
		} else {
			left[n++] = argv[i];
		}
	}
	left[n] = NULL;
	return n;
}

static int
run(const char *name, const char *config, struct command_context *c, int argc, char **argv)
{
	struct error why = { 0 };
	struct conf *conf;
	int command = find(name), exit_code;

	if (command < 0) {
		fprintf(stderr, "yijianshi: there is no command %s\n", name);
		return help(stderr);
	}
	if (helps(command, argc, argv))
		return 0;
	conf = conf_read(config, environ, &why);
	if (!conf) {
		fprintf(stderr, "yijianshi: %s\n", why.text);
		return 2;
	}
	c->conf = conf;
	exit_code = commands[command].run(c, argc, argv);
	conf_free(conf);
	return exit_code;
}

int
main(int argc, char **argv)
{
	char *left[ARGUMENTS + 1];
	const char *config = NULL;
	struct command_context c = { 0 };
	int n;

	if (argc > 1 && strcmp(argv[1], "reader") == 0)
		return reader_main(argc - 1, argv + 1);
	memory_watch_json();
	n = common_options(argc, argv, left, &config, &c.json);
	if (n < 1)
		return help(stderr);
	if (strcmp(left[0], "help") == 0 || strcmp(left[0], "--help") == 0)
		return help(stdout);
	return run(left[0], config, &c, n, left);
}
