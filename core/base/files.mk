base_SOURCES = \
	core/base/clock.c core/base/clock.h \
	core/base/conf.c core/base/conf.h \
	core/base/csv.c core/base/csv.h \
	core/base/error.c core/base/error.h \
	core/base/faults.h \
	core/base/json.c core/base/json.h \
	core/base/log.c core/base/log.h \
	core/base/memory.c core/base/memory.h \
	core/base/object.c core/base/object.h \
	core/base/setting.c core/base/setting.h \
	core/base/text.c core/base/text.h \
	# end

if FAULTS
base_SOURCES += core/base/faults.c
endif
EXTRA_DIST += core/base/faults.c
