#!/bin/sh
# points.sh: each point that tests/points names has the proof that it tells.
set -eu
cd "$(dirname "$0")/.."
tab=$(printf '\t')

# Whether that proof is there: 0 or not.
proved() {
	case $1 in
	look) grep -qF "$2" tests/browser/browser.cjs ;;
	axe) grep -qF "axe $2" tests/points ;; # gallery.cjs asks axe-core itself
	test) grep -hE "(test|await test)\(['\`]" tests/*/*.cjs | grep -qF "$2" ;;
	without) ! grep -qF "$2" scripts/pages/page.js ;;
	because) [ -n "$2" ] ;;
	*) return 1 ;;
	esac
}

n=0
failed=0
while IFS=$tab read -r point what proof; do
	case $point in '#'* | '') continue ;; esac
	n=$((n + 1))
	if proved "${proof%% *}" "${proof#* }"; then
		echo "ok $n - $point: $what ($proof)"
	else
		echo "not ok $n - $point: $what: no such proof: $proof"
		failed=1
	fi
done <tests/points
echo "1..$n"
exit "$failed"
