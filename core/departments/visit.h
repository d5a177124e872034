/* visit.h: one HTTP request to a simulated department, from its first byte to its answer. */
#ifndef YJS_DEPARTMENTS_VISIT_H
#define YJS_DEPARTMENTS_VISIT_H

#include <microhttpd.h>

#include "departments/office.h"

/* Handlers for MHD_start_daemon(): `office` is the cookie of all three. */
void *visit_begin(void *office, const char *uri, struct MHD_Connection *connection);
enum MHD_Result visit_handle(void *office, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *bytes, size_t *length, void **visit);
void visit_end(void *office, struct MHD_Connection *connection, void **visit,
    enum MHD_RequestTerminationCode why);

#endif
