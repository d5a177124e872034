/* memory.h: what found no memory.
 *
 * Most of what fails says so by its return value. Some does not: jansson leaves out in silence what it cannot store,
 * and a sentence that could not be made long enough gives way to a shorter one. Such losses are counted, for each
 * thread by itself. Who stores or tells what he has made compares the count with what it was before he began: where it
 * differs, something may be missing, and none of it is used.
 */
#ifndef YJS_BASE_MEMORY_H
#define YJS_BASE_MEMORY_H

/* From here on jansson's losses are counted, and something is kept for them: its lexer does not notice that it found
 * no memory and reads beyond what it has (2.14), so one failure alone must not reach it. Once, before any thread. */
void memory_watch_json(void);

/* Work begins: what was kept and has been used up is kept again, if it is to be had. */
void memory_restock(void);

/* Something was left out just now, on this thread. */
void memory_lost(void);

/* How often that has happened on this thread, since it began. */
unsigned memory_losses(void);

#endif
