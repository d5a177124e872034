local t = setmetatable({}, {}) local m = {} m.__index = m setmetatable(m, m) local x = m.a
