-- The questions of an event: what each may say of itself, where it is filled from, and the groups
-- that repeat (list) with a column for each of their questions.
--
-- asks.columns(list, complain)   gathers the columns of a list from what stands inside it
-- asks.check(event)              judges and compiles all questions of the event

local text = part "check_text"
local types = part "check_types"
local shape = part "check_shape"
local expr = part "check_expr"
local names = part "check_names"

local asks = {}

local ROWS = 50 -- of one list, as many as rules/form.c takes
local USUAL_ROWS = 20

local function sources(e, d)
	local given = d.v.from
	if given == nil then
		if d.v.locked then d.complain("locked", "locked 的问题要有 from:值从哪里来") end
		return
	end
	if shape.tag(given) then given = { { given } } end
	local scope = expr.scope(e, d)
	local line = d.line_of("from")
	d.from = {}
	for _, row in ipairs(given) do
		if shape.tag(row) then row = { row } end
		if type(row) ~= "table" or row[1] == nil or #row > 1 then
			d.complain("from", "from 要写一个来源,或几行 { 来源, when = 条件 }")
			break
		end
		local value = expr.value(scope, row[1], line)
		if value and value.type ~= "condition" and not types.fits(value.type, d.v.type or "any")
			and value.type ~= "const" then
			d.complain("from", "来源的类型不合:这里是 " .. value.type .. ",问题是 " .. tostring(d.v.type))
		elseif value and (value.type == "const" or value.type == "condition" and d.v.type ~= "yes_no") then
			d.complain("from", "from 要写 record.…、applicant.… 或 answer.…")
		end
		d.from[#d.from + 1] = { value = value and value.json,
			when = row.when ~= nil and expr.condition(scope, row.when, line) or nil }
	end
	d.from_seen = scope.seen
end

local function range_problems(d)
	local v, kind = d.v, types.kinds[d.v.type or ""]
	if (v.min or v.max) and kind ~= "number" then d.complain(v.min and "min" or "max", "min、max 只能用于数") end
	if v.min and v.max and v.min > v.max then d.complain("min", "min 比 max 大") end
	for _, k in ipairs { "not_after", "not_before" } do
		if v[k] and kind ~= "day" and kind ~= "moment" then d.complain(k, k .. " 只能用于日期") end
	end
	if v.not_after and v.not_before and text.is_date(v.not_after) and text.is_date(v.not_before)
		and v.not_before > v.not_after then
		d.complain("not_before", "not_before 比 not_after 晚")
	end
end

local function example_problem(d)
	local example, t = d.v.example, d.v.type
	if example == nil or not t then return end
	if shape.tag(example) then
		d.complain("example", "example 要写一个固定的值")
	elseif type(example) ~= "table" and types.kinds[t] ~= "other" then
		local bad = types.constant_problem(example, t)
		if types.kinds[t] == "number" and tonumber(example) then bad = nil end
		if bad then d.complain("example", "example:" .. bad) end
		local codes = names.codes_of(d)
		if not bad and codes and not codes[example] then
			d.complain("example", 'example:没有叫 "' .. tostring(example) .. '" 的选项'
				.. text.did_you_mean(tostring(example), codes))
		end
	end
end

-- What a question says of itself, alone.
local function one_ask(d)
	local t = d.v.type
	local choice = t == "choice" or t == "choices"
	if choice and not d.v.choices and not d.bad then
		d.complain("type", '选择题要写 choices = { "1 …", "2 …" }')
	elseif t and not choice and d.v.choices then
		d.complain("choices", 'choices 只能用于 type = "choice" 或 "choices"')
	end
	if t == "consent" and not d.v.text then
		d.complain("type", "consent 要写 text:申请人同意或声明的那句话")
	elseif t and t ~= "consent" and d.v.text then
		d.complain("text", "text 只用于 consent,说明请写 why")
	end
	if t == "consent" and d.v.optional then d.complain("optional", "consent 不能是选填") end
	range_problems(d)
	example_problem(d)
end

------------------------------------------------------------------------------- lists

-- What a column cannot be: nobody signs, uploads or prefills once for each row.
local function column_problems(d)
	for _, k in ipairs { "from", "locked" } do
		if d.v[k] ~= nil then d.complain(k, "list 里的问题每人一个,不能有 " .. k) end
	end
	if d.v.type == "consent" then
		d.complain("type", "list 里不能用 consent:每人是否同意请问 yes_no,本人签字请用 sign")
	elseif d.v.type == "file" then
		d.complain("type", "list 里不能用 file:要交的材料请写 material")
	end
end

function asks.columns(list)
	list.v.type = "list"
	list.columns, list.column_list = {}, {}
	local titles = {}
	for _, row in ipairs(list.rows) do
		if shape.tag(row.value) ~= "decl" then list.complain(row.at, 'list 里只能写 ask "…" { … }') end
	end
	for _, d in ipairs(list.inner) do
		if d.word == "ask" then
			shape.check(d, d.complain)
			if list.columns[d.name] then
				d.complain(nil, '"' .. d.name .. '" 写了两次(第 ' .. list.columns[d.name].line .. " 行已有),请换一个名字")
			elseif titles[d.title or ""] then
				d.complain(1, '标题 "' .. d.title .. '" 与第 ' .. titles[d.title].line .. " 行相同,请写得能区分")
			end
			list.columns[d.name], titles[d.title or 0] = d, d
			table.insert(list.column_list, d)
			d.index = #list.column_list
		end
	end
	if #list.inner == 0 then list.complain(nil, 'list "' .. list.name .. '" 里没有 ask:每人要填什么') end
end

local function rows_of(list)
	local v = list.v
	if v.min == 0 then list.complain("min", "可以一行也不填的,请写 optional = true") end
	v.min = v.min or v.optional and 0 or 1
	v.max = v.max or math.max(USUAL_ROWS, v.min)
	if v.max > ROWS then list.complain("max", "max 最多 " .. ROWS) end
	if v.min > v.max then list.complain("min", "min 比 max 大") end
end

local function one_list(e, list)
	rows_of(list)
	for _, d in ipairs(list.column_list) do
		one_ask(d)
		column_problems(d)
		expr.when(e, d, { each = list })
		for _, s in ipairs(d.when_seen or {}) do
			if s.space == "each" and list.columns[s.name].index >= d.index then
				d.complain("when", "when 里的 each." .. s.name .. (s.name == d.name and " 是它自己" or " 要写在这一栏的前面"))
			end
		end
	end
end

function asks.check(e)
	for _, d in ipairs(e.lists.asks) do
		if d.column_list then one_list(e, d) else one_ask(d) end
		expr.when(e, d)
		if not d.column_list then sources(e, d) end
	end
end

return asks
