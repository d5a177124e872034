/* command.h: the commands of the program, one function each. argv[0] is the command's name.
 *
 * Exit codes: 0 done, 1 the answer is no (with the reason on stderr), 2 wrong usage.
 */
#ifndef YJS_FLOWS_COMMAND_H
#define YJS_FLOWS_COMMAND_H

#include <stdbool.h>

struct conf;

struct command_context { const struct conf *conf; bool json; };

int command_migrate(const struct command_context *c, int argc, char **argv);
int command_check(const struct command_context *c, int argc, char **argv);
int command_try(const struct command_context *c, int argc, char **argv);
int command_draw(const struct command_context *c, int argc, char **argv);
int command_stats(const struct command_context *c, int argc, char **argv);
int command_verify(const struct command_context *c, int argc, char **argv);
int command_account(const struct command_context *c, int argc, char **argv);
int command_doctor(const struct command_context *c, int argc, char **argv);

#endif
