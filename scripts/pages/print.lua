-- print.lua: the guide on one A4 sheet, with a code that opens it and tells what has changed since.

local h = require "html"
local T = require "text"
local code = require "code"
local layout = require "layout"
local names = require "names"
local parts = require "guide_parts"

local function row(page, item)
	return h.tr{
		h.th{ scope = "row", names.zh(item.title) },
		h.td{ names.department(page.departments, item.department) },
		h.td{ item.promised and names.duration(item.promised) or "—" },
		h.td{ names.fee(item) },
	}
end

local function titles(list)
	local texts = {}
	for i, entry in ipairs(list) do
		texts[i] = entry.title
	end
	return #texts > 0 and names.zh(table.concat(texts, "、")) or T "print.none"
end

return function(page)
	local guide = page.guide
	local sums, papers, rows = parts.sums(guide), parts.papers(guide), {}
	for i, item in ipairs(parts.items(guide)) do
		rows[i] = row(page, item)
	end
	local plain = T.maybe("event.", guide.id, ".plain")
	return layout{ page = page, title = T("print.title", { title = guide.title }), own_heading = true, class = "sheet",
		main = {
		h.div{ class = "actions screen",
			h.button{ type = "button", ["data-print"] = true, hidden = true, T "print.button" },
			h.a{ class = "button second", href = h.url("/events/{event}", { event = guide.id }), T "print.back" },
			h.span{ class = "quiet", T "print.hint" } },
		h.header{
			h.div{
				h.h1{ names.zh(guide.title) },
				h.p{ plain and { plain, T "layout.colon" }, T("print.sums", { items = sums.items,
					departments = #sums.departments, papers = sums.papers, visits = sums.visits }) },
				h.h2{ T "guide.who" }, h.p{ titles(guide.applicants) } },
			page.qr and h.div{ class = "qr", code(page.qr, T("print.code_alt", { address = page.address })), T "print.scan" } },
		h.h2{ T "print.papers" },
		h.p{ h.strong{ T "print.papers_needed" }, T "layout.colon", titles(papers.needed) },
		h.p{ h.strong{ T "guide.papers_promised" }, T "layout.colon", titles(papers.promised) },
		h.p{ h.strong{ T "guide.papers_photo" }, T "layout.colon", titles(papers.photo) },
		h.h2{ T "print.items" },
		h.div{ class = "scroll", tabindex = "0", role = "region", ["aria-label"] = T "print.items", h.table{
			h.thead{ h.tr{ h.th{ scope = "col", T "guide.item" }, h.th{ scope = "col", T "guide.department" },
				h.th{ scope = "col", T "guide.promised" }, h.th{ scope = "col", T "guide.fee" } } },
			h.tbody{ rows } } },
		h.p{ class = "quiet", T("print.foot", { address = page.address, day = names.day(page.today),
			version = guide.version:sub(8, 15) }),
			guide.basis and { " ", T "guide.basis", names.zh(guide.basis) } },
	} }
end
