-- sheet.lua: a document on paper, told line by line; core/print/sheet.h says which words there are.
--
--   local s = sheet.new()
--   s:put("heading", T "receipt.title")
--   s:put("pair", T "receipt.number", page.application.number)

local h = require "html"

local sheet = {}
sheet.__index = sheet

function sheet.new()
	return setmetatable({}, sheet)
end

function sheet.is(value)
	return getmetatable(value) == sheet
end

-- A value may be an element: its text is taken. What would end a text or a line is a blank.
function sheet:put(word, ...)
	local line = { word }
	for i = 1, select("#", ...) do
		line[i + 1] = h.text((select(i, ...))):gsub("%c", " ")
	end
	self[#self + 1] = table.concat(line, "\t")
end

function sheet:told()
	return table.concat(self, "\n")
end

return sheet
