-- purpose.lua: a clerk who looks at what ended long ago says why first; the applicant sees it.

local h = require "html"
local T = require "text"
local layout = require "layout"

return function(page)
	local list = {}
	for i, word in ipairs { "enquiry", "complaint", "mistake", "supervision", "law" } do
		list[i] = h.label{ class = "pick", h.input{ type = "radio", name = "purpose", value = word, required = true },
			" ", T.of("purpose.", word) }
	end
	return layout{ page = page, title = T "purpose.title", main = {
		h.p{ class = "lead", T "purpose.lead" },
		h.form{ method = "get", h.fieldset{ h.legend{ T "purpose.question" }, h.div{ class = "picks", list } },
			h.p{ class = "actions", h.button{ type = "submit", T "purpose.look" },
				h.a{ class = "button second", href = "/desk", T "desk.back" } } },
	} }
end
