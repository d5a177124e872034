-- supervision_conferences.lua: the conferences about cases of a supervisor's counties: that there are, not what is said.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "supervision_parts"

local function row(page, one)
	local guests = {}
	for i, id in ipairs(one.departments) do
		guests[#guests + 1] = i > 1 and T "layout.comma" or false
		guests[#guests + 1] = names.department(page.departments, id)
	end
	return h.li{ h.h2{ T("desk.called_by", { department = names.department(page.departments, one.called_by) }) },
		h.p{ h.span{ class = one.decided_at and "tag good" or "tag wait",
			one.decided_at and T "desk.held" or T("desk.held_on", { day = names.day(one.held_on) }) } },
		h.p{ T("supervision.guests", { departments = guests }) },
		h.p{ class = "quiet number", one.number } }
end

return function(page)
	local rows = {}
	for i, one in ipairs(page.list.conferences) do
		rows[i] = row(page, one)
	end
	return layout{ page = page, title = T "desk.conferences_title", main = {
		parts.tabs "/supervision/conferences", h.p{ class = "lead", T "supervision.conferences_lead" },
		#rows > 0 and h.ul{ class = "rows", rows } or h.p{ class = "notice good", T "desk.conferences_none" },
		parts.next(page, "/supervision/conferences"),
		h.p{ class = "quiet", T "supervision.seen" } } }
end
