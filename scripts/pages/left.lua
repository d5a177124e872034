-- left.lua: left here; whoever vouched is left by another step, which is his.

local h = require "html"
local T = require "text"
local layout = require "layout"

return function(page)
	local provider = page.provider
	return layout{ page = page, title = T "left.title", class = "narrow", main = {
		h.p{ class = "lead", T "left.lead" },
		provider.leave and h.p{ T("left.there", { name = provider.title }) },
		h.p{ class = "actions",
			provider.leave and h.a{ class = "button", href = "/left/" .. provider.id .. "/there",
				T("left.leave", { name = provider.title }) },
			h.a{ class = provider.leave and "button second" or "button", href = "/", T "left.home" } } } }
end
