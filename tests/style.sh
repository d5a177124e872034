#!/bin/sh
# style.sh: the house rules that a program can check. Run from the root of the sources; answers in TAP.
set -eu
LC_ALL=C
export LC_ALL

n=0
failed=0

# ok NAME FINDINGS: passed when there are no findings.
ok() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		failed=1
		echo "not ok $n - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

sources() { find core tests -name node_modules -prune -o -name '*.[ch]' -print | sort; }
headers() { find core -name '*.h' | sort; }
shells() { find scripts tests .ci -name node_modules -prune -o -type f -print 2>/dev/null | sort | while read -r f; do
	head -n 1 "$f" | grep -qE '^#!.*/(env )?(ba)?sh' && echo "$f"
done; true; }
everything() { find . \( -name .git -o -name node_modules -o -name build -o -name build-aux \
	-o -name autom4te.cache -o -name .deps \) -prune -o -type f \
	\( -name '*.[ch]' -o -name '*.lua' -o -name '*.sh' -o -name '*.mjs' -o -name '*.sql' -o -name '*.md' \
	-o -name '*.awk' -o -name '*.mk' -o -path './scripts/*' \) -print | sort; }

# Functions of our layout begin with '{' and end with '}' in the first column.
long_functions() {
	sources | xargs awk '
	/^\{/ { start = FNR }
	/^\}/ && start {
		if (FNR - start > 100) print FILENAME ":" start ": a function of " FNR - start - 1 " lines, 100 at most"
		start = 0
	}'
}

median() {
	find core -name '*.c' | sort | xargs awk '/^\{/ { s = FNR } /^\}/ && s { print FNR - s - 1; s = 0 }' | sort -n |
		awk '{ l[NR] = $1 } END { m = l[int((NR + 1) / 2)]; if (m > 20) print "median of functions: " m " lines, 20 at most" }'
}

long_files() {
	sources | xargs wc -l | awk '$2 != "total" && $1 > ($2 ~ /^tests/ ? 900 : $2 ~ /h$/ ? 400 : 600) { print $2 ": " $1 " lines" }'
}

wide_lines() {
	sources | xargs awk '{
		line = $0
		gsub(/\t/, "    ", line)
		gsub(/[\200-\277]/, "", line)
		if (length(line) > (FILENAME ~ /^tests/ ? 140 : 120)) print FILENAME ":" FNR ": " length(line) " columns"
	}'
}

banned() {
	sources | xargs grep -nwE '(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|system|mktemp|tmpnam) *\(' || :
}

opening_comments() {
	for f in $(headers); do
		head -n 1 "$f" | grep -q "^/\* ${f##*/}: " || echo "$f: begin with '/* ${f##*/}: what it is for'"
	done
}

unlisted() {
	for f in core/*/*.[ch]; do
		grep -q "${f%.*}\." "$(dirname "$f")/files.mk" 2>/dev/null || echo "$f: not in $(dirname "$f")/files.mk"
	done
	for f in tests/*/test_*.c; do
		[ ! -f "$f" ] || grep -q "${f%.c}\$" tests/files.mk || grep -q "${f%.c}[ \\]" tests/files.mk ||
			echo "$f: not in tests/files.mk"
	done
	for f in core/store/sql/migrations/*.sql; do
		grep -q " $f \|	$f " core/store/files.mk || echo "$f: not in core/store/files.mk"
	done
}

listed_but_absent() {
	cat core/*/files.mk | tr ' \t\\' '\n\n\n' | grep -E '^core/.*\.[ch]$' | sort -u | while read -r f; do
		[ -f "$f" ] || grep -q "^$f:" core/*/files.mk || echo "$f: listed, but not there"
	done
}

leftovers() {
	everything | grep -v '^./tests/style\.sh$' |
		xargs grep -nwE 'TODO|FIXME|HACK' || :
}

broken_shells() {
	for f in $(shells); do
		case $(head -n 1 "$f") in
		*bash*) bash -n "$f" 2>&1 || : ;;
		*) sh -n "$f" 2>&1 || : ;;
		esac
	done
}

ok "functions have at most 100 lines" "$(long_functions)"
ok "half of the functions have at most 20 lines" "$(median)"
ok "files have at most 600 lines, headers 400, tests 900" "$(long_files)"
ok "lines have at most 120 columns, in tests 140" "$(wide_lines)"
ok "no banned function" "$(banned)"
ok "headers begin with what they are for" "$(opening_comments)"
ok "every source is listed in its files.mk" "$(unlisted)"
ok "every listed source is there" "$(listed_but_absent)"
ok "nothing was left for later" "$(leftovers)"
ok "trailing blanks" "$(everything | xargs grep -nE '[[:blank:]]+$' || :)"
ok "shell scripts parse" "$(broken_shells)"
if command -v shellcheck >/dev/null; then
	ok "shellcheck" "$(shells | xargs shellcheck -x -S warning -e SC1091 -f gcc 2>&1 || :)"
else
	skip "shellcheck" "not installed"
fi
echo "1..$n"
exit $failed
