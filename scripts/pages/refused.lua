-- refused.lua: something is not there or went wrong, in words. Made once at the start for each status,
-- so that it can be shown when nothing else works; page.status is the number, page.inside: somebody is logged in.

local h = require "html"
local T = require "text"
local layout = require "layout"

-- Who is inside already is not sent to log in.
local function other_account(page)
	return page.inside and page.status == 403 and { h.p{ T "refused.not_yours" },
		h.p{ h.a{ class = "button second", href = "/logout", T "refused.other_account" } } }
end

return function(page)
	local status = page.status
	return layout{ page = page, title = T.of("refused.title_", status), class = "narrow", main = {
		h.p{ class = "lead", T.of("refused.text_", status) },
		h.p{ T "refused.kept" },
		h.p{ h.a{ class = "button", href = "/", T "refused.home" } },
		other_account(page),
		h.p{ class = "quiet", T("refused.number", { n = status }) },
	} }
end
