-- readers.lua: who read of many applications within an hour, for supervisors, who ask him why.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"

local function row(page, one)
	return h.li{ h.p{ h.strong{ names.zh(one.account) }, " · ", T.of("disclosures.by_", one.role),
			one.department and { " · ", names.department(page.departments, one.department) } },
		h.p{ T("readers.count", { n = one.count, at = names.instant(one.at) }) } }
end

return function(page)
	local rows = {}
	for i, one in ipairs(page.bulk.readers) do
		rows[i] = row(page, one)
	end
	return layout{ page = page, title = T "readers.title", main = {
		h.p{ class = "lead", T "readers.lead" },
		#rows > 0 and h.ul{ class = "rows", rows } or h.p{ class = "notice good", T "readers.none" },
		h.p{ class = "quiet", T "readers.told" },
	} }
end
