-- prove.lua: the password once more, before something that binds.

local h = require "html"
local T = require "text"
local entry = require "entry"
local layout = require "layout"

-- Who came in by a provider shows there again who he is.
local function by_provider(page)
	return layout{ page = page, title = T "prove.title_provider", class = "narrow", main = {
		h.p{ class = "lead", T("prove.lead_provider", { name = page.session.full_name or page.session.name }) },
		h.p{ class = "actions", h.a{ class = "button", T "prove.go_provider",
			href = h.url("/login/oidc/" .. page.session.provider, { next = page.next, purpose = "prove" }) } } } }
end

return function(page)
	if page.session.provider then
		return by_provider(page)
	end
	return layout{ page = page, title = T "prove.title", class = "narrow",
		alert = page.wrong and entry.alert(page, T "prove.failed", T.of("prove.because_", page.wrong)),
		main = h.form{ method = "post", action = "/prove",
			h.p{ class = "lead", T("prove.lead", { name = page.session.full_name or page.session.name }) },
			h.input{ type = "hidden", name = "username", autocomplete = "username", value = page.session.name },
			entry.password(page),
			entry.hidden(page),
			h.p{ class = "actions", h.button{ type = "submit", T "prove.send" } } } }
end
