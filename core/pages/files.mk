pages_SOURCES = \
	core/pages/act.c core/pages/act.h \
	core/pages/acting.c \
	core/pages/answers.c core/pages/answers.h \
	core/pages/apply.c core/pages/apply.h \
	core/pages/bundle.c core/pages/bundle.h \
	core/pages/check.c \
	core/pages/clerk.c \
	core/pages/clerk_batch.c \
	core/pages/clerk_form.c core/pages/clerk_form.h \
	core/pages/clerk_item.c \
	core/pages/consent.c \
	core/pages/correct.c \
	core/pages/entry.c \
	core/pages/form.c \
	core/pages/form_post.c core/pages/form_post.h \
	core/pages/form_twice.c core/pages/form_twice.h \
	core/pages/guide.c core/pages/handlers.h \
	core/pages/gzip.c core/pages/gzip.h \
	core/pages/kept.c core/pages/kept.h \
	core/pages/page.c core/pages/page.h \
	core/pages/pages.c core/pages/pages.h \
	core/pages/papers.c core/pages/papers.h \
	core/pages/posted.c core/pages/posted.h \
	core/pages/progress.c \
	core/pages/qr.c core/pages/qr.h \
	core/pages/script.c core/pages/script.h \
	core/pages/versions.c \
	core/pages/vouched.c \
	core/pages/served.c \
	core/pages/supervision.c \
	core/pages/withdraw.c \
	# end
