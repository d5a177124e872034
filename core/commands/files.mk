commands_SOURCES = \
	core/commands/account.c \
	core/commands/archive.c \
	core/commands/command.c core/commands/command.h \
	core/commands/doctor.c \
	core/commands/recount.c core/commands/recount.h \
	core/commands/statistics_print.c core/commands/statistics_print.h \
	core/commands/stats.c \
	core/commands/verify.c \
	core/commands/verify_case.c core/commands/verify_case.h \
	# end
