-- values.lua: an answer as people read it.

local h = require "html"
local T = require "text"
local names = require "names"
local places = require "places"

local values = {}

-- The name of a code in a schema's oneOf; the code itself where there is none.
local function label(schema, code)
	local options = schema and (schema.oneOf or schema.items and schema.items.oneOf) or {}
	for _, option in ipairs(options) do
		if option.const == code then
			return names.zh(option.title)
		end
	end
	return tostring(code)
end

local function several(schema, codes)
	local list = {}
	for i, code in ipairs(codes) do
		list[i] = { i > 1 and T "layout.comma", label(schema, code) }
	end
	return list
end

-- "2026-11-20T08:30:00+08:00" or a half of it.
local function moment(text)
	return text:find "^%d+%-%d+%-%d+T%d+:%d+" and names.instant(text) or text
end

-- Of fen, as it is typed.
function values.yuan(fen)
	return (("%.2f"):format(fen / 100):gsub("%.00$", ""))
end

function values.place(code)
	return places.name(code) or code
end

local function address(value)
	return { value.division and names.zh(values.place(value.division)) or "", " ", value.text and names.zh(value.text) or "" }
end

-- question: of the guide (id, type, each); schema: its part of the form's schema.
function values.text(question, schema, value)
	local kind = question.type
	if value == nil then
		return T "value.none"
	elseif kind == "yes_no" and type(value) == "boolean" then
		return T(value and "layout.yes" or "layout.no")
	elseif kind == "consent" then
		return T(value == true and "value.agreed" or "value.none")
	elseif kind == "money" and math.type(value) then
		return names.money(value)
	elseif kind == "date" and tostring(value):find "^%d+%-%d+%-%d+$" then
		return names.day(value)
	elseif kind == "datetime" then
		return moment(tostring(value))
	elseif kind == "address" and type(value) == "table" then
		return address(value)
	elseif kind:find "^division" then
		return names.zh(values.place(value))
	elseif kind == "list" and type(value) == "table" then
		return values.rows(question, schema, value)
	elseif type(value) == "table" then
		return several(schema, value)
	elseif type(value) == "string" and not kind:find "name$" then
		return label(schema, value)
	end
	return tostring(value)
end

-- The rows of a list, each as one line.
function values.rows(question, schema, rows)
	local properties, list = schema and schema.items and schema.items.properties or {}, {}
	for i, row in ipairs(rows) do
		local parts = {}
		for _, column in ipairs(question.each) do
			if row[column.id] ~= nil then
				parts[#parts + 1] = { #parts > 0 and " · ", values.text(column, properties[column.id], row[column.id]) }
			end
		end
		list[i] = h.li{ parts }
	end
	return h.ol{ class = "lines", list }
end

return values
