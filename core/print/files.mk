print_SOURCES = \
	core/print/glyphs.c core/print/glyphs.h \
	core/print/sheet.c core/print/sheet.h \
	# end
