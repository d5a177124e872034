-- progress_papers.lua: the papers of an application and how each was had.

local h = require "html"
local T = require "text"
local names = require "names"

-- An item makes it, and has not yet.
local function to_come(page, paper)
	for _, material in ipairs(page.guide.materials) do
		if material.id == paper.id then
			return material.ways[1] == "produced"
		end
	end
end

local function how(page, paper)
	local status = page.application.status
	if (status == "finished" or status == "withdrawn") and (paper.upload_needed or not paper.how) then
		return T "progress.how_not_used"
	end
	if paper.upload_needed then
		return T "progress.how_upload_needed"
	elseif paper.how then
		return T.of("progress.how_", paper.how)
	end
	return to_come(page, paper) and T "progress.how_to_come" or T(paper.offered and "progress.how_offered" or "progress.how_looking")
end

return function(page)
	local rows = {}
	for i, paper in ipairs(page.application.materials) do
		rows[i] = h.tr{ h.th{ scope = "row", names.zh(paper.title) }, h.td{ how(page, paper) } }
	end
	return #rows > 0 and { h.h2{ id = "papers", T "progress.papers" },
		h.div{ class = "scroll", tabindex = "0", role = "region", ["aria-labelledby"] = "papers", h.table{
			h.thead{ h.tr{ h.th{ scope = "col", T "progress.paper" }, h.th{ scope = "col", T "progress.how" } } },
			h.tbody{ rows } } } }
end
