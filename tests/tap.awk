# tap.awk: count the answers of one suite. awk -v status=EXIT -f tap.awk LOG -> "passed failed skipped reason"
# Only lines at the margin count (indented ones are parts of a test). A suite that ends badly without a
# "not ok", or answers fewer tests than its plans promised, has one failure more.

/^1\.\.0([ \t]|$)/ {
	skipped += toupper($0) ~ /# SKIP/ # the whole suite
	seen += toupper($0) ~ /# SKIP/
	next
}
/^1\.\.[0-9]+/ { planned += substr($1, 4) }
/^(not )?ok([ \t]|$)/ {
	seen++
	if (toupper($0) ~ /# SKIP/) skipped++
	else if ($1 == "not") failed++
	else passed++
}

END {
	if (seen < planned) {
		reason = "ended after " seen + 0 " of " planned " tests"
		failed++
	} else if (seen == 0) {
		reason = "answered nothing"
		failed++
	} else if (status != 0 && !failed) {
		reason = "exit status " status
		failed++
	}
	print passed + 0, failed + 0, skipped + 0, reason
}
