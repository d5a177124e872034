-- work.lua: where those work who come here to work: the ways of a role, the first one in the navigation too.
--
--   work(page) -> { { path, text, short text for the navigation }, … }, nil for those whose own matters these are

local T = require "text"

return function(page)
	local role = page.session and page.session.role
	return role == "clerk" and { { "/desk", T "desk.title" }, { "/complaints", T "served.title" },
			{ "/applications", T "mine.title_clerk" } }
		or role == "supervisor" and { { "/supervision", T "supervision.title" },
			{ "/complaints", T "served.title" }, { "/readers", T "readers.title" },
			{ "/statistics", T "nav.statistics" }, { "/api/v1/statistics.csv?by=event", T "statistics.table" } }
		or role == "agent" and { { "/mandates", T "roster.title" }, { "/applications", T "mine.title_agent" } }
		or (role == "policy" or role == "operator") and { { "/versions", T "versions.title", T "nav.versions" } }
		or nil
end
