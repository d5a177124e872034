# embed.awk: SQL files -> C, so that the program carries them. -v what=names|queries|migrations
#
# queries.sql: "-- name: foo", a sentence or more as comments, the statement up to the next name.
#   names       an enum of them (header)
#   queries     a table of names and statements
# migrations    whole files, in the order given; number and name come from the file's name.

function quoted(s) {
	gsub(/\\/, "&&", s)
	gsub(/"/, "\\\"", s)
	gsub(/\t/, "\\t", s)
	return "\"" s "\\n\""
}

function finish() {
	if (name != "" && what != "names")
		print "\t},"
}

FNR == 1 && what == "migrations" {
	finish()
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.sql$/, "", name)
	print "\t{ " substr(name, 1, 4) + 0 ", \"" name "\","
}
what == "migrations" {
	print "\t\t" quoted($0)
	next
}
/^-- name: / {
	finish()
	name = $3
	if (name !~ /^[a-z0-9_]+$/ || name in seen) {
		print FILENAME ":" FNR ": bad or repeated name " name > "/dev/stderr"
		exit failed = 1
	}
	seen[name] = 1
	names[++count] = name
	if (what == "queries")
		print "\t[QUERY_" toupper(name) "] = { \"" name "\","
	next
}
/^--/ || /^[ \t]*$/ {
	next
}
what == "queries" {
	sub(/;[ \t]*$/, "")
	print "\t\t" quoted($0)
}

BEGIN {
	print "/* Made by core/store/sql/embed.awk: do not edit. */"
	if (what == "queries")
		print "#include \"store/query.h\"\n\nconst struct query_text query_texts[QUERY_COUNT] = {"
	if (what == "migrations")
		print "#include \"store/query.h\"\n\nconst struct migration migrations[] = {"
}
END {
	if (failed)
		exit 1
	if (what == "names") {
		print "enum query {"
		for (i = 1; i <= count; i++)
			print "\tQUERY_" toupper(names[i]) ","
		print "\tQUERY_COUNT\n};"
		exit
	}
	finish()
	if (what == "migrations")
		print "\t{ 0, NULL, NULL }"
	print "};"
}
