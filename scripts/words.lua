-- The words that event and connector files are written in.
--
-- Runs in the closed state of one file, before it: the file sees the words and nothing else, no
-- function of Lua's own. A word only notes down what was said: declarations in order, conditions as
-- trees built by Lua's own operators. Nothing is judged here except what cannot be noted down; the
-- checks on the whole (check.lua) run later, elsewhere, on plain data.
--
-- Given by C: `tool` = { here = function() -> line of the file being run, and the few functions of
-- Lua that this text needs }. Returns the file's environment and `finish`, which gives
--   { problems = { { line, text } }, declarations = { { word, name, line, body, nested } } }
-- In a body, what is more than text, number, boolean or list is a table marked by the key "%":
--   ref { ref, derive }, op { op, args }, way { way, ... }, ending { do, text }, decl { index }.

local tool = ...
local here, setmetatable, type, pairs = tool.here, tool.setmetatable, tool.type, tool.pairs
local gmatch, find, tostring, integer = tool.gmatch, tool.find, tool.tostring, tool.integer

local problems, declarations = {}, {}
local content = {} -- node -> what it says; the node itself is empty, so no file can change it
local made = {}    -- all nodes in order, to find those that ended nowhere
local node_type = { __metatable = false }

local function complain(text, line)
	problems[#problems + 1] = { line or here(), text }
end

local function node(c)
	local n = setmetatable({}, node_type)
	c.line = here()
	content[n] = c
	made[#made + 1] = n
	return n
end

local function is_node(v)
	return type(v) == "table" and content[v] ~= nil
end

------------------------------------------------------------------------------- conditions

local methods = {}
for w in gmatch("is is_not one_of known under over at_least at_most within before after between " ..
	"months_until years_on every where only", "%S+") do methods[w] = true end
local takes_words = { one_of = true, only = true } -- "a b c" stands for "a", "b", "c"
local derived = { birthday = true, age = true, sex = true, surname = true }
local two_steps = { record = true, result = true } -- record.household.address

local function argument(list, v)
	if is_node(v) then
		content[v].used = true
		list[#list + 1] = v
	elseif type(v) == "table" then
		for i = 1, #v do argument(list, v[i]) end
	elseif type(v) == "function" then
		complain("比较的内容没有写完")
	else
		list[#list + 1] = { const = v }
	end
end

local function method(name)
	return function(self, ...)
		if not is_node(self) then
			complain("请用冒号写 :" .. name .. " …,不是 ." .. name)
			return node { op = name, args = {} }
		end
		content[self].used = true
		local args = { self }
		local given = { ... }
		if takes_words[name] and type(given[1]) == "string" and #given == 1 then
			for w in gmatch(given[1], "%S+") do args[#args + 1] = { const = w } end
		else
			for i = 1, #given do argument(args, given[i]) end
		end
		return node { op = name, args = args }
	end
end

-- .birthday of an answer, the field of a record, the output of an item, or a comparison.
function node_type.__index(self, key)
	local c = content[self]
	if type(key) ~= "string" then
		complain("看不懂这里的写法")
		return node { void = true, used = true }
	end
	if c.void then return methods[key] and method(key) or self end
	if c.ref and two_steps[c.ref[1]] and #c.ref == 2 then
		c.used = true
		return node { ref = { c.ref[1], c.ref[2], key } }
	end
	if methods[key] then return method(key) end
	c.used = true
	if c.ref and derived[key] and not c.derive then
		return node { ref = c.ref, derive = key }
	end
	return node { unknown = key, of = c, ref = c.ref, derive = c.derive, op = c.op, args = c.args }
end

local function logic(op)
	return function(a, b)
		local args = {}
		argument(args, a)
		if op ~= "not" then argument(args, b) end
		return node { op = op, args = args }
	end
end
node_type.__band, node_type.__bor, node_type.__bnot = logic "and", logic "or", logic "not"

local function wrong(text)
	return function()
		complain(text)
		return node { void = true, used = true }
	end
end
node_type.__call = wrong "这里多写了一段引号或括号"
node_type.__newindex = wrong "不能在声明之外改动"
node_type.__concat, node_type.__len = wrong '".." 不能用', wrong '"#" 不能用'
for event in gmatch("__add __sub __mul __div __mod __pow __unm __idiv __bxor __shl __shr", "%S+") do
	node_type[event] = wrong "这里不做计算"
end
node_type.__lt, node_type.__le = wrong '"<" ">" 不能用', wrong '"<=" ">=" 不能用'

local function reference(space)
	return function(_, key)
		if type(key) ~= "string" then
			complain("看不懂这里的写法")
			return node { void = true, used = true }
		end
		return node { ref = { space, key } }
	end
end

------------------------------------------------------------------------------- declarations

local marks = {} -- declaration handle -> its index in declarations

local function declaration(word)
	return function(name, extra)
		if type(name) == "table" and extra ~= nil then name = extra end -- called as record "x"
		local d = { word = word, name = name, line = here() }
		declarations[#declarations + 1] = d
		local index = #declarations
		if type(name) ~= "string" then
			complain(word .. " 后面要有引号里的名字", d.line)
			d.name = "?"
		end
		return function(body)
			if type(body) ~= "table" or is_node(body) then
				complain(word .. " 的内容要写在 { } 里", d.line)
				body = {}
			elseif d.body then
				complain(word .. " 的内容写了两次", d.line)
			end
			d.body = body
			local handle = {}
			marks[handle] = index
			return handle
		end
	end
end

local words = {}

for w in gmatch("event section ask list sign figure place rule material item either tell shared " ..
	"use connector call", "%S+") do
	words[w] = declaration(w)
end
for w in gmatch("answer result here chosen signed each given", "%S+") do
	words[w] = setmetatable({}, { __index = reference(w), __metatable = false,
		__newindex = wrong "不能在声明之外改动", __call = wrong(w .. " 不是一条声明,请写 " .. w .. ".名字") })
end
for w in gmatch("applicant record term", "%S+") do -- both: applicant "mother" {…} and applicant.as
	words[w] = setmetatable({}, { __index = reference(w), __metatable = false,
		__newindex = wrong "不能在声明之外改动", __call = declaration(w) })
end
for w in gmatch("refuse offline correct remind drop wait", "%S+") do
	words[w] = function(text) return node { ending = w, text = text } end
end
for w in gmatch("commit upload produced", "%S+") do
	words[w] = function(text) return node { way = w, text = text } end
end
function words.fetch(by)
	return function(request)
		return node { way = "fetch", by = by, request = request }
	end
end

local environment = setmetatable({}, {
	__metatable = false,
	__index = function(_, key)
		local w = words[key]
		if w == nil then
			complain("不认识 " .. tostring(key))
			return node { void = true, used = true }
		end
		return w
	end,
	__newindex = function(_, key)
		complain(tostring(key) .. " = … 不在任何声明里,请移到花括号里面")
	end,
})

------------------------------------------------------------------------------- plain data

local plain
local budget = 200000 -- values in one file

local function spend(line)
	budget = budget - 1
	if budget == 0 then complain("文件太大,请拆分", line) end
	return budget > 0
end

local function plain_list(list, line, depth)
	local out = {}
	for i = 1, #list do out[i] = plain(list[i], line, depth) end
	return out
end

local function plain_node(c, depth)
	c.used = true
	local line = c.line
	if c.void then return nil end
	if c.unknown then
		return { ["%"] = "unknown", name = c.unknown, line = line,
			ref = c.ref and plain_list(c.ref, line, depth) }
	end
	if c.ref then
		return { ["%"] = "ref", ref = plain_list(c.ref, line, depth), derive = c.derive, line = line }
	elseif c.op then
		local args = {}
		for i = 1, #c.args do
			local a = c.args[i]
			if is_node(a) then
				args[i] = plain(a, line, depth) or { ["%"] = "void", line = line }
			else
				args[i] = { ["%"] = "const", const = a.const, line = line }
			end
		end
		return { ["%"] = "op", op = c.op, args = args, line = line }
	elseif c.ending then
		return { ["%"] = "ending", ["do"] = c.ending, text = plain(c.text, line, depth), line = line }
	end
	return { ["%"] = "way", way = c.way, by = plain(c.by, line, depth),
		text = plain(c.text, line, depth), request = plain(c.request, line, depth), line = line }
end

local function plain_table(t, line, depth)
	local out, n = {}, #t
	for k, v in pairs(t) do
		if type(k) == "string" then
			if not find(k, "^[%a_][%w_]*$") or find(k, "^__") then
				complain('"' .. k .. '" 不能作名字', line)
			else
				out[k] = plain(v, line, depth)
			end
		elseif integer(k) and k >= 1 and k <= n then
			out[k] = plain(v, line, depth)
		else
			complain("列表里有空缺或不是名字的键", line)
		end
	end
	return out
end

function plain(v, line, depth)
	local kind = type(v)
	if v == nil or kind == "string" or kind == "number" or kind == "boolean" then
		if v ~= nil and not spend(line) then return nil end
		return v
	end
	if depth > 30 or not spend(line) then
		if depth > 30 then complain("套得太深", line) end
		return nil
	end
	if kind == "table" then
		if content[v] then return plain_node(content[v], depth + 1) end
		if marks[v] then
			declarations[marks[v]].nested = true
			return { ["%"] = "decl", index = marks[v] }
		end
		for _, w in pairs(words) do
			if v == w then
				complain("这里少了名字:写成 词.名字", line)
				return nil
			end
		end
		return plain_table(v, line, depth + 1)
	end
	complain("这里有一个词没有写完(缺引号里的内容或 { })", line)
	return nil
end

local function finish()
	local out = {}
	for i = 1, #declarations do
		local d = declarations[i]
		out[i] = { word = d.word, name = d.name, line = d.line, body = plain(d.body, d.line, 0) }
	end
	for i = 1, #declarations do out[i].nested = declarations[i].nested end
	for i = 1, #made do
		local c = content[made[i]]
		if not c.used and #problems == 0 then complain("这个条件没有写进任何声明,请放到 when = … 之类的后面,或删去", c.line) end
	end
	return { problems = problems, declarations = out }
end

return environment, finish
