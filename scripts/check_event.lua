-- One event as a whole: its declarations gathered, names looked up, conditions compiled.
-- What the parts mean for one another is judged in check_graph.lua, the result is written by
-- check_output.lua.
--
-- event.build(ctx, file, declarations) -> event or nil
--   ctx: calls, connectors, problem(file, line, text), warn(file, line, text)
-- The event holds tables by name and lists in order: asks, records, terms, figures, signs, rules,
-- materials, items, applicants; every declaration `d` gets its compiled parts (condition, …).

local text = part "check_text"
local types = part "check_types"
local shape = part "check_shape"
local expr = part "check_expr"
local calls = part "check_calls"
local asks = part "check_asks"
local items = part "check_items"

local event = {}

local plural = { applicant = "applicants", record = "records", ask = "asks", list = "asks",
	sign = "signs", term = "terms", figure = "figures", rule = "rules", material = "materials",
	item = "items", tell = "items", either = "eithers", place = "places" }
local titles = { applicant = "申请人", record = "查询", ask = "问题", list = "问题", sign = "签字",
	term = "说法", figure = "数", rule = "规则", material = "材料", item = "事项", tell = "事项",
	either = "either", place = "地方" }

------------------------------------------------------------------------------- gathering

local function new_event(ctx, file)
	local e = { file = file, ctx = ctx, calls = ctx.calls, connectors = ctx.connectors, sections = {},
		lists = {}, stopping = {} }
	for _, p in pairs(plural) do
		e[p] = {}
		e.lists[p] = {}
	end
	return e
end

local function enlist(e, d)
	local p = plural[d.word]
	local known = e[p][d.name]
	if known then
		d.complain(nil, titles[d.word] .. ' "' .. d.name .. '" 写了两次(第 ' .. known.line .. " 行已有),请换一个名字")
		return
	end
	e[p][d.name] = d
	table.insert(e.lists[p], d)
	d.index = #e.lists[p]
end

local function gather(e, declarations)
	for _, d in ipairs(declarations) do
		shape.check(d, d.complain)
		if d.word == "event" then
			if e.declaration then
				d.complain(nil, "一个文件只能有一个 event(第 " .. e.declaration.line .. " 行已有)")
			else
				e.declaration, e.id = d, d.name
			end
		elseif d.word == "section" then
			table.insert(e.sections, d)
		elseif plural[d.word] then
			if plural[d.word] == "asks" then
				d.section = #e.sections
				if d.section == 0 then d.complain(nil, d.word .. ' 要写在某个 section "…" 之后') end
			end
			if d.word == "list" then asks.columns(d) end
			enlist(e, d)
		elseif shape.words[d.word] then
			d.complain(nil, d.word .. " 不能写在事件文件里")
		end
	end
end

-- Two with the same title cannot be told apart by the reader of the form.
local function same_titles(e)
	for _, word in ipairs { "ask", "item", "material", "applicant" } do
		local seen = {}
		for _, d in ipairs(e.lists[plural[word]]) do
			local key = d.title and ((d.section or 0) .. "\0" .. (type(d.title) == "string" and d.title or ""))
			if key and seen[key] and type(d.title) == "string" then
				d.complain(1, titles[word] .. '的标题 "' .. d.title .. '" 与第 ' .. seen[key].line .. " 行相同,请写得能区分")
			elseif key then
				seen[key] = d
			end
		end
	end
end

------------------------------------------------------------------------------- compiling

local function figure_value(v)
	if type(v) == "string" and text.duration(v) then return v, "duration" end
	if v == "yes" or v == "no" then return v == "yes", "yes_no" end
	if type(v) == "boolean" then return v, "yes_no" end
	if math.type(v) then return v, "number" end
	if type(v) == "string" and not v:match("^%s*$") then return v, "text" end
	return nil
end

local function figures(e)
	for _, d in ipairs(e.lists.figures) do
		d.usual, d.value_type = figure_value(d.v.usual)
		if d.v.usual ~= nil and d.usual == nil then
			d.complain("usual", 'usual 要写一个数、期限(如 "12个月")、"yes"/"no" 或文字')
		end
		d.values = { [d.usual or ""] = true } -- all that is said anywhere
	end
	local codes = {}
	for _, d in ipairs(e.lists.places) do
		d.code, d.label = d.name:match("^(%d%d%d%d%d%d)%s+(%S.*)$")
		if not d.code then
			d.complain(nil, 'place 后面要写 "六位区划代码 名称",如 "350000 福建省"')
		elseif codes[d.code] then
			d.complain(nil, "区划 " .. d.code .. " 写了两次(第 " .. codes[d.code].line .. " 行已有)")
		else
			codes[d.code] = d
		end
		d.figures = {}
		if next(d.v) == nil then d.complain(nil, 'place "' .. d.name .. '" 里没有写任何数') end
		for _, k in ipairs(text.sorted(d.v)) do
			local figure = e.figures[k]
			local value, value_type = figure_value(d.v[k])
			if not figure then
				d.complain(k, '没有叫 "' .. k .. '" 的数(figure)' .. text.did_you_mean(k, e.figures))
			elseif value == nil or value_type ~= figure.value_type then
				d.complain(k, k .. " 要与 usual 同类(" .. tostring(figure.value_type) .. ")")
			else
				d.figures[k] = value
				figure.values[value] = true
			end
		end
	end
end

-- A term is rows { value, when = … }, or one condition alone: true or false.
local function term_rows(d)
	local rows = {}
	for i, r in ipairs(d.rows) do
		local v = r.value
		if shape.tag(v) == "op" then
			if #d.rows > 1 then
				d.complain(r.at, "term 的条件要写成 { 值, when = 条件 }")
			else
				rows[1] = { value = true, when = v, at = r.at }
				rows[2] = { value = false, at = r.at }
			end
		elseif type(v) ~= "table" or shape.tag(v) or v[1] == nil then
			d.complain(r.at, 'term 的第 ' .. i .. ' 行要写成 { "值", when = 条件 }')
		else
			for k in pairs(v) do
				if k ~= 1 and k ~= "when" then
					d.complain(r.at, "term 的一行里只能有一个值和 when" .. text.did_you_mean(tostring(k), { "when" }))
				end
			end
			rows[#rows + 1] = { value = v[1], when = v.when, at = r.at }
		end
	end
	if d.v.when ~= nil then d.complain("when", "when 要写在 term 的一行里面:{ 值, when = 条件 }") end
	if #rows == 0 then d.complain(nil, 'term "' .. d.name .. '" 没有一行') end
	return rows
end

local function constant_type(v)
	if type(v) == "string" then return "text" end
	if type(v) == "boolean" then return "yes_no" end
	if math.type(v) then return "number" end
	return nil
end

local function term_values(d)
	for _, row in ipairs(d.raw) do
		local t = constant_type(row.value)
		if t and d.value_type and t ~= d.value_type then
			d.complain(row.at, "term 各行的值要同类")
		elseif t then
			d.value_type = t
			if t == "text" then
				d.values = d.values or {}
				d.values[row.value] = true
			end
		else
			d.values_open = true
		end
	end
	if d.values_open then d.values = nil end
end

-- Types first (constants tell them), then conditions: terms may speak of one another.
local function terms(e)
	for _, d in ipairs(e.lists.terms) do
		d.raw = term_rows(d)
		term_values(d)
	end
	for _, d in ipairs(e.lists.terms) do
		local scope, open = expr.scope(e, d), true
		d.table = {}
		for i, row in ipairs(d.raw) do
			local line = d.line_of(row.at)
			local out = { at = row.at }
			if not open then d.complain(row.at, "上面一行没有 when,这一行永远用不到") end
			if constant_type(row.value) then
				out.value = row.value
			else
				local before = #scope.seen
				local compiled = expr.value(scope, row.value, line)
				expr.hand_over(scope, compiled)
				out.expr, out.type = compiled and compiled.json, compiled and compiled.type
				out.seen = table.move(scope.seen, before + 1, #scope.seen, 1, {})
				if compiled and compiled.type == "condition" then
					d.complain(row.at, "这里要一个值,不是条件")
				elseif compiled and d.value_type and not types.fits(compiled.type, d.value_type) then
					if types.kinds[compiled.type] == "text" and types.kinds[d.value_type] == "text" then
						d.value_type = "text" -- an identity number in one row, a passport in another
					else
						d.complain(row.at, "term 各行的值要同类:" .. d.value_type .. " 与 " .. compiled.type)
					end
				elseif compiled then
					d.value_type = d.value_type or compiled.type
				end
			end
			if row.when ~= nil then
				out.when = expr.condition(scope, row.when, line)
			else
				open = false
			end
			d.table[i] = out
		end
		d.always = not open
		d.seen = scope.seen
	end
end

local function records(e)
	for _, d in ipairs(e.lists.records) do
		if d.v.by and d.v.request ~= nil then
			d.call = calls.find_record(e, d.v.by, function(message) d.complain("by", message) end)
			d.request = calls.request { event = e, scope = expr.scope(e, d), by = d.v.by, call = d.call,
				request = d.v.request, files = {}, line_of = function(at) return d.line_in("request", at) end }
		end
	end
end

-- Is a record or a result spoken of, also through terms?
local function may_change(e, seen, done)
	for _, s in ipairs(seen) do
		if s.space == "record" or s.space == "result" then return true end
		if s.space == "term" and not done[s.name] then
			done[s.name] = true
			if may_change(e, e.terms[s.name].seen or {}, done) then return true end
		end
	end
	return false
end

-- What waits must be said, and something must be able to change meanwhile.
local function waiting_problems(e, d)
	if not d.v.only then d.complain("otherwise", "wait 要写明哪几项等着:only = { \"…\" }") end
	if d.must and not may_change(e, d.seen, {}) then
		d.complain("otherwise", "条件里没有 record 或 result,等不来变化:请申请人改的写 correct,不能办的写 refuse 或 offline")
	end
end

local function rules(e)
	for _, d in ipairs(e.lists.rules) do
		local ending = d.v.otherwise
		local waits = ending and ending["do"] == "wait"
		local scope = expr.scope(e, d, { result = waits })
		if #d.rows ~= 1 then
			d.complain(nil, 'rule "' .. d.name .. '" 要有且只有一个条件(写在 { 后面)')
		end
		if d.rows[1] then d.must = expr.condition(scope, d.rows[1].value, d.line_of(d.rows[1].at)) end
		expr.when(e, d)
		d.seen = scope.seen
		d.only = items.expanded(e, d, "only")
		if ending and ending["do"] == "drop" and not d.v.only then
			d.complain("otherwise", "drop 要写明去掉哪几项:only = { \"…\" }")
		end
		if waits then waiting_problems(e, d) end
		local stops = ending and (ending["do"] == "refuse" or ending["do"] == "offline" or ending["do"] == "correct")
		d.questions = {}
		for _, s in ipairs(scope.seen) do if s.space == "answer" then d.questions[s.name] = true end end
		if stops and not d.v.only and d.must then table.insert(e.stopping, d) end
	end
end

local ways = {}

function ways.fetch(e, d, way, at)
	if type(way.by) ~= "string" or way.request == nil then
		d.complain("get", 'fetch 要写成 fetch "部门.调用" { 名字 = answer.…, … }')
		return nil
	end
	local function line_of() return way.line or at end
	local call = calls.find_record(e, way.by, function(m) e.ctx.problem(way.file or d.file, line_of(), m) end)
	local request = calls.request { event = e, scope = expr.scope(e, d), by = way.by, call = call,
		request = way.request, files = {}, line_of = line_of }
	return { way = "fetch", by = way.by, call = call, request = request, line = way.line }
end

function ways.commit(_, d, way)
	if type(way.text) ~= "string" then d.complain("get", 'commit 后面要写承诺的内容:commit "…"') end
	return { way = "commit", text = way.text }
end

local endings = { pdf = true, jpg = true, png = true, ofd = true }

function ways.upload(_, d, way)
	local list = type(way.text) == "string" and text.words(way.text) or {}
	if #list == 0 then d.complain("get", 'upload 后面要写文件类型:upload "pdf jpg png"') end
	for _, t in ipairs(list) do
		if not endings[t] then
			d.complain("get", '不收 "' .. t .. '" 类型的文件' .. text.did_you_mean(t, endings, "可以是 pdf jpg png ofd"))
		end
	end
	return { way = "upload", types = list }
end

-- One way, or one for each item of an either.
function ways.produced(e, d, way)
	local found = items.named(e, way.text or "")
	if not found then
		d.complain("get", '没有叫 "' .. tostring(way.text) .. '" 的事项(item)'
			.. text.did_you_mean(tostring(way.text), e.items))
		return nil
	end
	local made = {}
	for i, item in ipairs(found) do made[i] = { way = "produced", item = item.name } end
	return table.unpack(made)
end

local function record_way(e, d, way)
	local name = way.ref[2]
	if way.ref[3] then
		d.complain("get", "这里只写 record." .. name .. ",不写是哪一栏")
	elseif not e.records[name] then
		e.ctx.problem(way.file or d.file, way.line, '没有叫 "' .. name .. '" 的查询(record)'
			.. text.did_you_mean(name, e.records))
	else
		return { way = "record", record = name }
	end
end

local function materials(e)
	for _, d in ipairs(e.lists.materials) do
		expr.when(e, d)
		local get = d.v.get
		if shape.tag(get) then get = { get } end
		d.ways = {}
		if type(get) ~= "table" then get = {} end
		for i, way in ipairs(get) do
			local tag, made = shape.tag(way), {}
			if tag == "way" then
				made = { ways[way.way](e, d, way, d.line_of("get")) }
			elseif tag == "ref" and way.ref[1] == "record" then
				made = { record_way(e, d, way) }
			else
				d.complain("get", "get 的第 " .. i .. " 项要是 fetch、record.…、produced、commit 或 upload")
			end
			if d.ways[#d.ways] and d.ways[#d.ways].way == "upload" then
				d.complain("get", "upload 要写在最后,它后面的永远用不到")
			end
			table.move(made, 1, #made, #d.ways + 1, d.ways)
		end
		if d.v.get ~= nil and #get == 0 then d.complain("get", "get 里没有写材料从哪里来") end
	end
end

local function applicants(e)
	for _, d in ipairs(e.lists.applicants) do
		for _, name in ipairs(d.v.with or {}) do
			if not e.materials[name] then
				d.complain("with", '没有叫 "' .. name .. '" 的材料(material)' .. text.did_you_mean(name, e.materials))
			end
		end
	end
end

local place_types = { address = true, division6 = true, division9 = true, division12 = true, any = true }

local name_types = { person_name = true, new_name = true, text = true, any = true }

-- By what people tell an application from others of the event. Nothing is asked for it alone.
local function known_by(e, d)
	if d.v.known_by == nil then return nil end
	local value = expr.value(expr.scope(e, d), d.v.known_by, d.line_of("known_by"))
	local ask = value and value.json.ref and value.json.ref[1] == "answer" and e.asks[value.json.ref[2]]
	if value and (not ask or not name_types[value.type]) then
		d.complain("known_by", "known_by 要写一个姓名或文字的问题,如 answer.child_name")
	end
	return value and value.json
end

local function head(e)
	local d = e.declaration
	local scope = expr.scope(e, d)
	if d.v.lead and not e.connectors[d.v.lead] then
		d.complain("lead", '没有叫 "' .. d.v.lead .. '" 的部门' .. text.did_you_mean(d.v.lead, e.connectors))
	end
	if d.v.since and d.v.ends and d.v.ends < d.v.since then d.complain("ends", "ends 比 since 早") end
	if d.v.place ~= nil then
		local value = expr.value(scope, d.v.place, d.line_of("place"))
		local ask = value and value.json.ref and value.json.ref[1] == "answer" and e.asks[value.json.ref[2]]
		if value and (not ask or not place_types[value.type]) then
			d.complain("place", "place 要写一个地址或区划的问题,如 answer.hukou_address")
		elseif ask and (ask.v.when or ask.v.optional) then
			d.complain("place", "place 的问题必须每次都问,不能有 when 或 optional")
		end
		e.place = value and value.json
	end
	e.known_by = known_by(e, d)
	e.once_per = {}
	local once = d.v.once_per
	if once ~= nil and (type(once) ~= "table" or shape.tag(once)) then once = { once } end
	for _, one in ipairs(once or {}) do
		local value = expr.value(scope, one, d.line_of("once_per"))
		if value and (not value.json.ref or value.type == "condition" or value.type == "list") then
			d.complain("once_per", "once_per 要写问题(不能是条件或 list),如 answer.birth_certificate_no")
		end
		e.once_per[#e.once_per + 1] = value and value.json
	end
	if once and #once == 0 then d.complain("once_per", "once_per 要写问题,如 answer.birth_certificate_no") end
	e.seen = scope.seen
	if #e.lists.applicants == 0 then d.complain(nil, '缺 applicant:谁可以申请') end
	if #e.lists.items == 0 then d.complain(nil, '缺 item:一个事项也没有') end
end

local most = { items = 64, materials = 64, records = 32, signs = 64 } -- as core/rules/event.h

local function too_many(e)
	local count = { items = #e.lists.items }
	for _, d in ipairs(e.lists.items) do count.items = count.items + (#d.later > 0 and 1 or 0) end
	count.signs = 0
	for _, d in ipairs(e.lists.signs) do count.signs = count.signs + (d.persons or 1) end
	for _, p in ipairs(text.sorted(most)) do
		if (count[p] or #e.lists[p]) > most[p] then
			e.declaration.complain(nil, p:gsub("s$", "") .. " 最多 " .. most[p] .. " 个,请拆成两件事")
		end
	end
end

function event.build(ctx, file, declarations)
	local e = new_event(ctx, file)
	gather(e, declarations)
	if not e.declaration then return nil end
	same_titles(e)
	items.names(e)
	figures(e)
	terms(e)
	records(e)
	asks.check(e)
	rules(e)
	materials(e)
	items.check(e)
	applicants(e)
	head(e)
	too_many(e)
	return e
end

return event
