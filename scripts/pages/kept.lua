-- kept.lua: what was typed before one had to log in (page.kept_why: in, stale), or while we were away: it is
-- all there, and goes on by one press.

local h = require "html"
local T = require "text"
local kept = require "kept_parts"
local layout = require "layout"

local function offered(page)
	return { h.p{ class = "lead", T.of("kept.lead_", page.kept_why) },
		page.kept.files and h.p{ class = "notice wait", T "kept.files" },
		kept.again(page, T "kept.go_on", h.input{ type = "hidden", name = "_csrf", value = page.csrf or "" }),
		h.p{ h.a{ class = "button second", href = page.next, T "kept.leave" } } }
end

return function(page)
	local another = page.kept_why == "other"
	return layout{ page = page, title = T(another and "kept.title_other" or "kept.title"), class = "narrow",
		main = another and { h.p{ class = "lead", T "kept.lead_other" },
			h.p{ class = "actions", h.a{ class = "button", href = page.next, T "kept.on" } } } or offered(page) }
end
