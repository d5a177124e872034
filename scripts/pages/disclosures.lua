-- disclosures.lua: which department was told what, when and for what; and what it was not told.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"

local function fields(page, entry)
	local list = {}
	for _, id in ipairs(entry.fields) do
		list[#list + 1] = { #list > 0 and T "layout.comma", names.carried(page.guide, entry.titles, id) }
	end
	return #list > 0 and list or T "disclosures.no_fields"
end

local function told(page, entry)
	return h.li{
		h.h3{ names.department(page.departments, entry.department) },
		h.p{ names.zh(entry.title), entry.at and { " · ", names.instant(entry.at) },
			entry.round and entry.round > 1 and { " · ", T("progress.round", { n = entry.round }) } },
		h.details{ h.summary{ T("disclosures.fields", { n = #entry.fields }) }, h.p{ fields(page, entry) } },
	}
end

local function refused(page, entry)
	local by = T.of("disclosures.by_", entry.by)
	return h.li{ h.span{ class = "quiet", names.instant(entry.at) }, " ",
		entry.department and { names.department(page.departments, entry.department), " " },
		entry.by ~= "citizen" and { by, T "layout.colon" }, T "disclosures.refused_one" }
end

local function access(page, entry)
	local why = T.maybe("disclosures.why_", entry.why) and entry.why or "other"
	return h.li{ h.span{ class = "quiet", names.instant(entry.at) }, " ",
		entry.department and { names.department(page.departments, entry.department), " " },
		T.of("disclosures.by_", entry.by), T "layout.colon",
		T("disclosures.access", { why = T.of("disclosures.why_", why),
			what = T.maybe("disclosures.access_", entry.fields) and T.of("disclosures.access_", entry.fields)
				or entry.fields }),
		entry.bulk and h.p{ class = "notice wait", T "disclosures.bulk" } }
end

local function story(title, rows)
	local list = h.ul{ class = "story", rows }
	return #rows <= 10 and list or h.details{ h.summary{ title }, list }
end

local function accesses(page)
	if not page.accesses then
		return false
	end
	local rows, others = {}, {}
	for _, entry in ipairs(page.accesses.accesses) do
		if entry.why == "refused" then
			others[#others + 1] = refused(page, entry)
		elseif entry.by ~= "self" then
			rows[#rows + 1] = access(page, entry)
		end
	end
	return { h.h2{ T("disclosures.accesses", { n = #rows }) }, h.p{ class = "quiet", T "disclosures.accesses_text" },
		#rows == 0 and h.p{ T "disclosures.accesses_none" }
			or story(T("disclosures.accesses", { n = #rows }), rows),
		#others > 0 and { h.h2{ T("disclosures.refused", { n = #others }) },
			h.p{ class = "quiet", T "disclosures.refused_text" },
			story(T("disclosures.refused", { n = #others }), others) } }
end

return function(page)
	local rows, not_told = {}, {}
	for i, entry in ipairs(page.disclosures.told) do
		rows[i] = told(page, entry)
	end
	for i, entry in ipairs(page.disclosures.not_told) do
		not_told[i] = h.li{ names.zh(entry.title), " · ", names.department(page.departments, entry.department) }
	end
	local number = page.application.number
	return layout{ page = page, title = T "disclosures.title", main = {
		h.p{ class = "lead", T "disclosures.lead" },
		h.p{ h.a{ href = h.url("/applications/{number}", { number = number }), T "disclosures.back" },
			" ", h.span{ class = "quiet number", number } },
		h.h2{ T("disclosures.told", { n = #rows }) },
		#rows > 0 and h.ul{ class = "rows", rows } or h.p{ T "disclosures.none" },
		#not_told > 0 and { h.h2{ T "disclosures.not_told" }, h.p{ T "disclosures.not_told_text" }, h.ul{ not_told } },
		accesses(page),
	} }
end
