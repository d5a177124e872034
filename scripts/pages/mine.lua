-- mine.lua: a person's applications. What he has to do comes first, in one sentence each.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local mine_more = require "mine_more"

-- Those of others, whom the reader helps, are not opened only to be listed: their state tells. For a clerk none waits.
local function waits(application, role)
	if role == "clerk" then
		return false
	elseif application.next then
		return application.next.who == "applicant"
	end
	return application.status == "waiting_for_applicant"
end

local function tag(application, role)
	local must = waits(application, role)
	local kind = must and "must" or application.status == "finished" and "good" or false
	return h.span{ class = kind and "tag " .. kind or "tag",
		must and T "mine.must" or names.status(application.status, role) }
end

local function entry(application, role)
	return h.li{ class = "card",
		h.h2{ h.a{ href = h.url("/applications/{number}", { number = application.number }),
			names.event{ id = application.event, title = application.title },
			application.known_by and { T "layout.colon", names.told(application.known_by) } } },
		h.p{ tag(application, role) },
		application.next and h.p{ h.strong{ names.said(application.next.text) } },
		h.p{ class = "quiet", T("mine.filed", { day = names.day(application.submitted_at) }),
			application.filed_by == "agent" and { " · ", T "mine.by_agent" } },
		h.p{ class = "quiet number", application.number },
	}
end

-- In the order of the list, but what waits for the reader before what does not.
local function in_order(list, role)
	local first, rest = {}, {}
	for _, application in ipairs(list) do
		table.insert(waits(application, role) and first or rest, application)
	end
	local waiting = #first
	return table.move(rest, 1, #rest, waiting + 1, first), waiting
end

-- What is expected of whoever applies, or helps; clerks have their desk for that.
local function expected(role, waiting)
	if role == "clerk" then
		return false
	elseif waiting > 0 then
		return h.p{ class = "notice must", T("mine.waiting", { n = waiting }) }
	end
	return h.p{ class = "notice good", T "mine.nothing_to_do" }
end

return function(page)
	local role = page.session.role
	local list, waiting = in_order(page.applications.applications, role)
	local entries = {}
	for i, application in ipairs(list) do
		entries[i] = entry(application, role)
	end
	return layout{ page = page, title = T.of("mine.title_", role), main = {
		mine_more.before(page),
		#list > 0 and expected(role, waiting),
		#list > 0 and h.ul{ class = "cards", entries }
			or h.div{ h.p{ T.of("mine.none_", role) },
				role ~= "clerk" and h.p{ h.a{ class = "button", href = "/", T "mine.begin" } } },
		page.applications.cursor and h.p{ h.a{ class = "button second",
			href = h.url("/applications", { cursor = page.applications.cursor }), T "mine.older" } },
		role == "citizen" and h.p{ h.a{ href = "/accesses", T "accesses.title" } },
		(role == "citizen" or role == "agent") and h.p{ h.a{ href = "/mandates",
			T(role == "agent" and "roster.title" or "mandates.title") } },
	} }
end
