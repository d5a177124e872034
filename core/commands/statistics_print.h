/* statistics_print.h: the table of statistics for people. */
#ifndef YJS_COMMANDS_STATISTICS_PRINT_H
#define YJS_COMMANDS_STATISTICS_PRINT_H

#include <jansson.h>
#include <stdio.h>

/* What statistics_table() gave: Chinese, columns aligned. */
void statistics_print(FILE *to, const json_t *table);

#endif
