-- village.lua: the field for where a resident lives: picked by its name where that is known, else typed as its code.

local h = require "html"
local T = require "text"
local act = require "act"
local places = require "places"

-- served: the places of an agent; nil: anywhere.
return function(page, hint, served)
	local list = {}
	for i, code in ipairs(places.villages(served)) do
		list[i] = h.option{ value = code .. " " .. places.name(code) }
	end
	return { act.line(page, { name = "village", pointer = "/village", label = T "mandates.village", hint = hint,
		list = #list > 0 and "villages" }), #list > 0 and h.datalist{ id = "villages", list } }
end
