-- desk_inquiries.lua: what other departments ask ours, each with room for the answer.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local parts = require "desk_parts"

local function row(page, one)
	local id, mine = "answer-" .. one.id, page.answered == one.id
	return h.li{ h.h2{ T("desk.asks", { department = names.department(page.departments, one.from) }) },
		h.p{ names.told(one.question or "") },
		h.p{ class = "quiet", one.due and T("desk.answer_until", { day = names.day(one.due) }) or "" },
		h.p{ class = "quiet number", one.number },
		h.form{ method = "post", action = h.url("/desk/inquiries/{id}", { id = one.id }), parts.hidden(page),
			h.div{ class = "field", h.label{ ["for"] = id, T "desk.answer" },
				h.textarea{ id = id, name = "answer", rows = "3", maxlength = "600",
					mine and page.again and page.again.answer or "" } },
			h.p{ h.button{ type = "submit", T "desk.answer_send" } } } }
end

return function(page)
	local rows = {}
	for i, one in ipairs(page.list.inquiries) do
		rows[i] = row(page, one)
	end
	return layout{ page = page, title = T "desk.inquiries_title", alert = act.alert(page,
			{ ["/answer"] = page.answered and "answer-" .. page.answered }), main = {
		parts.tabs "/desk/inquiries", h.p{ class = "lead", T "desk.inquiries_lead" },
		#rows > 0 and h.ul{ class = "rows", rows } or h.p{ class = "notice good", T "desk.inquiries_none" },
		parts.next(page, "/desk/inquiries") } }
end
