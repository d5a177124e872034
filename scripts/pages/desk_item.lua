-- desk_item.lua: one item: what was sent and whence, the rules, what was said; beside it what can be done.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local parts = require "desk_parts"
local forms = require "desk_forms"

local function source(field)
	local title = field.source.title
	return h.span{ class = "quiet", T.of("desk.source_", field.source.kind, { title = title and names.zh(title) or "" }) }
end

local function field(one)
	local plain = parts.plain(one)
	return { h.dt{ names.zh(one.title) },
		h.dd{ h.span{ parts.value(one, one.value) }, " ",
			plain and h.button{ type = "button", class = "copy", ["data-copy"] = plain, hidden = true,
				["aria-label"] = T("desk.copy_of", { title = one.title }), T "desk.copy" },
			h.br{}, source(one),
			one.disputed and h.p{ class = "notice wait", T "desk.disputed" },
			one.before ~= nil and h.p{ class = "notice wait", T("desk.before", { value = parts.value(one, one.before) }) } } }
end

local function fields(task)
	local list = {}
	for i, one in ipairs(task.fields) do
		list[i] = field(one)
	end
	return #list > 0 and { h.h2{ T "desk.fields" }, h.dl{ class = "pairs given box", list } }
end

-- A picture is shown when its line is opened; reading it leaves a row each time.
local function paper(page, file)
	local path = h.url("/api/v1/files/{id}", { id = file.id, purpose = page.purpose })
	local open = h.a{ href = path, T("desk.open", { type = file.type:upper(), size = math.ceil(file.size / 1024) }) }
	if file.type ~= "jpg" and file.type ~= "png" then
		return h.p{ open }
	end
	return h.details{ h.summary{ T "desk.picture" }, h.img{ src = path, alt = T "desk.picture_alt", loading = "lazy" },
		h.p{ open } }
end

local function material(page, one)
	return h.li{ h.strong{ names.zh(one.title) }, " · ", T.of("desk.how_", one.how), one.file and paper(page, one.file) }
end

local function materials(page)
	local list = {}
	for i, one in ipairs(page.task.materials) do
		list[i] = material(page, one)
	end
	return #list > 0 and { h.h2{ T "desk.materials" }, h.ul{ class = "rows", list } }
end

local function message(one)
	local marks = {}
	for i, mark in ipairs(one.marked or {}) do
		marks[i] = h.li{ names.told((mark.field or mark.material) .. "：" .. mark.reason) }
	end
	return h.li{ h.p{ h.strong{ T.of("desk.message_", one.kind, { n = one.round }) }, " ",
			one.sent_at and names.instant(one.sent_at) },
		#marks > 0 and { h.p{ T "desk.sent_back" }, h.ul{ marks } },
		one.reason and h.p{ names.told(one.reason) } }
end

local function messages(task)
	local list = {}
	for i, one in ipairs(task.messages) do
		list[i] = message(one)
	end
	return #list > 0 and { h.h2{ T "desk.messages" }, h.ul{ class = "rows", list } }
end

local function rules(task)
	local list = {}
	for i, text in ipairs(task.rules) do
		list[i] = h.li{ names.zh(text) }
	end
	return h.details{ h.summary{ T "desk.rules" },
		task.basis and h.p{ T("desk.basis", { basis = names.zh(task.basis) }) },
		task.within and h.p{ T("desk.within", { within = names.duration(task.within) }) },
		#list > 0 and h.ul{ list } }
end

local function head(task)
	return { h.p{ parts.light(task), " ", h.span{ class = "tag", T.of("desk.task_", task.task) },
			task.round > 1 and h.span{ class = "tag", T("desk.round", { n = task.round }) } },
		h.p{ names.event{ id = task.event, title = task.event_title }, " · ", h.span{ class = "number", task.number } },
		task.withdrawn and h.p{ class = "notice wait", T "desk.withdrawn" },
		task.attention ~= "" and h.div{ class = "notice must", h.p{ T.of("desk.kind_", task.attention) },
			task.words and h.p{ names.told(task.words) } } }
end

return function(page)
	local task = page.task
	return layout{ page = page, title = task.title, alert = forms.alert(page, task), main = {
		parts.tabs "", head(task),
		h.div{ class = "two",
			h.div{ fields(task), materials(page), messages(task), forms.inquiries(page, task), rules(task) },
			h.div{ forms.decide(page, task), forms.aside(page, task) } },
		h.p{ class = "actions", h.a{ class = "button second", href = "/desk", T "desk.back" } } } }
end
