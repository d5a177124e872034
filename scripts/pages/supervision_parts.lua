-- supervision_parts.lua: what the pages of supervisors share.

local h = require "html"
local T = require "text"
local names = require "names"

local parts = {}

-- The ways between a supervisor's lists; `here` is where one is.
function parts.tabs(here)
	local list = {}
	for i, one in ipairs { { "/supervision", T "supervision.tab_all" }, { "/supervision/overdue", T "supervision.tab_overdue" },
		{ "/supervision/conferences", T "desk.conferences_title" } } do
		list[i] = h.li{ h.a{ href = one[1], ["aria-current"] = one[1] == here and "page", one[2] } }
	end
	return h.nav{ class = "tabs", ["aria-label"] = T "supervision.title", h.ul{ list } }
end

-- heading: "h2" or "h3", by what stands above the list.
local function row(page, one, heading)
	local late = one.days_late or 0
	return h.li{ h[heading]{ names.department(page.departments, one.department), T "layout.colon", names.zh(one.title) },
		h.p{ h.span{ class = "tag must", late > 0 and T("desk.left_over", { n = late }) or T "supervision.late_now" } },
		h.p{ class = "quiet", T("supervision.due", { day = names.day(one.due) }), " · ",
			names.event{ id = one.event, title = one.event_title } },
		h.p{ class = "quiet number", one.number } }
end

-- What is overdue (page.list), the longest first.
function parts.overdue(page, heading)
	local rows = {}
	for i, one in ipairs(page.list.overdue) do
		rows[i] = row(page, one, heading)
	end
	return #rows > 0 and h.ul{ class = "rows", rows } or h.p{ class = "notice good", T "supervision.overdue_none" }
end

function parts.next(page, path)
	return page.list.cursor and h.p{ h.a{ class = "button second", href = h.url(path, { cursor = page.list.cursor }),
		T "desk.next" } }
end

return parts
