-- served.lua: what somebody said of how he was served, and the answer, as both sides read it.

local h = require "html"
local T = require "text"
local names = require "names"

local served = {}

served.grades = { 5, 4, 3, 2, 1 }
served.abouts = { "slow", "unclear", "asked_twice", "wrong", "manner", "fee", "other" }
served.outcomes = { "put_right", "explained", "unfounded" }

function served.what(f)
	return f.kind == "rating" and T.of("rating.grade_", f.grade) or T.of("complaint.about_", f.about)
end

-- By when it is to be answered; what is late stays told as late.
function served.due(f)
	return f.answer_due and T(f.overdue and "served.overdue" or "served.due", { day = names.day(f.answer_due) })
		or T "served.due_unknown"
end

local function answer(f)
	if type(f.answer) == "table" then
		return h.p{ T("served.answered", { at = names.instant(f.answer.at) }), T "layout.colon",
			h.strong{ T.of("served.outcome_", f.answer.outcome) }, " ", names.told(f.answer.text) }
	end
	return f.open and h.p{ served.due(f) }
end

-- One of them, with its answer.
function served.told(f)
	return h.div{ class = f.overdue and f.open and "notice must" or "notice",
		h.p{ T.of("served.kind_", f.kind), T "layout.colon", h.strong{ served.what(f) },
			h.span{ class = "quiet", " · ", names.instant(f.at) } },
		type(f.text) == "string" and h.p{ names.told(f.text) },
		answer(f) }
end

-- One of some words, each with its text. o: name, legend, words, text (of a word), value, wrong.
function served.pick(o)
	local list = {}
	for i, word in ipairs(o.words) do
		list[i] = h.label{ class = "pick", h.input{ type = "radio", name = o.name, value = tostring(word),
			id = i == 1 and o.id or o.id .. "-" .. i, checked = tostring(word) == o.value, required = i == 1 },
			h.span{ o.text(word) } }
	end
	return h.fieldset{ class = o.wrong and "field wrong" or "field", h.legend{ o.legend },
		o.wrong and h.p{ class = "error", names.said(o.wrong) }, list }
end

return served
