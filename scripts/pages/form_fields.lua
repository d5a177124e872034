-- form_fields.lua: one question of the one page: its label, why it is asked, what is wrong, what is known.
--
-- form: what the page's parts share: page, schema (properties of the form), items (by id), errors (by the
-- field's name), asked (by question).

local h = require "html"
local T = require "text"
local inputs = require "form_inputs"
local names = require "names"
local values = require "values"

local fields = {}

-- ---- why it is asked ----

local function receivers(form, ids)
	local list = {}
	for _, id in ipairs(ids) do
		local item = form.items[id]
		list[#list + 1] = h.li{ names.department(form.page.departments, item.department), T "layout.colon", names.zh(item.title) }
	end
	return list
end

local function why(form, question)
	local asked = form.asked[question.id]
	local list = receivers(form, asked and asked.items or {})
	return h.details{ class = "why", h.summary{ T "form.why", h.span{ class = "unseen", question.title } },
		question.why and h.p{ names.zh(question.why) },
		#list > 0 and { h.p{ T "form.told_to" }, h.ul{ list } } or h.p{ T "form.decides" } }
end

-- ---- what is known ----

local function source_of(form, known)
	local source = known.source or {}
	local department = source.department and names.department(form.page.departments, source.department)
	return { department or "", department and source.title and " · ", source.title and names.told(source.title) or "" }
end

local function dispute_button(what, id, text, title)
	return h.button{ class = "second small", type = "submit", name = "_do", value = what .. ":" .. id, text,
		h.span{ class = "unseen", title } }
end

-- Shown as it is known; nobody types it.
local function known_field(form, o, known)
	local question, locked = o.question, o.schema and o.schema.readOnly
	return h.div{ class = "field known", id = question.id, ["data-q"] = question.id, tabindex = "-1", role = "group",
		["aria-labelledby"] = question.id .. "-label",
		h.p{ class = "label", id = question.id .. "-label", names.zh(question.title) },
		h.p{ class = "value", values.text(question, o.schema, o.value) },
		not locked and inputs.unseen(o), -- what the login says is filled in wherever it is missing
		h.p{ class = "source", locked and T "form.from_login" or T("form.from", { source = source_of(form, known) }), " ",
			not locked and dispute_button("dispute", question.id, T "form.not_right", question.title) },
		why(form, question) }
end

-- What a source says of a question that is typed all the same.
local function state_note(form, question, known)
	if form.disputed[question.id] then
		return h.p{ class = "hint", T "form.disputed", " ",
			dispute_button("accept", question.id, T "form.accept", question.title) }
	elseif known and known.state == "known" then
		return h.p{ class = "hint", T("form.differs", { source = source_of(form, known),
			value = values.text(question, form.schema[question.id], known.value) }), " ",
			dispute_button("accept", question.id, T "form.accept", question.title) }
	elseif known and known.state == "none" then
		return h.p{ class = "hint", T("form.known_none", { source = source_of(form, known) }) }
	elseif known and known.state == "unreachable" then
		return h.p{ class = "hint", T("form.unreachable", { source = source_of(form, known) }) }
	end
	return false
end

local function same(a, b)
	if type(a) ~= "table" or type(b) ~= "table" then
		return a == b
	end
	for key, value in pairs(a) do
		if not same(value, b[key]) then return false end
	end
	for key in pairs(b) do
		if a[key] == nil then return false end
	end
	return true
end

-- ---- a field to be filled in ----

-- hints: elements said under the label. o.wrong: the sentence, or nil.
function fields.typed(o, hints, more)
	local question, described = o.question, {}
	if #hints > 0 then described[1] = o.name .. "-hint" end
	if o.wrong then described[#described + 1] = o.name .. "-error" end
	o.described = #described > 0 and table.concat(described, " ") or nil
	local label = { names.zh(question.title), question.optional and h.span{ class = "quiet", T "form.optional" } }
	local told = { #hints > 0 and h.div{ id = o.name .. "-hint", hints },
		o.wrong and h.p{ class = "error", id = o.name .. "-error", o.wrong } }
	local class = o.wrong and "field wrong" or "field"
	if inputs.is_group(o) then
		return h.fieldset{ class = class, id = o.name, ["data-q"] = o.name, tabindex = "-1",
			["aria-describedby"] = o.described, h.legend{ label }, told, inputs.of(o), more }
	end
	return h.div{ class = class, ["data-q"] = o.name, h.label{ ["for"] = o.name, label }, told, inputs.of(o), more }
end

local function bounds(o)
	local schema = o.schema
	if o.question.type == "number" and schema and schema.minimum and schema.minimum > -1e15 then
		return h.p{ class = "hint", T("form.between", { min = schema.minimum, max = schema.maximum }) }
	elseif o.question.type == "division12" then
		return h.p{ class = "hint", T "form.village_code" }
	elseif o.question.type == "division" then
		return h.p{ class = "hint", T "form.division" }
	end
	return nil
end

-- ---- lists ----

local function row_fields(form, question, i, row)
	local asked, list = {}, {}
	local columns = form.asked[question.id] and form.asked[question.id].rows and form.asked[question.id].rows[i]
	for _, id in ipairs(columns or {}) do
		asked[id] = true
	end
	for _, column in ipairs(question.each) do
		if asked[column.id] or not columns then
			local name = ("%s.%d.%s"):format(question.id, i - 1, column.id)
			local o = { question = column, name = name, value = row[column.id], wrong = form.errors[name],
				schema = form.schema[question.id].items.properties[column.id] }
			list[#list + 1] = fields.typed(o, { bounds(o) })
		end
	end
	return list
end

function fields.list(form, question, rows)
	local wrong, blocks = form.errors[question.id], {}
	if #rows == 0 then
		rows = { {} }
	end
	for i, row in ipairs(rows) do
		local id = question.id .. "." .. (i - 1)
		blocks[i] = h.fieldset{ class = "row", id = id, ["data-q"] = id, ["data-live"] = true, tabindex = "-1",
			h.legend{ T("form.row", { title = names.zh(question.title), n = i }) },
			row_fields(form, question, i, row),
			#rows > 1 and h.button{ class = "second small", type = "submit", name = "_do",
				value = ("remove:%s:%d"):format(question.id, i - 1), T("form.remove_row", { n = i }) } }
	end
	return h.div{ class = wrong and "field list wrong" or "field list", id = question.id, ["data-q"] = question.id,
		["data-live"] = true, tabindex = "-1", role = "group", ["aria-labelledby"] = question.id .. "-label",
		h.h3{ id = question.id .. "-label", names.zh(question.title) },
		wrong and h.p{ class = "error", id = question.id .. "-error", ["data-q"] = question.id .. "-error", wrong },
		why(form, question),
		h.input{ type = "hidden", name = "_rows." .. question.id, value = tostring(#rows) },
		blocks,
		#rows < form.schema[question.id].maxItems and h.button{ class = "second", type = "submit", name = "_do",
			value = "add:" .. question.id, T("form.add_row", { title = names.zh(question.title) }) } }
end

-- ---- any question ----

-- A question that is asked.
function fields.of(form, question)
	local page = form.page
	local known = page.prefill.questions and page.prefill.questions[question.id]
	local value = page.form[question.id]
	local schema = form.schema[question.id]
	local o = { question = question, name = question.id, schema = schema, value = value, wrong = form.errors[question.id] }
	if question.type == "list" then
		return fields.list(form, question, type(value) == "table" and value or {})
	elseif schema and schema.readOnly and page.begun.filled[question.id] ~= nil then
		o.value = page.begun.filled[question.id]
		return known_field(form, o)
	elseif known and known.state == "known" and not form.disputed[question.id] and same(value, known.value) and not o.wrong then
		return known_field(form, o, known)
	end
	local hints = { bounds(o) }
	hints[#hints + 1] = state_note(form, question, known) or nil
	return fields.typed(o, hints, why(form, question))
end

-- One's own consent to something that items wait for.
function fields.sign(form, sign)
	local question = { id = sign.id, title = sign.title, type = "yes_no" }
	local o = { question = question, name = sign.id, value = form.page.form[sign.id], wrong = form.errors[sign.id] }
	return fields.typed(o, { sign.text and h.p{ class = "hint", names.zh(sign.text) } })
end

return fields
