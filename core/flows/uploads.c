#include "flows/uploads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "flows/file_pieces.h"

enum { MARK_MOST = 1024, SWEPT = 100 };

json_t *
uploads_object(const struct store_upload *u)
{
	char id[FILE_ID_SIZE];

	file_id_make(u->division, u->id, id);
	return json_pack("{s:s, s:I, s:I}", "id", id, "size", (json_int_t)u->size, "offset", (json_int_t)u->had);
}

/* ---- begun, found ---- */

int
uploads_begin(struct node *n, struct store *s, const struct account *who, int64_t size, const char *mark,
    struct store_upload *u, struct error *why)
{
	char called[MARK_MOST];
	uint8_t blind[16];

	*u = (struct store_upload){ .division = account_division(who), .id = store_id(n->slot, node_now(n)),
		.account = who->id, .size = size };
	snprintf(called, sizeof called, "%lld %lld %s", (long long)who->id, (long long)size, mark);
	seal_blind(n->seal, "upload", called, strlen(called), blind);
	return store_upload_begin(s, u, blind, node_now(n), UPLOADS_AT_ONCE, why);
}

int
uploads_find(struct store *s, const struct account *who, const char *id, struct store_upload *u, struct error *why)
{
	*u = (struct store_upload){ .account = who->id };
	return file_id_parse(id, &u->division, &u->id) ? store_upload(s, u, why) : 0;
}

/* ---- it grows ---- */

bool
uploads_fits(const struct store_upload *u, int64_t offset, size_t length)
{
	int64_t left = u->size - u->had;

	return offset == u->had && left > 0 && (int64_t)length == (left < FILE_PIECE ? left : FILE_PIECE);
}

int
uploads_add(struct node *n, struct store *s, const struct account *who, struct store_upload *u,
    const char *bytes, size_t length, struct error *why)
{
	int32_t number = (int32_t)(u->had / FILE_PIECE);
	struct text sealed;
	int added = -1;

	text_init(&sealed, FILE_SEALED_PIECE);
	if (file_piece_seal(n, u->id, number, bytes, length, &sealed, why) == 0)
		added = store_upload_add(s, u, who->token, number, &(struct bytes){ sealed.data, sealed.length },
		    u->had + (int64_t)length, why);
	text_free(&sealed);
	return added;
}

/* ---- it is whole ---- */

static int
make_file(struct node *n, struct store *s, const struct account *who, struct file *f, struct error *why)
{
	struct store_file row = { .division = f->division, .id = f->row, .account = f->account,
		.stored_at = node_now(n), .pieces = f->pieces };
	struct text about;
	int made = -1;

	text_init(&about, FILE_ABOUT);
	if (file_about_seal(n, f, &about, why) == 0) {
		row.about = (struct bytes){ about.data, about.length };
		made = store_upload_end(s, &row, who->token, why);
	}
	text_free(&about);
	return made == 0 ? error_set(why, ERROR_TEMPORARY, "the same upload was ended twice at once") : made;
}

int
uploads_end(struct node *n, struct store *s, const struct account *who, const struct store_upload *u,
    struct file *f, const char **wrong, struct error *why)
{
	const char *type = NULL;
	size_t length = 0;
	char *content;

	*f = (struct file){ .division = u->division, .row = u->id, .account = u->account, .size = u->size,
		.pieces = (int32_t)((u->size + FILE_PIECE - 1) / FILE_PIECE) };
	content = file_content(n, s, f, &length, f->sha256, why);
	if (!content)
		return -1;
	type = upload_type(content, length, wrong);
	free(content);
	if (!type)
		return store_upload_drop(s, u, why);
	snprintf(f->type, sizeof f->type, "%s", type);
	file_id_make(f->division, f->row, f->id);
	return make_file(n, s, who, f, why);
}

/* ---- sweeping ---- */

void
uploads_sweep(struct node *n, struct store *s)
{
	struct error why = { 0 };
	int64_t swept, total = 0;

	if (!store_alive(s))
		return;
	while ((swept = store_uploads_sweep(s, node_now(n), SWEPT, &why)) > 0)
		total += swept;
	if (total > 0)
		log_info("%lld uploads that broke off are deleted", (long long)total);
	if (swept < 0)
		log_error("uploads that broke off: %s", why.text);
}
