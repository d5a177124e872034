EXTRA_DIST += scripts/files.mk
