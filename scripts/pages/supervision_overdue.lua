-- supervision_overdue.lua: every promise that has passed and is not answered yet, for supervisors.

local h = require "html"
local T = require "text"
local layout = require "layout"
local parts = require "supervision_parts"

return function(page)
	return layout{ page = page, title = T "supervision.overdue_title", main = {
		parts.tabs "/supervision/overdue", h.p{ class = "lead", T "supervision.overdue_lead" },
		parts.overdue(page, "h2"), parts.next(page, "/supervision/overdue"),
		h.p{ class = "quiet", T "supervision.seen" } } }
end
