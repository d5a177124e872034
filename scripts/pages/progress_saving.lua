-- progress_saving.lua: what this application spares: expected when it was filed, measured when it has ended;
-- side by side, never added up; and the list that the figures come from, item by item.

local h = require "html"
local T = require "text"
local names = require "names"

-- A row for each thing that is spared: two figures side by side fit a phone.
local function line(a, title, name)
	return h.tr{ h.th{ scope = "row", title }, h.td{ class = "n", a.expected_saved[name] or "—" },
		a.saved and h.td{ class = "n", a.saved[name] or "—" } }
end

local function item_row(page, item)
	return h.tr{
		h.th{ scope = "row", names.zh(item.title), h.br{},
			h.span{ class = "quiet", names.department(page.departments, item.department) } },
		h.td{ #item.papers > 0 and names.zh(table.concat(item.papers, "、")) or "—" },
		h.td{ class = "n", item.visits }, h.td{ class = "n", item.visits_now },
		h.td{ class = "n", item.working_days } }
end

local function given(s)
	local titles = {}
	for i, paper in ipairs(s.given) do
		titles[i] = paper.title
	end
	return #titles > 0 and h.p{ T "progress.saving_given", names.zh(table.concat(titles, "、")) }
		or h.p{ T "progress.saving_given_none" }
end

-- What is counted: at the end only what a department really decided.
local function behind(page)
	local s, rows, left = page.saving, {}, {}
	if not s then
		return false
	end
	for _, item in ipairs(s.items) do
		if item.counted or not s.measured then
			rows[#rows + 1] = item_row(page, item)
		else
			left[#left + 1] = item.title
		end
	end
	return h.details{ h.summary{ T "progress.saving_list" },
		h.div{ class = "scroll", tabindex = "0", role = "region", ["aria-label"] = T "progress.saving_list", h.table{
			h.thead{ h.tr{ h.th{ scope = "col", T "guide.item" }, h.th{ scope = "col", T "guide.before_papers" },
				h.th{ scope = "col", class = "n", T "guide.before_visits" },
				h.th{ scope = "col", class = "n", T "progress.saving_visits_now" },
				h.th{ scope = "col", class = "n", T "progress.saving_days_before" } } },
			h.tbody{ rows } } },
		#left > 0 and h.p{ T "progress.saving_left_out", names.zh(table.concat(left, "、")) },
		given(s),
		h.p{ T("progress.saving_typed", { n = s.typed }),
			s.stopped_days > 0 and T("progress.saving_stopped", { n = s.stopped_days }) } }
end

return function(page)
	local a = page.application
	return { h.h2{ id = "saving", T "progress.saving" },
		h.div{ class = "scroll", tabindex = "0", role = "region", ["aria-labelledby"] = "saving", h.table{
			h.thead{ h.tr{ h.td{ }, h.th{ scope = "col", class = "n", T "progress.saving_expected" },
				a.saved and h.th{ scope = "col", class = "n", T "progress.saving_measured" } } },
			h.tbody{ line(a, T "progress.saving_papers", "materials"), line(a, T "progress.saving_visits", "visits"),
				line(a, T "progress.saving_days", "working_days") } } },
		not a.saved and h.p{ class = "quiet", T "progress.saving_later" },
		behind(page),
	}
end
