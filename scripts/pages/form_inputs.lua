-- form_inputs.lua: the fields of an answer, by its type. Names and values are what core/pages/answers.h
-- reads back.
--
-- o: question (id, type), schema, name (of the field), value, described (ids for aria-describedby), wrong.
-- A group (radios, day and time, an address) is a fieldset of its own: inputs.is_group(o) tells.

local h = require "html"
local T = require "text"
local names = require "names"
local places = require "places"
local values = require "values"

local inputs = {}

local radios_most = 6 -- more choices than these are a list to pick from

local function options_of(o)
	return o.schema and (o.schema.oneOf or o.schema.items and o.schema.items.oneOf)
end

-- Of a code list with a short and a long form of the same, the long.
local function long_options(options)
	local longest, list = 0, {}
	for _, option in ipairs(options) do
		longest = math.max(longest, #option.const)
	end
	for _, option in ipairs(options) do
		if #option.const == longest then
			list[#list + 1] = option
		end
	end
	return list
end

local function is_radio(o)
	local options = options_of(o)
	return o.question.type == "yes_no" or o.question.type == "choice" and options and #options <= radios_most
		or o.question.type == "sex"
end

function inputs.is_group(o)
	local kind = o.question.type
	return kind == "choices" or kind == "address" or kind == "datetime" or is_radio(o) or false
end

local function text_of(value)
	return value ~= nil and type(value) ~= "table" and tostring(value) or ""
end

-- One line to type in. more: further attributes.
local function line(o, more)
	local attributes = { id = o.name, name = o.name, type = "text", value = text_of(o.value),
		["aria-describedby"] = o.described, ["aria-invalid"] = o.wrong and "true",
		maxlength = o.schema and o.schema.maxLength and tostring(math.min(o.schema.maxLength, 500)) }
	for name, value in pairs(more or {}) do
		attributes[name] = value
	end
	return h.input(attributes)
end

-- ---- one of some ----

local function pick(o, kind, code, title, chosen)
	return h.label{ class = "pick", h.input{ type = kind, name = o.name, id = o.name .. "-" .. code, value = code,
		checked = chosen }, h.span{ title } }
end

local function yes_no(o)
	return h.div{ class = "picks", pick(o, "radio", "yes", T "layout.yes", o.value == true),
		pick(o, "radio", "no", T "layout.no", o.value == false) }
end

local function picks(o, kind)
	local list, chosen = {}, {}
	for _, code in ipairs(type(o.value) == "table" and o.value or { o.value }) do
		chosen[code] = true
	end
	for i, option in ipairs(options_of(o) or {}) do
		list[i] = pick(o, kind, option.const, names.zh(option.title), chosen[option.const] or false)
	end
	return h.div{ class = "picks", list }
end

local function choice(o)
	if is_radio(o) then
		return picks(o, "radio")
	end
	local list = { h.option{ value = "", T "form.choose" } }
	for _, option in ipairs(long_options(options_of(o) or {})) do
		list[#list + 1] = h.option{ value = option.const, selected = option.const == o.value, option.title }
	end
	return h.select{ id = o.name, name = o.name, ["aria-describedby"] = o.described,
		["aria-invalid"] = o.wrong and "true", lang = T.lang(), list }
end

-- ---- places and times ----

-- What was typed as a name is shown as the place that it means, to be sent so by the next press.
local function picked_place(value)
	local code = places.is_name(value) and places.find(value) or value
	local known = type(code) == "string" and places.name(code)
	return known and code .. " " .. known or code
end

local function place(o)
	return line({ name = o.name, value = picked_place(o.value), described = o.described, wrong = o.wrong },
		{ list = "places", autocomplete = "off", lang = T.lang() })
end

-- What the fields of places pick from: once a page.
function inputs.places()
	local list = {}
	for i, code in ipairs(places.codes) do
		list[i] = h.option{ value = code .. " " .. places.name(code) }
	end
	return h.datalist{ id = "places", list }
end

local function part(o, which, label, input)
	return h.div{ class = "part", h.label{ ["for"] = o.name .. "." .. which, label }, input }
end

local function part_line(o, which, value, more)
	return line({ name = o.name .. "." .. which, value = value, described = o.described, wrong = o.wrong }, more)
end

local function address(o)
	local value = type(o.value) == "table" and o.value or {}
	return {
		part(o, "division", T "form.division", part_line(o, "division", picked_place(value.division),
			{ list = "places", autocomplete = "off", lang = T.lang() })),
		part(o, "text", T "form.address", part_line(o, "text", value.text, { maxlength = "200" })),
	}
end

local function datetime(o)
	local day, time = text_of(o.value):match "^([%d-]*)T?([%d:]*)"
	return h.div{ class = "parts",
		part(o, "day", T "form.day", part_line(o, "day", day, { type = "date" })),
		part(o, "time", T "form.time", part_line(o, "time", (time or ""):sub(1, 5), { type = "time" })),
	}
end

-- ---- money ----

local function money(o)
	local value = math.type(o.value) and values.yuan(o.value) or o.value
	return h.div{ class = "unit", line({ name = o.name, value = value, described = o.described, wrong = o.wrong },
		{ inputmode = "decimal" }), h.span{ T "form.yuan" } }
end

local function consent(o)
	return h.label{ class = "pick", h.input{ type = "checkbox", name = o.name, id = o.name, value = "yes",
		checked = o.value == true, ["aria-describedby"] = o.described, ["aria-invalid"] = o.wrong and "true" },
		h.span{ o.schema and o.schema.description and names.zh(o.schema.description) or T "form.agree" } }
end

local digits = { inputmode = "numeric", autocomplete = "off" }
local code = { autocapitalize = "characters", autocomplete = "off", spellcheck = "false" }

local by_type = {
	yes_no = yes_no, choice = choice, sex = choice, ethnic_group = choice, household_relation = choice,
	marital_status = choice, address = address, datetime = datetime, money = money, consent = consent,
	division = place, division9 = place, division12 = place,
	choices = function(o) return picks(o, "checkbox") end,
	date = function(o) return line(o, { type = "date" }) end,
	number = function(o) return line(o, { inputmode = "decimal", autocomplete = "off" }) end,
	phone = function(o) return line(o, { type = "tel", maxlength = "20",
		autocomplete = o.name == "applicant_phone" and "tel" or "off" }) end,
	email = function(o) return line(o, { type = "email", autocomplete = "off" }) end,
	bank_card = function(o) return line(o, digits) end,
	id_number = function(o) return line(o, code) end,
	uscc = function(o) return line(o, code) end,
	passport = function(o) return line(o, code) end,
	birth_cert_no = function(o) return line(o, code) end,
	marriage_cert_no = function(o) return line(o, code) end,
	person_name = function(o) return line(o, { autocomplete = "off" }) end,
	new_name = function(o) return line(o, { autocomplete = "off" }) end,
}

function inputs.of(o)
	return (by_type[o.question.type] or line)(o)
end

-- ---- what goes along unseen ----

local function hidden(name, value)
	return h.input{ type = "hidden", name = name, value = tostring(value) }
end

-- The same answer, for a field that is shown and not typed.
function inputs.unseen(o)
	local kind, value, list = o.question.type, o.value, {}
	if type(value) == "boolean" then
		return hidden(o.name, value and "yes" or "no")
	elseif kind == "address" and type(value) == "table" then
		return { hidden(o.name .. ".division", value.division or ""), hidden(o.name .. ".text", value.text or "") }
	elseif kind == "datetime" then
		local day, time = tostring(value):match "^([%d-]*)T?(.*)$"
		return { hidden(o.name .. ".day", day), hidden(o.name .. ".time", time) }
	elseif kind == "money" and math.type(value) then
		return hidden(o.name, values.yuan(value))
	elseif type(value) == "table" then
		for i, one in ipairs(value) do
			list[i] = hidden(o.name, one)
		end
		return list
	end
	return hidden(o.name, value)
end

return inputs
