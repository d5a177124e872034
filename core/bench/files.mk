bench_SOURCES = \
	core/bench/bench.c core/bench/bench.h \
	core/bench/child.c core/bench/child.h \
	core/bench/filer.c core/bench/filer.h \
	core/bench/load.c core/bench/load.h \
	core/bench/loading.h \
	core/bench/options.c core/bench/options.h \
	core/bench/outage.c core/bench/outage.h \
	core/bench/place.c core/bench/place.h \
	core/bench/report.c core/bench/report.h \
	core/bench/ring.c core/bench/ring.h \
	core/bench/run.c core/bench/run.h \
	core/bench/sample.c core/bench/sample.h \
	core/bench/sitting.c core/bench/sitting.h \
	core/bench/stub.c core/bench/stub.h \
	core/bench/tally.c core/bench/tally.h \
	core/bench/watch.c \
	core/bench/wire.c core/bench/wire.h \
	# end

# What it measures on: found beside the program, in the sources, or here.
benchdatadir = $(pkgdatadir)/bench
dist_benchdata_DATA = tests/bench/nine.lua
benchconnectorsdir = $(benchdatadir)/connectors
dist_benchconnectors_DATA = \
	tests/bench/connectors/central.lua \
	tests/bench/connectors/east.lua \
	tests/bench/connectors/opening.lua \
	tests/bench/connectors/south.lua \
	tests/bench/connectors/west.lua \
	# end
