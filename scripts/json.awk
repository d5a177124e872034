# json.awk: read one JSON value from standard input.
#   awk -f json.awk                    one line "path<TAB>value" for each text, number, true, false, null
#   awk -v want=form.examples.0 -f …   the value at the path as it is written there
# Texts come without quotes and with \" and \\ undone. Made for our own API's answers; exit 1: no such path.

{ text = text $0 "\n" }

END {
	at = 1
	value("")
	exit (want != "" && !found)
}

function blank() {
	while (index(" \t\r\n", substr(text, at, 1)) && at <= length(text))
		at++
}

function value(path,    start, c) {
	blank()
	start = at
	c = substr(text, at, 1)
	if (c == "{" || c == "[")
		members(path, c)
	else if (c == "\"")
		shown(path, string())
	else
		shown(path, word())
	if (want != "" && path == want) {
		print substr(text, start, at - start)
		found = 1
	}
}

function members(path, c,    n, name) {
	at++
	for (n = 0;; n++) {
		blank()
		if (index("]}", substr(text, at, 1)) || at > length(text))
			break
		name = n
		if (c == "{") {
			name = string()
			blank()
			at++ # the colon
		}
		value(path == "" ? name : path "." name)
		blank()
		if (substr(text, at, 1) == ",")
			at++
	}
	at++
}

function string(    s, part) {
	at++
	s = ""
	while (match(substr(text, at, 4096), /^[^"\\]+/) || substr(text, at, 1) == "\\") {
		if (RLENGTH > 0) {
			s = s substr(text, at, RLENGTH)
			at += RLENGTH
			continue
		}
		part = substr(text, at + 1, 1)
		s = s (part == "\"" || part == "\\" || part == "/" ? part : "\\" part)
		at += 2
	}
	at++
	return s
}

function word(    s) {
	match(substr(text, at, 64), /^[-+.0-9a-zA-Z]*/)
	s = substr(text, at, RLENGTH)
	at += RLENGTH > 0 ? RLENGTH : 1
	return s
}

function shown(path, s) {
	if (want == "")
		print path "\t" s
}
