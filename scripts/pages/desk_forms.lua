-- desk_forms.lua: what a clerk does with an item: each a form of its own, that works without a script.

local h = require "html"
local T = require "text"
local act = require "act"
local names = require "names"
local parts = require "desk_parts"

local forms = {}

-- Where an error of the API is to be put right.
function forms.targets(task)
	local targets = { ["/receipt"] = "receipt", ["/reason"] = "reason", ["/fields"] = "sendback",
		["/question"] = "question", ["/department"] = "department", ["/departments"] = "invite", ["/date"] = "date" }
	for _, output in ipairs(task.outputs) do
		targets["/outputs/" .. output.name] = "output:" .. output.type .. ":" .. output.name
	end
	return targets
end

-- What is to be put right, each by the name of its field.
function forms.alert(page, task)
	local names_of, errors = { ["/receipt"] = T "desk.receipt", ["/reason"] = T "desk.reason" }, {}
	for _, output in ipairs(task.outputs) do
		names_of["/outputs/" .. output.name] = names.output(output.name)
	end
	if not page.wrong then
		return false
	end
	for i, e in ipairs(page.wrong.errors or {}) do
		local name = names_of[e.pointer]
		errors[i] = { pointer = e.pointer, message = name and name .. T "layout.colon" .. e.message or e.message }
	end
	return act.alert({ wrong = { title = page.wrong.title, detail = page.wrong.detail, errors = errors } },
		forms.targets(task))
end

local function form(page, task, route, state, body)
	return h.form{ method = "post", action = parts.item_url(task, "/" .. route),
		state and h.input{ type = "hidden", name = "state", value = state }, parts.hidden(page), body }
end

-- One way to decide; the one that was tried last is open.
local function way(page, state, title, open, body)
	local tried = page.again and page.again.state
	return h.details{ class = "box way", open = (tried and tried == state) or (not tried and open) or false,
		h.summary{ title }, body }
end

local function receipt(page, hint)
	return parts.input(page, { name = "receipt", label = T "desk.receipt", hint = hint, pointer = "/receipt" })
end

local function approve(page, task)
	local outputs = {}
	for i, output in ipairs(task.outputs) do
		outputs[i] = parts.output(page, output)
	end
	return form(page, task, "decision", "approved", { receipt(page, T "desk.receipt_hint"), outputs,
		parts.input(page, { name = "copied", label = T "desk.copied", hint = T "desk.copied_hint", max = "50" }),
		h.p{ class = "actions", h.button{ type = "submit", T "desk.approve" } } })
end

local function mark(page, name, title)
	return h.div{ class = "field", h.label{ ["for"] = name, title },
		h.input{ id = name, name = name, maxlength = "300", autocomplete = "off",
			value = page.again and page.again[name] or "" } }
end

local function send_back(page, task)
	local marks = {}
	for _, field in ipairs(task.fields) do
		if field.mends then
			marks[#marks + 1] = mark(page, "mark:" .. field.name, names.zh(field.title))
		end
	end
	for _, material in ipairs(task.materials) do
		marks[#marks + 1] = mark(page, "paper:" .. material.id, names.zh(material.title))
	end
	return form(page, task, "decision", "correction", { h.p{ id = "sendback", tabindex = "-1", T "desk.marks" }, marks,
		h.p{ class = "actions", h.button{ type = "submit", T "desk.send_back" } } })
end

local function refuse(page, task, undo)
	return form(page, task, "decision", "rejected", {
		not undo and h.div{ class = "field", h.label{ ["for"] = "refused-receipt", T "desk.receipt" },
			h.input{ id = "refused-receipt", name = "receipt", maxlength = "200", autocomplete = "off",
				value = page.again and page.again.receipt or "" } },
		act.letter(page, { name = "reason", label = T "desk.reason", hint = T "desk.reason_hint", pointer = "/reason",
			rows = "3" }),
		h.p{ class = "actions", h.button{ type = "submit", class = "must",
			T(undo and "desk.keep_in_force" or "desk.refuse") } } })
end

local function undo(page, task)
	return { h.h2{ T "desk.undo_title" }, h.p{ T "desk.undo_lead" },
		way(page, "cancelled", T "desk.undo_done", true, form(page, task, "decision", "cancelled",
			h.p{ class = "actions", h.button{ type = "submit", T "desk.undo_button" } })),
		way(page, "rejected", T "desk.undo_refused", false, refuse(page, task, true)) }
end

local function close(page, task)
	return { h.h2{ T "desk.close_title" }, form(page, task, "closing", nil, {
		h.div{ class = "field", h.label{ ["for"] = "close-reason", T "desk.close_reason" },
			h.textarea{ id = "close-reason", name = "reason", rows = "3", maxlength = "600", required = true } },
		h.p{ class = "actions", h.button{ type = "submit", T "desk.close" } } }) }
end

local function decisions(page, task, back)
	return { h.h2{ T "desk.decide_title" },
		way(page, "approved", T "desk.way_approve", true, approve(page, task)),
		back and way(page, "correction", T "desk.way_send_back", false, send_back(page, task)),
		way(page, "rejected", T "desk.way_refuse", false, refuse(page, task, false)) }
end

function forms.decide(page, task)
	local settles = task.attention ~= "" and task.attention ~= "unknown"
	if task.task == "decide" then
		return { settles and close(page, task), decisions(page, task, true) }
	elseif task.task == "undo" then
		return undo(page, task)
	elseif task.task == "notice" then
		return form(page, task, "reading", nil, { h.p{ T "desk.notice_lead" },
			h.p{ class = "actions", h.button{ type = "submit", T "desk.read" } } })
	elseif task.attention == "unknown" then
		return decisions(page, task, false)
	elseif settles then
		return close(page, task)
	end
	return h.div{ class = "box", h.p{ T "desk.done" }, task.receipt and h.p{ T("desk.number_is", { number = task.receipt }) } }
end

---- other departments

local function others(page, task)
	local list = {}
	for _, one in ipairs(page.departments.departments) do
		if one.id ~= task.department then
			list[#list + 1] = one
		end
	end
	return list
end

local function inquire(page, task)
	local options = { h.option{ value = "", T "desk.choose" } }
	for _, one in ipairs(others(page, task)) do
		options[#options + 1] = h.option{ value = one.id, selected = page.again and page.again.department == one.id,
			names.department(page.departments, one.id) }
	end
	return form(page, task, "inquiry", nil, {
		h.div{ class = "field", h.label{ ["for"] = "department", T "desk.ask_whom" },
			h.select{ id = "department", name = "department", options } },
		act.letter(page, { name = "question", label = T "desk.ask_what", hint = T "desk.ask_hint", pointer = "/question",
			rows = "3" }),
		h.p{ class = "actions", h.button{ type = "submit", class = "second", T "desk.ask" } } })
end

local function call(page, task)
	local picks = {}
	for i, one in ipairs(others(page, task)) do
		local id = "invite-" .. i
		picks[i] = h.div{ class = "pick", h.input{ type = "checkbox", id = id, name = "invited", value = one.id },
			h.label{ ["for"] = id, names.department(page.departments, one.id) } }
	end
	return form(page, task, "conference", nil, {
		h.fieldset{ class = "field", id = "invite", tabindex = "-1", h.legend{ T "desk.invite" }, picks },
		h.div{ class = "field", h.label{ ["for"] = "date", T "desk.date" }, h.input{ type = "date", id = "date", name = "date",
			value = page.again and page.again.date or "" } },
		h.div{ class = "field", h.label{ ["for"] = "matter", T "desk.matter" },
			h.textarea{ id = "matter", name = "question", rows = "3", maxlength = "600",
				page.again and page.again.question or "" } },
		h.p{ class = "actions", h.button{ type = "submit", class = "second", T "desk.call" } } })
end

function forms.aside(page, task)
	return { h.h2{ T "desk.others" },
		h.details{ class = "box way", h.summary{ T "desk.way_ask" }, inquire(page, task) },
		h.details{ class = "box way", h.summary{ T "desk.way_call" }, call(page, task) } }
end

function forms.inquiries(page, task)
	local list = {}
	for i, one in ipairs(task.inquiries) do
		list[i] = h.li{ h.p{ h.strong{ T("desk.asked", { from = names.department(page.departments, one.from),
				to = names.department(page.departments, one.to) }) }, " ", names.instant(one.asked_at) },
			h.p{ names.told(one.question or "") },
			one.answer and h.p{ class = "notice good", names.told(one.answer) }
				or h.p{ class = "quiet", one.due and T("desk.answer_until", { day = names.day(one.due) }) or T "desk.unanswered" } }
	end
	return #list > 0 and { h.h2{ T "desk.inquiries" }, h.ul{ class = "rows", list } }
end

return forms
