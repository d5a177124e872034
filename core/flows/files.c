#include "flows/files.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "flows/case.h"
#include "flows/file_pieces.h"
#include "rules/form_messages.h"

enum { SWEPT = 100 };

json_t *
files_object(const struct file *f)
{
	return json_pack("{s:s, s:s, s:I, s:s}", "id", f->id, "sha256", f->sha256, "size",
	    (json_int_t)f->size, "type", f->type);
}

/* --- taking in --- */

struct pieces { struct node *node; const struct file *file; const char *bytes; struct text sealed; };

int
file_piece_seal(struct node *n, int64_t row, int32_t number, const char *bytes, size_t length,
    struct text *sealed, struct error *why)
{
	struct seal_place at = { "file_piece", "bytes", row, number };

	return seal_close_value(n->seal, &at, bytes, length, sealed, why);
}

static int
seal_piece(void *cookie, int32_t number, struct bytes *sealed, struct error *why)
{
	struct pieces *p = cookie;
	size_t from = (size_t)number * FILE_PIECE, left = (size_t)p->file->size - from;

	text_clear(&p->sealed);
	if (file_piece_seal(p->node, p->file->row, number, p->bytes + from, left < FILE_PIECE ? left : FILE_PIECE,
	    &p->sealed, why) != 0)
		return -1;
	*sealed = (struct bytes){ p->sealed.data, p->sealed.length };
	return 0;
}

int
file_about_seal(struct node *n, const struct file *f, struct text *sealed, struct error *why)
{
	struct seal_place at = { "file", "about", f->row, 0 };
	json_t *about = json_pack("{s:s, s:I, s:s}", "sha256", f->sha256, "size", (json_int_t)f->size,
	    "type", f->type);
	char *plain = about ? json_canonical_string(about) : NULL;
	int result = -1;

	json_decref(about);
	if (plain)
		result = seal_close_value(n->seal, &at, plain, strlen(plain), sealed, why);
	free(plain);
	return result == 0 ? 0 : error_set(why, ERROR_TEMPORARY, "no memory");
}

int
files_take_in(struct node *n, struct store *s, const struct account *who, const char *bytes,
    size_t length, const char *type, struct file *f, struct error *why)
{
	struct pieces pieces = { n, f, bytes, { 0 } };
	struct store_file row;
	struct text about;
	uint8_t hash[32];
	int result;

	*f = (struct file){ .division = account_division(who), .row = store_id(n->slot, node_now(n)),
		.account = who->id, .pieces = (int32_t)((length + FILE_PIECE - 1) / FILE_PIECE), .size = (int64_t)length };
	file_id_make(f->division, f->row, f->id);
	snprintf(f->type, sizeof f->type, "%s", type);
	digest_sha256(bytes, length, hash);
	digest_hex(hash, sizeof hash, f->sha256);
	text_init(&about, FILE_ABOUT);
	text_init(&pieces.sealed, FILE_SEALED_PIECE);
	result = file_about_seal(n, f, &about, why);
	row = (struct store_file){ .division = f->division, .id = f->row, .account = f->account,
		.stored_at = node_now(n), .pieces = f->pieces, .about = { about.data, about.length } };
	if (result == 0)
		result = store_file_put(s, &row, who->token, seal_piece, &pieces, why);
	text_free(&about);
	text_free(&pieces.sealed);
	return result;
}

/* --- finding --- */

struct found { struct node *node; struct file *list; size_t n; };

static int
open_about(struct node *n, const struct store_file *row, struct file *f, struct error *why)
{
	struct seal_place at = { "file", "about", row->id, 0 };
	struct text plain;
	json_t *about = NULL;
	const char *hash, *type;

	text_init(&plain, FILE_ABOUT);
	if (seal_open_value(n->seal, &at, row->about.data, row->about.length, &plain, why) == 0)
		about = json_read(plain.data, plain.length, FILE_ABOUT, why);
	text_free(&plain);
	hash = json_text(about, "sha256");
	type = json_text(about, "type");
	if (hash && type) {
		snprintf(f->sha256, sizeof f->sha256, "%s", hash);
		snprintf(f->type, sizeof f->type, "%s", type);
		f->size = json_integer_value(json_object_get(about, "size"));
	}
	json_decref(about);
	return hash && type ? 0 : error_set(why, ERROR_BROKEN, "a file's description does not read");
}

static int
note_found(void *cookie, const struct store_file *row, struct error *why)
{
	struct found *found = cookie;
	struct file *f = &found->list[found->n];

	if (!row->used && row->stored_at + STORE_FILE_US < node_now(found->node))
		return 0; /* its time is over: the sweeper comes */
	*f = (struct file){ .division = row->division, .row = row->id, .account = row->account,
		.pieces = row->pieces, .used = row->used };
	file_id_make(row->division, row->id, f->id);
	if (open_about(found->node, row, f, why) != 0)
		return -1;
	found->n++;
	return 0;
}

int
files_find(struct node *n, struct store *s, const char *id, struct file *f, struct error *why)
{
	struct store_file place = { 0 };
	struct found found = { n, f, 0 };

	if (!file_id_parse(id, &place.division, &place.id))
		return 0;
	return store_files(s, &place, 1, note_found, &found, why) == 0 ? (int)found.n : -1;
}

/* --- reading --- */

static int
read_piece(struct node *n, struct store *s, const struct file *f, int32_t number, struct text *content,
    struct error *why)
{
	struct seal_place at = { "file_piece", "bytes", f->row, number };
	struct bytes sealed;
	int found = store_file_piece(s, f->division, f->row, number, &sealed, why);

	if (found == 1)
		found = seal_open_value(n->seal, &at, sealed.data, sealed.length, content, why) == 0;
	free((void *)(uintptr_t)sealed.data);
	return found == 1 ? 0 : error_set(why, ERROR_BROKEN, "a piece of a file is not there");
}

char *
file_content(struct node *n, struct store *s, const struct file *f, size_t *length, char sha256[65],
    struct error *why)
{
	struct text content;
	uint8_t hash[32];
	int result = 0;

	text_init(&content, UPLOAD_CEILING);
	for (int32_t i = 0; i < f->pieces && result == 0; i++)
		result = read_piece(n, s, f, i, &content, why);
	if (result != 0 || !content.data) {
		text_free(&content);
		return NULL;
	}
	digest_sha256(content.data, content.length, hash);
	digest_hex(hash, sizeof hash, sha256);
	return text_take(&content, length);
}

char *
files_read(struct node *n, struct store *s, const struct file *f, struct error *why)
{
	char hex[65] = "", *content = file_content(n, s, f, NULL, hex, why);

	if (content && strcmp(hex, f->sha256) == 0)
		return content;
	free(content);
	error_set(why, ERROR_BROKEN, "a file is not what was sent");
	return NULL;
}

/* --- resolving --- */

static int
refuse(json_t *errors, const char *material, const char *code, const char *message)
{
	char pointer[160];

	snprintf(pointer, sizeof pointer, "/materials/%.140s", material);
	return json_array_append_new(errors, json_pack("{s:s, s:s, s:s}", "pointer", pointer, "code", code,
	    "message", message));
}

static bool
is_english(const struct files_wish *w)
{
	return w->language && strncmp(w->language, "en", 2) == 0;
}

/* Which of the event's materials it is, if it is to be had by upload; else an error. */
static const struct get *
way_of(const struct files_wish *w, const char *material, json_t *errors)
{
	int m = event_material(w->event, material);
	const struct get *way = m >= 0 ? upload_way(&w->event->materials[m]) : NULL;

	if (m < 0)
		refuse(errors, material, "unknown_field", is_english(w) ? "This event has no such material."
		    : "这件事没有这项材料,请去掉");
	else if (!way)
		refuse(errors, material, "not_asked", is_english(w) ? "This material is not uploaded: leave it out."
		    : "这项材料不用上传,请去掉");
	return way;
}

static int
refuse_type(const struct files_wish *w, const char *material, const struct get *way, const char *type,
    json_t *errors)
{
	char message[200];

	snprintf(message, sizeof message, is_english(w) ? "This is a %s file; here only: %.100s."
	    : "这是 %s 文件;这项材料只收:%.100s", type, way->text);
	return refuse(errors, material, "format", message);
}

/* He has sent it, or a draft names it that has come to him: 1, 0, -1. */
static int
is_his(struct store *s, const struct account *who, const struct file *f, struct error *why)
{
	enum store_draft_names names = DRAFT_HIS;
	uint8_t person[16];

	if (f->account != who->id)
		names = store_draft_of_file(s, who->id, f->division, f->row, person, why);
	return names == DRAFT_UNKNOWN ? -1 : names == DRAFT_HIS;
}

static int
resolve_one(struct node *n, struct store *s, const struct files_wish *w, const char *material,
    const json_t *id, json_t *files, json_t *errors, struct error *why)
{
	const struct get *way = way_of(w, material, errors);
	struct file f;
	char message[FORM_MESSAGE];
	int found;

	if (!way)
		return 0;
	if (!json_is_string(id))
		return refuse(errors, material, "type", is_english(w) ? "Send the id that the upload gave."
		    : "请填上传后得到的文件编号");
	found = files_find(n, s, json_string_value(id), &f, why);
	if (found == 1)
		found = is_his(s, w->who, &f, why);
	if (found < 0)
		return -1;
	if (found == 0) {
		form_message("not_yours", NULL, w->language, message);
		return refuse(errors, material, "not_yours", message);
	}
	if (!upload_allows(way, f.type))
		return refuse_type(w, material, way, f.type, errors);
	return json_object_set_new(files, material, files_object(&f));
}

static bool
too_many(const struct files_wish *w)
{
	size_t n = json_object_size(w->had);
	const char *material;
	json_t *id;

	json_object_foreach((json_t *)(uintptr_t)w->materials, material, id)
		n += !json_object_get(w->had, material);
	return n > UPLOADS_MOST;
}

static int
resolve_all(struct node *n, struct store *s, const struct files_wish *w, json_t *files, json_t *errors,
    struct error *why)
{
	const char *material;
	json_t *id;

	json_object_foreach((json_t *)(uintptr_t)w->materials, material, id)
		if (resolve_one(n, s, w, material, id, files, errors, why) != 0)
			return error_set(why, ERROR_TEMPORARY, "no memory");
	return 0;
}

int
files_resolve(struct node *n, struct store *s, const struct files_wish *w, json_t **files,
    json_t **errors, struct error *why)
{
	int result = -1;

	*files = json_object();
	*errors = json_array();
	if (!*files || !*errors)
		error_set(why, ERROR_TEMPORARY, "no memory");
	else if (too_many(w))
		result = json_array_append_new(*errors, json_pack("{s:s, s:s, s:s}", "pointer", "/materials",
		    "code", "too_large", "message", is_english(w) ? "At most 20 files an application."
		    : "一份申请最多上传 20 个文件"));
	else
		result = resolve_all(n, s, w, *files, *errors, why);
	if (result == 0)
		return 0;
	json_decref(*files);
	json_decref(*errors);
	*files = *errors = NULL;
	return -1;
}

size_t
files_uses(const json_t *files, int32_t home, int64_t application, struct store_file_use out[UPLOADS_MOST])
{
	const char *material;
	json_t *file;
	size_t n = 0;

	json_object_foreach((json_t *)(uintptr_t)files, material, file) {
		const char *id = json_text(file, "id");
		struct store_file_use use = { .home = home, .application = application };

		if (n < UPLOADS_MOST && id && file_id_parse(id, &use.division, &use.file))
			out[n++] = use;
	}
	return n;
}

/* --- departments --- */

int
files_carried(struct node *n, const struct store_case *c, const struct store_case_operation *o,
    const char *id, struct error *why)
{
	json_t *sent = case_sent(n, c, o, why), *material;
	bool carried = false;
	size_t i;

	if (!sent)
		return -1;
	json_array_foreach(json_object_get(sent, "materials"), i, material) {
		const char *told = json_text(json_object_get(material, "file"), "id");

		carried = carried || (told && strcmp(told, id) == 0);
	}
	json_decref(sent);
	return carried;
}

/* --- sweeping --- */

void
files_sweep(struct node *n, struct store *s)
{
	struct error why = { 0 };
	int64_t swept, total = 0;

	if (!store_alive(s))
		return;
	while ((swept = store_files_sweep(s, node_now(n), SWEPT, &why)) > 0)
		total += swept;
	if (total > 0)
		log_info("%lld uploaded files that nobody used are deleted", (long long)total);
	if (swept < 0)
		log_error("unused files: %s", why.text);
}
