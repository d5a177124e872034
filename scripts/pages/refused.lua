-- refused.lua: something is not there or went wrong, in words. Made once at the start for each status,
-- so that it can be shown when nothing else works; page.status is the number.

local h = require "html"
local T = require "text"
local layout = require "layout"

return function(page)
	local status = page.status
	return layout{ page = page, title = T.of("refused.title_", status), class = "narrow", main = {
		h.p{ class = "lead", T.of("refused.text_", status) },
		h.p{ T "refused.kept" },
		h.p{ h.a{ class = "button", href = "/", T "refused.home" } },
		h.p{ class = "quiet", T("refused.number", { n = status }) },
	} }
end
