oidc_SOURCES = \
	core/oidc/handshake.c core/oidc/handshake.h \
	core/oidc/metadata.c core/oidc/metadata.h \
	core/oidc/provider.h \
	core/oidc/request.c core/oidc/request.h \
	core/oidc/token.c core/oidc/token.h \
	# end
