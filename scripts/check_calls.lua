-- Connectors and their calls; and whether a request hands a call what it takes.

local text = part "check_text"
local types = part "check_types"
local shape = part "check_shape"
local expr = part "check_expr"

local calls = {}

------------------------------------------------------------------------------- connector files

local function fields(d, key)
	local list, by_name = {}, {}
	local given = d.v[key]
	if given == nil then return list, by_name end
	if type(given) ~= "table" or shape.tag(given) then
		d.complain(key, key .. ' 要写成 { 名字 = "类型", … }')
		return list, by_name
	end
	for _, name in ipairs(text.sorted(given)) do
		local type_name, optional
		if type(name) ~= "string" then
			d.complain(key, key .. " 里每一项都要有名字:名字 = \"类型\"")
		elseif not text.is_name(name) then
			d.complain_in(key, name, '名字 "' .. name .. '" 只能用小写字母、数字和下划线')
		elseif type(given[name]) ~= "string" then
			d.complain_in(key, name, '"' .. name .. '" 的类型要放在引号里')
		else
			type_name, optional = types.of_param(given[name])
			if not type_name then
				d.complain_in(key, name, name .. ":" .. optional)
				type_name, optional = "any", true
			end
			list[#list + 1] = { name = name, type = type_name, optional = optional or nil }
			by_name[name] = list[#list]
		end
	end
	return list, by_name
end

local function list_of(t)
	t["[]"] = #t == 0 or nil
	return t
end

local function one_call(connector, d, known)
	local takes, takes_by = fields(d, "takes")
	local gives, gives_by = fields(d, "gives")
	local id = connector.name .. "." .. d.name
	if known[id] then
		d.complain(nil, '调用 "' .. d.name .. '" 声明了两次(第 ' .. known[id].line .. " 行已有)")
		return nil
	end
	known[id] = { id = d.name, title = d.title, takes = takes_by, gives = gives_by, line = d.line,
		json = { id = d.name, title = d.title, takes = list_of(takes), gives = list_of(gives),
			undo = d.v.undo == true, line = d.line } }
	return known[id].json
end

-- Read a file's connector and calls; adds to known ("dept.call" -> call) and connectors.
-- Returns the connector object or nil.
function calls.file(file, declarations, known, connectors, problem)
	local connector
	for _, d in ipairs(declarations) do
		shape.check(d, d.complain)
		if d.word == "connector" then
			if connector then
				d.complain(nil, "一个文件只能有一个 connector(第 " .. connector.line .. " 行已有)")
			else
				connector = d
				if connectors[d.name] then
					d.complain(nil, '部门 "' .. d.name .. '" 在 ' .. connectors[d.name].file .. " 已有")
				end
				connectors[d.name] = connectors[d.name] or d
			end
		elseif d.word ~= "call" then
			d.complain(nil, '部门文件里只能写 connector 和 call,不能写 ' .. d.word)
		end
	end
	if not connector then
		problem(file, declarations[1].line, "缺 connector 声明")
		return nil
	end
	local list = {}
	for _, d in ipairs(declarations) do
		if d.word == "call" then
			if d.line < connector.line then d.complain(nil, "call 要写在 connector 之后") end
			list[#list + 1] = one_call(connector, d, known)
		end
	end
	if #list == 0 then connector.complain(nil, "缺 call:至少声明一个调用") end
	local v = connector.v
	if v.key_kept and v.once_per == "none" then
		connector.complain("key_kept", '写了 once_per = "none" 就没有键可以留,请删去一个')
	end
	return { kind = "connector", id = connector.name, title = connector.title, contact = v.contact,
		timeout_ms = v.timeout or 10000, ask_after_ms = v.ask_after or 600000,
		at_once = v.limit and v.limit.at_once or 16, per_minute = v.limit and v.limit.per_minute or 600,
		signature = v.signature or 1, once_per = v.once_per or "key", key_kept_ms = v.key_kept,
		style = v.style or "native", answer = v.answer, url_ends = v.url_ends,
		line = connector.line, calls = list_of(list) }
end

------------------------------------------------------------------------------- requests

-- Find "dept.call" of a declaration; tells what is wrong and returns nil.
function calls.find(event, by, tell)
	local department, call = by:match("^([%w_]+)%.([%w_]+)$")
	if not department then
		return tell('"' .. by .. '" 要写成 "部门.调用",如 "health.issue_birth_certificate"')
	end
	if not event.connectors[department] then
		return tell('没有叫 "' .. department .. '" 的部门' .. text.did_you_mean(department, event.connectors,
			"部门在 connectors/ 里声明"))
	end
	local found = event.calls[by]
	if found then return found, department, call end
	local own = {}
	for id in pairs(event.calls) do
		local of, name = id:match("^(.-)%.(.*)$")
		if of == department then own[name] = true end
	end
	return tell("部门 " .. department .. ' 没有叫 "' .. call .. '" 的调用' .. text.did_you_mean(call, own,
		"它有:" .. text.join(text.sorted(own))))
end

-- The same for a look-up, which wants its answer at once: a desk has only people to give one.
function calls.find_record(event, by, tell)
	local found, department, call = calls.find(event, by, tell)
	if found and event.connectors[department].v.style == "desk" then
		tell("部门 " .. department .. ' 没有接口(style = "desk"),不能查询:请改为 commit 或 upload')
	end
	return found, department, call
end

-- "a b c" or { "a b", name = value } -> list of { name, node, at }
local function entries(request, tell)
	local list, seen = {}, {}
	local function add(name, node, at)
		if seen[name] then
			tell('"' .. name .. '" 写了两次', at)
		else
			seen[name] = true
			list[#list + 1] = { name = name, node = node, at = at }
		end
	end
	local function same(s, at)
		for _, w in ipairs(text.words(s)) do add(w, { ["%"] = "ref", ref = { "answer", w }, same = true }, at) end
	end
	if type(request) == "string" then
		same(request)
		return list
	end
	if type(request) ~= "table" or shape.tag(request) then
		tell('request 要写成 "名字 名字" 或 { 名字 = answer.…, … }')
		return nil
	end
	for i, v in ipairs(request) do
		if type(v) == "string" then same(v, i) else tell("request 里这一项要有名字:名字 = …", i) end
	end
	for _, k in ipairs(text.sorted(request)) do
		if type(k) == "string" then add(k, request[k], k) end
	end
	return list
end

local function type_problem(param, value)
	if value.type == "const" then
		local bad = types.constant_problem(value.const, param.type)
		return bad
	end
	if not types.fits(value.type, param.type) then
		return "类型不合:这里是 " .. value.type .. ",要的是 " .. param.type
	end
	return nil
end

-- Tell a parameter that the call does not have.
local function unknown_param(r, e)
	r.tell(r.by .. ' 不收 "' .. e.name .. '"' .. text.did_you_mean(e.name, r.call.takes,
		next(r.call.takes) and "它收:" .. text.join(text.sorted(r.call.takes)) or "它什么也不收"), e.at)
end

-- One entry compiled; nil when it is wrong (told).
local function compiled(r, e)
	local param, line = r.call and r.call.takes[e.name], r.line_of(e.at)
	local node = e.node
	if r.call and not param then
		unknown_param(r, e)
		r.misnamed = true
	end
	r.scope.seen = {}
	if type(node) == "table" and node.same then node.line = line end
	if param and types.kinds[param.type] == "yes_no" and (node == "yes" or node == "no") then
		node = node == "yes"
	end
	local value = expr.value(r.scope, node, line)
	if not value then return nil end
	expr.hand_over(r.scope, value)
	if value.type == "condition" then
		r.tell('"' .. e.name .. '" 这里要一个值,不是条件;条件请先写成 term', e.at)
	elseif param then
		local bad = type_problem(param, value)
		if bad then r.tell('"' .. e.name .. '" ' .. bad, e.at) end
	end
	return { name = e.name, value = value.json, seen = r.scope.seen, param = param, line = line,
		may_lack = value.optional and (value.json.op == "either" or (value.json.ref or {})[1] == "result") }
end

-- Compile a request against its call. In r:
--   event, scope (see check_expr), by ("dept.call"), call (nil: told already), request (as declared)
--   files    names of materials handed over beside: they fill parameters of type file
--   line_of  function(position or key or nil) -> line
-- Returns list of { name, value = EXPR, seen, param, line, may_lack } in form order.
function calls.request(r)
	function r.tell(message, at) r.scope.complain(r.line_of(at), message) end
	local out, filled, missing = {}, {}, {}
	local list = entries(r.request, r.tell)
	if not list then return out end
	for _, e in ipairs(list) do
		filled[e.name] = true
		out[#out + 1] = compiled(r, e)
	end
	for _, name in ipairs(text.sorted(r.call and r.call.takes or {})) do
		if not r.call.takes[name].optional and not filled[name] and not r.files[name] then
			missing[#missing + 1] = name
		end
	end
	if #missing > 0 and not r.misnamed then -- one of them is perhaps what was misspelt
		r.tell("request 缺 " .. text.join(missing) .. ":" .. r.by .. " 必须收到")
	end
	calls.in_form_order(r.event, out)
	return out
end

-- Tables have no order: a request goes by its first question's place in the form, then by name.
function calls.in_form_order(event, list)
	local place = {}
	for _, p in ipairs(list) do
		local first = math.huge
		for _, s in ipairs(p.seen) do
			local ask = s.space == "answer" and event.asks[s.name]
			if ask and ask.index < first then first = ask.index end
		end
		place[p] = first
	end
	table.sort(list, function(a, b)
		if place[a] ~= place[b] then return place[a] < place[b] end
		return a.name < b.name
	end)
end

-- The declared form of a compiled request.
function calls.json(list)
	local out = { ["[]"] = #list == 0 or nil }
	for i, p in ipairs(list) do out[i] = { name = p.name, value = p.value } end
	return out
end

return calls
