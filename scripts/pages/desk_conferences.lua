-- desk_conferences.lua: the conferences that our department is invited to.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "desk_parts"

local function row(page, one)
	return h.li{ h.h2{ h.a{ href = h.url("/desk/conferences/{id}", { id = one.id }), names.told(one.question or "") } },
		h.p{ h.span{ class = one.decided_at and "tag good" or "tag wait",
			one.decided_at and T "desk.held" or T("desk.held_on", { day = names.day(one.held_on) }) } },
		h.p{ class = "quiet", T("desk.called_by", { department = names.department(page.departments, one.called_by) }) },
		h.p{ class = "quiet number", one.number } }
end

return function(page)
	local rows = {}
	for i, one in ipairs(page.list.conferences) do
		rows[i] = row(page, one)
	end
	return layout{ page = page, title = T "desk.conferences_title", main = {
		parts.tabs "/desk/conferences", h.p{ class = "lead", T "desk.conferences_lead" },
		#rows > 0 and h.ul{ class = "rows", rows } or h.p{ class = "notice good", T "desk.conferences_none" },
		parts.next(page, "/desk/conferences") } }
end
