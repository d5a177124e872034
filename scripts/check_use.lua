-- Whether all that is declared is used: nobody is asked, looked up or made to sign for nothing.
--
-- use.check(event)

local use = {}

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

function use.check(e)
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

return use
