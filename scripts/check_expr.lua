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

local expr = {}
local compile

local spaces = { answer = "asks", record = "records", result = "items", term = "terms",
	here = "figures", chosen = "items", signed = "signs" }
local called = { answer = "问题(ask)", record = "查询(record)", result = "事项(item)", term = "说法(term)",
	here = "数(figure)", chosen = "事项(item)", signed = "签字(sign)" }
local applicant_fields = { as = "as", id_number = "id", id = "id", name = "name", phone = "phone" }
local applicant_types = { as = "choice", id = "id_number", name = "person_name", phone = "phone" }

local function tell(scope, node, message)
	scope.complain(node.line or scope.line, message, node.file)
	return nil
end

function expr.scope(e, d, more)
	local scope = { event = e, seen = {}, line = d.line }
	function scope.complain(line, message, file) e.ctx.problem(file or d.file, line, message) end
	function scope.warn(line, message, file) e.ctx.warn(file or d.file, line, message) end
	for k, v in pairs(more or {}) do scope[k] = v end
	return scope
end

local function codes_of(ask)
	if ask.v.choices then
		local set = {}
		for _, c in ipairs(ask.v.choices) do set[c.code] = true end
		return set
	end
	return types.codes[ask.v.type]
end
expr.codes_of = codes_of

------------------------------------------------------------------------------- references

-- An output of a call: of a record's or an item's.
local function output(scope, node, owner, field)
	local call = scope.event.calls[owner.v.by or ""]
	if not call then return { type = "any" } end -- told where the call is missing
	local given = call.gives[field]
	if not given then
		local known = text.sorted(call.gives)
		return tell(scope, node, owner.v.by .. ' 不给 "' .. field .. '"' .. text.did_you_mean(field, known,
			#known > 0 and "它给:" .. text.join(known) or "它什么也不给"))
	end
	return { type = given.type, optional = given.optional }
end

local lookups = {}

function lookups.answer(_, _, ask)
	return { type = ask.v.type or "any", codes = codes_of(ask), list = ask.column_list and ask }
end
function lookups.term(_, _, term) return { type = term.value_type or "any", codes = term.values, bare = true } end
function lookups.here(_, _, figure)
	return { type = figure.value_type or "any", bare = true, heard = figure.value_type == "text" and figure.values or nil }
end
function lookups.signed(scope, node, sign)
	if sign.v.who ~= nil then
		return tell(scope, node, "signed." .. sign.name .. ":别人的签字提交时还没有,不能作条件;要等他签的事项在 needs 里写 \""
			.. sign.name .. '"')
	end
	return { type = "yes_no", bare = true }
end
function lookups.record(scope, node, record) return output(scope, node, record, node.ref[3]) end

function lookups.chosen(scope, node, item)
	if not item.v.choice and not item.bad then
		return tell(scope, node, "chosen." .. item.name .. ':这一项不由申请人选(没有写 choice = "on" 或 "off")')
	end
	return { type = "yes_no", bare = true }
end

-- What an either gives: the same output of each of its items.
local function output_of_either(scope, node, either)
	local field, out = node.ref[3], { json = { op = "either", args = {} } }
	for _, item in ipairs(either.members) do
		local call = scope.event.calls[item.v.by or ""]
		local given = call and call.gives[field] or not call and { type = "any" }
		if not given then
			return tell(scope, node, either.name .. " 里的 " .. item.name .. "(" .. item.v.by .. ')不给 "' .. field
				.. '":either 的每一项都要给' .. text.did_you_mean(field, text.sorted(call.gives)))
		elseif out.type and given.type ~= out.type and out.type ~= "any" then
			return tell(scope, node, either.name .. ' 各项给的 "' .. field .. '" 类型不同:' .. out.type .. " 与 " .. given.type)
		end
		out.type, out.optional = given.type, out.optional or given.optional
		out.json.args[#out.json.args + 1] = { ref = { "result", item.name, field } }
	end
	return out
end

function lookups.result(scope, node, item)
	if not scope.result then
		return tell(scope, node, "result." .. item.name .. " 只能写在 request 里:提交时就要定下办哪几项,那时还没有结果")
	elseif item.word == "tell" then
		return tell(scope, node, "result." .. item.name .. ":通知(tell)没有结果")
	elseif item.word == "either" then
		return output_of_either(scope, node, item)
	end
	return output(scope, node, item, node.ref[3])
end

-- A column of the list that the condition goes through.
local function column(scope, node)
	local name, list = node.ref[2], scope.each
	if not list then
		return tell(scope, node, "each." .. name .. " 只能写在 list 的 ask 里,或 answer.…:every(…)、:where(…) 的括号里")
	end
	local found = list.columns[name]
	if not found then
		return tell(scope, node, "list " .. list.name .. ' 里没有叫 "' .. name .. '" 的栏'
			.. text.did_you_mean(name, list.columns))
	end
	scope.seen[#scope.seen + 1] = { space = "each", name = name, list = list.name, line = node.line }
	return { type = found.v.type or "any", codes = codes_of(found) }
end

-- What a reference that names nothing may have meant.
local function nothing_named(scope, node, space, name, known)
	for _, list in ipairs(space == "answer" and scope.event.lists.asks or {}) do
		if list.columns and list.columns[name] then
			return tell(scope, node, '"' .. name .. '" 是 list ' .. list.name .. " 里的一栏,每人一个:请写 answer." .. list.name
				.. ":every(each." .. name .. ":…) 或 answer." .. list.name .. ":where(each." .. name .. ":…):known()")
		end
	end
	return tell(scope, node, '没有叫 "' .. name .. '" 的' .. called[space] .. text.did_you_mean(name, known))
end

local function note_seen(scope, node, found)
	for _, item in ipairs(found.members or { found }) do
		scope.seen[#scope.seen + 1] = { space = node.ref[1], name = item.name, field = node.ref[3],
			line = node.line, either = found.members and found.name }
	end
end

local function lookup(scope, node)
	local space, name = node.ref[1], node.ref[2]
	if space == "applicant" then
		local field = applicant_fields[name]
		if not field then
			return tell(scope, node, "applicant 没有 " .. name .. text.did_you_mean(name, applicant_fields,
				"只有 as、id_number、name、phone"))
		end
		local codes
		if field == "as" then
			codes = {}
			for n in pairs(scope.event.applicants) do codes[n] = true end
		end
		return { type = applicant_types[field], codes = codes, ref = { "applicant", field } }
	elseif space == "given" then
		return tell(scope, node, "given." .. name .. " 只能写在共用部分(shared)里")
	elseif space == "each" then
		return column(scope, node)
	end
	local known = scope.event[spaces[space]]
	local found = known[name] or space == "result" and scope.event.eithers[name]
	if not found then return nothing_named(scope, node, space, name, known) end
	if (space == "record" or space == "result") and not node.ref[3] then
		return tell(scope, node, space .. "." .. name .. " 后面还要写是哪一栏,如 " .. space .. "." .. name .. ".…")
	end
	note_seen(scope, node, found)
	return lookups[space](scope, node, found)
end

local derivations = {
	birthday = { from = { id_number = true }, type = "date", of = "身份证号" },
	age = { from = { id_number = true, date = true, datetime = true }, type = "number", of = "身份证号或日期" },
	sex = { from = { id_number = true }, type = "sex", of = "身份证号" },
	surname = { from = { person_name = true, new_name = true }, type = "text", of = "姓名" },
}

local function reference(scope, node)
	local found = lookup(scope, node)
	if not found then return nil end
	found.json = found.json or { ref = found.ref or node.ref }
	if node.derive then
		local d = derivations[node.derive]
		if found.type ~= "any" and not d.from[found.type] then
			return tell(scope, node, "." .. node.derive .. " 只能用于" .. d.of .. ",这里是 " .. found.type)
		end
		found.type, found.codes, found.bare = d.type, types.codes[d.type], false
		for _, ref in ipairs(found.json.args or { found.json }) do ref.derive = node.derive end
	end
	return found
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

-- Can the condition be unknown because of a question that is not always asked?
local function unsure(scope, json)
	if json.ref then
		local space, name = json.ref[1], json.ref[2]
		if space == "record" or space == "result" then return space .. "." .. name end
		local ask = space == "answer" and scope.event.asks[name]
		if ask and (ask.v.when or ask.v.optional) then return "answer." .. name end
	end
	if json.op == "known" then return nil end
	for _, a in ipairs(json.args or {}) do
		local found = unsure(scope, a)
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
		local name = unsure(scope, json.args[1])
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
		return reference(scope, node)
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
