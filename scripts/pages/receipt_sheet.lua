-- receipt_sheet.lua: the receipt on paper, to be kept in a drawer.

local T = require "text"
local names = require "names"
local sheet = require "sheet"

local function items(page, s)
	s:put("section", T "receipt.items")
	s:put("columns", T "guide.item", T "guide.department", T "receipt.until_day")
	for _, item in ipairs(page.application.items) do
		if item.status ~= "skipped" and not item.tell then
			s:put("row", names.zh(item.title), names.department(page.departments, item.department),
				item.promised_by and names.day(item.promised_by)
					or item.promise and names.duration(item.promise.within) or "—")
		end
	end
end

return function(page)
	local a, s = page.application, sheet.new()
	s:put("title", T "receipt.title")
	s:put("large", page.big and "yes" or "no")
	s:put("foot", T("receipt.foot", { number = a.number, day = names.day(page.today) }))
	if page.qr then
		s:put("code", page.qr.size, page.qr.path)
	end
	s:put("heading", T "receipt.title")
	s:put("box", names.said(a.next.text))
	s:put("pair", T "receipt.number", a.number)
	s:put("pair", T "receipt.what", names.event{ id = a.event, title = a.title })
	s:put("pair", T "receipt.filed", names.instant(a.submitted_at))
	s:put("pair", T "receipt.promised", a.promised_by and names.day(a.promised_by) or T "progress.all_unknown")
	items(page, s)
	s:put("text", T "receipt.keep")
	s:put("quiet", { T "receipt.scan", T "layout.colon", page.address })
	s:put("quiet", T "layout.help")
	return s
end
