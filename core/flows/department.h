/* department.h: the departments as this node reaches them: where, with which secret, how fast.
 *
 * Made at start from the connector files and the settings department.<id>.url / .secret_file; limits
 * are obeyed in allowance.h. The engine's thread alone moves the counters; names, URLs and secrets do not
 * change while the node runs, so any thread may read them.
 */
#ifndef YJS_FLOWS_DEPARTMENT_H
#define YJS_FLOWS_DEPARTMENT_H

#include "flows/allowance.h"
#include "outcall/outcall.h"

struct conf;
struct operation;

struct department {
	char *id;
	char *url;              /* base, no trailing slash; NULL: not configured, its calls wait. Of a desk
	                         * (connector.desk) a name only: nothing is sent over the wire */
	struct sign_secret secret;
	bool has_secret;
	struct outcall_allow allow;
	struct connector connector;
	/* the engine's own: */
	int in_flight;
	struct allowance allowance; /* of per_minute */
	int64_t stopped_until;  /* 401 or 403: one probe after that instant; monotonic us, 0 open */
	int64_t answered_at;    /* when it last gave an answer that says something; monotonic us */
	int64_t not_before;     /* it asked for a pause until then (Retry-After); monotonic us */
	struct operation *first, *last; /* ready to be sent, in order */
	int waiting;
};

enum { DEPARTMENTS_MORE = 64 }; /* how many may come with a reload */

struct departments {
	struct department *list; /* never moves: new ones are appended within its room */
	size_t n;                /* grows after the new one is whole */
	size_t room;
	bool desks;              /* one of them has no interface */
};

/* Has the department no interface, as its file (an object of `connectors`) and the settings say? The
 * settings win: what is a desk in one county may have an interface in another. */
bool department_is_desk(const json_t *connectors, const struct conf *conf, const char *id);

/* From the declared connector objects (reader) and the settings. */
int departments_open(struct departments *d, const json_t *connectors, const struct conf *conf,
    struct error *why) MUST_CHECK;
void departments_close(struct departments *d);
/* The connector files were read again: limits and times change, departments may come, none goes.
 * URLs and secrets stay until the next start. By the engine's thread. */
int departments_update(struct departments *d, const json_t *connectors, const struct conf *conf,
    struct error *why) MUST_CHECK;
size_t departments_count(const struct departments *d);
/* Has any of them no interface? */
bool departments_have_desk(const struct departments *d);
/* NULL when there is none of that name. */
struct department *departments_find(const struct departments *d, const char *id);

#endif
