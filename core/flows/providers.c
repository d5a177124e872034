#include "flows/providers.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/conf.h"
#include "flows/account.h"
#include "oidc/handshake.h"
#include "oidc/token.h"

_Static_assert((int)HANDSHAKE_ID == (int)SETTING_ID_LENGTH, "a cookie must take every provider's id");

static int
copy(const struct conf *conf, const char *id, const char *name, char **into, struct error *why)
{
	const char *value = conf_provider(conf, id, name);

	if (!value || (strcmp(name, "title") == 0 && !*value) || (strcmp(name, "client_id") == 0 && !*value))
		return error_set(why, ERROR_BROKEN, "set oidc.%s.%s: people cannot come in by this provider without",
		    id, name);
	*into = strdup(value);
	return *into ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

static bool
is_here(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

/* Codes and secrets go there: not in the clear, but within this machine. */
static int
check_issuer(struct provider_place *p, struct error *why)
{
	if (outcall_allow(p->is.issuer, &p->allow, why) != 0)
		return -1;
	if (strncmp(p->is.issuer, "https://", 8) != 0 && !is_here(p->allow.host))
		return error_set(why, ERROR_BROKEN, "oidc.%s.issuer must begin with https://", p->is.id);
	return 0;
}

static int
check_roles(const struct provider *p, struct error *why)
{
	char words[256], *rest = words, *word;

	if (*p->roles && !p->staff)
		return error_set(why, ERROR_BROKEN, "oidc.%s.roles: for a provider of staff only (oidc.%s.people)",
		    p->id, p->id);
	if (strlen(p->roles) >= sizeof words)
		return error_set(why, ERROR_BROKEN, "oidc.%s.roles is too long", p->id);
	strcpy(words, p->roles);
	while ((word = strsep(&rest, " ")))
		if (*word && (account_role(word) < 0 || account_role(word) == ROLE_CITIZEN))
			return error_set(why, ERROR_BROKEN, "oidc.%s.roles: %.20s is no role of staff", p->id, word);
	return 0;
}

static int
read_secret(struct provider *p, const struct conf *conf, struct error *why)
{
	const char *file = conf_provider(conf, p->id, "client_secret_file");
	struct sign_secret secret;
	int done;

	if (!file)
		return 0;
	if (sign_read(file, &secret, why) != 0)
		return -1;
	p->secret = strndup((const char *)secret.keys[0].bytes, secret.keys[0].length);
	done = p->secret ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
	OPENSSL_cleanse(&secret, sizeof secret);
	return done;
}

static int
open_one(struct provider_place *place, const struct conf *conf, const char *id, struct error *why)
{
	struct provider *p = &place->is;

	p->id = strdup(id);
	if (!p->id)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	if (copy(conf, id, "issuer", &p->issuer, why) != 0 || copy(conf, id, "title", &p->title, why) != 0 ||
	    copy(conf, id, "client_id", &p->client_id, why) != 0 || copy(conf, id, "scope", &p->scope, why) != 0 ||
	    copy(conf, id, "id_number_claim", &p->id_number_claim, why) != 0 ||
	    copy(conf, id, "name_claim", &p->name_claim, why) != 0 ||
	    copy(conf, id, "strong", &p->strong, why) != 0 || copy(conf, id, "roles", &p->roles, why) != 0)
		return -1;
	p->staff = strcmp(conf_provider(conf, id, "people"), "staff") == 0;
	if (check_issuer(place, why) != 0 || check_roles(p, why) != 0)
		return -1;
	if (!token_has_word(p->scope, "openid"))
		return error_set(why, ERROR_BROKEN, "oidc.%s.scope must have the word openid", id);
	return read_secret(p, conf, why);
}

int
providers_open(struct providers *p, const struct conf *conf, struct error *why)
{
	size_t n = 0;

	while (conf_provider_id(conf, n))
		n++;
	p->n = 0;
	p->list = calloc(n + 1, sizeof *p->list);
	if (!p->list)
		return error_set(why, ERROR_TEMPORARY, "no memory");
	while (p->n < n) {
		const char *id = conf_provider_id(conf, p->n);

		if (open_one(&p->list[p->n++], conf, id, why) != 0)
			return -1;
	}
	return 0;
}

void
providers_close(struct providers *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct provider *one = &p->list[i].is;
		char *const owned[] = { one->id, one->title, one->issuer, one->client_id, one->scope,
			one->id_number_claim, one->name_claim, one->strong, one->roles };

		for (size_t k = 0; k < sizeof owned / sizeof *owned; k++)
			free(owned[k]);
		if (one->secret)
			OPENSSL_cleanse(one->secret, strlen(one->secret));
		free(one->secret);
	}
	free(p->list);
	*p = (struct providers){ NULL, 0 };
}

int
providers_find(const struct providers *p, const char *id)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->list[i].is.id, id) == 0)
			return (int)i;
	return -1;
}
