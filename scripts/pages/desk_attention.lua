-- desk_attention.lua: what a person must look at, with the department's own words, and the way to settle it.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "desk_parts"

-- A look-up has no page of its own: it is settled here.
local function settle(page, one)
	if not one.item:find(":", 1, true) then
		return h.p{ h.a{ class = "button second", href = parts.item_url(one), T "desk.look" } }
	end
	local id = "reason-" .. one.number .. one.item
	return h.form{ method = "post", action = parts.item_url(one, "/closing"), parts.hidden(page),
		h.div{ class = "field", h.label{ ["for"] = id, T "desk.close_reason" },
			h.textarea{ id = id, name = "reason", rows = "2", maxlength = "600" } },
		h.p{ h.button{ type = "submit", class = "second", T "desk.close" } } }
end

local function row(page, one)
	return h.li{ h.h2{ names.zh(one.title) },
		h.p{ h.span{ class = "tag must", T.of("desk.kind_", one.kind) } },
		one.words and h.p{ h.strong{ T "desk.words" }, names.told(one.words) },
		h.p{ class = "quiet", names.event{ id = one.event, title = one.event_title }, " · ",
			T("desk.since", { at = names.instant(one.since) }) },
		h.p{ class = "quiet number", one.number }, settle(page, one) }
end

return function(page)
	local rows = {}
	for i, one in ipairs(page.list.items) do
		rows[i] = row(page, one)
	end
	return layout{ page = page, title = T "desk.attention_title", main = {
		parts.tabs "/desk/attention", h.p{ class = "lead", T "desk.attention_lead" },
		#rows > 0 and h.ul{ class = "rows", rows } or h.p{ class = "notice good", T "desk.attention_none" },
		parts.next(page, "/desk/attention") } }
end
