-- The declared form of an event: plain data in the order of the file, as stored and hashed.

local calls = part "check_calls"
local items = part "check_items"

local output = {}

local function list(t)
	t["[]"] = #t == 0 or nil
	return t
end

-- Optional lists are left out when empty or absent.
local function some(t)
	return t and #t > 0 and t or nil
end

local function each(source, make)
	local out = {}
	for i, d in ipairs(source) do
		out[i] = make(d)
		out[i].line = d.line
		out[i].file = d.shared_file
	end
	return list(out)
end

local function ask(d)
	local v = d.v
	return { id = d.name, title = d.title, section = d.section and d.section - 1, type = v.type, choices = some(v.choices),
		when = d.condition, optional = v.optional or nil, from = some(d.from), locked = v.locked or nil,
		why = v.why, example = v.example, not_after = v.not_after, not_before = v.not_before, min = v.min,
		max = v.max, sensitive = v.sensitive or nil, text = v.text,
		each = d.column_list and each(d.column_list, ask) }
end

local function term(d)
	local rows = {}
	for i, r in ipairs(d.table) do rows[i] = { value = r.value, value_expr = r.expr, when = r.when } end
	return { id = d.name, title = d.title, rows = list(rows) }
end

local function material(d)
	local get = {}
	for i, w in ipairs(d.ways) do
		get[i] = { way = w.way, by = w.by, record = w.record, item = w.item, text = w.text, types = w.types,
			request = w.request and calls.json(w.request) }
	end
	return { id = d.name, title = d.title, when = d.condition, get = list(get) }
end

local function item(d)
	local v = d.v
	return { id = d.name, title = d.title, by = v.by, department = d.department, call = d.call_name,
		needs = some(d.needs), signs = some(d.signs), tell = d.word == "tell" or nil, uses = some(v.uses),
		when = d.condition, choice = v.choice, request = calls.json(d.request), within = v.within,
		by_law = v.by_law, notice = v.notice, fee = v.fee, in_person = v.in_person, issues = v.issues, delivery = some(v.delivery), visit = v.visit,
		before = v.before }
end

local function both(op, list)
	if #list < 2 then return list[1] end
	return { op = op, args = list }
end

-- When something may come to be sent on: the item runs, and one of those it comes from.
local function later_when(e, d)
	local all, any = items.applies(d), {}
	for _, name in ipairs(d.later) do
		local one = both("and", items.applies(e.items[name]))
		if not one then return both("and", all) end -- always
		any[#any + 1] = one
	end
	all[#all + 1] = both("or", any)
	return both("and", all)
end

-- What `later` of an item stands for: an item that sends on to it what came after it was sent.
local function later_item(e, d)
	local titles, needs = {}, { d.name }
	for _, name in ipairs(d.later) do
		needs[#needs + 1], titles[#titles + 1] = name, e.items[name].title
	end
	return { id = d.name .. "_later", title = "补送:" .. table.concat(titles, "、"), tell = true,
		later_of = d.name, by = d.v.by, department = d.department, call = d.call_name, needs = needs,
		when = later_when(e, d), request = calls.json(d.later_request), line = d.line }
end

local function all_items(e)
	local out = each(e.lists.items, item)
	for _, d in ipairs(e.lists.items) do
		if #d.later > 0 then out[#out + 1] = later_item(e, d) end
	end
	return out
end

local function names(declarations)
	local out = {}
	for i, d in ipairs(declarations) do out[i] = d.name end
	return out
end

local function call_objects(e)
	local out = {}
	local function add(by, call)
		if by and call then out[by] = call.json end
	end
	for _, d in ipairs(e.lists.records) do add(d.v.by, d.call) end
	for _, d in ipairs(e.lists.items) do add(d.v.by, d.call) end
	for _, m in ipairs(e.lists.materials) do
		for _, w in ipairs(m.ways) do add(w.by, w.call) end
	end
	return out
end

function output.event(e)
	local h = e.declaration
	return {
		kind = "event", id = e.id, title = h.title, lead = h.v.lead, basis = h.v.basis, since = h.v.since,
		ends = h.v.ends, place = e.place, once_per = list(e.once_per), known_by = e.known_by, never_asks = some(h.v.never_asks),
		line = h.line,
		applicants = each(e.lists.applicants, function(d)
			return { id = d.name, title = d.title, with = some(d.v.with) }
		end),
		records = each(e.lists.records, function(d)
			return { id = d.name, title = d.title, by = d.v.by, request = calls.json(d.request) }
		end),
		sections = each(e.sections, function(d) return { title = d.name } end),
		asks = each(e.lists.asks, ask),
		signs = each(e.lists.signs, function(d)
			return { id = d.name, title = d.title, each = d.each, who = d.who, text = d.v.text, within = d.v.within,
				otherwise = d.v.otherwise, when = d.condition, shows = some(d.v.shows) }
		end),
		terms = each(e.lists.terms, term),
		figures = each(e.lists.figures, function(d)
			return { id = d.name, title = d.title, usual = d.usual }
		end),
		places = each(e.lists.places, function(d)
			return { code = d.code, name = d.label, figures = d.figures }
		end),
		rules = each(e.lists.rules, function(d)
			return { id = d.name, must = d.must, when = d.condition, only = some(d.only),
				otherwise = d.v.otherwise }
		end),
		materials = each(e.lists.materials, material),
		items = all_items(e),
		eithers = some(each(e.lists.eithers, function(d)
			return { id = d.name, title = d.title, items = names(d.members) }
		end)),
		calls = call_objects(e),
	}
end

return output
