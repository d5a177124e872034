-- Conditions and values: names looked up, types agreed, turned into the declared form.
--
-- A scope says where an expression stands:
--   event      tables by name: asks, records, items, terms, figures, signs, applicants, materials
--   complain(line, message, file)    file nil: the scope's own
--   warn(line, message, file)
--   result     true where result.item.output may be used (requests, and rules that wait)
--   each       the list whose columns each.x speaks of, or nil
--   seen       list that each reference is added to: { space, name, field }; of each.x: list;
--              of a result that one of two items gives: either
-- expr.scope(event, declaration, more) -> scope
-- expr.value(scope, plain, line) -> { json, type, codes } or nil when a problem was told
-- expr.condition(scope, plain, line) -> json or nil
-- expr.when(event, declaration, more)   its `when`, into d.condition and d.when_seen

local text = part "check_text"
local types = part "check_types"
local shape = part "check_shape"
local names = part "check_names"

local expr = {}
local tell, compile = names.tell, nil

function expr.scope(e, d, more)
	local scope = { event = e, seen = {}, line = d.line }
	function scope.complain(line, message, file) e.ctx.problem(file or d.file, line, message) end
	function scope.warn(line, message, file) e.ctx.warn(file or d.file, line, message) end
	for k, v in pairs(more or {}) do scope[k] = v end
	return scope
end

------------------------------------------------------------------------------- lists

local lists = {}

-- The condition on each row; it may speak of the list's columns.
local function on_each(scope, node, subject, args)
	local outer = scope.each
	if #args ~= 1 or shape.tag(args[1]) == "const" then
		return tell(scope, node, ":" .. node.op .. " 后面的括号里要一个条件,如 :" .. node.op .. '(each.…:is "…")')
	end
	if outer then return tell(scope, node, ":" .. node.op .. " 里面不能再有 :every 或 :where") end
	scope.each = subject.list
	local condition = expr.condition(scope, args[1])
	scope.each = outer
	return condition
end

function lists.every(scope, node, subject, args)
	local condition = on_each(scope, node, subject, args)
	return condition and { type = "condition", args = { condition } }
end

function lists.where(scope, node, subject, args)
	local condition = on_each(scope, node, subject, args)
	return condition and { type = "list", list = subject.list, only = subject.only, args = { condition } }
end

function lists.only(scope, node, subject, args)
	local out = { type = "list", list = subject.list, only = {}, args = {} }
	for i, a in ipairs(args) do
		local name = a["%"] == "const" and a.const
		if type(name) ~= "string" then return tell(scope, node, ':only 后面要写栏的名字,如 :only "name id_no"') end
		if not subject.list.columns[name] then
			return tell(scope, node, "list " .. subject.list.name .. ' 里没有叫 "' .. name .. '" 的栏'
				.. text.did_you_mean(name, subject.list.columns))
		end
		if out.only[name] then return tell(scope, node, '"' .. name .. '" 写了两次') end
		out.only[name] = true
		out.args[i] = { const = name }
	end
	if #args == 0 then return tell(scope, node, ':only 后面要写栏的名字,如 :only "name id_no"') end
	return out
end

-- :every, :where and :only go through a list of the form.
local function through_list(scope, node, subject, args)
	if subject.type == "any" then return nil end
	if not subject.list then
		return tell(scope, node, ":" .. node.op .. " 只能用于 list 的问题,如 answer.heirs:" .. node.op .. " …,这里是 " .. subject.type)
	elseif subject.only and node.op ~= "only" then
		return tell(scope, node, ":only 要写在最后:先 :where(…),再 :only \"…\"")
	end
	return lists[node.op](scope, node, subject, args)
end

-- The value is handed over: each of its columns is used.
function expr.hand_over(scope, value)
	if value and value.list then
		for name in pairs(value.only or value.list.columns) do
			scope.seen[#scope.seen + 1] = { space = "each", name = name, list = value.list.name }
		end
	end
end

------------------------------------------------------------------------------- comparisons

local function constant(scope, node, wanted)
	local value = node.const
	if type(value) == "string" and #value > 2000 then return tell(scope, node, "文字太长") end
	if wanted then
		if wanted.codes and type(value) == "string" and not wanted.codes[value] then
			return tell(scope, node, '没有叫 "' .. value .. '" 的选项' .. text.did_you_mean(value, wanted.codes,
				"可以是:" .. text.join(text.sorted(wanted.codes))))
		end
		local bad = types.constant_problem(value, wanted.type)
		if bad then return tell(scope, node, bad) end
		if wanted.heard and not wanted.heard[value] then
			scope.warn(node.line or scope.line, '没有一个地方的数是 "' .. value .. '",这个条件在哪里都不成立'
				.. text.did_you_mean(value, wanted.heard), node.file)
		end
		if types.kinds[wanted.type] == "yes_no" then value = value == true or value == "yes" end
	end
	return { json = { const = value }, type = "const", const = value }
end

-- One compared value: a constant of the subject's type, or an expression of a fitting type (`goes`:
-- of any type for which it is true, so that a day may be compared with a moment).
local function compared(scope, node, subject, goes)
	if node["%"] == "const" then return constant(scope, node, subject) end
	local other = compile(scope, node)
	if not other then return nil end
	local a, b = subject.type, other.type
	if not (types.fits(a, b) or types.fits(b, a) or types.kinds[a] == types.kinds[b] or goes and goes(b)) then
		return tell(scope, node, "两边的类型不同:" .. a .. " 与 " .. b .. ",不能比较")
	end
	return other
end

local function count_problem(name, args, least, most)
	if #args < least then return ":" .. name .. " 缺比较的内容" end
	if #args > most then return ":" .. name .. " 的内容太多(最多 " .. most .. " 个)" end
end

local function is_day(t) return t == "date" or t == "datetime" or t == "any" end
local function is_number(t) return t == "number" or t == "money" or t == "any" end

local function all_compared(scope, subject, args)
	local out = {}
	for i, a in ipairs(args) do
		local c = compared(scope, a, subject)
		if not c then return nil end
		out[i] = c.json
	end
	return out
end

local LIST_CURE = " 比较:每个人都要的写 :every(each.…:is \"…\"),有没有这样的人写 :where(each.…:is \"…\"):known()"
local operations = {}

local function comparison(scope, node, subject, args)
	local kind = types.kinds[subject.type]
	if subject.type == "list" then
		return tell(scope, node, "list 不能用 :" .. node.op .. LIST_CURE)
	elseif kind == "other" or subject.type == "duration" then
		return tell(scope, node, subject.type .. " 不能用 :" .. node.op .. " 比较")
	end
	local out = all_compared(scope, subject, args)
	return out and { args = out, type = "condition" }
end

function operations.is(scope, node, subject, args) return comparison(scope, node, subject, args) end
operations.is_not = operations.is

function operations.one_of(scope, node, subject, args)
	local out = comparison(scope, node, subject, args)
	local seen = {}
	for _, a in ipairs(out and out.args or {}) do
		local c = a.const
		if c ~= nil and seen[c] then return tell(scope, node, '"' .. tostring(c) .. '" 写了两次') end
		if c ~= nil then seen[c] = true end
	end
	return out
end

function operations.known() return { args = {}, type = "condition" } end

local function measured(scope, node, subject, args)
	if not is_number(subject.type) then
		return tell(scope, node, ":" .. node.op .. " 只能用于数(如 .age),这里是 " .. subject.type
			.. (is_day(subject.type) and ",日期请用 :within、:before 或 :after" or ""))
	end
	local out = all_compared(scope, { type = "number" }, args)
	return out and { args = out, type = "condition" }
end
operations.under, operations.over, operations.at_least, operations.at_most = measured, measured, measured, measured

function operations.within(scope, node, subject, args)
	if not is_day(subject.type) then
		return tell(scope, node, ":within 只能用于日期,这里是 " .. subject.type)
	end
	local a = args[1]
	if a["%"] == "const" then
		if type(a.const) ~= "string" or not text.duration(a.const) then
			return tell(scope, a, '期限看不懂 "' .. tostring(a.const) .. '",请写如 "30日"、"12个月"')
		end
		return { args = { { const = a.const } }, type = "condition" }
	end
	local other = compile(scope, a)
	if not other then return nil end
	if other.type ~= "duration" and other.type ~= "any" then
		return tell(scope, a, ":within 后面要一个期限(如 here.… 的 \"12个月\"),这里是 " .. other.type)
	end
	return { args = { other.json }, type = "condition" }
end

local function day_order(scope, node, subject, args)
	if not is_day(subject.type) then
		return tell(scope, node, ":" .. node.op .. " 只能用于日期,这里是 " .. subject.type)
	end
	local out = {}
	for i, a in ipairs(args) do
		local c = compared(scope, a, { type = a["%"] == "const" and "date" or subject.type }, is_day)
		if not c then return nil end
		out[i] = c.json
	end
	return { args = out, type = "condition" }
end
operations.before, operations.after = day_order, day_order

function operations.between(scope, node, subject, args)
	local out
	if is_day(subject.type) then
		out = day_order(scope, node, subject, args)
	else
		out = measured(scope, node, subject, args)
	end
	local low, high = out and out.args[1].const, out and out.args[2].const
	if low ~= nil and high ~= nil and type(low) == type(high) and low > high then
		return tell(scope, node, ":between 的前一个应当小于后一个")
	end
	return out
end

local function span(scope, node, subject, args)
	local out = day_order(scope, node, subject, args)
	if out then out.type = "number" end
	return out
end
operations.months_until, operations.years_on = span, span

local counts = { known = { 0, 0 }, one_of = { 1, 60 }, between = { 2, 2 } }

local function operation(scope, node)
	local args = {}
	for i = 2, #node.args do args[i - 1] = node.args[i] end
	local subject = node.args[1] and node.args[1]["%"] ~= "const" and compile(scope, node.args[1])
	if not subject then return nil end
	if subject.type == "condition" then
		return tell(scope, node, "条件后面不能再接 :" .. node.op)
	end
	local out
	if lists[node.op] then
		out = through_list(scope, node, subject, args)
	else
		local count = counts[node.op] or { 1, 1 }
		local bad = count_problem(node.op, args, count[1], count[2])
		if bad then return tell(scope, node, bad) end
		out = operations[node.op](scope, node, subject, args)
	end
	if not out then return nil end
	local json = { op = node.op, args = { subject.json } }
	for _, a in ipairs(out.args) do json.args[#json.args + 1] = a end
	return { json = json, type = out.type, list = out.list, only = out.only }
end

------------------------------------------------------------------------------- logic

-- The columns of the list that :every or :where goes through.
local function columns_of(scope, json)
	while json.op do json = json.args[1] end
	return scope.event.asks[json.ref[2]].columns
end

-- Can the condition be unknown because of a question that is not always asked? `columns`: what each.x
-- speaks of there.
local function unsure(scope, json, columns)
	if json.ref then
		local space, name = json.ref[1], json.ref[2]
		if space == "record" or space == "result" then return space .. "." .. name end
		local ask = space == "answer" and scope.event.asks[name] or space == "each" and columns[name]
		if ask and (ask.v.when or ask.v.optional) then return space .. "." .. name end
	end
	if json.op == "known" then return nil end
	if json.op == "every" or json.op == "where" then columns = columns_of(scope, json) end
	for _, a in ipairs(json.args or {}) do
		local found = unsure(scope, a, columns)
		if found then return found end
	end
	return nil
end

local function logic(scope, node)
	local json = { op = node.op, args = {} }
	for _, a in ipairs(node.args) do
		local c = expr.condition(scope, a)
		if not c then return nil end
		if c.op == node.op and c.op ~= "not" then -- a & (b & c): one list
			for _, inner in ipairs(c.args) do json.args[#json.args + 1] = inner end
		else
			json.args[#json.args + 1] = c
		end
	end
	if node.op == "not" then
		local name = unsure(scope, json.args[1], scope.each and scope.each.columns)
		if name then
			scope.warn(node.line, name .. " 可能没有答案,那时 ~ 的条件算成立;如不是这个意思,请改用 :is_not 或加 :known()",
				node.file)
		end
	end
	return { json = json, type = "condition" }
end

local function depth(json)
	local most = 0
	for _, a in ipairs(json.args or {}) do most = math.max(most, depth(a)) end
	return most + 1
end

function compile(scope, node)
	local tag = shape.tag(node)
	if tag == "ref" then
		return names.reference(scope, node)
	elseif tag == "op" then
		if node.op == "and" or node.op == "or" or node.op == "not" then return logic(scope, node) end
		return operation(scope, node)
	elseif tag == "const" then
		return constant(scope, node)
	elseif tag == "unknown" then
		local known = { "birthday", "age", "sex", "surname", "is", "is_not", "one_of", "known", "under", "over",
			"at_least", "at_most", "within", "before", "after", "between", "months_until", "years_on", "every", "where", "only" }
		return tell(scope, node, '不认识 "' .. node.name .. '"' .. text.did_you_mean(node.name, known))
	elseif tag == "void" then
		return nil -- told when the file was run
	end
	return tell(scope, type(node) == "table" and node or {}, "这里应当是一个条件或 answer.…、record.… 之类的值")
end

function expr.value(scope, node, line)
	scope.line = line
	if shape.tag(node) == nil and type(node) ~= "table" and node ~= nil then
		return constant(scope, { const = node, line = line })
	end
	local out = compile(scope, type(node) == "table" and node or { line = line })
	if out and depth(out.json) > 8 then return tell(scope, node, "条件套得太深,请拆成几个 term") end
	return out
end

function expr.condition(scope, node, line)
	if line then scope.line = line end
	if type(node) ~= "table" or not node["%"] or node["%"] == "const" then
		return tell(scope, type(node) == "table" and node or {}, '这里要一个条件,如 answer.…:is "yes"')
	end
	local out = compile(scope, node)
	if not out then return nil end
	if out.type ~= "condition" then
		if out.bare and (out.type == "yes_no" or out.type == "any") then
			return { op = "is", args = { out.json, { const = true } } }
		end
		if out.type == "list" then return tell(scope, node, "这里要一个条件,一组人不是条件:有没有这样的人,后面加 :known()") end
		return tell(scope, node, "这里要一个条件,缺比较:请写 "
			.. (node.ref and table.concat(node.ref, ".") or "…") .. ':is "…" 之类')
	end
	if line and depth(out.json) > 8 then return tell(scope, node, "条件套得太深,请拆成几个 term") end
	return out.json
end

-- Compile d.v.when into d.condition and note what it speaks of.
function expr.when(e, d, more)
	if d.v.when == nil then return end
	local scope = expr.scope(e, d, more)
	d.condition = expr.condition(scope, d.v.when, d.line_of("when"))
	d.when_seen = scope.seen
end

return expr
