-- desk_batch_done.lua: what became of each of several decisions.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "desk_parts"

local function row(one)
	local errors = {}
	for i, e in ipairs(one.errors or {}) do
		errors[i] = h.li{ names.said(e.message) }
	end
	return h.li{ h.p{ h.span{ class = one.status == 200 and "tag good" or "tag must",
			T(one.status == 200 and "desk.batch_ok" or "desk.batch_not") }, " ",
			h.a{ class = "number", href = parts.item_url(one), one.number } },
		one.detail and #errors == 0 and h.p{ names.said(one.detail) }, #errors > 0 and h.ul{ errors } }
end

return function(page)
	local rows, good = {}, 0
	for i, one in ipairs(page.answer.results) do
		rows[i] = row(one)
		good = good + (one.status == 200 and 1 or 0)
	end
	return layout{ page = page, title = T "desk.batch_done_title", main = { parts.tabs "",
		h.p{ class = good == #rows and "notice good" or "notice must", T("desk.batch_done", { good = good, n = #rows }) },
		h.ul{ class = "rows", rows }, h.p{ class = "actions", h.a{ class = "button", href = "/desk", T "desk.back" } } } }
end
