-- The items of an event and what stands between them: needs, either, later, tell, signs.
--
-- items.names(event)  looks up what items say of one another, before anything is compiled:
--     d.needs   list of the items it waits for (an either: all of its items)
--     d.signs   list of the consents it waits for
--     d.later   list of the items whose results are sent on when they come
--     either.members, member.either
-- items.check(event)  conditions, requests, signs; d.later_request: what is sent on
-- items.named(event, name)  the items that a name stands for, nil when it is none
-- items.applies(item) the conditions (list) under which an item runs, but for what it needs results of

local text = part "check_text"
local types = part "check_types"
local expr = part "check_expr"
local calls = part "check_calls"

local items = {}

local function none_called(e, name, also)
	local known = {}
	for _, set in ipairs { e.items, e.eithers, also or {} } do
		for k in pairs(set) do known[k] = true end
	end
	return '没有叫 "' .. name .. '" 的事项(item)' .. text.did_you_mean(name, known)
end

function items.named(e, name)
	if e.items[name] then return { e.items[name] } end
	return e.eithers[name] and e.eithers[name].members
end

-- Names in a setting, an either replaced by its items. Unknown ones are told.
function items.expanded(e, d, key)
	local out, seen = {}, {}
	for _, name in ipairs(d.v[key] or {}) do
		local found = items.named(e, name)
		if not found then
			d.complain(key, none_called(e, name))
			d.misnamed = true
		end
		for _, item in ipairs(found or {}) do
			if not seen[item.name] then out[#out + 1] = item.name end
			seen[item.name] = true
		end
	end
	return out
end

------------------------------------------------------------------------------- names

local function member_problem(e, d, name)
	local item = e.items[name]
	if not item then
		return '没有叫 "' .. name .. '" 的事项(item)' .. text.did_you_mean(name, e.items)
	elseif item.word == "tell" then
		return '"' .. name .. '" 是通知(tell),不能写在 either 里'
	elseif item.v.choice then
		return '"' .. name .. '" 由申请人选(choice),不能写在 either 里'
	elseif item.either then
		return '"' .. name .. '" 已经在 either "' .. item.either.name .. '" 里'
	end
	item.either = d
	d.members[#d.members + 1] = item
	return nil
end

local function members(e, d)
	d.members = {}
	for _, row in ipairs(d.rows) do
		local bad = type(row.value) == "string" and member_problem(e, d, row.value)
			or type(row.value) ~= "string" and '这里写事项的名字,如 either "x" { "标题", "甲", "乙" }'
		if bad and not d.bad then d.complain(row.at, bad) end
		d.bad = d.bad or bad
	end
	if #d.members < 2 and not d.bad then d.complain(nil, "either 要写至少两个事项:条件对上的第一个去办,其余不办") end
	for i = 1, #d.members - 1 do
		if d.members[i].v.when == nil and not d.bad then
			d.complain(nil, d.members[i].name .. " 没有 when,总轮到它," .. d.members[i + 1].name .. " 永远办不到:请给它写 when,或移到最后")
		end
	end
	if e.items[d.name] then d.complain(nil, 'either "' .. d.name .. '" 与事项同名,请换一个名字') end
end

local function needs(e, d)
	d.needs, d.signs = {}, {}
	local seen = {}
	for _, name in ipairs(d.v.needs or {}) do
		local found = items.named(e, name)
		if e.signs[name] then
			table.insert(d.signs, name)
		elseif not found then
			d.misnamed = true
			d.complain("needs", none_called(e, name, e.signs))
		end
		for _, item in ipairs(found or {}) do
			if item == d then
				d.complain("needs", "事项不能等自己")
			elseif item.word == "tell" then
				d.complain("needs", '"' .. name .. '" 是通知(tell),发出去就算完,不用等它:请从 needs 里删去')
			elseif not seen[item.name] then
				seen[item.name] = true
				table.insert(d.needs, item.name)
			end
		end
	end
end

local function later(e, d)
	d.later = {}
	for _, name in ipairs(items.expanded(e, d, "later")) do
		if name == d.name then
			d.complain("later", "事项不能等自己")
		elseif e.items[name].word == "tell" then
			d.complain("later", '"' .. name .. '" 是通知(tell),没有结果可以补送')
		else
			table.insert(d.later, name)
		end
	end
	local implicit = d.name .. "_later"
	if d.v.later and items.named(e, implicit) then
		items.named(e, implicit)[1].complain(nil, '"' .. implicit .. '" 这个名字留给 ' .. d.name .. " 的补送,请换一个")
	end
end

function items.names(e)
	for _, d in ipairs(e.lists.eithers) do members(e, d) end
	for _, d in ipairs(e.lists.items) do
		needs(e, d)
		later(e, d)
	end
end

------------------------------------------------------------------------------- when

function items.applies(item)
	local out = {}
	for _, other in ipairs(item.either and item.either.members or {}) do
		if other == item then break end
		if other.condition then out[#out + 1] = { op = "not", args = { other.condition } } end
	end
	if item.condition then out[#out + 1] = item.condition end
	if item.v.choice then
		out[#out + 1] = { op = "is", args = { { ref = { "chosen", item.name } }, { const = true } } }
	end
	return out
end

------------------------------------------------------------------------------- requests

-- What an item is sent later: the values of its request that come from the items in `later`.
local function later_request(d)
	local of_later, out = {}, {}
	for _, name in ipairs(d.later) do of_later[name] = true end
	for _, p in ipairs(d.request) do
		p.later = {}
		for _, s in ipairs(p.seen) do
			if s.space == "result" and of_later[s.name] then
				p.later[s.name] = true
				if out[#out] ~= p then out[#out + 1] = p end
			end
		end
	end
	return out
end

-- The call of an item and its request; `misread` when something of it was told to be wrong.
local function request(e, d, files)
	local scope = expr.scope(e, d, { result = true })
	local complain = scope.complain
	function scope.complain(...)
		d.misread = true
		complain(...)
	end
	d.call, d.department, d.call_name = calls.find(e, d.v.by, function(message) d.complain("by", message) end)
	return calls.request { event = e, scope = scope, by = d.v.by, call = d.call, request = d.v.request,
		files = files, line_of = function(at) return d.line_in("request", at) end }
end

local function one_item(e, d)
	local files = {}
	expr.when(e, d)
	for _, name in ipairs(d.v.uses or {}) do
		files[name] = true
		if not e.materials[name] then
			d.complain("uses", '没有叫 "' .. name .. '" 的材料(material)' .. text.did_you_mean(name, e.materials))
		end
	end
	d.request = d.v.by and d.v.request ~= nil and request(e, d, files) or {}
	d.later_request = later_request(d)
end

-- The list of whose rows each is asked; nil where there is none, or a problem was told.
local function list_asked(d, scope)
	if d.v.each == nil then return nil end
	local value = expr.value(scope, d.v.each, d.line_of("each"))
	if value and not (value.list and value.json.ref) then
		d.complain("each", "each 要写一组问题:每一行的人各签各的,如 each = answer.heirs")
	elseif value and d.v.who == nil then
		d.complain("each", "写了 each,就要写每一行由谁签,如 who = each.id_no")
	elseif value then
		d.each, d.persons = value.json, value.list.v.max
		return value.list
	end
	return nil
end

-- What whoever is asked gets to see of the form, beside the text.
local function shown(e, d)
	for _, name in ipairs(d.v.shows or {}) do
		local ask = e.asks[name]
		if not ask then
			d.complain("shows", '没有叫 "' .. name .. '" 的问题' .. text.did_you_mean(name, e.asks))
		elseif ask.column_list or ask.v.type == "file" or ask.v.type == "consent" then
			d.complain("shows", "shows 里只能写一个答案的问题,不能是一组、文件或声明")
		end
	end
	if d.v.shows and d.v.who == nil then d.complain("shows", "没有写 who 就是申请人自己签,他看得到整张表,不用 shows") end
end

-- A consent: of a second person named by an identity number, of each in a list, or the applicant's own in
-- the form.
local function one_sign(e, d)
	expr.when(e, d)
	if e.asks[d.name] then d.complain(nil, '签字 "' .. d.name .. '" 与问题同名,请换一个名字') end
	if e.items[d.name] or e.eithers[d.name] then
		d.complain(nil, '签字 "' .. d.name .. '" 与事项同名,请换一个名字')
	end
	shown(e, d)
	local scope = expr.scope(e, d)
	scope.each = list_asked(d, scope)
	if d.v.who == nil then
		if d.v.within then d.complain("within", "没有写 who 就是申请人自己签,交表时就签好,不用 within") end
		return
	end
	local value = expr.value(scope, d.v.who, d.line_of("who"))
	local of_term = value and value.json.ref and value.json.ref[1] == "term" and value.type == "text"
	if value and not ((types.fits(value.type, "id_number") or value.type == "passport" or of_term)
		and value.json.const == nil) then
		d.complain("who", "who 要写签字人的身份证号,如 who = answer.father_id_no;申请人自己签的不写 who")
	end
	if value and scope.each and not (value.json.ref and value.json.ref[1] == "each") then
		d.complain("who", "写了 each,who 要写这一行里的号码,如 who = each.id_no")
	end
	d.who, d.who_seen = value and value.json, scope.seen
end

function items.check(e)
	for _, d in ipairs(e.lists.items) do one_item(e, d) end
	for _, d in ipairs(e.lists.signs) do one_sign(e, d) end
end

return items
