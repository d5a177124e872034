-- prove.lua: the password once more, before something that binds.

local h = require "html"
local T = require "text"
local entry = require "entry"
local layout = require "layout"

return function(page)
	return layout{ page = page, title = T "prove.title", class = "narrow",
		alert = page.wrong and entry.alert(page, T "prove.failed", T.of("prove.because_", page.wrong)),
		main = h.form{ method = "post", action = "/prove",
			h.p{ class = "lead", T("prove.lead", { name = page.session.full_name or page.session.name }) },
			h.input{ type = "hidden", name = "username", autocomplete = "username", value = page.session.name },
			entry.password(page),
			entry.hidden(page),
			h.p{ class = "actions", h.button{ type = "submit", T "prove.send" } } } }
end
