-- form_errors.lua: what is wrong on the one page: by field, and as a list on top.

local h = require "html"
local T = require "text"
local names = require "names"
local places = require "places"

local errors = {}

local listed_most = 8 -- on top; all stand beside their fields

-- "/form/heirs/0/id_no" is the field heirs.0.id_no.
local function field_of(pointer)
	return (pointer:gsub("^/form/?", ""):gsub("/", "."))
end

-- Whom a rule sends elsewhere learns it at once; what is only missing, when he wants to go on.
local function is_told(form, name, e)
	if e.code == "not_asked" or not form.shown[name:match "^[^.]*"] then
		return false
	end
	return form.page.check ~= nil or e.code ~= "required"
end

-- The answer in that field as it was typed: "heirs.0.id_no" is within a list.
local function typed_in(form, name)
	local value = form.page.form
	for step in name:gmatch "[^.]+" do
		value = type(value) == "table" and value[tonumber(step) and tonumber(step) + 1 or step]
	end
	return type(value) == "table" and value.division or value
end

-- A place that was typed instead of picked: which one is meant, or that it is to be picked.
local function place_sentence(typed)
	local code = places.find(typed)
	return code and T("form.place_meant", { name = places.name(code) }) or T("form.no_place", { typed = typed })
end

-- The API speaks to programs of types and codes; people typed something.
local function sentence(form, name, e)
	local kind, typed = form.kinds[name:match "([^.]+)$"], typed_in(form, name)
	if (kind == "address" or kind == "division") and places.is_name(typed) then
		return place_sentence(typed)
	elseif e.code == "type" then
		return T((kind == "number" or kind == "money") and "form.no_number" or "form.no_answer")
	end
	return names.zh(e.message)
end

-- by name; and in order {name, text}.
function errors.of(form)
	local page, by_name, list = form.page, {}, {}
	for _, e in ipairs(page.begun.errors) do
		local name = field_of(e.pointer)
		if is_told(form, name, e) then
			local text = sentence(form, name, e)
			by_name[name] = by_name[name] or text
			list[#list + 1] = { name = name, text = text }
		end
	end
	return by_name, list
end

function errors.missing(form)
	local n = 0
	for _, e in ipairs(form.page.begun.errors) do
		n = n + (e.code == "required" and form.shown[field_of(e.pointer):match "^[^.]*"] and 1 or 0)
	end
	return n
end

function errors.summary(page, list)
	if #list == 0 then
		return false
	end
	local lines = {}
	for i = 1, math.min(#list, listed_most) do
		local e = list[i]
		lines[i] = h.li{ e.name ~= "" and h.a{ href = "#" .. e.name, e.text } or e.text }
	end
	if #list > listed_most then
		lines[#lines + 1] = h.li{ T("form.wrong_more", { n = #list - listed_most }) }
	end
	return h.div{ class = "notice must", id = "wrong", role = "alert", ["data-focus"] = page.check and "1",
		h.h2{ T("form.wrong", { n = #list }) }, h.ul{ lines } }
end

return errors
