flows_SOURCES = \
	core/flows/account.c core/flows/account.h \
	core/flows/allowance.c core/flows/allowance.h \
	core/flows/approval.c core/flows/approval.h \
	core/flows/arrivals.c \
	core/flows/base.c core/flows/base.h \
	core/flows/body.c core/flows/body.h \
	core/flows/calls.c \
	core/flows/case.c core/flows/case.h \
	core/flows/catalog.c core/flows/catalog.h core/flows/catalog_own.h \
	core/flows/catalog_install.c \
	core/flows/catalog_read.c \
	core/flows/connectors.c core/flows/connectors.h \
	core/flows/consent.c core/flows/consent.h \
	core/flows/department.c core/flows/department.h \
	core/flows/drafts.c core/flows/drafts.h \
	core/flows/draw.c core/flows/draw.h \
	core/flows/engage.c core/flows/engage.h \
	core/flows/engine.c core/flows/engine.h core/flows/engine_own.h \
	core/flows/files.c core/flows/files.h core/flows/file_pieces.h \
	core/flows/uploads.c core/flows/uploads.h \
	core/flows/feedback.c core/flows/feedback.h \
	core/flows/filing.c core/flows/filing.h \
	core/flows/filing_owner.c \
	core/flows/filing_read.c \
	core/flows/group.c core/flows/group.h core/flows/group_own.h \
	core/flows/group_desk.c \
	core/flows/group_moves.c \
	core/flows/group_rows.c \
	core/flows/heads.c core/flows/heads.h \
	core/flows/heads_file.c core/flows/heads_file.h \
	core/flows/hearings.c \
	core/flows/intake.c core/flows/intake.h \
	core/flows/lanes.c \
	core/flows/known.c core/flows/known.h \
	core/flows/login.c core/flows/login.h \
	core/flows/lookups.c core/flows/lookups.h \
	core/flows/mandates.c core/flows/mandates.h \
	core/flows/node.c core/flows/node.h \
	core/flows/notices.c core/flows/notices.h \
	core/flows/petition.c core/flows/petition.h \
	core/flows/prefill.c core/flows/prefill.h \
	core/flows/providers.c core/flows/providers.h \
	core/flows/pulse.c core/flows/pulse.h \
	core/flows/removal.c core/flows/removal.h \
	core/flows/request_key.c core/flows/request_key.h \
	core/flows/room.c core/flows/room.h \
	core/flows/session.c core/flows/session.h \
	core/flows/statistics.c core/flows/statistics.h \
	core/flows/strangers.c core/flows/strangers.h \
	core/flows/takeup.c \
	core/flows/vouch.c core/flows/vouch.h \
	core/flows/vouched.c \
	# end
