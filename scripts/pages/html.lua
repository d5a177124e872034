-- html.lua: HTML made of values, never of text pasted together.
--
--   local h = require "html"
--   h.div{ class = "card", h.h2{ T "home.title" }, event.title }
--
-- h.NAME is a function for each element of the list below. Its table's named fields are attributes,
-- the rest are children: text, numbers, elements, lists of these; false is nothing. Text and attribute
-- values are escaped always; there is no way to put markup in as text. Addresses (href, src, action)
-- are own paths: "/…", "?…", "#…". No style, no on… attributes, no script inside the page: the policy
-- sent with every page forbids them too.

local html = {}

local elements, void = {}, {}
for name in ([[a abbr address article aside b bdi blockquote body button caption circle code col colgroup
	datalist dd defs desc details dfn dialog div dl dt em fieldset figcaption figure footer form g h1 h2 h3 h4
	head header hgroup html i kbd label legend li line main mark menu meter nav noscript ol optgroup option
	output p path picture pre progress q rect s samp section select small span strong sub summary sup svg
	table tbody td textarea tfoot th thead time title tr u ul var]]):gmatch "%S+" do
	elements[name] = true
end
for name in ("br hr img input link meta source wbr"):gmatch "%S+" do
	elements[name], void[name] = true, true
end
elements.script = true -- only with src, see below

local addresses = { href = true, src = true, action = true, formaction = true, poster = true }

local forbidden = { style = true, srcdoc = true, srcset = true, ["http-equiv"] = true }

local element = {} -- the metatable of elements: what has it is not text

local escapes = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

-- Bytes that HTML has no place for become the sign for what cannot be shown.
local function escape(text)
	return (tostring(text):gsub("[&<>\"']", escapes):gsub("[%z\1-\8\11\12\14-\31\127]", "\u{FFFD}"))
end

local function own_path(value)
	return type(value) == "string" and not value:find "[%c\\ ]" and not value:find "^//"
		and value:find "^[/?#]" ~= nil
end

local function attribute(name, value)
	local small = type(name) == "string" and name:lower() or ""
	if not small:find "^%a[%w-]*$" or small:find "^on" or forbidden[small] then
		error("no attribute: " .. tostring(name), 4)
	end
	if addresses[small] and not own_path(value) then
		error(name .. " is no path of our own: " .. tostring(value), 4)
	end
	local kind = type(value)
	if kind ~= "string" and kind ~= "number" and kind ~= "boolean" then
		error("attribute " .. name .. " is a " .. kind, 4)
	end
end

local function make(name, parts)
	if type(parts) ~= "table" or getmetatable(parts) == element then
		parts = { parts }
	end
	local attributes, last = {}, 0
	for key, value in pairs(parts) do
		if math.type(key) == "integer" then
			last = math.max(last, key)
		else
			attribute(key, value)
			if value then
				attributes[#attributes + 1] = key
			end
		end
	end
	if (void[name] or name == "script") and last > 0 then
		error(name .. " has nothing inside", 3)
	end
	table.sort(attributes)
	return setmetatable({ name = name, parts = parts, attributes = attributes, last = last }, element)
end

local put -- (out, value): append the text of a value

local function put_list(out, list, last)
	for i = 1, last do
		put(out, list[i])
	end
end

local function last_of(list)
	local last = 0
	for key in pairs(list) do
		if math.type(key) ~= "integer" then
			error("a list with the field " .. tostring(key), 0)
		end
		last = math.max(last, key)
	end
	return last
end

local function put_element(out, e)
	out[#out + 1] = "<" .. e.name
	for _, name in ipairs(e.attributes) do
		local value = e.parts[name]
		out[#out + 1] = value == true and " " .. name or " " .. name .. '="' .. escape(value) .. '"'
	end
	out[#out + 1] = ">"
	if not void[e.name] then
		put_list(out, e.parts, e.last)
		out[#out + 1] = "</" .. e.name .. ">"
	end
end

function put(out, value)
	local kind = type(value)
	if kind == "string" or kind == "number" then
		out[#out + 1] = escape(value)
	elseif kind == "table" and getmetatable(value) == element then
		put_element(out, value)
	elseif kind == "table" then
		put_list(out, value, last_of(value))
	elseif value then
		error("a " .. kind .. " in the page", 0)
	end
end

-- The whole document of an element (or list of them), as text.
function html.render(value)
	local out = { "<!DOCTYPE html>\n" }
	put(out, value)
	return table.concat(out)
end

-- What a reader sees of a value, without any markup: for paper.
function html.text(value)
	local kind = type(value)
	if kind == "string" or kind == "number" then
		return tostring(value)
	elseif kind ~= "table" then
		return ""
	end
	local parts = getmetatable(value) == element and value.parts or value
	local texts = {}
	for i = 1, getmetatable(value) == element and value.last or last_of(value) do
		texts[i] = html.text(parts[i])
	end
	return table.concat(texts)
end

-- Own address of a pattern: {name} becomes the escaped value, what is left is the query, in order.
--   h.url("/events/{event}/print", { event = id, lang = "en" })
function html.url(pattern, values)
	local used, query = {}, {}
	local function escaped(value)
		return (tostring(value):gsub("[^%w._~-]", function(c) return ("%%%02X"):format(c:byte()) end))
	end
	local path = pattern:gsub("{(%w+)}", function(name)
		used[name] = true
		return escaped(assert(values[name], name))
	end)
	for name, value in pairs(values or {}) do
		if not used[name] then
			query[#query + 1] = escaped(name) .. "=" .. escaped(value)
		end
	end
	table.sort(query)
	return #query > 0 and path .. "?" .. table.concat(query, "&") or path
end

return setmetatable(html, { __index = function(_, name)
	if not elements[name] then
		error("no element: " .. tostring(name), 2)
	end
	local function maker(parts) return make(name, parts) end
	rawset(html, name, maker)
	return maker
end })
