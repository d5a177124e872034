-- form_twice.lua: the same form was changed on another device meanwhile: what differs stands side by side,
-- and one chooses.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "form_parts"
local token = require "token"
local values = require "values"

local function side(page, question, which, value, chosen)
	return h.label{ class = "pick", h.input{ type = "radio", name = question.id, value = which, checked = chosen },
		h.span{ T.of("twice.", which), T "layout.colon",
			h.strong{ values.text(question, page.guide.form.properties[question.id], value) } } }
end

local function difference(page, question)
	return h.fieldset{ class = "field box", h.legend{ names.zh(question.title) },
		side(page, question, "mine", page.wanted.form[question.id], true),
		side(page, question, "stored", page.stored.form[question.id], false) }
end

local function differences(page)
	local differs, list = {}, {}
	for _, id in ipairs(page.differing) do
		differs[id] = true
	end
	for _, section in ipairs(page.guide.sections) do
		for _, question in ipairs(section.questions) do
			if differs[question.id] then
				list[#list + 1] = difference(page, question)
			end
		end
	end
	return list
end

return function(page)
	return layout{ page = page, title = T "twice.title", class = "narrow",
		main = h.form{ method = "post", action = parts.path(page, "/twice"),
			h.div{ class = "notice wait", role = "alert", ["data-focus"] = "1", h.p{ T "twice.lead" } },
			differences(page),
			token(page.posted), parts.hidden{ _mine = page.mine_text },
			h.p{ class = "actions", h.button{ type = "submit", T "twice.go_on" } } } }
end
