-- desk_conference.lua: one conference: who meets when about what, and what came of it.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local parts = require "desk_parts"

local function guests(page, one)
	local list = {}
	for i, id in ipairs(one.departments) do
		list[i] = { i > 1 and T "layout.comma", names.department(page.departments, id) }
	end
	return list
end

local function minutes(page, one)
	if one.decided_at then
		return { h.h2{ T "desk.minutes" }, h.p{ class = "box", names.told(one.minutes or "") },
			h.h2{ T "desk.decision" }, h.p{ class = "notice good", names.told(one.decision or "") } }
	end
	return { h.h2{ T "desk.minutes_write" }, h.p{ T "desk.minutes_who" },
		h.form{ method = "post", action = h.url("/desk/conferences/{id}", { id = one.id }), parts.hidden(page),
			act.letter(page, { name = "minutes", label = T "desk.minutes", hint = T "desk.minutes_hint", pointer = "/minutes" }),
			act.letter(page, { name = "decision", label = T "desk.decision", pointer = "/decision", rows = "2" }),
			h.p{ class = "actions", h.button{ type = "submit", T "desk.minutes_send" } } } }
end

return function(page)
	local one = page.conference
	return layout{ page = page, title = T "desk.conference_title", class = "narrow",
		alert = act.alert(page, { ["/minutes"] = "minutes", ["/decision"] = "decision" }), main = {
		parts.tabs "", h.p{ class = "lead", names.told(one.question or "") },
		h.dl{ class = "pairs box", h.dt{ T "desk.when" }, h.dd{ names.day(one.held_on) },
			h.dt{ T "desk.who" }, h.dd{ guests(page, one) }, h.dt{ T "desk.case" }, h.dd{ class = "number", one.number } },
		minutes(page, one) } }
end
