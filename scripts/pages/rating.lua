-- rating.lua: five grades for one item that has ended.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local served = require "served"

local function item_of(page)
	for _, item in ipairs(page.application.items) do
		if item.id == page.item then
			return item
		end
	end
end

local function said(page)
	local list = {}
	for _, f in ipairs(page.feedback.feedback) do
		if f.item == page.item and f.kind == "rating" then
			list[#list + 1] = served.told(f)
		end
	end
	return list
end

return function(page)
	local item, again = item_of(page), page.again or {}
	return layout{ page = page, title = T "rating.title", class = "narrow",
		alert = act.alert(page, { ["/grade"] = "grade", ["/text"] = "text" }),
		main = {
			item and h.p{ class = "lead", names.department(page.departments, item.department), " · ",
				names.zh(item.title) },
			said(page),
			h.form{ method = "post", action = page.self,
				served.pick{ id = "grade", name = "grade", legend = T "rating.how", words = served.grades,
					text = function(grade) return T.of("rating.grade_", grade) end, value = again.grade,
					wrong = act.error(page, "/grade") },
				act.letter(page, { name = "text", label = T "rating.words", hint = T "rating.words_hint",
					pointer = "/text" }),
				act.hidden(page),
				h.p{ class = "actions", h.button{ type = "submit", T "rating.send" },
					act.back(page.application.number) } },
			h.p{ class = "quiet", T "rating.once" },
		} }
end
