-- What the parts of an event mean for one another: order without circles, no result that was not
-- waited for, papers where the calls want them; then what is unused (check_use.lua) and what is out
-- of reach or may be missing (check_reach.lua).

local use = part "check_use"
local reach = part "check_reach"

local graph = {}

------------------------------------------------------------------------------- circles

-- Depth first over names; `edges(name)` gives { to = …, … }. Calls found(path) once per circle.
local function circles(names, edges, found)
	local state, path = {}, {}
	local function visit(name)
		state[name] = "open"
		path[#path + 1] = name
		for _, to in ipairs(edges(name)) do
			if state[to] == "open" then
				local from = #path
				while path[from] ~= to do from = from - 1 end
				local circle = table.move(path, from, #path, 1, {})
				circle[#circle + 1] = to
				found(circle)
			elseif not state[to] then
				visit(to)
			end
		end
		path[#path] = nil
		state[name] = "done"
	end
	for _, name in ipairs(names) do if not state[name] then visit(name) end end
end

local function names_of(list)
	local out = {}
	for i, d in ipairs(list) do out[i] = d.name end
	return out
end

-- All items before `item`, directly or through others.
local function all_needs(e, item, into)
	into = into or {}
	for _, n in ipairs(item.needs) do
		if not into[n] then
			into[n] = true
			all_needs(e, e.items[n], into)
		end
	end
	return into
end

local function item_circles(e)
	circles(names_of(e.lists.items), function(name)
		return e.items[name].needs
	end, function(path)
		e.circle = true
		e.items[path[1]].complain("needs", "事项互相等待,谁也不能开始:" .. table.concat(path, " → "))
	end)
end

-- Terms through terms; questions whose `when` comes back to themselves through terms and records.
local function question_circles(e)
	circles(names_of(e.lists.terms), function(name)
		local out = {}
		for _, s in ipairs(e.terms[name].seen or {}) do
			if s.space == "term" then out[#out + 1] = s.name end
		end
		return out
	end, function(path)
		e.circle = true
		e.terms[path[1]].complain(nil, "说法(term)互相引用,没有尽头:" .. table.concat(path, " → "))
	end)
	if e.circle then return end
	local function questions(seen, out, done)
		for _, s in ipairs(seen or {}) do
			local key = s.space .. "." .. s.name
			if not done[key] then
				done[key] = true
				if s.space == "answer" then out[#out + 1] = s.name end
				if s.space == "term" then questions(e.terms[s.name].seen, out, done) end
				if s.space == "record" then
					for _, p in ipairs(e.records[s.name].request or {}) do questions(p.seen, out, done) end
				end
			end
		end
		return out
	end
	circles(names_of(e.lists.asks), function(name)
		return questions(e.asks[name].when_seen, {}, {})
	end, function(path)
		for _, name in ipairs(path) do e.asks[name].in_circle = true end
		e.asks[path[1]].complain("when", "问题要不要问取决于它自己:" .. table.concat(path, " → "))
	end)
	for _, ask in ipairs(e.lists.asks) do
		for _, name in ipairs(questions(ask.from_seen, {}, {})) do
			if name == ask.name then ask.complain("from", "预填的来源又要用到这个问题自己的答案") end
		end
	end
end

------------------------------------------------------------------------------- results

-- One result that an item's request speaks of. An insisted one is noted in `feeds`: the items that it
-- may come from, under their own name or that of their either.
local function one_result(e, item, p, s, before)
	local insists = not (p.param and p.param.optional)
	local function tell(message) e.ctx.problem(item.file, p.line, message) end
	if s.name == item.name then
		tell("事项不能用自己的结果")
	elseif p.later[s.name] then
		if insists and p.param and not before[s.name] then
			tell('"' .. p.name .. '" 要等 ' .. s.name .. " 才有(later),而 " .. item.v.by
				.. ' 必须收到它:请在部门文件里写 "…, optional",或把 ' .. s.name .. " 写进 needs")
		end
	elseif not before[s.name] and not item.misnamed then
		tell("用了 " .. s.name .. ' 的结果,但没有等它:请在 needs 里加 "' .. (s.either or s.name) .. '"')
	end
	if insists and not p.later[s.name] then
		local key = s.either or s.name
		item.feeds[key] = item.feeds[key] or {}
		table.insert(item.feeds[key], s.name)
	end
end

-- Items whose results are to be sent on must be worth it: used, and not waited for anyway.
local function later_items(item, before)
	local used = {}
	for _, p in ipairs(item.later_request) do
		for _, s in ipairs(p.seen) do used[s.name] = true end
	end
	for _, name in ipairs(item.later) do
		if before[name] then
			item.complain("later", '"' .. name .. '" 已经在 needs 里等它了(直接或间接),请从 later 里删去')
		elseif not used[name] and not item.misread then
			item.complain("later", "later 里的 " .. name .. " 没有用到:request 里没有它的结果")
		end
	end
end

local function results(e)
	for _, item in ipairs(e.lists.items) do
		local before = all_needs(e, item)
		item.feeds = {}
		for _, p in ipairs(item.request) do
			for _, s in ipairs(p.seen) do
				if s.space == "result" then one_result(e, item, p, s, before) end
			end
			if p.may_lack and p.param and not p.param.optional then
				e.ctx.problem(item.file, p.line, '"' .. p.name .. '" 用的结果不一定有,而 ' .. item.v.by
					.. ' 必须收到它:请在部门文件里写 "…, optional"')
			end
		end
		later_items(item, before)
		for _, m in ipairs(item.v.uses or {}) do
			for _, way in ipairs(e.materials[m] and e.materials[m].ways or {}) do
				if way.way == "produced" and not before[way.item] and not item.misnamed then
					item.complain("uses", "材料 " .. m .. " 由 " .. way.item .. ' 产生,但没有等它:请在 needs 里加 "'
						.. way.item .. '"')
				end
			end
		end
	end
end

-- A rule that lets items wait for a result: they must come after it.
local function waiting_rules(e)
	for _, rule in ipairs(e.lists.rules) do
		for _, name in ipairs(rule.only) do
			local before = all_needs(e, e.items[name])
			for _, s in ipairs(rule.seen) do
				if s.space == "result" and not before[s.name] then
					rule.complain(nil, "用了 " .. s.name .. " 的结果,但 " .. name .. ' 没有等它:请在 ' .. name
						.. ' 的 needs 里加 "' .. (s.either or s.name) .. '"')
					break
				end
			end
		end
	end
end

-- A material goes to a call as a `file` parameter of its name.
local function material_files(e)
	for _, item in ipairs(e.lists.items) do
		for _, m in ipairs(item.call and item.v.uses or {}) do
			local param, material = item.call.takes[m], e.materials[m]
			if material and not param then
				item.complain("uses", item.v.by .. " 不收材料 " .. m .. ':请在部门文件的 takes 里写 ' .. m
					.. ' = "file, optional",或在 uses 里删去')
			elseif material and param.type ~= "file" and param.type ~= "any" then
				item.complain("uses", item.v.by .. " 的 " .. m .. " 不是 file")
			elseif material and not param.optional then
				local sure = not material.v.when and #material.ways == 1 and material.ways[1].way == "upload"
				if not sure then
					item.complain("uses", "材料 " .. m .. " 不一定是一个文件,而 " .. item.v.by
						.. ' 必须收到文件:请在部门文件里写 "file, optional"')
				end
			end
		end
	end
end

function graph.check(e)
	item_circles(e)
	question_circles(e)
	if e.circle then return end
	results(e)
	waiting_rules(e)
	material_files(e)
	if e.ctx.problems_in(e.file) then return end -- a misspelt name leaves its namesake unused: echoes
	use.check(e)
	if e.ctx.problems_in(e.file) then return end
	reach.check(e)
end

return graph
