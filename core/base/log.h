/* log.h: one line an event to stderr, with journald's <N> prefix.
 *
 * What comes from outside is escaped (no CR, LF, control bytes) and cut, so one event is one line.
 * Never pass personal data: form values, bodies, outputs, reasons, tokens have no place here;
 * numbers of applications, ids of items, departments and calls have.
 */
#ifndef YJS_BASE_LOG_H
#define YJS_BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 };

/* "error", "warning", "info" or "debug"; anything else leaves the level and returns -1. */
int log_set_level(const char *name);

void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
