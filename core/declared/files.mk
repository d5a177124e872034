declared_SOURCES = \
	core/declared/child.c \
	core/declared/differences.c core/declared/differences.h \
	core/declared/load.c core/declared/load.h \
	core/declared/load_expr.c core/declared/loading.h \
	core/declared/load_free.c \
	core/declared/load_item.c \
	core/declared/load_sign.c \
	core/declared/load_use.c \
	core/declared/pass.c core/declared/pass.h \
	core/declared/reader.c core/declared/reader.h \
	core/declared/sandbox.c core/declared/sandbox.h \
	# end
