-- code.lua: a QR code ({size, path}, made in C) as a picture; `alt` says where it leads.

local h = require "html"

return function(qr, alt)
	local size = qr.size
	return h.svg{ viewBox = ("-3 -3 %d %d"):format(size + 6, size + 6), role = "img", ["aria-label"] = alt,
		["shape-rendering"] = "crispEdges",
		h.rect{ x = -3, y = -3, width = size + 6, height = size + 6, fill = "#fff" },
		h.path{ d = qr.path, fill = "#000" } }
end
