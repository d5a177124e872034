-- progress_more.lua: what the reader can do about an application, beside reading where it stands.

local h = require "html"
local T = require "text"

local more = {}

local function to(page, pattern)
	return h.url(pattern, { number = page.application.number })
end

-- A clerk looks; only the applicant and his helper act.
local function may_act(page)
	return page.application.data == nil
end

-- Within the first line's box: the way to what is asked of him.
function more.first(page)
	return page.application.next.who == "applicant" and may_act(page)
		and h.p{ h.a{ class = "button must", href = to(page, "/applications/{number}/correction"), T "act.correct" } }
end

-- Within an item.
function more.item()
	return false
end

-- After everything that happened.
function more.after(page)
	local status = page.application.status
	local open = (status == "in_progress" or status == "waiting_for_applicant") and not page.application.withdrawal
	return open and may_act(page) and h.p{ h.a{ class = "button second",
		href = to(page, "/applications/{number}/withdrawal"), T "act.withdraw" } }
end

return more
