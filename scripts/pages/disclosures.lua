-- disclosures.lua: which department was told what, when and for what; and what it was not told.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"

local function fields(page, ids)
	local list = {}
	for _, id in ipairs(ids) do
		local parent = id:match "^([^./]+)"
		list[#list + 1] = { #list > 0 and T "layout.comma", names.question(page.guide, id)
			or names.question(page.guide, parent) or names.zh(names.output(id)) }
	end
	return #list > 0 and list or T "disclosures.no_fields"
end

local function told(page, entry)
	return h.li{
		h.h3{ names.department(page.departments, entry.department) },
		h.p{ names.zh(entry.title), entry.at and { " · ", names.instant(entry.at) },
			entry.round and entry.round > 1 and { " · ", T("progress.round", { n = entry.round }) } },
		h.details{ h.summary{ T("disclosures.fields", { n = #entry.fields }) }, h.p{ fields(page, entry.fields) } },
	}
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
	} }
end
