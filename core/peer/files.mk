# In a bench build only (configure --enable-bench): a node under the harness that measures other engines.
peer_SOURCES = \
	core/peer/form.c core/peer/form.h \
	core/peer/peer.c core/peer/peer.h \
	core/peer/setup.c core/peer/setup.h \
	# end
