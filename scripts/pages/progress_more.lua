-- progress_more.lua: what the reader can do about an application, beside reading where it stands.

local more = {}

-- Within the first line's box: the way to what is asked of him.
function more.first()
	return false
end

-- Within an item.
function more.item()
	return false
end

-- After everything that happened.
function more.after()
	return false
end

return more
