seal_SOURCES = \
	core/seal/digest.c core/seal/digest.h \
	core/seal/number.c \
	core/seal/seal.c core/seal/seal.h \
	core/seal/keyfile.c core/seal/keyfile.h \
	# end
