-- accesses.lua: who looked the reader up in a register while he, or somebody for him, filled in a form.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"

local function row(page, entry)
	return h.li{ h.span{ class = "quiet", names.instant(entry.at) }, " ",
		T.of("accesses.by_", T.maybe("accesses.by_", entry.by) and entry.by or "citizen"), T "layout.colon",
		T("accesses.looked_up", {
			department = entry.department and names.department(page.departments, entry.department) or T "accesses.somewhere",
			what = entry.title and names.zh(entry.title) or T "accesses.some_record",
			event = entry.event and names.event{ id = entry.event, title = entry.event_title } or T "accesses.some_form" }) }
end

return function(page)
	local rows = {}
	for i, entry in ipairs(page.look_ups.accesses) do
		rows[i] = row(page, entry)
	end
	return layout{ page = page, title = T "accesses.title", main = {
		h.p{ class = "lead", T "accesses.lead" },
		#rows > 0 and h.ul{ class = "story", rows } or h.p{ class = "notice good", T "accesses.none" },
		h.p{ class = "quiet", T "accesses.of_applications" },
		h.p{ h.a{ href = "/applications", T "consent.mine" } },
	} }
end
