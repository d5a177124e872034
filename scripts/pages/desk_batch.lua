-- desk_batch.lua: several items side by side, each with its own number and outputs, approved at once.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "desk_parts"

local function facts(task)
	local list = {}
	for i, field in ipairs(task.fields) do
		list[i] = { h.dt{ names.zh(field.title) }, h.dd{ parts.value(field, field.value) } }
	end
	return h.dl{ class = "pairs given", list }
end

local function row(page, task, i)
	local tail, outputs = "@" .. i - 1, {}
	for k, output in ipairs(task.outputs) do
		outputs[k] = parts.output(page, output, tail)
	end
	return h.li{ h.h2{ names.zh(task.title) }, h.p{ class = "quiet number", task.number },
		h.input{ type = "hidden", name = "pick", value = task.number .. "/" .. task.item },
		h.div{ class = "two", facts(task),
			h.div{ parts.input(page, { name = "receipt" .. tail, label = T "desk.receipt" }), outputs } } }
end

return function(page)
	local rows = {}
	for i, task in ipairs(page.tasks) do
		rows[i] = row(page, task, i)
	end
	return layout{ page = page, title = T "desk.batch_title", main = { parts.tabs "",
		#rows == 0 and h.p{ class = "notice", T "desk.batch_none" },
		#rows > 0 and h.form{ method = "post", action = "/desk/batch", parts.hidden(page),
			h.input{ type = "hidden", name = "state", value = "approved" },
			h.p{ class = "lead", T("desk.batch_lead", { n = #rows }) }, h.ul{ class = "rows", rows },
			h.p{ class = "actions", h.button{ type = "submit", T("desk.batch_send", { n = #rows }) } } },
		h.p{ h.a{ class = "button second", href = "/desk", T "desk.back" } } } }
end
