-- desk.lua: a clerk's queue: what must be done first stands first. What is alike can be picked together.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local parts = require "desk_parts"

local function row(one, i)
	local id = "pick-" .. i
	local pick = one.task == "decide"
	return h.li{ class = "task",
		pick and h.input{ type = "checkbox", name = "pick", id = id, value = one.number .. "/" .. one.item,
			["aria-label"] = T("desk.pick", { number = one.number:sub(-6) }) },
		h.div{ h.h2{ h.a{ href = parts.item_url(one), names.zh(one.title) } },
			h.p{ parts.light(one), " ", one.task ~= "decide" and h.span{ class = "tag", T.of("desk.task_", one.task) },
				one.round > 1 and h.span{ class = "tag", T("desk.round", { n = one.round }) } },
			h.p{ class = "quiet", names.event{ id = one.event, title = one.event_title }, " · ",
				one.due and T("desk.due", { day = names.day(one.due) }) or T "desk.no_due", " · ",
				T("desk.arrived", { at = names.instant(one.arrived_at) }) },
			h.p{ class = "quiet number", one.number } } }
end

-- How much of the whole queue is how pressing; beyond `counted` nobody counts.
local counted = 1000

local function lights(page)
	local list = {}
	for _, one in ipairs { { "red", "must" }, { "yellow", "wait" }, { "green", "good" } } do
		local n = page.list.lights[one[1]]
		if n > 0 then
			list[#list + 1] = { h.span{ class = "tag " .. one[2],
				T.of("desk.light_", one[1], { n = n < counted and tostring(n) or counted .. "+" }) }, " " }
		end
	end
	return #list > 0 and h.p{ list }
end

return function(page)
	local rows = {}
	for i, one in ipairs(page.list.items) do
		rows[i] = row(one, i)
	end
	return layout{ page = page, title = T "desk.title", alert = act.alert(page), main = {
		parts.tabs "/desk",
		h.p{ class = "lead", T("desk.lead", { department = names.department(page.departments, page.list.department) }) },
		lights(page),
		#rows == 0 and h.p{ class = "notice good", T "desk.none" },
		#rows > 0 and h.form{ method = "get", action = "/desk/batch",
			h.ul{ class = "rows", rows },
			h.p{ class = "actions", h.button{ type = "submit", class = "second", T "desk.together" },
				h.span{ class = "quiet", T "desk.together_hint" } } },
		parts.next(page, "/desk"),
		#rows > 0 and h.p{ class = "quiet", h.a{ href = "/api/v1/desk.csv?limit=200", T "desk.table" } },
	} }
end
