past_SOURCES = \
	core/past/leave.c core/past/leave.h \
	core/past/life.c core/past/life.h \
	core/past/past.c core/past/past.h \
	core/past/person.c core/past/person.h \
	core/past/writer.c core/past/writer.h \
	# end
