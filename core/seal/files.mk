seal_SOURCES = \
	core/seal/digest.c core/seal/digest.h \
	core/seal/number.c \
	core/seal/password.c core/seal/password.h \
	core/seal/seal.c core/seal/seal.h \
	core/seal/keyfile.c core/seal/keyfile.h \
	core/seal/totp.c core/seal/totp.h \
	# end
