-- kept_parts.lua: what was typed goes along on the way to a login. page.kept: path, who, fields, files.

local h = require "html"
local T = require "text"

local kept = {}

-- Said first, where one logs in or types the password again. text: before it, or nothing.
function kept.notice(page, text)
	local files = page.kept and page.kept.files
	return page.kept and (text or files) and h.div{ class = "notice wait", role = "status", text and h.p{ text },
		files and h.p{ T "kept.files" } }
end

-- In the form that asks for it.
function kept.hidden(page)
	return page.kept and h.input{ type = "hidden", name = "_kept", value = page.kept_text }
end

local function fields(of)
	local list, names = {}, {}
	for name in pairs(of) do
		names[#names + 1] = name
	end
	table.sort(names)
	for _, name in ipairs(names) do
		local values = type(of[name]) == "table" and of[name] or { of[name] }
		for _, value in ipairs(values) do
			list[#list + 1] = h.input{ type = "hidden", name = name, value = value }
		end
	end
	return list
end

-- The very form again, by one press. more: what else goes along.
function kept.again(page, text, more)
	return h.form{ method = "post", action = page.kept.path, fields(page.kept.fields), more or false,
		h.p{ class = "actions", h.button{ type = "submit", text } } }
end

-- A provider's page would take the place of this one, with what it keeps: it opens beside it.
function kept.elsewhere(page, text)
	return page.kept and { h.p{ T "kept.elsewhere" }, kept.again(page, text) }
end

return kept
