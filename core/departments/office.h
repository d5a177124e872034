/* office.h: what one process of simulated departments holds together. */
#ifndef YJS_DEPARTMENTS_OFFICE_H
#define YJS_DEPARTMENTS_OFFICE_H

#include <pthread.h>
#include <stdatomic.h>

#include "departments/agenda.h"
#include "departments/desk.h"
#include "departments/fault.h"
#include "departments/keyring.h"
#include "departments/ledger.h"

struct office {
	struct desk desk;       /* these do not change */
	struct keyring keyring;
	struct faults faults;
	int64_t delay_us;
	struct agenda *agenda;  /* its own lock */
	pthread_mutex_t lock;   /* of the ledger and its entries */
	struct ledger *ledger;
	int wake;               /* eventfd: an answer may go on */
	atomic_bool stopping;
};

#endif
