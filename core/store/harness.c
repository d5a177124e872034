#include "store/harness.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/connection.h"

enum { OPEN_MS = 10000, STRING = 4096 };

#define SERVICE "yijianshi"

static const char prepare_sql[] =
    "DO $$BEGIN"
    " IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" SERVICE "') THEN CREATE ROLE " SERVICE " LOGIN; END IF;"
    " IF to_regclass('public.schema_migration') IS NULL AND to_regclass('public.application') IS NOT NULL THEN"
    "  CREATE SCHEMA harness; ALTER TABLE public.application SET SCHEMA harness; END IF;"
    "END$$";

/* Nine items, each of which spares a form and a visit. */
static const char tell_sql[] =
    "CREATE OR REPLACE FUNCTION tell_harness() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN"
    " INSERT INTO public.application_stat (app_id, kind, steps, materials_saved, visits_saved)"
    " SELECT a.number, a.event, 9, 9, 9 FROM public.application a"
    " WHERE a.division = NEW.division AND a.id = NEW.id; RETURN NULL; END$$;"
    "CREATE OR REPLACE TRIGGER tell_harness AFTER UPDATE ON progress FOR EACH ROW"
    " WHEN (OLD.open AND NOT NEW.open) EXECUTE FUNCTION tell_harness()";

static int
run(const char *superuser, const char *sql, struct error *why)
{
	PGconn *c = connection_open(superuser, "yijianshi bench", OPEN_MS, why);
	int done = c ? connection_text(c, sql, why) : -1;

	PQfinish(c);
	return done;
}

/* What the string says, less who comes, for the role of the service. NULL: it cannot be read. */
static char *
service_of(const char *superuser)
{
	PQconninfoOption *all = PQconninfoParse(superuser, NULL), *o;
	struct text t;

	text_init(&t, STRING);
	for (o = all; o && o->keyword; o++) {
		if (!o->val || strcmp(o->keyword, "user") == 0 || strcmp(o->keyword, "password") == 0)
			continue;
		text_putf(&t, "%s='", o->keyword);
		for (const char *s = o->val; *s; s++) {
			if (*s == '\'' || *s == '\\')
				text_putc(&t, '\\');
			text_putc(&t, *s);
		}
		text_puts(&t, "' ");
	}
	text_puts(&t, "user=" SERVICE);
	PQconninfoFree(all);
	if (all)
		return text_take(&t, NULL);
	text_free(&t);
	return NULL;
}

int
harness_prepare(const char *superuser, char **service, struct error *why)
{
	*service = service_of(superuser);
	if (!*service)
		return error_set(why, ERROR_BROKEN, "DATABASE_URL cannot be read");
	return run(superuser, prepare_sql, why);
}

int
harness_tell(const char *superuser, struct error *why)
{
	return run(superuser, tell_sql, why);
}
