-- home.lua: the life events, in the words of somebody whom one has met.

local h = require "html"
local T = require "text"
local asked = require "asked"
local drafts = require "drafts"
local layout = require "layout"
local work = require "work"

local function card(event)
	local plain = T.maybe("event.", event.id, ".plain")
	local told = T.maybe("event.", event.id, ".told")
	return h.li{ class = "card",
		h.h3{ h.a{ href = h.url("/events/{event}", { event = event.id }),
			plain or h.span{ lang = T.lang(), event.title } } },
		told and h.p{ told },
		h.p{ class = "quiet", plain and { h.span{ lang = T.lang(), event.title }, " · " },
			T("home.count", { n = event.items - event.tells }) },
		event.before.papers > 0 and h.p{ class = "quiet",
			T("home.spares", { papers = event.before.papers, visits = event.before.visits }) },
	}
end

local function duties(page)
	local ways = work(page)
	if not ways then
		return false
	end
	for i, way in ipairs(ways) do
		ways[i] = h.li{ h.a{ href = way[1], way[2] } }
	end
	return h.section{ class = "notice calm", ["aria-labelledby"] = "work",
		h.h2{ id = "work", T "home.work" }, h.ul{ class = "links", ways } }
end

-- In the order of a life; what is not in the list comes after it.
local life = { birth = 1, school_entry = 2, employment = 3, marriage = 4, after_death = 9 }

local function in_order(events)
	table.sort(events, function(a, b)
		local x, y = life[a.id] or 5, life[b.id] or 5
		return x < y or x == y and a.id < b.id
	end)
	return events
end

return function(page)
	local cards = {}
	for i, event in ipairs(in_order(page.events.events)) do
		cards[i] = card(event)
	end
	return layout{ page = page, title = T "home.title", main = {
		h.p{ class = "lead", T "home.lead" },
		duties(page), asked(page), drafts(page),
		h.h2{ id = "events", T "home.events" },
		#cards > 0 and h.ul{ class = "cards", ["aria-labelledby"] = "events", cards } or h.p{ T "home.none" },
		h.h2{ T "home.how" },
		h.ol{ class = "steps",
			h.li{ h.strong{ T "home.how1" }, " ", T "home.how1_text" },
			h.li{ h.strong{ T "home.how2" }, " ", T "home.how2_text" },
			h.li{ h.strong{ T "home.how3" }, " ", T "home.how3_text" } },
	} }
end
