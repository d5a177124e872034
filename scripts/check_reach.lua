-- What can come about: items, papers and rules that are out of reach, and values that may be missing
-- where a call insists on them. Conditions are searched by check_logic.lua; what it leaves undecided
-- is never refused.
--
-- reach.check(event)   once names, order and use are known to be right

local text = part "check_text"
local logic = part "check_logic"
local items = part "check_items"

local reach = {}

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
		local lost = 0
		for _, name in ipairs(names) do lost = lost + (e.items[name].unreachable and 1 or 0) end
		if lost == #names then return true end
	end
	return false
end

-- Why nobody can ever get the item done; nil when somebody may.
local function never_runs(e, item)
	if item.condition and logic.possible(e, { item.condition }) == false then
		return '事项 "' .. item.name .. '" 的条件永远不成立,谁也办不到'
	elseif item.either and logic.possible(e, items.applies(item)) == false then
		return 'either "' .. item.either.name .. '" 里总是前面的先办,永远轮不到 "' .. item.name .. '"'
	elseif item_possible(e, item) then
		return nil
	elseif next(item.feeds) then
		return '事项 "' .. item.name .. '" 要用的结果永远不会有(' .. text.join(text.sorted(item.feeds))
			.. " 的条件与它的条件不能同时成立)"
	end
	return '事项 "' .. item.name .. '" 的条件与只管它的规则(only)不能同时成立,谁也办不到'
end

local function items_out_of_reach(e)
	for _, item in ipairs(e.lists.items) do
		local echo = fed_by_unreachable(e, item)
		local why = not echo and never_runs(e, item)
		if why then item.complain(item.condition and "when" or nil, why) end
		item.unreachable = echo or why ~= nil and why ~= false
	end
end

local function never_holds(e, declarations)
	for _, d in ipairs(declarations) do
		if d.condition and not d.in_circle and logic.possible(e, { d.condition }) == false then
			d.complain("when", '"' .. d.name .. '" 的条件永远不成立,永远用不到')
			d.unreachable = true
		end
		never_holds(e, d.column_list or {})
	end
end

-- A rule that nobody can break says nothing.
local function never_broken(e)
	local stopping = e.stopping
	e.stopping = {} -- the rule itself is not to prove itself
	for _, r in ipairs(e.lists.rules) do
		if r.must and logic.possible(e, { { op = "not", args = { r.must } }, r.condition }) == false then
			r.complain(nil, '规则 "' .. r.name .. '" 永远成立,拦不住任何人,请检查条件')
		end
	end
	e.stopping = stopping
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

-- Why the number may be missing in a row of the list that is asked; nil when every row has it.
local function column_missing(e, seen)
	for _, s in ipairs(seen) do
		local column = s.space == "each" and e.asks[s.list].columns[s.name]
		if column and column.v.optional then return "list " .. s.list .. " 的 " .. s.name .. " 是选填的" end
		if column and column.v.when ~= nil then return "list " .. s.list .. " 的 " .. s.name .. " 有时不问(它的 when 不成立时)" end
	end
	return nil
end

-- Whoever is to sign must be known to those who wait.
local function missing_signer(e, sign)
	for _, item in ipairs(e.lists.items) do
		for _, name in ipairs(sign.who_seen and not item.unreachable and item.signs or {}) do
			local given, rules = conditions(e, item)
			given[#given + 1] = sign.condition
			local why = name == sign.name and (missing(e, sign.who_seen, given, rules) or column_missing(e, sign.who_seen))
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

function reach.check(e)
	rules_of_items(e)
	items_out_of_reach(e)
	for _, list in ipairs { e.lists.asks, e.lists.materials, e.lists.rules, e.lists.signs } do never_holds(e, list) end
	never_broken(e)
	missing_values(e)
end

return reach
