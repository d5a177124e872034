-- mine_more.lua: what else waits for somebody beside his applications.

local more = {}

-- Before the list: what others ask of the reader.
function more.before()
	return false
end

return more
