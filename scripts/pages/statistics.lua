-- statistics.lua: what all of this came to, for everybody: counted from what happened, with the number of
-- cases behind each figure; a saving that was none is shown as it is.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"

local function number(n)
	local text, count = tostring(math.floor(n + 0.5)), 1
	while count > 0 do
		text, count = text:gsub("^(-?%d+)(%d%d%d)", "%1,%2")
	end
	return text
end

local function average(figure)
	return figure.average and ("%.1f"):format(figure.average) or "—"
end

local function fact(value, text)
	return h.li{ h.b{ value }, text }
end

local function facts(row)
	local m = row.measured
	return h.ul{ class = "facts",
		fact(number(row.accepted or 0), T "statistics.filed"),
		fact(number(m.n), T "statistics.finished"),
		fact(number(m.materials.saved), T("statistics.papers", { n = m.n, average = average(m.materials) })),
		fact(number(m.visits.saved), T("statistics.visits", { n = m.n, average = average(m.visits) })),
	}
end

local function titles(events)
	local map = {}
	for _, event in ipairs(events.events) do
		map[event.id] = event
	end
	return map
end

local function event_row(row, event)
	local m = row.measured
	return h.tr{
		h.th{ scope = "row", event and names.event(event) or row.group },
		h.td{ class = "n", number(row.accepted or 0) },
		h.td{ class = "n", number(m.n) },
		h.td{ class = "n", average(m.materials) },
		h.td{ class = "n", average(m.visits) },
		h.td{ class = "n", m.working_days.n > 0 and ("%.1f"):format(m.working_days.waited / m.working_days.n) or "—" },
	}
end

local function by_event(page)
	local rows, known = {}, titles(page.events)
	for _, row in ipairs(page.statistics.events) do
		if row.group ~= "" then
			rows[#rows + 1] = event_row(row, known[row.group])
		end
	end
	local function column(key) return h.th{ scope = "col", class = "n", T.of("statistics.column_", key) } end
	return h.div{ class = "scroll", tabindex = "0", role = "region", ["aria-label"] = T "statistics.by_event",
		h.table{ h.caption{ T "statistics.caption" },
			h.thead{ h.tr{ h.th{ scope = "col", T "statistics.event" }, column "filed", column "finished",
				column "papers", column "visits", column "days" } },
			h.tbody{ rows } } }
end

return function(page)
	local s = page.statistics
	local all = s.rows[1]
	return layout{ page = page, title = T "statistics.title", main = {
		h.p{ class = "lead", T("statistics.lead", { from = names.day(s.from), to = names.day(s.to) }) },
		all and facts(all) or h.p{ class = "notice", T "statistics.none" },
		all and { h.h2{ T "statistics.by_event" }, by_event(page) },
		h.h2{ T "statistics.how" }, h.p{ T "statistics.how_text" },
	} }
end
