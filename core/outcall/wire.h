/* wire.h: an HTTP/1.1 answer, read from the bytes as they come. Pure; plain.c alone uses it.
 *
 * Whole is only what says how long it is and comes to that length: by Content-Length or in chunks.
 * What is ambiguous (two lengths, an unknown coding) or longer than the ceiling is broken.
 */
#ifndef YJS_OUTCALL_WIRE_H
#define YJS_OUTCALL_WIRE_H

#include "base/text.h"

enum { WIRE_HEAD_BYTES = 64 * 1024, WIRE_TYPE = 128 };

enum wire_state { WIRE_STATUS, WIRE_HEADERS, WIRE_SIZED, WIRE_CHUNK, WIRE_CHUNK_DATA, WIRE_CHUNK_END, WIRE_TRAILERS,
	WIRE_UNFRAMED /* ends with the connection: nobody can tell whether it is whole */, WIRE_WHOLE, WIRE_BROKEN };

struct wire {
	enum wire_state state;
	size_t ceiling;         /* of the body */
	int status;             /* 0: none yet */
	char type[WIRE_TYPE];   /* Content-Type, "" none */
	char retry_after[64];   /* as told, "" not */
	bool keeps;             /* the connection may carry another call afterwards */
	size_t body, length;    /* where the body lies in the bytes, and how much of it is there */
	/* its own */
	size_t at;              /* read so far */
	size_t left;            /* of the body or chunk */
	bool sized, chunked;
};

/* For a fresh answer with a body of at most `ceiling` bytes. */
void wire_begin(struct wire *w, size_t ceiling);
/* `bytes` holds everything that has come so far (chunks are moved together in it). The new state. */
enum wire_state wire_read(struct wire *w, struct text *bytes);

#endif
