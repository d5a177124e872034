rules_SOURCES = \
	core/rules/answer.c core/rules/answer.h \
	core/rules/begun.c core/rules/begun.h \
	core/rules/calendar.c \
	core/rules/calendar.h \
	core/rules/carried.c \
	core/rules/carried.h \
	core/rules/codes.c \
	core/rules/codes.h \
	core/rules/compare.c \
	core/rules/compare.h \
	core/rules/condition.c \
	core/rules/condition.h \
	core/rules/decision.c \
	core/rules/decision.h \
	core/rules/dialect.c core/rules/dialect.h \
	core/rules/dispute.c core/rules/dispute.h \
	core/rules/duration.c \
	core/rules/ending.c \
	core/rules/ending.h \
	core/rules/event.c \
	core/rules/event.h \
	core/rules/expr.c \
	core/rules/expr.h \
	core/rules/expr_explain.c \
	core/rules/expr_walk.c \
	core/rules/fill.c \
	core/rules/fill.h \
	core/rules/form.c \
	core/rules/form.h \
	core/rules/form_asked.c \
	core/rules/form_inside.h \
	core/rules/form_list.c \
	core/rules/form_locked.c \
	core/rules/form_messages.c \
	core/rules/form_messages.h \
	core/rules/form_persons.c \
	core/rules/form_rules.c \
	core/rules/form_value.c \
	core/rules/history.c \
	core/rules/history.h \
	core/rules/number.c \
	core/rules/number.h \
	core/rules/paper.c \
	core/rules/paper.h \
	core/rules/plan.c \
	core/rules/plan.h \
	core/rules/plan_show.c \
	core/rules/plan_when.c \
	core/rules/plan_why.c \
	core/rules/prefill.c core/rules/prefill.h \
	core/rules/replay.c \
	core/rules/replay.h \
	core/rules/replay_compare.c \
	core/rules/replay_read.c \
	core/rules/running.c \
	core/rules/running.h \
	core/rules/running_store.c \
	core/rules/saving.c \
	core/rules/saving.h \
	core/rules/schema.c \
	core/rules/schema.h \
	core/rules/schema_example.c \
	core/rules/show.c \
	core/rules/show_item.c \
	core/rules/show_next.c \
	core/rules/show_own.h \
	core/rules/show_sign.c \
	core/rules/show_withdrawal.c \
	core/rules/step.c \
	core/rules/step_answer.c \
	core/rules/step_asked.c \
	core/rules/step_carry.c \
	core/rules/step_clock.c \
	core/rules/step_correct.c \
	core/rules/step_correct.h \
	core/rules/step_desk.c \
	core/rules/step_effects.c \
	core/rules/step_fixed.c \
	core/rules/step_material.c \
	core/rules/step_note.c \
	core/rules/step_own.h \
	core/rules/step_record.c \
	core/rules/step_sign.c \
	core/rules/step_withdraw.c \
	core/rules/task.c core/rules/task.h \
	core/rules/teller.c \
	core/rules/teller.h \
	core/rules/took.c core/rules/took.h \
	core/rules/upload.c \
	core/rules/upload.h \
	core/rules/village.c core/rules/village.h \
	# end
