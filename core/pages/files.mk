pages_SOURCES = \
	core/pages/act.c core/pages/act.h \
	core/pages/bundle.c core/pages/bundle.h \
	core/pages/consent.c \
	core/pages/entry.c \
	core/pages/guide.c core/pages/handlers.h \
	core/pages/page.c core/pages/page.h \
	core/pages/pages.c core/pages/pages.h \
	core/pages/posted.c core/pages/posted.h \
	core/pages/progress.c \
	core/pages/qr.c core/pages/qr.h \
	core/pages/script.c core/pages/script.h \
	core/pages/vouched.c \
	core/pages/withdraw.c \
	# end
