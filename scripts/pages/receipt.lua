-- receipt.lua: that it was received: the number, what is still expected, what goes to whom by when. On the
-- screen and on one A4 sheet.

local h = require "html"
local T = require "text"
local code = require "code"
local layout = require "layout"
local names = require "names"

local function row(page, item)
	return h.tr{
		h.th{ scope = "row", names.zh(item.title) },
		h.td{ names.department(page.departments, item.department) },
		h.td{ item.promised_by and names.day(item.promised_by)
			or item.promise and names.duration(item.promise.within) or "—" } }
end

return function(page)
	local a, rows = page.application, {}
	for _, item in ipairs(a.items) do
		if item.status ~= "skipped" and not item.tell then
			rows[#rows + 1] = row(page, item)
		end
	end
	return layout{ page = page, title = T "receipt.title", own_heading = true, class = "sheet receipt", main = {
		page.no_pdf and h.p{ class = "notice wait screen", role = "alert", T "receipt.no_pdf" },
		h.header{
			h.div{
				h.h1{ T "receipt.title" },
				h.p{ class = a.next.who == "applicant" and "notice must" or "notice good",
					h.strong{ names.said(a.next.text) } },
				h.dl{ class = "pairs",
					h.dt{ T "receipt.number" }, h.dd{ h.strong{ class = "number", a.number } },
					h.dt{ T "receipt.what" }, h.dd{ names.event{ id = a.event, title = a.title } },
					h.dt{ T "receipt.filed" }, h.dd{ names.instant(a.submitted_at) },
					h.dt{ T "receipt.promised" },
					h.dd{ a.promised_by and names.day(a.promised_by) or T "progress.all_unknown" } } },
			page.qr and h.div{ class = "qr", code(page.qr, T("print.code_alt", { address = page.address })),
				T "receipt.scan" } },
		h.div{ class = "actions screen",
			h.a{ class = "button", href = h.url("/applications/{number}", { number = a.number }), T "receipt.progress" },
			h.a{ class = "button second", href = h.url("/applications/{number}/receipt.pdf", { number = a.number }),
				T "receipt.pdf" },
			h.button{ type = "button", class = "second", ["data-print"] = true, hidden = true, T "print.button" } },
		h.h2{ id = "who", T "receipt.items" },
		h.div{ class = "scroll", tabindex = "0", role = "region", ["aria-labelledby"] = "who", h.table{
			h.thead{ h.tr{ h.th{ scope = "col", T "guide.item" }, h.th{ scope = "col", T "guide.department" },
				h.th{ scope = "col", T "receipt.until_day" } } },
			h.tbody{ rows } } },
		h.p{ class = "quiet", T "receipt.keep" },
	} }
end
