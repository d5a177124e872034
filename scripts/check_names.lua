-- What the references in an expression name: answer.x, record.x.y, result.x.y, each.x and so on.
--
-- names.reference(scope, node) -> { json, type, codes, … } or nil when a problem was told; the scope
--   is that of check_expr.lua, and what is spoken of is added to scope.seen
-- names.tell(scope, node, message) -> nil
-- names.codes_of(question) -> the codes of its answers, nil when any may come

local text = part "check_text"
local types = part "check_types"

local names = {}

local spaces = { answer = "asks", record = "records", result = "items", term = "terms",
	here = "figures", chosen = "items", signed = "signs" }
local called = { answer = "问题(ask)", record = "查询(record)", result = "事项(item)", term = "说法(term)",
	here = "数(figure)", chosen = "事项(item)", signed = "签字(sign)" }
local applicant_fields = { as = "as", id_number = "id", id = "id", name = "name", phone = "phone" }
local applicant_types = { as = "choice", id = "id_number", name = "person_name", phone = "phone" }

function names.tell(scope, node, message)
	scope.complain(node.line or scope.line, message, node.file)
	return nil
end
local tell = names.tell

function names.codes_of(ask)
	if ask.v.choices then
		local set = {}
		for _, c in ipairs(ask.v.choices) do set[c.code] = true end
		return set
	end
	return types.codes[ask.v.type]
end

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
	return { type = ask.v.type or "any", codes = names.codes_of(ask), list = ask.column_list and ask }
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
		return tell(scope, node, "each." .. name .. " 只能写在 list 的 ask 里,或 answer.…:every(…)、:where(…) 的括号里,或写了 each 的 sign 的 who 里")
	end
	local found = list.columns[name]
	if not found then
		return tell(scope, node, "list " .. list.name .. ' 里没有叫 "' .. name .. '" 的栏'
			.. text.did_you_mean(name, list.columns))
	end
	scope.seen[#scope.seen + 1] = { space = "each", name = name, list = list.name, line = node.line }
	return { type = found.v.type or "any", codes = names.codes_of(found) }
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

function names.reference(scope, node)
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

return names
