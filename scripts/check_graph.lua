-- What the parts of an event mean for one another: order without circles, nothing unused, nothing
-- out of reach, no value that may be missing where the call insists on it.

local text = part "check_text"
local logic = part "check_logic"
local items = part "check_items"

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

------------------------------------------------------------------------------- what is used

local function mark_all(e)
	local used = { ask = {}, term = {}, record = {}, figure = {}, material = {}, sign = {}, column = {} }
	local word = { answer = "ask", term = "term", record = "record", here = "figure", signed = "sign" }
	local mark
	local function follow(kind, name)
		if kind == "term" then
			mark(e.terms[name].seen)
		elseif kind == "record" then
			for _, p in ipairs(e.records[name].request or {}) do mark(p.seen) end
		elseif kind == "material" then
			local m = e.materials[name]
			mark(m.when_seen)
			for _, way in ipairs(m.ways) do
				for _, p in ipairs(way.request or {}) do mark(p.seen) end
				if way.record and not used.record[way.record] then
					used.record[way.record] = true
					follow("record", way.record)
				end
			end
		end
	end
	function mark(seen)
		for _, s in ipairs(seen or {}) do
			local kind = word[s.space]
			if s.space == "each" then used.column[s.list .. "." .. s.name] = true end
			if kind and not used[kind][s.name] then
				used[kind][s.name] = true
				follow(kind, s.name)
			end
		end
	end
	local function use_material(name)
		if e.materials[name] and not used.material[name] then
			used.material[name] = true
			follow("material", name)
		end
	end
	mark(e.seen)
	for _, item in ipairs(e.lists.items) do
		mark(item.when_seen)
		for _, p in ipairs(item.request) do mark(p.seen) end
		for _, m in ipairs(item.v.uses or {}) do use_material(m) end
		for _, n in ipairs(item.signs) do used.sign[n] = true end
	end
	for _, a in ipairs(e.lists.applicants) do
		for _, m in ipairs(a.v.with or {}) do use_material(m) end
	end
	for _, r in ipairs(e.lists.rules) do
		mark(r.seen)
		mark(r.when_seen)
	end
	for _, s in ipairs(e.lists.signs) do
		mark(s.when_seen)
		mark(s.who_seen)
	end
	for _, a in ipairs(e.lists.asks) do
		mark(a.when_seen)
		for _, column in ipairs(a.column_list or {}) do mark(column.when_seen) end
		for _, s in ipairs(a.from_seen or {}) do -- prefill uses records and terms, not the other question
			if s.space == "record" or s.space == "term" or s.space == "here" then mark { s } end
		end
	end
	return used
end

local function unused(e)
	local used = mark_all(e)
	for _, d in ipairs(e.lists.asks) do
		if not used.ask[d.name] and d.v.type ~= "consent" then
			d.complain(nil, '问题 "' .. d.name .. '" 没有任何事项、规则或条件用到,不能向群众要:请删去,或写进用它的 request')
		end
	end
	for _, list in ipairs(e.lists.asks) do
		for _, d in ipairs(used.ask[list.name] and list.column_list or {}) do
			if not used.column[list.name .. "." .. d.name] then
				d.complain(nil, "list " .. list.name .. ' 的 "' .. d.name
					.. '" 没有任何事项、规则或条件用到,不能向群众要:请删去,或写进 :only "…" 里')
			end
		end
	end
	local why = { term = { "说法", "terms" }, record = { "查询", "records" }, figure = { "数", "figures" },
		material = { "材料", "materials" }, sign = { "签字", "signs" } }
	for _, word in ipairs { "term", "record", "figure", "material", "sign" } do
		for _, d in ipairs(e.lists[why[word][2]]) do
			if not used[word][d.name] and word == "sign" then
				d.complain(nil, '签字 "' .. d.name .. '" 没有一个事项等它:请写进等它的事项的 needs,或删去')
			elseif not used[word][d.name] then
				d.complain(nil, why[word][1] .. ' "' .. d.name .. '" 没有用到,请删去(或检查用它的地方名字写对没有)')
			end
		end
	end
	for i, s in ipairs(e.sections) do
		local any = false
		for _, d in ipairs(e.lists.asks) do any = any or d.section == i end
		if not any then s.complain(nil, '标题 "' .. s.name .. '" 下面没有问题,请删去') end
	end
	for _, m in ipairs(e.lists.materials) do
		for _, never in ipairs(e.declaration.v.never_asks or {}) do
			for _, way in ipairs(m.ways) do
				if way.way == "upload" and m.title == never then
					m.complain("get", '"' .. never .. '" 写在 event 的 never_asks 里,不能要求上传')
				end
			end
		end
	end
end

------------------------------------------------------------------------------- reach

local function all_of(list)
	return { op = "and", args = #list > 0 and list or { { const = true } } }
end

local conditions

-- One of the items must run (they are an either's).
local function some_runs(e, names, done)
	local any = { op = "or", args = {} }
	for _, name in ipairs(names) do
		local seen = {}
		for k in pairs(done) do seen[k] = true end
		any.args[#any.args + 1] = all_of((conditions(e, e.items[name], nil, nil, seen)))
	end
	return any
end

-- All that must hold for the item to run: its own condition, its choice, those it gets results from.
-- Second result: the rules that only concern these items.
function conditions(e, item, into, rules, done)
	into, rules, done = into or {}, rules or {}, done or {}
	if done[item.name] then return into, rules end
	done[item.name] = true
	for _, r in ipairs(item.rules) do rules[#rules + 1] = r end
	for _, c in ipairs(items.applies(item)) do into[#into + 1] = c end
	for _, key in ipairs(text.sorted(item.feeds or {})) do
		local names = item.feeds[key]
		if e.eithers[key] then
			into[#into + 1] = some_runs(e, names, done)
		else
			conditions(e, e.items[key], into, rules, done)
		end
	end
	return into, rules
end

-- Rules that an item must pass to be done: all but reminders, when they name it in `only`.
local function rules_of_items(e)
	for _, item in ipairs(e.lists.items) do item.rules = {} end
	for _, r in ipairs(e.lists.rules) do
		local ending = r.v.otherwise["do"]
		for _, name in ipairs(ending ~= "remind" and ending ~= "wait" and r.only or {}) do
			table.insert(e.items[name].rules, r)
		end
	end
end

local function item_possible(e, item)
	local given, rules = conditions(e, item)
	return logic.possible(e, given, nil, rules) ~= false
end

local function fed_by_unreachable(e, item)
	for _, names in pairs(item.feeds) do
		local out_of_reach = 0
		for _, name in ipairs(names) do out_of_reach = out_of_reach + (e.items[name].unreachable and 1 or 0) end
		if out_of_reach == #names then return true end
	end
	return false
end

local function reach(e)
	for _, item in ipairs(e.lists.items) do
		if item.condition and logic.possible(e, { item.condition }) == false then
			item.complain("when", '事项 "' .. item.name .. '" 的条件永远不成立,谁也办不到')
			item.unreachable = true
		elseif fed_by_unreachable(e, item) then
			item.unreachable = true
		elseif not item_possible(e, item) then
			item.complain(nil, '事项 "' .. item.name .. '" ' .. (next(item.feeds)
				and "要用的结果永远不会有(" .. text.join(text.sorted(item.feeds)) .. " 的条件与它的条件不能同时成立)"
				or "的条件与只管它的规则(only)不能同时成立,谁也办不到"))
			item.unreachable = true
		end
	end
	for _, list in ipairs { e.lists.asks, e.lists.materials, e.lists.rules, e.lists.signs } do
		for _, d in ipairs(list) do
			if d.condition and not d.in_circle and logic.possible(e, { d.condition }) == false then
				d.complain("when", '"' .. d.name .. '" 的条件永远不成立,永远用不到')
				d.unreachable = true
			end
		end
	end
	for _, r in ipairs(e.lists.rules) do
		local stopping = e.stopping
		e.stopping = {} -- the rule itself is not to prove itself
		if r.must and logic.possible(e, { { op = "not", args = { r.must } }, r.condition }) == false then
			r.complain(nil, '规则 "' .. r.name .. '" 永远成立,拦不住任何人,请检查条件')
		end
		e.stopping = stopping
	end
end

------------------------------------------------------------------------------- what may be missing

local missing

-- Why the referenced value may be unknown although `given` holds; nil when it is always there.
local function reference_missing(e, s, given, rules)
	if s.space == "answer" then
		local ask = e.asks[s.name]
		if ask.v.optional then return "问题 " .. s.name .. " 是选填的" end
		if ask.condition and not ask.unreachable and not ask.in_circle
			and logic.possible(e, given, s.name, rules) then
			return "问题 " .. s.name .. " 有时不问(它的 when 不成立时)"
		end
	elseif s.space == "record" then
		return "查询 " .. s.name .. " 不一定查得到"
	elseif s.space == "signed" then
		local sign, without = e.signs[s.name], table.move(given, 1, #given, 1, {})
		without[#without + 1] = { op = "not", args = { sign.condition } }
		if sign.condition and logic.possible(e, without, nil, rules) then
			return "签字 " .. s.name .. " 有时不用签(它的 when 不成立时)"
		end
	elseif s.space == "term" then
		local term, before = e.terms[s.name], {}
		for _, row in ipairs(term.table) do
			local here = table.move(given, 1, #given, 1, {})
			for _, b in ipairs(before) do here[#here + 1] = { op = "not", args = { b } } end
			if row.when then here[#here + 1] = row.when end
			local why = row.seen and missing(e, row.seen, here, rules)
			if why then return why end
			before[#before + 1] = row.when
		end
		if not term.always then
			local none = table.move(given, 1, #given, 1, {})
			for _, b in ipairs(before) do none[#none + 1] = { op = "not", args = { b } } end
			if logic.possible(e, none, nil, rules) then return "说法 " .. s.name .. " 有时一行也对不上(最后一行没有 when 即可)" end
		end
	end
	return nil
end

function missing(e, seen, given, rules)
	for _, s in ipairs(seen) do
		local why = reference_missing(e, s, given, rules)
		if why then return why end
	end
	return nil
end

local function tell_missing(e, d, p, by, why)
	e.ctx.problem(d.file, p.line, '"' .. p.name .. '" 可能没有值:' .. why .. ",而 " .. by
		.. ' 必须收到它;请改 when,或在部门文件里写 "…, optional"')
end

-- Who makes a material be had: items that use it, applicants who bring it.
local function users(e, m)
	local out = {}
	for _, item in ipairs(e.lists.items) do
		for _, name in ipairs(item.v.uses or {}) do
			if name == m.name and not item.unreachable then
				local given, rules = conditions(e, item)
				given[#given + 1] = m.condition
				out[#out + 1] = { given, rules }
			end
		end
	end
	if #out == 0 then out[1] = { { m.condition }, {} } end
	return out
end

local function missing_for_material(e, m)
	local all = users(e, m)
	for _, way in ipairs(m.ways) do
		for _, p in ipairs(way.request or {}) do
			for _, u in ipairs(p.param and not p.param.optional and all or {}) do
				local why = missing(e, p.seen, u[1], u[2])
				if why then
					tell_missing(e, m, p, way.by, why)
					break
				end
			end
		end
	end
end

-- Whoever is to sign must be known to those who wait.
local function missing_signer(e, sign)
	for _, item in ipairs(e.lists.items) do
		for _, name in ipairs(sign.who_seen and not item.unreachable and item.signs or {}) do
			local given, rules = conditions(e, item)
			given[#given + 1] = sign.condition
			local why = name == sign.name and missing(e, sign.who_seen, given, rules)
			if why then
				sign.complain("who", "可能不知道该谁签:" .. why .. ";请给 sign 写同样的 when,或改那个问题")
				return
			end
		end
	end
end

local function missing_values(e)
	for _, item in ipairs(e.lists.items) do
		if not item.unreachable then
			local given, rules = conditions(e, item)
			for _, p in ipairs(item.request) do
				local why = p.param and not p.param.optional and missing(e, p.seen, given, rules)
				if why then tell_missing(e, item, p, item.v.by, why) end
			end
		end
	end
	for _, m in ipairs(e.lists.materials) do
		if not m.unreachable then missing_for_material(e, m) end
	end
	for _, sign in ipairs(e.lists.signs) do
		if not sign.unreachable then missing_signer(e, sign) end
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
	unused(e)
	if e.ctx.problems_in(e.file) then return end
	rules_of_items(e)
	reach(e)
	missing_values(e)
end

return graph
