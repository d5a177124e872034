-- login.lua: name and password; for staff the code of their authenticator too.

local h = require "html"
local T = require "text"
local entry = require "entry"
local kept = require "kept_parts"
local layout = require "layout"

-- A link for each provider that vouches for people: going there changes nothing here.
local function others(page)
	local links = {}
	for i, provider in ipairs(page.others.providers) do
		links[i] = h.p{ h.a{ class = "button second", target = page.kept and "_blank",
			href = h.url("/login/oidc/" .. provider.id, { next = page.next }),
			T.of("login.by_", provider.people, { name = provider.title }) } }
	end
	return #links > 0 and { h.div{ class = "actions", links }, kept.elsewhere(page, T "kept.came_in"),
		h.h2{ T "login.by_password" } }
end

return function(page)
	return layout{ page = page, title = T "login.title", class = "narrow",
		alert = page.wrong and entry.alert(page, T "login.failed", T.of("login.because_", page.wrong))
			or kept.notice(page, T "kept.safe"),
		main = { others(page), h.form{ method = "post", action = "/login", enctype = page.kept and "multipart/form-data",
			entry.field(page, { id = "name", label = T "login.name", autocomplete = "username", required = true,
				maxlength = "63", value = page.name, suspect = page.wrong == "wrong" }),
			entry.password(page),
			entry.field(page, { id = "totp", label = T "login.code", hint = T "login.code_hint",
				autocomplete = "one-time-code", inputmode = "numeric", maxlength = "6",
				suspect = page.wrong == "wrong" }),
			entry.hidden{ next = page.next }, kept.hidden(page),
			h.p{ class = "actions", h.button{ type = "submit", T "login.send" } },
			h.p{ class = "quiet", T "login.help" } } } }
end
