-- guide_parts.lua: what the guide on the screen and the card on paper both tell of an event.

local lists = require "lists"
local names = require "names"

local parts = {}

-- The items that somebody applies for: without notices to other offices.
function parts.items(guide)
	local list = {}
	for _, item in ipairs(guide.items) do
		if not item.tell then
			list[#list + 1] = item
		end
	end
	return list
end

-- What all of it used to ask, and the departments it is spread over.
function parts.sums(guide)
	local sums = { items = 0, papers = 0, visits = 0, departments = {}, fee_fen = 0 }
	local seen = {}
	for _, item in ipairs(parts.items(guide)) do
		sums.items = sums.items + 1
		sums.papers = sums.papers + #item.before.papers
		sums.visits = sums.visits + item.before.visits
		sums.fee_fen = sums.fee_fen + (item.fee_fen or 0)
		if not seen[item.department] then
			seen[item.department] = true
			table.insert(sums.departments, item.department)
		end
	end
	return sums
end

local function has(list, value)
	for _, v in ipairs(list) do
		if v == value then
			return true
		end
	end
	return false
end

-- Papers by what is left to do for them: "fetched" nothing, "promised" a promise will do, "photo" only
-- when the departments do not find it, "needed" a photograph in any case.
function parts.papers(guide)
	local kinds = { fetched = {}, promised = {}, photo = {}, needed = {} }
	for _, material in ipairs(guide.materials) do
		local looked_up = has(material.ways, "fetched") or has(material.ways, "produced")
		local kind = looked_up and (has(material.ways, "uploaded") and "photo" or "fetched")
			or has(material.ways, "committed") and "promised" or "needed"
		table.insert(kinds[kind], material)
	end
	return kinds
end

function parts.lead(page)
	return page.guide.lead and names.department(page.departments, page.guide.lead)
end

-- ---- what has changed since an older version ----

local function ways(material)
	return table.concat(material.ways, " ")
end

-- A list of {kind, title, before, after}: items and papers that came, went or changed.
function parts.changes(old, new)
	local found = {}
	local function note(kind, title, before, after)
		found[#found + 1] = { kind = kind, title = title, before = before, after = after }
	end
	for _, what in ipairs{ "items", "materials" } do
		local was, is = lists.by_id(old[what]), lists.by_id(new[what])
		for _, entry in ipairs(new[what]) do
			local before = was[entry.id]
			if not before then
				note(what .. "_new", entry.title)
			elseif what == "items" and before.promised ~= entry.promised then
				note("promise", entry.title, before.promised, entry.promised)
			elseif what == "items" and before.fee ~= entry.fee then
				note("fee", entry.title, before.fee, entry.fee)
			elseif what == "materials" and ways(before) ~= ways(entry) then
				note("ways", entry.title)
			end
		end
		for _, entry in ipairs(old[what]) do
			if not is[entry.id] then
				note(what .. "_gone", entry.title)
			end
		end
	end
	return found
end

return parts
