/* file_pieces.h: for files.c and uploads.c: how an uploaded file lies in the store, sealed. */
#ifndef YJS_FLOWS_FILE_PIECES_H
#define YJS_FLOWS_FILE_PIECES_H

#include "base/text.h"
#include "flows/files.h"

/* FILE_PIECE: of the content; sealed it is a little longer. A text of a piece is never larger. */
enum { FILE_PIECE = 256 << 10, FILE_SEALED_PIECE = FILE_PIECE + (64 << 10), FILE_ABOUT = 4096 };

/* Piece `number` of the file `row`; 0 or -1. */
int file_piece_seal(struct node *n, int64_t row, int32_t number, const char *bytes, size_t length,
    struct text *sealed, struct error *why) MUST_CHECK;
/* Its description: sha256, size and type. */
int file_about_seal(struct node *n, const struct file *f, struct text *sealed, struct error *why) MUST_CHECK;
/* All its pieces, malloc()ed, and their hash; NULL and *why. */
char *file_content(struct node *n, struct store *s, const struct file *f, size_t *length, char sha256[65],
    struct error *why) MUST_CHECK;

#endif
