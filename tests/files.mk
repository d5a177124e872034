# Unit tests: tests/<room>/test_<file>.c, each a cmocka program. They run in the root of the sources.
units = \
	tests/base/test_conf \
	tests/base/test_csv \
	tests/base/test_json \
	tests/base/test_object \
	tests/declared/test_differences \
	tests/declared/test_load \
	tests/declared/test_mutate \
	tests/declared/test_reader \
	tests/departments/test_departments \
	tests/departments/test_desk \
	tests/departments/test_faults \
	tests/events/test_cases \
	tests/events/test_domain \
	tests/events/test_lives \
	tests/events/test_readme \
	tests/flows/test_allowance \
	tests/flows/test_engage \
	tests/flows/test_forgotten \
	tests/flows/test_heads \
	tests/flows/test_room \
	tests/http/test_bursts \
	tests/http/test_call \
	tests/http/test_full \
	tests/http/test_http \
	tests/http/test_multipart \
	tests/http/test_slow \
	tests/http/test_stop \
	tests/memory/test_memory \
	tests/oidc/test_handshake \
	tests/oidc/test_metadata \
	tests/outcall/test_address \
	tests/outcall/test_outcall \
	tests/outcall/test_refused \
	tests/outcall/test_sign \
	tests/outcall/test_spare \
	tests/outcall/test_tls \
	tests/pages/test_answers \
	tests/pages/test_posted \
	tests/pages/test_script \
	tests/pages/test_texts \
	tests/print/test_sheet \
	tests/rules/test_calendar \
	tests/rules/test_ending \
	tests/rules/test_ending_broken \
	tests/rules/test_ending_wait \
	tests/rules/test_expr \
	tests/rules/test_expr_explain \
	tests/rules/test_expr_list \
	tests/rules/test_fill \
	tests/rules/test_form \
	tests/rules/test_form_list \
	tests/rules/test_form_locked \
	tests/rules/test_moved_check \
	tests/rules/test_number \
	tests/rules/test_plan \
	tests/rules/test_plan_words \
	tests/rules/test_prefill \
	tests/rules/test_replay \
	tests/rules/test_saving \
	tests/rules/test_schema \
	tests/rules/test_show \
	tests/rules/test_show_moved \
	tests/rules/test_step \
	tests/rules/test_step_clock \
	tests/rules/test_step_correct \
	tests/rules/test_step_facts \
	tests/rules/test_step_fixed \
	tests/rules/test_step_note \
	tests/rules/test_task \
	tests/rules/test_step_interleavings \
	tests/rules/test_step_withdraw \
	tests/rules/test_took \
	tests/rules/test_upload \
	tests/rules/test_village \
	tests/seal/test_digest \
	tests/seal/test_password \
	tests/seal/test_seal \
	tests/seal/test_totp \
	tests/store/test_access \
	tests/store/test_connection \
	tests/store/test_draft \
	tests/store/test_mandate \
	tests/store/test_file \
	tests/store/test_group \
	tests/store/test_id \
	tests/store/test_intake \
	tests/store/test_list \
	tests/store/test_nodes \
	tests/store/test_petition \
	tests/store/test_plans \
	tests/store/test_private \
	tests/store/test_scarce \
	tests/store/test_session \
	tests/store/test_setup \
	tests/store/test_verify \
	# end

if HAVE_CMOCKA
check_PROGRAMS = $(units) tests/schema/form_verdict tests/syscall/tracer
TESTS = $(units) tests/floors.sh tests/scripts.sh tests/style.sh
else
check_PROGRAMS = tests/schema/form_verdict tests/syscall/tracer
TESTS = tests/floors.sh tests/scripts.sh tests/style.sh
endif

# A test links its room and the lower floors.
tests_libs = $(DEPS_LIBS) $(CMOCKA_LIBS)
tests_base = core/libbase.a $(tests_libs)
tests_seal = core/libseal.a $(below_seal) $(tests_libs)
tests_rules = core/librules.a $(below_rules) $(tests_libs)
tests_declared = core/libdeclared.a $(below_floor4) $(tests_libs)
tests_store = core/libstore.a $(below_floor4) $(tests_libs)
tests_oidc = core/liboidc.a $(below_rules) $(tests_libs)
tests_outcall = core/liboutcall.a $(below_floor4) $(tests_libs)
tests_http = core/libhttp.a $(below_floor4) $(tests_libs)
tests_print = core/libprint.a $(below_floor4) $(tests_libs)
tests_flows = core/libflows.a $(below_floor5) $(tests_libs)
tests_process = tests/departments/process.c tests/departments/process.h
tests_departments = core/libdepartments.a $(below_floor5) $(tests_libs)
tests_events = $(tests_declared)
tests_scarce = tests/memory/scarce.c tests/memory/scarce.h
tests_scarce_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=free \
	-Wl,--wrap=strdup -Wl,--wrap=strndup -Wl,--wrap=vasprintf -Wl,--wrap=asprintf
tests_pages = core/libpages.a core/libapi.a core/libflows.a $(below_floor5) $(tests_libs)

tests_base_test_conf_LDADD = $(tests_base)
tests_base_test_csv_LDADD = $(tests_base)
tests_base_test_json_LDADD = $(tests_base)
tests_base_test_object_LDADD = $(tests_base)
tests_declared_test_differences_LDADD = $(tests_declared)
tests_declared_test_load_LDADD = $(tests_declared)
tests_declared_test_mutate_LDADD = $(tests_declared)
tests_declared_test_reader_LDADD = $(tests_declared)
tests_departments_test_departments_SOURCES = tests/departments/test_departments.c $(tests_process)
tests_departments_test_departments_LDADD = $(tests_departments)
tests_departments_test_desk_LDADD = $(tests_departments)
tests_departments_test_faults_SOURCES = tests/departments/test_faults.c $(tests_process)
tests_departments_test_faults_LDADD = $(tests_departments)
tests_events_test_cases_LDADD = $(tests_events)
tests_events_test_domain_LDADD = $(tests_events)
tests_events_test_lives_LDADD = $(tests_events)
tests_events_test_readme_LDADD = $(tests_events)
tests_flows_test_allowance_LDADD = $(tests_flows)
tests_flows_test_engage_LDADD = $(tests_flows)
tests_flows_test_forgotten_SOURCES = tests/flows/test_forgotten.c tests/memory/library.c tests/memory/library.h $(tests_scarce)
tests_flows_test_forgotten_LDADD = $(tests_flows)
tests_flows_test_forgotten_LDFLAGS = $(tests_scarce_LDFLAGS)
tests_flows_test_heads_LDADD = $(tests_flows)
tests_flows_test_room_LDADD = $(tests_flows)
tests_http_test_bursts_LDADD = $(tests_http)
tests_http_test_call_LDADD = $(tests_http)
tests_http_test_full_LDADD = $(tests_http)
tests_http_test_http_LDADD = $(tests_http)
tests_http_test_multipart_LDADD = $(tests_http)
tests_http_test_slow_LDADD = $(tests_http)
tests_http_test_stop_LDADD = $(tests_http)
tests_memory_test_memory_SOURCES = tests/memory/test_memory.c $(tests_scarce)
tests_memory_test_memory_LDADD = $(tests_declared)
tests_memory_test_memory_LDFLAGS = $(tests_scarce_LDFLAGS)
tests_oidc_test_handshake_LDADD = $(tests_oidc)
tests_oidc_test_metadata_LDADD = $(tests_oidc)
tests_outcall_test_address_LDADD = $(tests_outcall)
tests_outcall_test_outcall_LDADD = $(tests_outcall)
tests_outcall_test_refused_LDADD = $(tests_outcall)
tests_outcall_test_sign_LDADD = $(tests_outcall)
tests_outcall_test_spare_SOURCES = tests/outcall/test_spare.c $(tests_scarce)
tests_outcall_test_spare_LDADD = $(tests_outcall)
tests_outcall_test_spare_LDFLAGS = $(tests_scarce_LDFLAGS)
tests_outcall_test_tls_LDADD = $(tests_outcall) -lssl
tests_pages_test_answers_LDADD = $(tests_pages)
tests_pages_test_posted_LDADD = $(tests_pages)
tests_pages_test_script_LDADD = $(tests_pages)
tests_pages_test_texts_LDADD = $(tests_pages)
tests_print_test_sheet_LDADD = $(tests_print)
tests_rules_test_calendar_LDADD = $(tests_rules)
tests_rules_test_ending_LDADD = $(tests_rules)
tests_rules_test_ending_broken_LDADD = $(tests_rules)
tests_rules_test_ending_wait_LDADD = $(tests_rules)
tests_rules_test_expr_LDADD = $(tests_rules)
tests_rules_test_expr_explain_LDADD = $(tests_rules)
tests_rules_test_expr_list_LDADD = $(tests_rules)
tests_rules_test_fill_LDADD = $(tests_rules)
tests_rules_test_form_LDADD = $(tests_rules)
tests_rules_test_form_list_LDADD = $(tests_rules)
tests_rules_test_form_locked_LDADD = $(tests_rules)
tests_rules_test_moved_check_LDADD = $(tests_rules)
tests_rules_test_number_LDADD = $(tests_rules)
tests_rules_test_plan_LDADD = $(tests_rules)
tests_rules_test_plan_words_LDADD = $(tests_rules)
tests_rules_test_prefill_LDADD = $(tests_rules)
tests_rules_test_replay_LDADD = $(tests_rules)
tests_rules_test_saving_LDADD = $(tests_rules)
tests_rules_test_schema_LDADD = $(tests_rules)
tests_rules_test_show_LDADD = $(tests_rules)
tests_rules_test_show_moved_LDADD = $(tests_rules)
tests_rules_test_step_LDADD = $(tests_rules)
tests_rules_test_step_clock_LDADD = $(tests_rules)
tests_rules_test_step_correct_LDADD = $(tests_rules)
tests_rules_test_step_facts_LDADD = $(tests_rules)
tests_rules_test_step_fixed_LDADD = $(tests_rules)
tests_rules_test_step_note_LDADD = $(tests_rules)
tests_rules_test_task_LDADD = $(tests_rules)
tests_rules_test_step_interleavings_LDADD = $(tests_rules)
tests_rules_test_step_withdraw_LDADD = $(tests_rules)
tests_rules_test_took_LDADD = $(tests_rules)
tests_rules_test_upload_LDADD = $(tests_rules)
tests_rules_test_village_LDADD = $(tests_rules)
tests_seal_test_digest_LDADD = $(tests_seal)
tests_seal_test_password_LDADD = $(tests_seal)
tests_seal_test_seal_LDADD = $(tests_seal)
tests_seal_test_totp_LDADD = $(tests_seal)
tests_store_test_access_LDADD = $(tests_store)
tests_store_test_connection_LDADD = $(tests_store)
tests_store_test_draft_LDADD = $(tests_store)
tests_store_test_mandate_LDADD = $(tests_store)
tests_store_test_file_LDADD = $(tests_store)
tests_store_test_group_LDADD = $(tests_store)
tests_store_test_id_LDADD = $(tests_store)
tests_store_test_intake_LDADD = $(tests_store)
tests_store_test_list_LDADD = $(tests_store)
tests_store_test_nodes_LDADD = $(tests_store)
tests_store_test_petition_LDADD = $(tests_store)
tests_store_test_plans_LDADD = $(tests_store)
tests_store_test_private_LDADD = $(tests_store)
tests_store_test_scarce_SOURCES = tests/store/test_scarce.c tests/memory/library.c tests/memory/library.h $(tests_scarce)
tests_store_test_scarce_LDADD = $(tests_store)
tests_store_test_scarce_LDFLAGS = $(tests_scarce_LDFLAGS)
tests_store_test_session_LDADD = $(tests_store)
tests_store_test_setup_LDADD = $(tests_store)
tests_store_test_verify_LDADD = $(tests_store)

TEST_EXTENSIONS = .sh
LOG_COMPILER = $(srcdir)/tests/in-sources
SH_LOG_COMPILER = $(srcdir)/tests/in-sources
AM_TESTS_ENVIRONMENT = YJS_SOURCES='$(srcdir)'; YJS_BUILD=.; export YJS_SOURCES YJS_BUILD;

# What other suites of scripts/test use.
tests_schema_form_verdict_LDADD = $(tests_declared)
tests_syscall_tracer_SOURCES = tests/syscall/tracer.c tests/syscall/names.h

.PHONY: check-programs
check-programs: $(check_PROGRAMS)
