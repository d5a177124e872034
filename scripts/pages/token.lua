-- token.lua: what goes along unseen with every form that changes something: the session's token, and whose
-- form it is, so that what is typed is given back to nobody else when the session has ended meanwhile.

local h = require "html"

-- from: a page with its session, or a form that was posted before, for the same fields again.
return function(from)
	local session = from.session
	return { h.input{ type = "hidden", name = "_csrf", value = session and session.csrf or from._csrf or "" },
		h.input{ type = "hidden", name = "_who", value = session and session.name or from._who or "" } }
end
