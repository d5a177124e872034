#!/bin/sh
# scripts.sh: the awk programs that scripts/demo and scripts/test rest on. Run from the root of the
# sources; answers in TAP.
set -eu

n=0
failed=0

# is NAME GOT WANTED
is() {
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
	else
		failed=1
		echo "not ok $n - $1"
		printf 'got: %s\nwanted: %s\n' "$2" "$3" | sed 's/^/# /'
	fi
}

json='{"a":[1,true,{"b":"x \"q\" 中文\\","c":{}}], "form" :{"examples":[{"id":"33010X","n":[]}, 3]}}'
flat() { printf '%s' "$json" | awk -f scripts/json.awk | sed -n "s/^$1	//p"; }
value() { printf '%s' "$json" | awk -v want="$1" -f scripts/json.awk || echo "no such path"; }
tap() { printf "$2" | awk -v status="$1" -f tests/tap.awk; }

is "json: a text in a list, its quotes undone" "$(flat 'a\.2\.b')" 'x "q" 中文\'
is "json: true" "$(flat 'a\.1')" true
is "json: what follows a deep value" "$(flat 'form\.examples\.1')" 3
is "json: a whole object as written" "$(value form.examples.0)" '{"id":"33010X","n":[]}'
is "json: no such path" "$(value form.examples.2)" "no such path"
is "tap: counted" "$(tap 1 '1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP why\n')" "1 1 1 "
is "tap: parts of a test do not count" "$(tap 0 '1..1\n    ok 1 - part\nok 1 - a\n')" "1 0 0 "
is "tap: a crash in the middle is a failure" "$(tap 139 '1..3\nok 1 - a\n')" "1 1 0 ended after 1 of 3 tests"
is "tap: silence is a failure" "$(tap 0 '')" "0 1 0 answered nothing"
is "tap: a bad end is a failure" "$(tap 99 'ok 1 - a\n1..1\n')" "1 1 0 exit status 99"
is "tap: a suite that could not run is skipped" "$(tap 0 '1..0 # SKIP no node\n')" "0 0 1 "
is "tap: two groups of tests in one program" "$(tap 0 '1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n')" "3 0 0 "
echo "1..$n"
exit $failed
