-- mine.lua: a person's applications. What he has to do comes first, in one sentence each.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local mine_more = require "mine_more"

local function tag(application)
	local must = application.next and application.next.who == "applicant"
	local kind = must and "must" or application.status == "finished" and "good" or false
	return h.span{ class = kind and "tag " .. kind or "tag",
		must and T "mine.must" or T.of("status.", application.status) }
end

local function entry(application)
	return h.li{ class = "card",
		h.h2{ h.a{ href = h.url("/applications/{number}", { number = application.number }),
			names.event{ id = application.event, title = application.title } } },
		h.p{ tag(application) },
		application.next and h.p{ h.strong{ names.told(application.next.text) } },
		h.p{ class = "quiet", T("mine.filed", { day = names.day(application.submitted_at) }),
			application.filed_by == "agent" and { " · ", T "mine.by_agent" } },
		h.p{ class = "quiet number", application.number },
	}
end

-- In the order of the list, but what waits for the reader before what does not.
local function in_order(list)
	local first, rest = {}, {}
	for _, application in ipairs(list) do
		local waits = application.next and application.next.who == "applicant"
		table.insert(waits and first or rest, application)
	end
	local waiting = #first
	return table.move(rest, 1, #rest, waiting + 1, first), waiting
end

return function(page)
	local list, waiting = in_order(page.applications.applications)
	local entries = {}
	for i, application in ipairs(list) do
		entries[i] = entry(application)
	end
	return layout{ page = page, title = T "mine.title", main = {
		mine_more.before(page),
		#list > 0 and h.p{ class = waiting > 0 and "notice must" or "notice good",
			waiting > 0 and T("mine.waiting", { n = waiting }) or T "mine.nothing_to_do" },
		#list > 0 and h.ul{ class = "cards", entries }
			or h.div{ h.p{ T "mine.none" }, h.p{ h.a{ class = "button", href = "/", T "mine.begin" } } },
		page.applications.cursor and h.p{ h.a{ class = "button second",
			href = h.url("/applications", { cursor = page.applications.cursor }), T "mine.older" } },
		page.session.role == "citizen" and h.p{ h.a{ href = "/accesses", T "accesses.title" } },
		(page.session.role == "citizen" or page.session.role == "agent") and h.p{ h.a{ href = "/mandates",
			T(page.session.role == "agent" and "roster.title" or "mandates.title") } },
	} }
end
