# demo_cases.sh: for scripts/demo: people of every role and an application in every state to look at. Names
# tell the simulated departments how it goes (yijianshi departments --help); what an earlier demo in the same
# folder has filed is there already and not filed again.
# shellcheck shell=bash disable=SC2154 # variables of scripts/demo

# A department without an interface, whose clerks answer in our own pages; else one that has.
desk_department() {
	local file
	file=$(grep -lE 'style *= *"desk"' "$tree"/connectors/*.lua 2>/dev/null | head -n 1)
	file=${file##*/}
	printf '%s' "${file:-tax.lua}" | sed 's/\.lua$//'
}

# The other one of the marriage's example, who asks the citizen's consent.
read_second_citizen() {
	api none GET /api/v1/events/marriage
	[ "$status" = 200 ] || return 1
	marriage=$(awk -v want=form.examples.0 -f "$tree/scripts/json.awk" "$dir/tmp.body") || return 1
	second_number=$(printf '%s' "$marriage" | field man_id_no)
	second_name=$(printf '%s' "$marriage" | field man_name)
}

make_more_accounts() {
	are[second_clerk]="clerk of $(desk_department), which has no interface: its cases lie on the desk"
	account second_clerk clerk --department "$(desk_department)" --division "$division"
	account policy policy
	account supervisor supervisor
	people+=(second_clerk policy supervisor)
	read_second_citizen || return 0
	account second_citizen citizen --id-number "$second_number" --full-name "$second_name"
	people+=(second_citizen)
}

# file_case TOKEN EVENT FORM [MORE]: 201 and `case_number`, or not.
file_case() {
	printf '{"event":"%s","form":%s%s}' "$2" "$3" "${4:-}" >"$dir/tmp.form"
	api "$1" POST /api/v1/applications --header "Idempotency-Key: demo-$(head -c 12 /dev/urandom | od -An -v -tx1 | tr -d ' \n')" \
		--header 'Content-Type: application/json' --data-binary "@$dir/tmp.form"
	[ "$status" = 201 ] || return 1
	case_number=$(field number <"$dir/tmp.body")
}

# birth_of CHILD [HOUSEHOLDER]: the form for another child; the police are told of the householder too.
birth_of() {
	printf '%s' "$form" | sed -E "s/(\"child_name\": *\")[^\"]*/\1$1/; s/(\"householder_name\": *\")[^\"]*/\1${2:-$full_name}/"
}

# What the login tells is not typed by an agent.
without_applicant() {
	sed -E 's/"(applicant_name|applicant_id_no)": *"[^"]*",? ?//g; s/"applied_by_agent": *(true|false),? ?//g; s/, *}$/}/'
}

# show_case WORDS: the last one filed.
show_case() { printf '  %s  %s\n' "$case_number" "$1"; }

withdraw_case() {
	api "$citizen" POST "/api/v1/applications/$case_number/withdrawal" --header "Idempotency-Key: withdraw-$case_number" \
		--header 'Content-Type: application/json' --data-binary '{"reason":"先不办了"}'
}

# The example of a new job, the citizen's, whose membership moves with him: that department has no interface.
employment_of_member() {
	api none GET /api/v1/events/employment
	awk -v want=form.examples.0 -f "$tree/scripts/json.awk" "$dir/tmp.body" |
		sed -E "s/\"is_party_member\": *false/\"is_party_member\":true,\"party_org_to\":\"某某科技有限公司党支部\"/
			s/(\"person_id_no\": *\")[^\"]*/\1$id_number/; s/(\"person_name\": *\")[^\"]*/\1$full_name/"
}

# A paper to open: a PDF of one line. Its file id goes into `paper`.
upload_paper() {
	{
		printf '%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n'
		printf '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 300]/Contents 4 0 R/Resources<</Font<</F<</Type/Font'
		printf '/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 68>>stream\n'
		printf 'BT /F 16 Tf 40 200 Td (A letter, made up for the demonstration) Tj ET\n'
		printf 'endstream endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%%%EOF\n'
	} >"$dir/tmp.paper"
	api "$citizen" POST /api/v1/files --header 'Content-Type: application/pdf' --data-binary "@$dir/tmp.paper"
	paper=$(field id <"$dir/tmp.body")
	[ "$status" = 201 ]
}

file_new_job() {
	upload_paper && file_case "$citizen" employment "$(employment_of_member)" \
		",\"choices\":{\"party_relation_transfer\":true},\"materials\":{\"party_letter\":$(text "$paper")}"
}

# say_of_case PATH JSON: something about the finished case.
say_of_case() {
	api "$citizen" POST "/api/v1/applications/$number/$1" --header "Idempotency-Key: $1-$number" \
		--header 'Content-Type: application/json' --data-binary "$2"
}

# A complaint and a poor grade wait for an answer.
say_what_is_wrong() {
	say_of_case complaints '{"item":"hukou_birth","about":"slow","text":"跑了两趟才办好"}'
	say_of_case items/birth_certificate/rating '{"grade":2,"text":"窗口等了一个上午"}'
}

# Something begun and not sent.
begin_draft() {
	api "$citizen" PUT /api/v1/drafts/school_entry --header 'Content-Type: application/json' \
		--data-binary '{"form":{"child_name":"王小满"}}'
}

file_cases() {
	local who
	say "" "Cases to look at (the citizen's, where nothing else is said):"
	case_number=$number show_case "finished"
	if file_case "$citizen" birth "$(birth_of 王等信 钱无信)"; then
		show_case "in progress: a department took it and says nothing (asked after ten minutes)"
	fi
	if file_case "$citizen" birth "$(birth_of 王补正)"; then
		show_case "sent back for a correction: waits for the applicant"
	fi
	if file_case "$citizen" birth "$(birth_of 王有疑 赵转人工)"; then
		show_case "a department could not take it: a person must look (attention)"
	fi
	if file_case "$citizen" birth "$(birth_of 王不批 张拒绝)"; then
		show_case "a department refuses, what needs it is blocked"
	fi
	if file_case "$citizen" birth "$(birth_of 王撤回)" && withdraw_case; then
		show_case "withdrawn"
	fi
	who="{\"id_number\":$(text "$id_number"),\"full_name\":$(text "$full_name")}"
	if file_new_job; then
		show_case "a new job: one item lies on the second clerk's desk, others want papers"
	fi
	say_what_is_wrong
	begin_draft
	api "$citizen" POST /api/v1/mandates --header 'Content-Type: application/json' --data '{"agent":"agent"}'
	if file_case "$agent" birth "$(birth_of 王代办 | without_applicant)" ",\"for\":$who"; then
		show_case "filed by the agent: waits for the paper of his authority"
	fi
	if [ -n "${second_citizen:-}" ] && file_case "$second_citizen" marriage "$marriage"; then
		show_case "the second citizen's marriage: asks the citizen's consent"
	fi
}
