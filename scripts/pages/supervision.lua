-- supervision.lua: what a supervisor has before him: what is overdue, what waits for an answer, how each department does.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "supervision_parts"
local places = require "places"
local served = require "served"

local function where(page)
	local divisions = page.session.divisions
	return #divisions == 1 and (places.name(divisions[1]) or divisions[1]) or T "supervision.everywhere"
end

local function periods(page)
	local list = {}
	for i, days in ipairs { 7, 30, 365 } do
		list[i] = h.li{ h.a{ href = h.url("/supervision", { days = days }),
			["aria-current"] = days == page.days and "page", T.of("supervision.days_", days) } }
	end
	return h.nav{ class = "tabs", ["aria-label"] = T "supervision.period", h.ul{ list } }
end

-- ---- what is overdue ----

local function overdue(page)
	return { h.h2{ T "supervision.overdue_title" }, parts.overdue(page, "h3"),
		page.list.cursor and h.p{ h.a{ class = "button second", href = "/supervision/overdue", T "supervision.overdue_all" } } }
end

-- ---- what waits for an answer ----

local function waiting(page)
	local rows, late = {}, 0
	for i, f in ipairs(page.complaints.complaints) do
		late = late + (f.overdue and 1 or 0)
		rows[i] = h.li{ h.h3{ names.zh(f.title or f.event_title) },
			h.p{ h.span{ class = f.overdue and "tag must" or "tag wait", T.of("served.kind_", f.kind), T "layout.colon", served.what(f) },
				" ", names.department(page.departments, f.department) },
			h.p{ class = "quiet", served.due(f) } }
	end
	return { h.h2{ T "supervision.waiting" },
		#rows == 0 and h.p{ class = "notice good", T "supervision.waiting_none" },
		#rows > 0 and { h.p{ T("supervision.waiting_count", { n = #rows, late = late }) }, h.ul{ class = "rows", rows },
			h.p{ h.a{ class = "button", href = "/complaints", T "supervision.answer" } } } }
end

-- ---- how each department does ----

-- What went wrong, each in a tag of its own; or that nothing did.
local function faults(one)
	local list = {}
	for _, fault in ipairs { { "overdue", one.overdue or 0, "must" }, { "late", one.served.answer_late, "must" },
		{ "complaints", one.served.complaints, "wait" }, { "poor", one.served.poor, "wait" } } do
		if fault[2] > 0 then
			list[#list + 1] = { h.span{ class = "tag " .. fault[3], T.of("supervision.fault_", fault[1], { n = fault[2] }) }, " " }
		end
	end
	return h.p{ #list > 0 and list or h.span{ class = "tag good", T "supervision.fault_none" } }
end

local function took(one)
	local n, days = one.took.n, one.took.nine_of_ten
	return days and (days == 0 and T("supervision.took_no_day", { n = n }) or T("supervision.took", { days = days, n = n }))
end

local function decided(one)
	return (one.approved or 0) + (one.refused or 0)
end

local function tile(page, one)
	local s = one.served
	return h.li{ h.h3{ names.department(page.departments, one.group) }, faults(one),
		h.p{ class = "quiet", T("supervision.decided", { n = decided(one) }), took(one),
			s.n > 0 and T("supervision.grade", { average = ("%.1f"):format(s.average), n = s.n }) } }
end

-- The worst first: promises that were not kept, then answers that came late or not at all.
local function worse(a, b)
	local x, y = a.overdue or 0, b.overdue or 0
	if x ~= y then
		return x > y
	elseif a.served.answer_late ~= b.served.answer_late then
		return a.served.answer_late > b.served.answer_late
	end
	return a.group < b.group
end

local function departments(page)
	local list, tiles = {}, {}
	for _, one in ipairs(page.statistics.rows) do
		if one.group ~= "" and decided(one) + (one.overdue or 0) + one.served.complaints + one.served.n > 0 then
			list[#list + 1] = one
		end
	end
	table.sort(list, worse)
	for i, one in ipairs(list) do
		tiles[i] = tile(page, one)
	end
	return { h.h2{ T "supervision.departments" }, periods(page),
		#tiles == 0 and h.p{ class = "notice", T "supervision.departments_none" },
		#tiles > 0 and { h.ul{ class = "tiles", tiles }, h.p{ class = "quiet", T "supervision.explained" } } }
end

return function(page)
	return layout{ page = page, title = T "supervision.title", main = {
		parts.tabs "/supervision", h.p{ class = "lead", T("supervision.lead", { where = where(page) }) },
		overdue(page), waiting(page), departments(page) } }
end
