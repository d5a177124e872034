-- check --expand: an event file's own text with each `use` replaced by what it stands for.

local expand = {}

-- A value as it would be written.
local function written(v)
	if type(v) == "string" then return '"' .. v .. '"' end
	return tostring(v)
end

local function names(list)
	local out = {}
	for i, d in ipairs(list) do out[i] = d.name end
	return table.concat(out, "、")
end

-- The source of what `use` gives, by name: taken from the text, so conditions stay as written.
local function given_texts(f, statement, part)
	local texts = {}
	for name, value in pairs(part.v.usual or {}) do
		if type(value) ~= "table" then texts[name] = written(value) end
	end
	for name, place in pairs(statement.body and statement.body.keys or {}) do
		if place.from then texts[name] = f.source:sub(place.from, place.to) end
	end
	return texts
end

-- The text of one declaration of a shared part, moved to the left margin, given.x filled in.
local function part_text(source, statement, texts)
	local s = source:sub(statement.from, statement.to)
	s = s:gsub("%s*[%w_]+%s*=%s*given%.([%w_]+)%s*,?", function(name) -- not given: the setting is left out
		if not texts[name] then return "" end
	end)
	s = s:gsub("given%.([%w_]+)", function(name) return texts[name] end)
	local before = source:sub(1, statement.from - 1):reverse():match("^[ \t]*")
	if before ~= "" then s = s:gsub("\n" .. before, "\n") end
	return s
end

-- What either and later stand for, as comments: the reader makes these parts itself.
local function made_parts(e)
	local out = {}
	for _, d in ipairs(e.lists.eithers) do
		out[#out + 1] = "-- " .. d.name .. "(" .. (d.title or "") .. "):依次看 " .. names(d.members)
			.. ",第一个条件成立的去办;result." .. d.name .. " 是它的结果\n"
	end
	for _, d in ipairs(e.lists.items) do
		if #d.later > 0 then
			out[#out + 1] = '-- item "' .. d.name .. '_later":' .. d.name .. " 和 " .. table.concat(d.later, "、")
				.. " 都办好以后,把 " .. names(d.later_request) .. " 补送给 " .. tostring(d.v.by) .. "\n"
		end
	end
	return table.concat(out)
end

-- `e` is the event that the file declares, nil when it declares none; `sources` gives the text of the file that a shared part stands in.
function expand.text(f, e, shared, sources)
	local out, at = {}, 1
	for _, s in ipairs(f.statements or {}) do
		local part = s.word == "use" and shared[s.name]
		if part then
			out[#out + 1] = f.source:sub(at, s.from - 1)
			out[#out + 1] = "-- " .. (part.title or s.name) .. "(" .. part.file .. ")\n"
			local texts, parts = given_texts(f, s, part), {}
			for i, p in ipairs(part.parts) do
				parts[i] = part_text(sources[part.file].source, p.statement, texts)
			end
			out[#out + 1] = table.concat(parts, "\n")
			at = s.to + 1
		end
	end
	out[#out + 1] = f.source:sub(at)
	out[#out + 1] = e and made_parts(e)
	return table.concat(out)
end

return expand
