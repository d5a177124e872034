#include "bench/filer.h"

#include <string.h>

#include "bench/child.h"

int
filer_make(const struct place *p, char *token, size_t room, struct error *why)
{
	char settings[sizeof p->settings];
	char *add[] = { "account", "add", "bench", "--role", "citizen", "--id-number", "330111199503120023",
		"--full-name", "李秀兰", "--config", settings, NULL };
	char *make[] = { "account", "token", "bench", "--config", settings, NULL };
	struct text out;
	int done;

	memcpy(settings, p->settings, sizeof settings);
	text_init(&out, 1 << 16);
	done = child_do(add, p->log, &out, why);
	text_clear(&out);
	if (done == 0)
		done = child_do(make, p->log, &out, why);
	if (done == 0 && out.data && out.length < room) {
		memcpy(token, out.data, out.length + 1);
		token[strcspn(token, "\n")] = '\0';
	} else if (done == 0) {
		done = error_set(why, ERROR_BROKEN, "yijianshi account token gave no token");
	}
	text_free(&out);
	return done;
}
