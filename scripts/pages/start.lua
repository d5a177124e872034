-- start.lua: what C calls for every page: start(name, page) gives the document as text.
--
-- `page` is what the handler gathered: page.lang ("zh", "en"), page.big, page.self (own path and
-- query), page.assets (name -> address), and the answers of the API under the names it gave them. An
-- absent field and a JSON null are both nil.

local h = require "html"
local T = require "text"

return function(name, page)
	T.language = page.lang
	return h.render(require(name)(page))
end
