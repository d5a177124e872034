api_SOURCES = \
	core/api/accesses.c \
	core/api/api.c core/api/api.h \
	core/api/asking.c core/api/asking.h \
	core/api/applications.c \
	core/api/asked.c \
	core/api/changes.c \
	core/api/complaints.c \
	core/api/conferences.c \
	core/api/departments.c \
	core/api/described.c core/api/described.h \
	core/api/desk.c core/api/desk.h \
	core/api/desk_attention.c \
	core/api/desk_decide.c \
	core/api/desk_item.c \
	core/api/disclosures.c \
	core/api/drafts.c \
	core/api/events.c \
	core/api/feedback.c \
	core/api/files.c \
	core/api/uploads.c \
	core/api/health.c \
	core/api/inquiries.c \
	core/api/list.c \
	core/api/mandates.c core/api/mandates.h \
	core/api/openapi.c \
	core/api/overdue.c \
	core/api/petitions.c \
	core/api/planning.c \
	core/api/prefill.c \
	core/api/providers.c \
	core/api/roster.c \
	core/api/session.c \
	core/api/shape.c core/api/shape.h \
	core/api/sight.c core/api/sight.h \
	core/api/statistics.c \
	core/api/table.c core/api/table.h \
	core/api/versions.c \
	# end
