#!/bin/sh
# ajv.sh: the published schemas against the check in C, by an independent validator. Run from the
# root of the sources; answers in TAP. Packages: `npm ci` in a copy of this folder's package files,
# found through NODE_PATH or in node_modules here.
set -eu

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

program=${YJS_BUILD:-.}/tests/schema/form_verdict
command -v node >/dev/null || skip "node is not installed"
[ -x "$program" ] || skip "tests/schema/form_verdict is not built"
(cd tests/schema && node -e 'require("ajv/dist/2020"); require("ajv-formats")') 2>/dev/null ||
	skip "ajv and ajv-formats are not installed"
exec node tests/schema/ajv_test.mjs "$program"
