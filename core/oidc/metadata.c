#include "oidc/metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

char *
metadata_address(const char *issuer)
{
	size_t length = strlen(issuer);
	char *url;

	if (length && issuer[length - 1] == '/')
		length--;
	return asprintf(&url, "%.*s/.well-known/openid-configuration", (int)length, issuer) < 0 ? NULL : url;
}

/* A provider behind TLS does not send people, codes or secrets anywhere else. */
static bool
is_as_safe(const char *url, const char *issuer)
{
	if (strlen(url) >= METADATA_URL || strpbrk(url, " #\\\"<>\r\n\t"))
		return false;
	return strncmp(url, "https://", 8) == 0 ||
	    (strncmp(url, "http://", 7) == 0 && strncmp(issuer, "https://", 8) != 0);
}

/* 0; a member that must not be missing, or no address of that kind: -1. */
static int
read_url(const json_t *o, const char *name, bool needed, const char *issuer, char **into, struct error *why)
{
	const char *url = json_text(o, name);

	*into = NULL;
	if (!url && !needed)
		return 0;
	if (!url || !is_as_safe(url, issuer))
		return error_set(why, ERROR_BROKEN, "the provider %s tells no usable %s", issuer, name);
	*into = strdup(url);
	return *into ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

static bool
has(const json_t *list, const char *word)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), word) == 0)
			return true;
	return false;
}

static int
read_members(const json_t *o, const char *issuer, struct metadata *m, struct error *why)
{
	const json_t *challenges = json_object_get(o, "code_challenge_methods_supported");
	const json_t *ways = json_object_get(o, "token_endpoint_auth_methods_supported");
	const char *name = json_text(o, "issuer");

	if (!name || strcmp(name, issuer) != 0)
		return error_set(why, ERROR_BROKEN, "the provider at %s calls itself %.200s", issuer,
		    name ? name : "nothing");
	if (challenges && !has(challenges, "S256"))
		return error_set(why, ERROR_BROKEN, "the provider %s knows no PKCE with S256", issuer);
	m->tells_issuer = json_is_true(json_object_get(o, "authorization_response_iss_parameter_supported"));
	m->secret_in_body = ways && !has(ways, "client_secret_basic") && has(ways, "client_secret_post");
	if (read_url(o, "authorization_endpoint", true, issuer, &m->authorization, why) != 0 ||
	    read_url(o, "token_endpoint", true, issuer, &m->token, why) != 0 ||
	    read_url(o, "jwks_uri", true, issuer, &m->keys, why) != 0 ||
	    read_url(o, "userinfo_endpoint", false, issuer, &m->userinfo, why) != 0)
		return -1;
	return read_url(o, "end_session_endpoint", false, issuer, &m->end_session, why);
}

int
metadata_read(const char *json, size_t length, const char *issuer, struct metadata *m, struct error *why)
{
	json_t *o = json_read(json, length, METADATA_MOST, why);
	int done;

	memset(m, 0, sizeof *m);
	if (!o) {
		error_clear(why);
		return error_set(why, ERROR_BROKEN, "the provider %s does not tell what it is", issuer);
	}
	done = read_members(o, issuer, m, why);
	json_decref(o);
	if (done != 0)
		metadata_free(m);
	return done;
}

bool
metadata_there(const struct metadata *m)
{
	return m->token != NULL;
}

void
metadata_free(struct metadata *m)
{
	free(m->authorization);
	free(m->token);
	free(m->keys);
	free(m->userinfo);
	free(m->end_session);
	memset(m, 0, sizeof *m);
}
