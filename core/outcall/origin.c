#include "outcall/origin.h"

#include <stdlib.h>
#include <string.h>

struct origins {
	int most, n;
	struct origin list[];
};

struct origins *
origins_new(int most)
{
	struct origins *o = calloc(1, sizeof *o + (size_t)most * sizeof o->list[0]);

	if (o)
		o->most = most;
	return o;
}

static void
empty(struct origin *one)
{
	free(one->url);
	curl_url_cleanup(one->parsed);
	*one = (struct origin){ 0 };
}

void
origins_free(struct origins *o)
{
	if (!o)
		return;
	for (int i = 0; i < o->n; i++)
		empty(&o->list[i]);
	free(o);
}

const struct origin *
origins_find(struct origins *o, const char *url, size_t length)
{
	struct origin *one;

	for (int i = 0; i < o->n; i++)
		if (o->list[i].length == length && memcmp(o->list[i].url, url, length) == 0)
			return &o->list[i];
	if (o->n == o->most)
		return NULL;
	one = &o->list[o->n];
	one->url = strndup(url, length);
	one->length = length;
	one->parsed = curl_url();
	if (!one->url || !one->parsed || curl_url_set(one->parsed, CURLUPART_URL, one->url, 0) != CURLUE_OK) {
		empty(one);
		return NULL;
	}
	o->n++;
	return one;
}
