-- text.lua: the product's own words, from the catalogue texts.lua, in the reader's language.
--
--   local T = require "text"
--   T "home.title"                         one text
--   T("guide.count", { n = 8 })            with {n} filled in; a value may be an element
--   T.of("state.", item.state)             a family of texts: the test takes all of them as used
--   T.maybe("event.", id, ".plain")        the text, or nil when the catalogue has none
--
-- tests/pages/test_texts.c fails on a key that is missing, unused, or not told in both languages.

local texts = require "texts"
local T = { language = "zh" } -- set for each page by the layout's caller

-- A text with its {names} filled in: a string, or a list when a value is an element.
local function fill(text, values)
	local list, at, plain = {}, 1, true
	for before, name, after in text:gmatch "(){([%w_]+)}()" do
		local value = values and values[name]
		if value == nil then
			error("the text wants {" .. name .. "}: " .. text, 0)
		end
		list[#list + 1] = text:sub(at, before - 1)
		list[#list + 1] = value
		plain = plain and type(value) ~= "table"
		at = after
	end
	list[#list + 1] = text:sub(at)
	return plain and table.concat(list) or list
end

local function find(key, values)
	local entry = texts[key]
	if not entry then
		error("no text " .. tostring(key), 0)
	end
	return fill(entry[T.language] or entry.zh, values)
end

function T.of(family, member, values)
	return find(family .. tostring(member), values)
end

function T.maybe(...)
	local entry = texts[table.concat { ... }]
	return entry and (entry[T.language] or entry.zh)
end

-- What the event files say is Chinese, whatever the page's language: told to screen readers.
function T.lang()
	return T.language ~= "zh" and "zh-CN"
end

return setmetatable(T, { __call = function(_, key, values) return find(key, values) end })
