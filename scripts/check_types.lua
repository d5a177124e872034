-- The types of answers, parameters and outputs: which there are, their codes, what fits what.

local text = part "check_text"

local types = {}

-- Every type of a question, with what its values are: text, number, yes_no, day, moment, other.
types.kinds = {
	text = "text", person_name = "text", new_name = "text", id_number = "text", phone = "text",
	date = "day", datetime = "moment", choice = "text", choices = "other", yes_no = "yes_no",
	number = "number", money = "number", address = "other", division6 = "text", division9 = "text",
	division12 = "text", bank_card = "text", email = "text", ethnic_group = "text", sex = "text",
	household_relation = "text", marital_status = "text", birth_cert_no = "text",
	marriage_cert_no = "text", uscc = "text", passport = "text", file = "other", list = "other",
	consent = "yes_no",
}

local function numbered(from, to, more)
	local codes = {}
	for n = from, to do codes[string.format("%02d", n)] = true end
	for _, c in ipairs(text.words(more or "")) do codes[c] = true end
	return codes
end

local function set(s)
	local t = {}
	for _, w in ipairs(text.words(s)) do t[w] = true end
	return t
end

-- Codes of the national lists (GB/T 3304, 2261.1, 2261.2, 4761), to find wrong ones in conditions.
types.codes = {
	ethnic_group = numbered(1, 56, "97 98"),
	sex = set "0 1 2 9",
	marital_status = set "10 20 21 22 23 30 40 90",
	household_relation = set(("01 02 10 11 12 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 " ..
		"40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 " ..
		"70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 99 " ..
		"0 1 2 3 4 5 6 7 8")),
}

-- What a parameter takes besides its own type.
local widens = {
	person_name = set "new_name", yes_no = set "consent",
	choice = set "sex ethnic_group marital_status household_relation yes_term",
	number = set "", money = set "",
}

-- May a value of type `from` go to a parameter of type `to`?
function types.fits(from, to)
	if from == to or from == "any" or to == "any" then return true end
	if to == "text" then
		local k = types.kinds[from]
		return k == "text" or k == "day" or k == "moment"
	end
	return widens[to] ~= nil and widens[to][from] == true
end

-- "text, optional" of a call -> type, optional; nil and the cure when it is neither.
function types.of_param(s)
	local name, rest = s:match("^%s*([%a_%d]+)%s*(.*)$")
	if not name then return nil, '类型要写成 "text" 或 "text, optional"' end
	if not types.kinds[name] then
		return nil, '没有叫 "' .. name .. '" 的类型' .. text.did_you_mean(name, types.kinds)
	end
	if name == "consent" then return nil, "consent 只能是问题的类型,参数请用 yes_no" end
	if rest == "" then return name, false end
	if rest:match("^,%s*optional%s*$") then return name, true end
	return nil, '"' .. s .. '" 看不懂,类型后面只能写 ", optional"'
end

-- Is the constant (string, number, boolean) a value of the type? nil, or what is wrong.
function types.constant_problem(value, type_name)
	local kind = types.kinds[type_name]
	if type_name == "any" then return nil end
	if kind == "yes_no" then
		if value ~= true and value ~= false and value ~= "yes" and value ~= "no" then
			return '是否题只能比 "yes" 或 "no"'
		end
	elseif kind == "number" then
		if math.type(value) == nil then return "这里要一个数(不加引号)" end
	elseif kind == "day" or kind == "moment" then
		if type(value) ~= "string" or not (text.is_date(value) or text.is_relative_day(value)
			or kind == "moment" and value:match("^%d+%-%d%d%-%d%dT%d%d:%d%d:%d%d[+-]%d%d:%d%d$")) then
			return '这里要一个日期,如 "2026-01-01" 或 "today"'
		end
	elseif kind == "text" then
		if type(value) ~= "string" then return '这里要文字(加引号)' end
		local codes = types.codes[type_name]
		if codes and not codes[value] then
			return '"' .. value .. '" 不是' .. type_name .. " 的代码" .. text.did_you_mean(value, codes)
		end
	else
		return "这个类型(" .. type_name .. ")不能与固定的值比较"
	end
	return nil
end

return types
