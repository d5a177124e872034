departments_SOURCES = \
	core/departments/agenda.c core/departments/agenda.h \
	core/departments/callback.c core/departments/callback.h \
	core/departments/departments.c core/departments/departments.h \
	core/departments/desk.c core/departments/desk.h \
	core/departments/fault.c core/departments/fault.h \
	core/departments/garbage.c core/departments/garbage.h \
	core/departments/invent.c core/departments/invent.h \
	core/departments/keyring.c core/departments/keyring.h \
	core/departments/ledger.c core/departments/ledger.h \
	core/departments/office.h \
	core/departments/papers.c core/departments/papers.h \
	core/departments/person.c core/departments/person.h \
	core/departments/undo.c core/departments/undo.h \
	core/departments/visit.c core/departments/visit.h \
	# end
