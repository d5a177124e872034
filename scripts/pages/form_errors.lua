-- form_errors.lua: what is wrong on the one page: by field, and as a list on top.

local h = require "html"
local T = require "text"
local names = require "names"

local errors = {}

-- "/form/heirs/0/id_no" is the field heirs.0.id_no.
local function field_of(pointer)
	return (pointer:gsub("^/form/?", ""):gsub("/", "."))
end

-- Whom a rule sends elsewhere learns it at once; what is only missing, when he wants to go on.
local function is_told(page, e)
	if e.code == "not_asked" then
		return false
	end
	return page.check ~= nil or e.code ~= "required"
end

-- The API speaks to programs of types; people typed something.
local function sentence(form, name, e)
	if e.code == "type" then
		local kind = form.kinds[name:match "([^.]+)$"]
		return T((kind == "number" or kind == "money") and "form.no_number" or "form.no_answer")
	end
	return names.zh(e.message)
end

-- by name; and in order {name, text}.
function errors.of(form)
	local page, by_name, list = form.page, {}, {}
	for _, e in ipairs(page.begun.errors) do
		if is_told(page, e) then
			local name = field_of(e.pointer)
			local text = sentence(form, name, e)
			by_name[name] = by_name[name] or text
			list[#list + 1] = { name = name, text = text }
		end
	end
	return by_name, list
end

function errors.missing(page)
	local n = 0
	for _, e in ipairs(page.begun.errors) do
		n = n + (e.code == "required" and 1 or 0)
	end
	return n
end

function errors.summary(page, list)
	if #list == 0 then
		return false
	end
	local lines = {}
	for i, e in ipairs(list) do
		lines[i] = h.li{ e.name ~= "" and h.a{ href = "#" .. e.name, e.text } or e.text }
	end
	return h.div{ class = "notice must", id = "wrong", role = "alert", ["data-focus"] = page.check and "1",
		h.h2{ T("form.wrong", { n = #list }) }, h.ul{ lines } }
end

return errors
