/* sandbox.h: one policy file run once, in a Lua state that can do nothing but declare.
 *
 * The file is somebody else's text. Its state has no library at all, not even string methods; what
 * it sees are the words of scripts/words.lua. Memory is counted by the state's own allocator, steps
 * by a hook; whatever slips past both is killed from outside with the whole process (reader.h).
 * Bytecode is not read. What comes out is plain data, copied value by value into the trusted state;
 * the closed state is thrown away.
 */
#ifndef YJS_DECLARED_SANDBOX_H
#define YJS_DECLARED_SANDBOX_H

#include <lua.h>
#include <stddef.h>

enum {
	SANDBOX_MEMORY = 16 << 20,   /* bytes one policy file may use */
	SANDBOX_STEPS = 20000000,    /* Lua instructions one policy file may take */
	SANDBOX_VALUES = 400000,     /* values that may be copied out */
	SANDBOX_DEPTH = 60           /* nesting of what is copied out */
};

struct sandbox_meter { /* an allocator's account */
	size_t used, ceiling;
};

struct sandbox_failure { /* why the file could not be run */
	int line; /* 0: unknown */
	char text[400];
};

/* A new Lua state without libraries whose memory is counted in `meter` (which must outlive it).
 * NULL when memory is gone. */
lua_State *sandbox_state(struct sandbox_meter *meter, size_t ceiling);

/* Run the file `source` after `words` (both lent) and push what it declared onto `trusted` as one
 * table: the value of words' finish(). 0 with the table pushed, or -1 with *failure filled and
 * nothing pushed. May raise a Lua error in `trusted` when its memory is gone. */
int sandbox_run(lua_State *trusted, const char *words, size_t words_length, const char *source,
    size_t length, struct sandbox_failure *failure);

#endif
