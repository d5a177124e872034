-- login.lua: name and password; for staff the code of their authenticator too.

local h = require "html"
local T = require "text"
local entry = require "entry"
local layout = require "layout"

return function(page)
	return layout{ page = page, title = T "login.title", class = "narrow",
		alert = page.wrong and entry.alert(page, T "login.failed", T.of("login.because_", page.wrong)),
		main = h.form{ method = "post", action = "/login",
			entry.field(page, { id = "name", label = T "login.name", autocomplete = "username", required = true,
				maxlength = "63", value = page.name, suspect = page.wrong == "wrong" }),
			entry.password(page),
			entry.field(page, { id = "totp", label = T "login.code", hint = T "login.code_hint",
				autocomplete = "one-time-code", inputmode = "numeric", maxlength = "6",
				suspect = page.wrong == "wrong" }),
			entry.hidden{ next = page.next },
			h.p{ class = "actions", h.button{ type = "submit", T "login.send" } },
			h.p{ class = "quiet", T "login.help" } } }
end
