#include "departments/garbage.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

static struct MHD_Response *
plain(const char *bytes, size_t length)
{
	return MHD_create_response_from_buffer(length, (void *)(uintptr_t)bytes, MHD_RESPMEM_MUST_COPY);
}

/* Half of what was promised, then the connection ends. */
static ssize_t
read_half(void *cookie, uint64_t at, char *to, size_t room)
{
	const char *answer = cookie;
	size_t half = strlen(answer) / 2, left = at < half ? half - (size_t)at : 0;

	if (left == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (left > room)
		left = room;
	memcpy(to, answer + at, left);
	return (ssize_t)left;
}

static struct MHD_Response *
cut(const char *answer)
{
	char *copy = strdup(answer);
	struct MHD_Response *r;

	if (!copy)
		return NULL;
	r = MHD_create_response_from_callback(strlen(copy), 1024, read_half, copy, free);
	if (!r)
		free(copy);
	return r;
}

static struct MHD_Response *
nested(void)
{
	char deep[2000];

	memset(deep, '[', 1000);
	memset(deep + 1000, ']', 1000);
	return plain(deep, sizeof deep);
}

static struct MHD_Response *
page(void)
{
	static const char html[] = "<html><body><h1>502 Bad Gateway</h1></body></html>";
	struct MHD_Response *r = plain(html, sizeof html - 1);

	if (r)
		MHD_add_response_header(r, "Content-Type", "text/html");
	return r;
}

struct MHD_Response *
garbage_make(const char *answer, uint32_t dice, int *status)
{
	static const char doubled[] = "{\"state\":\"approved\",\"state\":\"rejected\",\"result_id\":\"X\","
	    "\"reason\":\"x\",\"outputs\":{}}";
	static const char unknown[] = "{\"state\":\"ok\",\"result_id\":\"X\",\"outputs\":{}}";

	*status = 200;
	switch (dice % GARBAGE_KINDS) {
	case 0:
		return plain(answer, strlen(answer) / 2);
	case 1:
		return cut(answer);
	case 2:
		return page();
	case 3:
		return plain(doubled, sizeof doubled - 1);
	case 4:
		return plain(unknown, sizeof unknown - 1);
	case 5:
		return plain("", 0);
	case 6:
		return nested();
	case 7:
		*status = 201; /* a good answer under a status that says nothing about ours */
		return plain(answer, strlen(answer));
	default:
		return plain("\xff\xfe{}", 4);
	}
}
