-- progress_saving.lua: what this application spares: expected when it was filed, measured when it has ended;
-- side by side, never added up.

local h = require "html"
local T = require "text"

local function line(title, s)
	return h.tr{ h.th{ scope = "row", title },
		h.td{ class = "n", s.materials }, h.td{ class = "n", s.visits },
		h.td{ class = "n", s.working_days or "—" } }
end

return function(page)
	local a = page.application
	return { h.h2{ id = "saving", T "progress.saving" },
		h.div{ class = "scroll", tabindex = "0", role = "region", ["aria-labelledby"] = "saving", h.table{
			h.thead{ h.tr{ h.td{ }, h.th{ scope = "col", class = "n", T "progress.saving_papers" },
				h.th{ scope = "col", class = "n", T "progress.saving_visits" },
				h.th{ scope = "col", class = "n", T "progress.saving_days" } } },
			h.tbody{ line(T "progress.saving_expected", a.expected_saved),
				a.saved and line(T "progress.saving_measured", a.saved) } } },
		not a.saved and h.p{ class = "quiet", T "progress.saving_later" },
	}
end
