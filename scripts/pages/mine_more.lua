-- mine_more.lua: what else waits for somebody beside his applications.

local h = require "html"
local T = require "text"
local asked = require "asked"
local names = require "names"

local more = {}

-- Whoever acts for the reader: told here, not by him.
local function helpers(page)
	local list = {}
	for _, mandate in ipairs(page.mandates and page.mandates.mandates or {}) do
		if mandate.in_force then
			list[#list + 1] = h.li{ T("mine.helper", { name = h.strong{ mandate.agent }, day = names.day(mandate.given_at) }) }
		end
	end
	return #list > 0 and h.div{ class = "notice calm", h.ul{ list },
		h.p{ T "mine.helper_unknown", " ", h.a{ href = "/mandates", T "mine.helper_end" } } }
end

-- Before the list: what others ask of the reader, and who acts for him.
function more.before(page)
	return { asked(page), helpers(page) }
end

return more
