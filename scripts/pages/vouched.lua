-- vouched.lua: coming in by a provider did not succeed: why, and what to do now. page.because is the last
-- part of the problem's type.

local h = require "html"
local T = require "text"
local layout = require "layout"

return function(page)
	return layout{ page = page, title = T "vouched.title", class = "narrow", main = {
		h.p{ class = "lead", T.of("vouched.because_", page.because) },
		h.p{ class = "actions", h.a{ class = "button", href = "/login", T "vouched.again" },
			h.a{ class = "button second", href = "/", T "vouched.home" } } } }
end
