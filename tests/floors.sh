#!/bin/sh
# floors.sh: a room includes its own files and those of lower floors (core/FLOORS), and only one room
# knows each library (the simulated departments are a server of their own). Run from the root of the sources; answers in TAP.
set -eu

grep -nE '^[[:space:]]*#[[:space:]]*include' core/*/*.[ch] | awk '
function complain(room, text) { faults[room] = faults[room] "# " text "\n" }
FNR == NR {
	if ($0 !~ /^#/ && NF == 2) {
		floor[$1] = $2
		order[++rooms] = $1
	}
	next
}
{
	split($0, place, ":")
	split(place[1], path, "/")
	room = path[2]
	where = place[1] ":" place[2] ": "
	if (!(room in floor)) {
		if (!(room in stray))
			order[++rooms] = room
		stray[room] = 1
		complain(room, where "core/FLOORS does not name the room " room)
		next
	}
	match($0, /["<][^">]*[">]/)
	header = substr($0, RSTART + 1, RLENGTH - 2)
	library(room, where, header)
	if (substr($0, RSTART, 1) == "<")
		next
	slash = index(header, "/")
	other = substr(header, 1, slash - 1)
	if (slash == 0)
		complain(room, where "write the room too: \"" room "/" header "\"")
	else if (!(other in floor))
		complain(room, where other " is no room of core/FLOORS")
	else if (other != room && floor[other] >= floor[room])
		complain(room, where room " (floor " floor[room] ") must not see " other " (floor " floor[other] ")")
}
function library(room, where, header,    owner) {
	if (header ~ /^(libpq-fe|postgres_ext|libpq\/)/) owner = "store"
	else if (header ~ /^curl\//) owner = "outcall"
	else if (header ~ /^microhttpd/) owner = room == "departments" ? room : "http" # a program of its own
	else if (header ~ /^argon2/) owner = "seal"
	else if (header ~ /^cjose/) owner = "oidc"
	else if (header ~ /^(lua|lauxlib|lualib)/) owner = room == "pages" ? room : "declared" # states of its own
	else if (header ~ /^(qrencode|zlib)/) owner = "pages"
	else if (header ~ /^(cairo|pango|glib)/) owner = "print"
	else return
	if (owner != room)
		complain(room, where "only " owner " may see <" header ">")
}
END {
	print "1.." rooms
	for (i = 1; i <= rooms; i++) {
		room = order[i]
		print (faults[room] != "" ? "not ok " : "ok ") i " - " room " sees lower floors only"
		printf "%s", faults[room]
		failed += faults[room] != ""
	}
	exit failed > 0
}' core/FLOORS -
