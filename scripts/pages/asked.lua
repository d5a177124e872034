-- asked.lua: what others ask of the reader, as tasks with their end. page.consents: of /api/v1/consents.

local h = require "html"
local T = require "text"
local names = require "names"

local function task(one)
	return h.li{
		h.a{ href = h.url("/applications/{number}/consents/{sign}", { number = one.number, sign = one.sign }),
			T("act.asked_for", { event = names.event{ id = one.event, title = one.title },
				sign = names.zh(one.sign_title) }) },
		one["until"] and h.p{ one.reminded and { h.strong{ T "act.asked_soon" }, T "layout.colon" },
			T("act.asked_until", { day = names.day(one["until"]) }) } }
end

return function(page)
	local tasks = {}
	for _, one in ipairs(page.consents and page.consents.consents or {}) do
		if one.status == "asked" then
			tasks[#tasks + 1] = task(one)
		end
	end
	return #tasks > 0 and h.section{ class = "notice must", ["aria-labelledby"] = "asked",
		h.h2{ id = "asked", T "act.asked" }, h.ul{ class = "links", tasks } }
end
