-- Can a condition ever hold? Does one follow from another?
--
-- A comparison of an answer with fixed values speaks of one variable with few values (its options,
-- "other", "unknown"); any other comparison is a variable of its own, true or false, which when true
-- needs its answers known. Terms are replaced by what they stand for. The search assigns one
-- variable after the other and gives up (nil: undecided) after a bounded number of steps; what is
-- undecided is never refused.
--
-- logic.possible(event, conditions, unknown, rules) -> true, false, nil
--   conditions  list of EXPR that hold; unknown: a question without answer, or nil
--   rules       rules that hold besides those that stop every application, or nil

local logic = {}

local STEPS = 4000
local UNKNOWN, OTHER = "\0unknown", "\0other"

------------------------------------------------------------------------------- conditions -> formulas

local builder = {}
builder.__index = builder

local function variable(b, key, always_known, values)
	local v = b.variables[key]
	if not v then
		v = { key = key, values = {}, mentioned = {} }
		if not always_known then v.values[1] = UNKNOWN end
		for _, x in ipairs(values or {}) do
			v.values[#v.values + 1] = x
			v.mentioned[x] = true
		end
		if not values then v.values[#v.values + 1] = OTHER end
		b.variables[key] = v
		b.order[#b.order + 1] = v
	end
	return v
end

local function mention(v, value)
	if not v.mentioned[value] then
		v.mentioned[value] = true
		v.values[#v.values + 1] = value
	end
end

-- The variable of a plain reference, or nil.
local function of_reference(b, json)
	if not json.ref or json.derive then return nil end
	local space, name = json.ref[1], json.ref[2]
	local key = table.concat(json.ref, ".")
	if space == "answer" then
		local ask = b.event.asks[name]
		if not ask then return nil end
		b.asked[name] = true
		if ask.v.type == "yes_no" then return variable(b, key, false, { true, false }) end
		if ask.v.type == "consent" then return variable(b, key, false, { true }) end
		if ask.v.choices then
			local codes = {}
			for i, c in ipairs(ask.v.choices) do codes[i] = c.code end
			return variable(b, key, false, codes)
		end
		return variable(b, key, false)
	elseif space == "chosen" then
		return variable(b, key, true, { true, false })
	elseif space == "applicant" then
		return variable(b, key, true)
	elseif space == "here" then
		return variable(b, key, true)
	end
	return variable(b, key, false) -- record, signed
end

local function known_of(b, json, list)
	if json.ref and json.ref[1] == "answer" then
		local v = of_reference(b, { ref = json.ref })
		if v then list[#list + 1] = { "not", { "in", v, { [UNKNOWN] = true } } } end
	end
	if json.op == "every" or json.op == "where" then return known_of(b, json.args[1], list) end
	for _, a in ipairs(json.args or {}) do known_of(b, a, list) end
	return list
end

local function describe(json)
	if json.ref then return table.concat(json.ref, ".") .. ":" .. (json.derive or "") end
	if json.op then
		local parts = {}
		for i, a in ipairs(json.args) do parts[i] = describe(a) end
		return json.op .. "(" .. table.concat(parts, ",") .. ")"
	end
	return math.type(json.const) and tostring(json.const) or type(json.const) .. tostring(json.const)
end

-- A comparison that is not taken apart: true or false, and true only when its answers are known.
local function opaque(b, json)
	local v = variable(b, describe(json), true, { true, false })
	local list = { "and", { "in", v, { [true] = true } } }
	return known_of(b, json, list)
end

-- term.t compared: the first row whose condition holds decides.
local function term_formula(b, term, accepts)
	local either, before = { "or" }, {}
	for _, row in ipairs(term.table or {}) do
		local when = row.when and b:formula(row.when) or { "const", true }
		if row.value == nil then return nil end
		if accepts(row.value) then
			local both = { "and", when }
			for _, earlier in ipairs(before) do both[#both + 1] = { "not", earlier } end
			either[#either + 1] = both
		end
		before[#before + 1] = when
	end
	return either
end

local function comparison(b, json)
	local subject, set = json.args[1], {}
	for i = 2, #json.args do
		if json.args[i].const == nil then return opaque(b, json) end
		set[json.args[i].const] = true
	end
	local negated = json.op == "is_not"
	if subject.ref and subject.ref[1] == "term" and not subject.derive then
		local term = b.event.terms[subject.ref[2]]
		local f = term and term_formula(b, term, function(v) return (set[v] == true) ~= negated end)
		return f or opaque(b, json)
	end
	local v = of_reference(b, subject)
	if not v then return opaque(b, json) end
	for value in pairs(set) do mention(v, value) end
	if not negated then return { "in", v, set } end
	set[UNKNOWN] = true -- a comparison with unknown is false, also this one
	return { "not", { "in", v, set } }
end

function builder:formula(json)
	self.depth = self.depth + 1
	if self.depth > 50 then error("terms in a circle", 0) end
	local out
	if json.op == "and" or json.op == "or" or json.op == "not" then
		out = { json.op }
		for i, a in ipairs(json.args) do out[i + 1] = self:formula(a) end
	elseif json.op == "is" or json.op == "is_not" or json.op == "one_of" then
		out = comparison(self, json)
	elseif json.op == "known" and of_reference(self, json.args[1]) and json.args[1].ref[1] ~= "term" then
		out = { "not", { "in", of_reference(self, json.args[1]), { [UNKNOWN] = true } } }
	elseif json.const ~= nil then
		out = { "const", json.const }
	else
		out = opaque(self, json)
	end
	self.depth = self.depth - 1
	return out
end

------------------------------------------------------------------------------- what always holds

-- A question with `when` is known only then; one that is not optional is known whenever asked.
local function asked_formulas(b, name, out)
	local ask = b.event.asks[name]
	local v = of_reference(b, { ref = { "answer", name } })
	if ask.in_circle then return end
	local known = { "not", { "in", v, { [UNKNOWN] = true } } }
	local when = ask.condition and b:formula(ask.condition)
	if when then out[#out + 1] = { "or", { "not", known }, when } end
	if not ask.v.optional then out[#out + 1] = when and { "or", { "not", when }, known } or known end
end

-- A rule that stops the application: what it forbids cannot be filed. No rule fails on unknown.
local function rule_formula(b, rule)
	local f = { "or", b:formula(rule.must) }
	if rule.condition then f[#f + 1] = { "not", b:formula(rule.condition) } end
	for _, known in ipairs(known_of(b, rule.must, {})) do f[#f + 1] = { "not", known } end
	return f
end

local function touches(rule, asked)
	for name in pairs(rule.questions or {}) do
		if asked[name] then return true end
	end
	return false
end

-- Adds to `out` until nothing new is spoken of.
local function close(b, out, rules)
	local done, again, passes = {}, true, 0
	for _, rule in ipairs(rules or {}) do out[#out + 1] = rule_formula(b, rule) end
	while again do
		again, passes = false, passes + 1
		local names = {}
		for name in pairs(b.asked) do if not done[name] then names[#names + 1] = name end end
		table.sort(names)
		for _, name in ipairs(names) do
			done[name], again = true, true
			asked_formulas(b, name, out)
		end
		if passes == 1 then
			for _, rule in ipairs(b.event.stopping) do
				if touches(rule, b.asked) then
					again = true
					out[#out + 1] = rule_formula(b, rule)
				end
			end
		end
	end
end

------------------------------------------------------------------------------- search

-- true, false, or nil with the first variable that would decide.
local function evaluate(f, s)
	s.steps = s.steps + 1
	local kind = f[1]
	if kind == "in" then
		local value = s.value[f[2]]
		if value == nil then return nil, f[2] end
		return f[3][value] == true
	elseif kind == "not" then
		local r, open = evaluate(f[2], s)
		if r == nil then return nil, open end
		return not r
	elseif kind == "const" then
		return f[2]
	end
	local stop, first = kind == "or", nil
	for i = 2, #f do
		local r, open = evaluate(f[i], s)
		if r == stop then return stop end
		if r == nil then first = first or open end
	end
	if first then return nil, first end
	return not stop
end

local function search(f, s)
	local r, open = evaluate(f, s)
	if r ~= nil then return r end
	if s.steps > STEPS then return nil end
	local undecided = false
	for _, value in ipairs(open.values) do
		s.value[open] = value
		local found = search(f, s)
		if found then return true end
		if found == nil then undecided = true end
		if undecided then break end
	end
	s.value[open] = nil
	if undecided then return nil end
	return false
end

function logic.possible(event, conditions, unknown, rules)
	local b = setmetatable({ event = event, variables = {}, order = {}, asked = {}, depth = 0 }, builder)
	local good, result = pcall(function()
		local all = { "and" }
		if unknown then
			local v = of_reference(b, { ref = { "answer", unknown } })
			all[2] = { "in", v, { [UNKNOWN] = true } }
		end
		for _, json in ipairs(conditions) do all[#all + 1] = b:formula(json) end
		close(b, all, rules)
		return search(all, { value = {}, steps = 0 })
	end)
	if good then return result end
	if result == "terms in a circle" then return nil end
	error(result, 0)
end

return logic
