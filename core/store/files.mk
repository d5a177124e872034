store_SOURCES = \
	core/store/access.c core/store/access.h \
	core/store/account.c \
	core/store/account.h \
	core/store/approval.c core/store/approval.h \
	core/store/archive.c core/store/archive.h \
	core/store/bulk.c core/store/bulk.h \
	core/store/bytes.h \
	core/store/case.c \
	core/store/case.h \
	core/store/cases.h \
	core/store/claim.c \
	core/store/connect.c \
	core/store/connection.c \
	core/store/connection.h \
	core/store/clerk.c core/store/clerk.h \
	core/store/desk.c core/store/desk.h \
	core/store/draft.c core/store/draft.h \
	core/store/feedback.c core/store/feedback.h \
	core/store/feedback_read.c \
	core/store/figures.h \
	core/store/file.c core/store/file.h core/store/file_rows.h \
	core/store/group.c \
	core/store/group.h \
	core/store/host.c core/store/host.h \
	core/store/id.c \
	core/store/id.h \
	core/store/inquiry.c \
	core/store/installed.c \
	core/store/installed.h \
	core/store/intake.c \
	core/store/intake.h \
	core/store/limit.c core/store/limit.h \
	core/store/link.c core/store/link.h \
	core/store/list.c \
	core/store/login.c core/store/login.h \
	core/store/mandate.c core/store/mandate.h \
	core/store/measure.c core/store/measure.h \
	core/store/migrate.c \
	core/store/month.c core/store/month.h \
	core/store/node.c \
	core/store/node.h \
	core/store/notice.c core/store/notice.h \
	core/store/param.c \
	core/store/param.h \
	core/store/past.c core/store/past.h \
	core/store/people.h \
	core/store/petition.c core/store/petition.h \
	core/store/pipeline.c \
	core/store/pipeline.h \
	core/store/private.c \
	core/store/query.h \
	core/store/reference.c \
	core/store/refusal.c core/store/refusal.h \
	core/store/result.c \
	core/store/result.h \
	core/store/rows.c \
	core/store/rows.h \
	core/store/session.c core/store/session.h \
	core/store/store.h \
	core/store/upload.c core/store/upload.h \
	core/store/verdict.c core/store/verdict.h \
	core/store/verify.c \
	core/store/vouched.c core/store/vouched.h \
	# end

# In a bench build only (core/peer).
store_bench_SOURCES = core/store/harness.c core/store/harness.h

# The SQL goes into the program: queries by name, migrations whole (core/store/sql/embed.awk).
store_MADE = core/store/queries.h core/store/queries.c core/store/migrations.c
store_migrations = \
	core/store/sql/migrations/0001_base.sql \
	core/store/sql/migrations/0002_once.sql \
	core/store/sql/migrations/0003_people.sql \
	core/store/sql/migrations/0004_file.sql \
	core/store/sql/migrations/0005_body_last.sql \
	core/store/sql/migrations/0006_session.sql \
	core/store/sql/migrations/0007_draft.sql \
	core/store/sql/migrations/0008_feedback.sql \
	core/store/sql/migrations/0009_desk.sql \
	core/store/sql/migrations/0010_who.sql \
	core/store/sql/migrations/0013_undone.sql \
	core/store/sql/migrations/0014_mandate.sql \
	core/store/sql/migrations/0015_beat.sql \
	core/store/sql/migrations/0016_refusal.sql \
	core/store/sql/migrations/0017_readings.sql \
	core/store/sql/migrations/0018_chain.sql \
	core/store/sql/migrations/0019_cheap_rows.sql \
	core/store/sql/migrations/0020_village.sql \
	core/store/sql/migrations/0021_said_once.sql \
	core/store/sql/migrations/0022_approval.sql \
	core/store/sql/migrations/0023_upload.sql \
	core/store/sql/migrations/0024_bulk.sql \
	core/store/sql/migrations/0025_overdue.sql \
	core/store/sql/migrations/0026_draft_goes_on.sql \
	core/store/sql/migrations/0027_archived.sql \
	core/store/sql/migrations/0028_rare.sql \
	# end
store_embed = $(srcdir)/core/store/sql/embed.awk
EXTRA_DIST += core/store/sql/embed.awk core/store/sql/queries.sql $(store_migrations)
BUILT_SOURCES += core/store/queries.h
CLEANFILES += $(store_MADE)
$(core_libstore_a_OBJECTS): core/store/queries.h

core/store/queries.h: core/store/sql/queries.sql core/store/sql/embed.awk
	@$(MKDIR_P) core/store
	$(AM_V_GEN)LC_ALL=C $(AWK) -v what=names -f $(store_embed) $(srcdir)/core/store/sql/queries.sql >$@.new && mv $@.new $@
core/store/queries.c: core/store/sql/queries.sql core/store/sql/embed.awk
	@$(MKDIR_P) core/store
	$(AM_V_GEN)LC_ALL=C $(AWK) -v what=queries -f $(store_embed) $(srcdir)/core/store/sql/queries.sql >$@.new && mv $@.new $@
core/store/migrations.c: $(store_migrations) core/store/sql/embed.awk core/store/files.mk
	@$(MKDIR_P) core/store
	$(AM_V_GEN)LC_ALL=C $(AWK) -v what=migrations -f $(store_embed) \
		$(addprefix $(srcdir)/,$(store_migrations)) >$@.new && mv $@.new $@
