-- form_for.lua: an agent says whom he helps before anything else is asked.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "form_parts"

local function field(page, id, label, hint, wrong)
	return h.div{ class = wrong and "field wrong" or "field",
		h.label{ ["for"] = id, label },
		hint and h.p{ class = "hint", id = id .. "-hint", hint },
		wrong and h.p{ class = "error", id = id .. "-error", wrong },
		h.input{ type = "text", id = id, name = id, required = true, autocomplete = "off", spellcheck = "false",
			value = page.posted and page.posted[id] or "", ["aria-invalid"] = wrong and "true",
			["aria-describedby"] = hint and id .. "-hint" or wrong and id .. "-error" } }
end

return function(page)
	local wrong = page.answer and page.answer.errors and page.answer.errors[1] and names.zh(page.answer.errors[1].message)
	return layout{ page = page, title = T "for.title", class = "narrow",
		alert = wrong and h.div{ class = "notice must", role = "alert", ["data-focus"] = "1", h.p{ h.a{ href = "#id_number", wrong } } },
		main = h.form{ method = "post", action = h.url("/apply/{event}/for", { event = page.event }),
			h.p{ class = "lead", T("for.lead", { event = parts.event_title(page) }) },
			field(page, "full_name", T "for.name"),
			field(page, "id_number", T "for.id_number", T "for.hint", wrong),
			parts.hidden{ _csrf = page.session.csrf },
			h.p{ class = "actions", h.button{ type = "submit", T "for.go_on" } } } }
end
