-- For tests only: a vocabulary that gives the file what the real one never does, to prove that the
-- walls behind it hold: the allocator, the step limit, and the parent's SIGKILL.
local tool = ...
local environment = { find = tool.find, gmatch = tool.gmatch, setmetatable = tool.setmetatable,
	pairs = tool.pairs, tostring = tool.tostring, type = tool.type }
local function finish() return { declarations = {}, problems = {} } end
return environment, finish
