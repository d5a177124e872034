-- form_for.lua: an agent says whom he helps before anything else is asked: one of those who let him.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local parts = require "form_parts"
local token = require "token"

local function entry(page, person)
	return h.li{ class = "card", h.h2{ person.full_name },
		h.p{ class = "quiet", T("roster.number", { last = person.id_number:sub(-4) }) },
		h.form{ method = "post", action = h.url("/apply/{event}/for", { event = page.event }),
			token(page), parts.hidden{ full_name = person.full_name, id_number = person.id_number },
			h.p{ class = "actions", h.button{ type = "submit", T "for.go_on", h.span{ class = "unseen", person.full_name } } } } }
end

-- He came back to a draft that is not his to fill in any more.
local function gone(page)
	return page.gone and h.div{ class = "notice wait", role = "status", h.p{ T "for.gone" } }
end

return function(page)
	local entries = {}
	for i, mandate in ipairs(page.roster.mandates) do
		entries[i] = entry(page, mandate["for"])
	end
	return layout{ page = page, title = T "for.title", class = "narrow", alert = act.alert(page) or gone(page),
		main = { h.p{ class = "lead", T("for.lead", { event = parts.event_title(page) }) },
			#entries > 0 and h.ul{ class = "cards", entries } or h.p{ class = "notice", T "for.nobody" },
			h.p{ h.a{ class = #entries > 0 and "button second" or "button", href = "/mandates", T "for.more" } } } }
end
