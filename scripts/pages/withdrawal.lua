-- withdrawal.lua: what withdrawing would do, item by item, before the button that does it.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"

local effects = { "stays", "undone", "stops" } -- what one should know comes first

local function group(page, effect)
	local rows = {}
	for _, item in ipairs(page.withdrawal.items) do
		if item.effect == effect then
			rows[#rows + 1] = h.li{ h.h3{ names.zh(item.title) },
				h.p{ class = "quiet", names.department(page.departments, item.department) },
				h.p{ names.said(item.why) } }
		end
	end
	return #rows > 0 and { h.h2{ T.of("withdrawal.effect_", effect) }, h.ul{ class = "rows", rows } }
end

local function consequences(page)
	local list = {}
	for i, effect in ipairs(effects) do
		list[i] = group(page, effect)
	end
	return list
end

local function form(page, number)
	return h.form{ method = "post", action = h.url("/applications/{number}/withdrawal", { number = number }),
		h.h2{ T "withdrawal.sure" },
		act.letter(page, { name = "reason", label = T "withdrawal.reason", hint = T "withdrawal.reason_hint",
			pointer = "/reason", rows = "3" }),
		act.hidden(page),
		h.p{ class = "actions", h.button{ type = "submit", class = "must", T "withdrawal.send" },
			act.back(number) } }
end

return function(page)
	local number = page.withdrawal.number
	if not page.withdrawal.possible then
		return layout{ page = page, title = T "withdrawal.title", class = "narrow", alert = act.alert(page),
			main = { h.p{ T "withdrawal.over" }, h.p{ class = "actions", act.back(number) } } }
	end
	return layout{ page = page, title = T "withdrawal.title", class = "narrow",
		alert = act.alert(page, { ["/reason"] = "reason" }),
		main = { h.p{ class = "lead", T "withdrawal.lead" }, consequences(page), form(page, number) } }
end
