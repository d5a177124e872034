-- complaints_open.lua: what waits for an answer of the reader's department, the most pressing first.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local served = require "served"

local function form(page, f)
	local here = page.again and page.again.id == f.id
	local id = "answer-" .. f.id
	return h.details{ open = here or false, h.summary{ T "served.answer_this", h.span{ class = "unseen", " ", f.title or "" } },
		h.form{ method = "post", action = "/complaints",
			served.pick{ id = "outcome-" .. f.id, name = "outcome", legend = T "served.outcome", words = served.outcomes,
				text = function(word) return T.of("served.outcome_", word) end, value = here and page.again.outcome or nil,
				wrong = here and act.error(page, "/outcome") or nil },
			h.div{ class = "field", h.label{ ["for"] = id, T "served.words" },
				h.textarea{ id = id, name = "text", rows = "4", maxlength = "600", required = true,
					here and page.again.text or "" } },
			h.input{ type = "hidden", name = "id", value = f.id }, h.input{ type = "hidden", name = "number", value = f.number },
			act.hidden(page, f.id),
			h.p{ class = "actions", h.button{ type = "submit", T "served.send" } } } }
end

return function(page)
	local rows = {}
	for i, f in ipairs(page.complaints.complaints) do
		rows[i] = h.li{ h.h2{ names.zh(f.title or f.event_title) },
			h.p{ class = "quiet", names.department(page.departments, f.department), " · ", names.zh(f.event_title), " · ",
				h.span{ class = "number", f.number } },
			served.told(f), form(page, f) }
	end
	return layout{ page = page, title = T "served.title", alert = act.alert(page), main = {
		#rows > 0 and { h.p{ class = "lead", T("served.lead", { n = #rows }) }, h.ul{ class = "rows", rows } }
			or h.p{ class = "notice good", T "served.none" } } }
end
