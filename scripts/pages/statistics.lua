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

local function event_tile(row, event)
	local m = row.measured
	local days = m.working_days
	return h.li{
		h.h3{ event and names.event(event) or row.group },
		h.p{ T("statistics.counts", { filed = number(row.accepted or 0), finished = number(m.n) }) },
		m.n > 0 and h.p{ T("statistics.spared", { papers = average(m.materials), visits = average(m.visits) }) },
		days.n > 0 and h.p{ T("statistics.took", { days = names.days(days.waited / days.n) }) },
	}
end

local function by_event(page)
	local tiles, known = {}, titles(page.events)
	for _, row in ipairs(page.statistics.events) do
		if row.group ~= "" then
			tiles[#tiles + 1] = event_tile(row, known[row.group])
		end
	end
	return h.ul{ class = "tiles", tiles }
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
