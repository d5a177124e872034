-- The checks on the whole: what the reader process calls, in this order, for files read together.
--
--   walk(file, source)          tokens; true when Lua may run the file
--   declared(file, data)        what the file declared (words.lua finish())
--   broken(file, line, text)    the file could not be read or run
--   finish(expand)              -> { files = …, problems = …, warnings = …, expanded = … }
--
-- Trusted, in a state of its own with string, table, utf8 and math; `part` loads check_*.lua.

local text = part "check_text"
local tokens = part "check_tokens"
local expand_file = part "check_expand"
local shape = part "check_shape"
local calls = part "check_calls"
local event = part "check_event"
local graph = part "check_graph"
local output = part "check_output"

local check = {}

local MOST_PROBLEMS = 200

local files, order = {}, {} -- by path: { path, source, statements, declarations, bad }
local problems, warnings, told = {}, {}, {}

-- One sentence, not the whole file: cut, and never inside a character (Lua's messages may be).
local function clean(s)
	if #s > 600 then s = s:sub(1, 600) end
	while s ~= "" and not utf8.len(s) do s = s:sub(1, select(2, utf8.len(s)) - 1) end
	return s
end

local function problem(file, line, message)
	line = math.tointeger(line) or 0
	local key = file .. "\0" .. line .. "\0" .. message
	if files[file] then files[file].bad = true end
	if told[key] then return end
	told[key] = true
	if #problems < MOST_PROBLEMS then
		problems[#problems + 1] = { file = file, line = line, text = clean(message) }
	end
end

local function warn(file, line, message)
	local key = "w" .. file .. "\0" .. line .. "\0" .. message
	if not told[key] then
		told[key] = true
		warnings[#warnings + 1] = { file = file, line = line, text = clean(message) }
	end
end

local function open_file(path, source)
	if files[path] then
		problem(path, 0, "这个文件给了两次")
		return nil
	end
	files[path] = { path = path, source = source, declarations = {} }
	order[#order + 1] = path
	return files[path]
end

function check.walk(path, source)
	local f = open_file(path, source)
	if not f then return false end
	f.statements = tokens.walk(source, function(line, message) problem(path, line, message) end)
	return not f.bad
end

function check.broken(path, line, message)
	if not files[path] then open_file(path, "") end
	problem(path, line, message)
end

------------------------------------------------------------------------------- declarations and their lines

-- Positions of declarations, also of those inside shared parts: "word\0name\0line" -> place.
local function positions(statements)
	local out = {}
	local function walk(place)
		for _, inner in ipairs(place) do
			if inner.statement then
				local s = inner.statement
				out[s.word .. "\0" .. s.name .. "\0" .. s.line] = s
				if s.body then walk(s.body) end
			end
		end
	end
	for _, s in ipairs(statements) do
		out[s.word .. "\0" .. s.name .. "\0" .. s.line] = s
		if s.body then walk(s.body) end
	end
	return out
end

-- A key may be a name or a position. A key without a place of its own lies on the declaration's line.
local function equip(d)
	local body = d.place
	local function place_of(key) return body and key ~= nil and (body.keys[key] or body[key]) or nil end
	function d.line_of(key)
		local p = place_of(key)
		return p and p.line or d.line
	end
	function d.line_in(key, inner)
		local p = place_of(key)
		local q = p and inner ~= nil and (p.keys and p.keys[inner] or p[inner])
		return q and q.line or d.line_of(key)
	end
	function d.complain(key, message) problem(d.file, d.line_of(key), message) end
	function d.complain_in(key, inner, message) problem(d.file, d.line_in(key, inner), message) end
	return d
end

local allowed_inside = {
	shared = { ask = true, list = true, material = true, section = true, record = true, term = true },
	list = { ask = true },
}

-- Declarations that stand inside another one become its `inner`, in the order written.
local function nest(all, d)
	d.inner = {}
	for _, v in ipairs(d.body or {}) do
		local inner = shape.tag(v) == "decl" and all[v.index]
		if inner and allowed_inside[d.word] then
			inner.inside = d
			d.inner[#d.inner + 1] = inner
			if d.word == "list" and not allowed_inside.list[inner.word] then
				inner.complain(nil, "list 里只能写 ask,不能写 " .. inner.word)
			end
		end
	end
end

function check.declared(path, data)
	local f = files[path]
	for _, p in ipairs(data.problems) do problem(path, p[1], p[2]) end
	local places = positions(f.statements)
	local all = {}
	for i, d in ipairs(data.declarations) do
		local s = places[d.word .. "\0" .. d.name .. "\0" .. d.line]
		d.file, d.statement, d.place = path, s, s and s.body
		all[i] = equip(d)
	end
	for _, d in ipairs(all) do nest(all, d) end
	for _, d in ipairs(all) do
		if not d.nested then
			f.declarations[#f.declarations + 1] = d
		elseif not d.inside then
			d.complain(nil, d.word .. " 不能写在别的声明里面")
		end
	end
	if #f.declarations == 0 and not f.bad then
		problem(path, 0, "文件里没有任何声明")
	end
end

------------------------------------------------------------------------------- shared parts

-- A shared part: what it may hold, and which values it wants given.
local function shared_part(d)
	shape.check(d, d.complain)
	d.parts = {}
	for _, row in ipairs(d.rows) do
		if shape.tag(row.value) ~= "decl" then d.complain(row.at, "shared 里只能写 ask、material 等声明") end
	end
	for _, inner in ipairs(d.inner) do
		if not allowed_inside.shared[inner.word] then
			inner.complain(nil, "共用部分里不能有 " .. inner.word .. ":只能有问题和材料,事项和规则要写在各自的事件文件里")
		else
			d.parts[#d.parts + 1] = inner
		end
	end
	if #d.rows == 0 then d.complain(nil, 'shared "' .. d.name .. '" 里什么也没有') end
	local usual = d.v.usual
	if usual ~= nil and (type(usual) ~= "table" or shape.tag(usual)) then
		d.complain("usual", 'usual 要写成 { 名字 = 值 }')
		d.v.usual = nil
	end
	d.wants = {} -- name -> "must" (part of something larger) or "may" (a whole setting: left out if not given)
	local function walk(v, whole)
		if type(v) ~= "table" then return end
		if v["%"] == "ref" and v.ref[1] == "given" then
			local name = v.ref[2]
			d.wants[name] = (not whole or d.wants[name] == "must") and "must" or "may"
			return
		end
		for _, inner in pairs(v) do walk(inner, false) end
	end
	local function walk_part(p)
		for k, v in pairs(p.body or {}) do walk(v, type(k) == "string") end
		for _, inner in ipairs(p.inner) do walk_part(inner) end
	end
	for _, p in ipairs(d.parts) do walk_part(p) end
	for k in pairs(d.v.usual or {}) do
		if not d.wants[k] then
			d.complain("usual", '"' .. tostring(k) .. '" 没有用到' .. text.did_you_mean(tostring(k), d.wants))
		end
	end
end

local function gather_shared()
	local shared = {}
	for _, path in ipairs(order) do
		local f = files[path]
		for _, d in ipairs(f.declarations) do
			if d.word == "shared" then
				f.has_shared = true
				if shared[d.name] then
					d.complain(nil, '共用部分 "' .. d.name .. '" 写了两次(第 ' .. shared[d.name].line .. " 行已有)")
				else
					shared[d.name] = d
					shared_part(d)
				end
			end
		end
	end
	return shared
end

-- A copy of a plain value with given.x replaced; nodes remember the file they came from.
local function fill(v, values, file)
	if type(v) ~= "table" then return v end
	if v["%"] == "ref" and v.ref[1] == "given" then
		return values[v.ref[2]]
	end
	local out = {}
	for k, inner in pairs(v) do out[k] = fill(inner, values, file) end
	if v["%"] and not out.file then out.file = file end
	return out
end

local function use_values(d, part)
	local values = {}
	for k, v in pairs(part.v.usual or {}) do values[k] = v end
	for _, k in ipairs(text.sorted(d.body or {})) do
		if type(k) ~= "string" or not part.wants[k] then
			d.complain(k, 'use "' .. d.name .. '" 不要 "' .. tostring(k) .. '"'
				.. text.did_you_mean(tostring(k), part.wants))
		else
			values[k] = fill(d.body[k], {}, d.file)
		end
	end
	for _, k in ipairs(text.sorted(part.wants)) do
		part.given = part.given or {}
		part.given[k] = part.given[k] or values[k] ~= nil
		if values[k] == nil and part.wants[k] == "must" then d.complain(nil, 'use "' .. d.name .. '" 缺 ' .. k .. ":请写 " .. k .. " = …") end
	end
	return values
end

-- A given.x that no use ever gives is perhaps misspelt.
local function never_given(shared)
	for _, name in ipairs(text.sorted(shared)) do
		local part = shared[name]
		for _, k in ipairs(text.sorted(part.given or {})) do
			if not part.given[k] then
				warn(part.file, part.line, 'given.' .. k .. ' 没有任何一处 use "' .. name .. '" 给出')
			end
		end
	end
end

-- A part as it stands in the event that uses it.
local function copied(part, values)
	local d = equip { word = part.word, name = part.name, line = part.line, file = part.file,
		place = part.place, body = fill(part.body, values, part.file), shared_file = part.file, inner = {} }
	for i, inner in ipairs(part.inner) do d.inner[i] = copied(inner, values) end
	return d
end

-- The declarations of an event file with each `use` replaced by what it stands for.
local function expanded(f, shared)
	local out, used = {}, {}
	for _, d in ipairs(f.declarations) do
		if d.word ~= "use" then
			out[#out + 1] = d
		elseif not shared[d.name] then
			d.complain(nil, '没有叫 "' .. d.name .. '" 的共用部分' .. text.did_you_mean(d.name, shared,
				"共用部分写在 events/common.lua"))
		elseif used[d.name] then
			d.complain(nil, '共用部分 "' .. d.name .. '" 用了两次(第 ' .. used[d.name].line .. " 行已有)")
		else
			used[d.name] = d
			local values = use_values(d, shared[d.name])
			for _, p in ipairs(shared[d.name].parts) do
				out[#out + 1] = copied(p, values)
			end
		end
	end
	return out
end

------------------------------------------------------------------------------- the whole

local function kind_of(f)
	for _, d in ipairs(f.declarations) do
		if d.word == "connector" or d.word == "call" then return "connector" end
		if d.word == "event" or d.word == "item" then return "event" end
	end
	return f.has_shared and "shared" or "event"
end

local function only_shared(f)
	for _, d in ipairs(f.declarations) do
		if d.word ~= "shared" then
			d.complain(nil, d.word .. " 不能与 shared 写在一个文件里:共用部分自成一个文件")
		end
	end
end

local function read_connectors(ctx, out)
	for _, path in ipairs(order) do
		local f = files[path]
		if #f.declarations > 0 and f.kind == "connector" then
			out[#out + 1] = calls.file(path, f.declarations, ctx.calls, ctx.connectors, problem)
		end
	end
end

local function read_event(ctx, f, shared, events, out)
	local declarations = expanded(f, shared)
	local e = event.build(ctx, f.path, declarations)
	if not e then
		problem(f.path, 0, '缺 event 声明:文件要以 event "名字" { "标题", … } 开头')
		return
	end
	if events[e.id] then
		e.declaration.complain(nil, '事件 "' .. e.id .. '" 在 ' .. events[e.id] .. " 已有")
	end
	events[e.id], f.event = f.path, e
	graph.check(e)
	if not f.bad then out[#out + 1] = output.event(e) end
end

local function by_place(a, b)
	if a.file ~= b.file then return a.file < b.file end
	if a.line ~= b.line then return a.line < b.line end
	return a.text < b.text
end

function check.finish(expand)
	local out, events = { ["[]"] = true }, {}
	local ctx = { calls = {}, connectors = {}, problem = problem, warn = warn }
	function ctx.problems_in(path) return files[path].bad end
	local shared = gather_shared()
	for _, path in ipairs(order) do files[path].kind = kind_of(files[path]) end
	read_connectors(ctx, out)
	for _, path in ipairs(order) do
		local f = files[path]
		if #f.declarations > 0 and not f.bad then
			if f.kind == "shared" then only_shared(f) end
			if f.kind == "event" then read_event(ctx, f, shared, events, out) end
		end
	end
	never_given(shared)
	table.sort(problems, by_place)
	table.sort(warnings, by_place)
	problems["[]"], warnings["[]"] = true, true
	local texts
	if expand and #problems == 0 then
		texts = {}
		for _, path in ipairs(order) do
			if files[path].kind == "event" then texts[path] = expand_file.text(files[path], files[path].event, shared, files) end
		end
	end
	return { files = #problems == 0 and out or { ["[]"] = true }, problems = problems, warnings = warnings,
		expanded = texts }
end

return check
