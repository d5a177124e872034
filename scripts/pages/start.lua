-- start.lua: what C calls for every page: start(name, page) gives the document as text: HTML, or the lines of
-- a sheet of paper.
--
-- `page` is what the handler gathered: page.lang ("zh", "en"), page.big, page.self (own path and
-- query), page.assets (name -> address), and the answers of the API under the names it gave them. An
-- absent field and a JSON null are both nil.

local h = require "html"
local sheet = require "sheet"
local T = require "text"

return function(name, page)
	T.language = page.lang
	local made = require(name)(page)
	return sheet.is(made) and made:told() or h.render(made)
end
