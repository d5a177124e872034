-- prove.lua: the password once more, before something that binds.

local h = require "html"
local T = require "text"
local entry = require "entry"
local kept = require "kept_parts"
local layout = require "layout"

-- Who came in by a provider shows there again who he is.
local function by_provider(page)
	return layout{ page = page, title = T "prove.title_provider", class = "narrow", alert = kept.notice(page), main = {
		h.p{ class = "lead", T("prove.lead_provider", { name = page.session.full_name or page.session.name }) },
		h.p{ class = "actions", h.a{ class = "button", T "prove.go_provider", target = page.kept and "_blank",
			href = h.url("/login/oidc/" .. page.session.provider, { next = page.next, purpose = "prove" }) } },
		kept.elsewhere(page, T "kept.proved") } }
end

return function(page)
	if page.session.provider then
		return by_provider(page)
	end
	return layout{ page = page, title = T "prove.title", class = "narrow",
		alert = page.wrong and entry.alert(page, T "prove.failed", T.of("prove.because_", page.wrong)) or kept.notice(page),
		main = h.form{ method = "post", action = "/prove", enctype = page.kept and "multipart/form-data",
			h.p{ class = "lead", T("prove.lead", { name = page.session.full_name or page.session.name }) },
			h.input{ type = "hidden", name = "username", autocomplete = "username", value = page.session.name },
			entry.password(page),
			entry.hidden(page), kept.hidden(page),
			h.p{ class = "actions", h.button{ type = "submit", T "prove.send" } } } }
end
