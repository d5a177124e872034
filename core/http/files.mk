http_SOURCES = \
	core/http/answer.c \
	core/http/call.c core/http/call.h \
	core/http/exchange.c core/http/exchange.h \
	core/http/head.c core/http/head.h \
	core/http/http.c core/http/http.h \
	core/http/loop.c core/http/loop.h \
	core/http/multipart.c core/http/multipart.h \
	core/http/peers.c core/http/peers.h \
	core/http/refusal.c core/http/refusal.h \
	core/http/route.c core/http/route.h \
	core/http/serve.c core/http/serve.h \
	core/http/server.h \
	core/http/stream.c core/http/stream.h \
	core/http/target.c core/http/target.h \
	core/http/workers.c core/http/workers.h \
	# end
