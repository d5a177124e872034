/* command.h: the commands of the program, one function each. argv[0] is the command's name.
 *
 * Exit codes: 0 done, 1 the answer is no (with the reason on stderr), 2 wrong usage.
 */
#ifndef YJS_COMMANDS_COMMAND_H
#define YJS_COMMANDS_COMMAND_H

#include <stdbool.h>

struct conf;

struct command_context { const struct conf *conf; bool json; };

/* What each takes: told on wrong usage and by --help. Every one takes --config FILE besides. */
#define COMMAND_SERVE "serve"
#define COMMAND_MIGRATE "migrate"
#define COMMAND_CHECK "check [--expand] [FILE...] [--json]"
#define COMMAND_TRY "try EVENT FORM.json [--today YYYY-MM-DD] [--json]"
#define COMMAND_DRAW "draw EVENT"
#define COMMAND_STATS "stats [--event E] [--from D] [--to D] [--division CODE]\n" \
	"                       [--by day|month|event|division|department] [--json]"
#define COMMAND_VERIFY "verify [--json]"
#define COMMAND_ARCHIVE "archive YYYY-MM"
#define COMMAND_DOCTOR "doctor"

/* Tell it on stderr; returns 2. */
int command_usage(const char *takes);

int command_migrate(const struct command_context *c, int argc, char **argv);
int command_check(const struct command_context *c, int argc, char **argv);
int command_try(const struct command_context *c, int argc, char **argv);
int command_draw(const struct command_context *c, int argc, char **argv);
int command_stats(const struct command_context *c, int argc, char **argv);
int command_verify(const struct command_context *c, int argc, char **argv);
int command_archive(const struct command_context *c, int argc, char **argv);
int command_account(const struct command_context *c, int argc, char **argv);
int command_doctor(const struct command_context *c, int argc, char **argv);

#endif
