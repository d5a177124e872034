#!/bin/sh
# checks.sh: each attack that tests/checks names has a test that bears its number, or one in C that stands there.
set -eu
cd "$(dirname "$0")/.."
names=$(grep -hoE "test\('[0-9][0-9, ]*: " tests/*/*.cjs | sed "s/test('//; s/: //; s/ //g" | tr ',' '\n')
n=0
failed=0
while IFS='	' read -r number what; do
	case $number in '#'* | '') continue ;; esac
	n=$((n + 1))
	found=$(printf '%s\n' "$names" | grep -cx "$number") || :
	case $what in *'	'*) # FILE:FUNCTION, run by that program
		in_c=${what#*	}
		what=${what%%	*}
		! grep -q "unit_test.*(${in_c#*:}" "${in_c%%:*}" || found=$((found + 1)) ;;
	esac
	if [ "$found" -gt 0 ]; then
		echo "ok $n - $number: $what ($found tests)"
	else
		echo "not ok $n - $number: $what: no test bears this number"
		failed=1
	fi
done <tests/checks
for number in $(printf '%s\n' "$names" | sort -nu); do
	grep -q "^$number	" tests/checks || [ "$number" -gt 60 ] || {
		n=$((n + 1))
		echo "not ok $n - $number: a test bears a number that tests/checks does not name"
		failed=1
	}
done
echo "1..$n"
exit "$failed"
