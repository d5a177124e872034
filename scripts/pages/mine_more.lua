-- mine_more.lua: what else waits for somebody beside his applications.

local asked = require "asked"

local more = {}

-- Before the list: what others ask of the reader.
function more.before(page)
	return asked(page)
end

return more
