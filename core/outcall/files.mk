outcall_SOURCES = \
	core/outcall/address.c core/outcall/address.h \
	core/outcall/driver.c core/outcall/driver.h \
	core/outcall/headers.c core/outcall/headers.h \
	core/outcall/origin.c core/outcall/origin.h \
	core/outcall/outcall.c core/outcall/outcall.h \
	core/outcall/sign.c core/outcall/sign.h \
	core/outcall/spare.c core/outcall/spare.h \
	core/outcall/url.c core/outcall/url.h \
	core/outcall/watch.c core/outcall/watch.h \
	# end
