/* file_rows.h: for this room: rows of files and their pieces, in the transaction of whoever stores them. */
#ifndef YJS_STORE_FILE_ROWS_H
#define YJS_STORE_FILE_ROWS_H

#include <libpq-fe.h>

#include "store/file.h"

int file_row_put(struct store *s, const struct store_file *f, struct error *why) MUST_CHECK;
int file_piece_put(struct store *s, const struct store_file *f, int32_t number, const struct bytes *sealed,
    struct error *why) MUST_CHECK;
/* The pieces of the files that the first two columns (division, id) of `r` name. */
int file_pieces_delete(struct store *s, const PGresult *r, struct error *why) MUST_CHECK;

#endif
