#include "pages/qr.h"

#include <qrencode.h>

#include "base/text.h"

/* A row's dark modules, each run as one rectangle. */
static void
put_row(struct text *t, const QRcode *code, int y)
{
	const unsigned char *row = code->data + y * code->width;

	for (int x = 0, run; x < code->width; x += run) {
		run = 1;
		if (!(row[x] & 1))
			continue;
		while (x + run < code->width && (row[x + run] & 1))
			run++;
		text_putf(t, "M%d %dh%dv1h-%dz", x, y, run, run);
	}
}

json_t *
qr_of(const char *text)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	struct text t;
	json_t *told;

	if (!code)
		return NULL;
	text_init(&t, 1 << 18);
	for (int y = 0; y < code->width; y++)
		put_row(&t, code, y);
	told = t.failed ? NULL : json_pack("{s:i, s:s}", "size", code->width, "path", t.data);
	text_free(&t);
	QRcode_free(code);
	return told;
}
