-- logout.lua: one button, since a link must not change anything.

local h = require "html"
local T = require "text"
local entry = require "entry"
local layout = require "layout"

return function(page)
	return layout{ page = page, title = T "logout.title", class = "narrow",
		main = h.form{ method = "post", action = "/logout",
			h.p{ class = "lead", T("logout.lead", { name = page.session.full_name or page.session.name }) },
			entry.hidden(page),
			page.session.provider and h.input{ type = "hidden", name = "provider", value = page.session.provider },
			h.p{ class = "actions", h.button{ type = "submit", T "logout.send" },
				h.a{ class = "button second", href = "/", T "logout.stay" } } } }
end
