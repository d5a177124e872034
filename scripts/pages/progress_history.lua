-- progress_history.lua: all that happened to an application, entry by entry, in plain words.

local h = require "html"
local T = require "text"
local names = require "names"

local function title(page, item)
	if not item then
		return nil
	end
	local kind, id = item:match "^(%w+):(.+)$"
	local a, lists = page.application, { material = page.guide.materials, record = page.guide.records }
	for _, entry in ipairs(kind == "sign" and a.signs or kind and lists[kind] or not kind and a.items or {}) do
		if entry.id == (id or item) then
			return names.zh(entry.title)
		end
	end
	return id or item
end

local function sentence(page, entry)
	local kind = entry.item and entry.item:match "^(%w+):" or "item"
	local values = { title = title(page, entry.item) or "",
		department = entry.department and names.department(page.departments, entry.department) or "" }
	local told = T.maybe("history.", entry.what, "_", kind) and T.of("history.", entry.what .. "_" .. kind, values)
	return told or T.of("history.", T.maybe("history.", entry.what) and entry.what or "other", values)
end

return function(page)
	if not page.history then
		return false
	end
	local rows = {}
	for i, entry in ipairs(page.history.entries) do
		rows[i] = h.li{ h.span{ class = "quiet", names.instant(entry.at) }, " ", sentence(page, entry) }
	end
	return { h.h2{ T "progress.history" },
		h.details{ h.summary{ T("progress.history_all", { n = #rows }) }, h.ol{ class = "story", rows },
			h.p{ class = "quiet", T("progress.history_chain", { hash = page.history.last:sub(1, 16) }) } } }
end
