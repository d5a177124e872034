-- Small helpers of the checks: the nearest known word, durations, dates, ordered walks.
-- Trusted: runs in the reader's own state, never together with a policy file.

local text = {}

-- The characters of a UTF-8 string as a list (bytes when it is not UTF-8).
local function characters(s)
	local list = {}
	if utf8.len(s) then
		for _, c in utf8.codes(s) do list[#list + 1] = c end
	else
		for i = 1, #s do list[i] = s:byte(i) end
	end
	return list
end

-- How many single edits (drop, add, change, swap of neighbours) lead from a to b; gives up above most.
function text.distance(a, b, most)
	local x, y = characters(a), characters(b)
	if math.abs(#x - #y) > most then return most + 1 end
	local before, row = {}, {}
	for j = 0, #y do row[j] = j end
	for i = 1, #x do
		local this, least = { [0] = i }, i
		for j = 1, #y do
			local cost = x[i] == y[j] and 0 or 1
			local d = math.min(row[j] + 1, this[j - 1] + 1, row[j - 1] + cost)
			if i > 1 and j > 1 and x[i] == y[j - 1] and x[i - 1] == y[j] then
				d = math.min(d, before[j - 2] + 1)
			end
			this[j] = d
			if d < least then least = d end
		end
		if least > most then return most + 1 end
		before, row = row, this
	end
	return row[#y]
end

-- The known word nearest to `word`: an array or the keys of a table. nil when none is near.
function text.nearest(word, known)
	local best, best_distance
	if #word > 200 then return nil end
	local function try(candidate)
		if type(candidate) ~= "string" or #candidate > 200 then return end
		local short = math.min(#word, #candidate)
		local most = short <= 3 and 1 or short <= 6 and 2 or short // 3
		local d = text.distance(word, candidate, most)
		if d <= most and (not best or d < best_distance or d == best_distance and candidate < best) then
			best, best_distance = candidate, d
		end
	end
	if known[1] ~= nil then
		for _, k in ipairs(known) do try(k) end
	else
		for k in pairs(known) do try(k) end
	end
	return best
end

-- ',是不是 "x"?' or the fallback (what can be used instead), or nothing.
function text.did_you_mean(word, known, fallback)
	local near = text.nearest(word, known)
	if near and near ~= word then return ',是不是 "' .. near .. '"?' end
	return fallback and ("," .. fallback) or ""
end

-- Keys of a table in alphabetical order: tables have no order, messages and hashes need one.
function text.sorted(t)
	local keys = {}
	for k in pairs(t) do keys[#keys + 1] = k end
	table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
	return keys
end

function text.join(list, with)
	return table.concat(list, with or "、")
end

-- Words of a blank separated string.
function text.words(s)
	local list = {}
	for w in s:gmatch("%S+") do list[#list + 1] = w end
	return list
end

local units = { -- as core/rules/duration.c reads them; weeks are told as seven days
	["个工作日"] = "wd", ["工作日"] = "wd", ["日"] = "cd", ["天"] = "cd", ["个自然日"] = "cd",
	["自然日"] = "cd", ["周"] = "week", ["个星期"] = "week", ["个月"] = "month", ["年"] = "year",
	["周年"] = "year", ["周岁"] = "year", ["岁"] = "year", ["小时"] = "hour", ["个小时"] = "hour",
	["分钟"] = "minute",
	["working days"] = "wd", ["working day"] = "wd", ["calendar days"] = "cd", ["days"] = "cd",
	["day"] = "cd", ["weeks"] = "week", ["week"] = "week", ["months"] = "month", ["month"] = "month",
	["years"] = "year", ["year"] = "year", ["hours"] = "hour", ["hour"] = "hour",
	["minutes"] = "minute", ["minute"] = "minute",
}
local phrases = {
	["当场"] = { 0, "wd" }, ["即时"] = { 0, "wd" }, ["当日"] = { 0, "wd" }, ["当天"] = { 0, "wd" },
	["半年"] = { 6, "month" }, ["on the spot"] = { 0, "wd" }, ["same day"] = { 0, "wd" },
}

-- "10个工作日" -> { n = 10, unit = "wd", text = "10个工作日" }; nil when it is no duration.
function text.duration(s)
	local phrase = phrases[s]
	if phrase then return { n = phrase[1], unit = phrase[2], text = s } end
	local number, unit = s:match("^(%d+) ?(.+)$")
	local n = tonumber(number)
	if not n or n > 9999 or number:find("^0.") or not units[unit] then return nil end
	if units[unit] == "week" then return { n = n * 7, unit = "cd", text = s } end
	return { n = n, unit = units[unit], text = s }
end

local month_days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- Is it a day "YYYY-MM-DD" that the calendar has?
function text.is_date(s)
	local y, m, d = s:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
	if not y then return false end
	y, m, d = tonumber(y), tonumber(m), tonumber(d)
	local last = month_days[m]
	if m == 2 and y % 4 == 0 and (y % 100 ~= 0 or y % 400 == 0) then last = 29 end
	return last ~= nil and d >= 1 and d <= last and y >= 1900
end

-- "today", "today - 3日", "today + 12个月": a day relative to the day of filing.
function text.is_relative_day(s)
	if s == "today" then return true end
	local d = s:match("^today%s*[-+]%s*(.+)$")
	return d ~= nil and text.duration(d) ~= nil
end

-- "10s", "10m", "24h", "500ms" -> milliseconds; nil when it is none.
function text.milliseconds(s)
	local n, unit = s:match("^(%d+)%s*(%a+)$")
	local factor = ({ ms = 1, s = 1000, m = 60000, h = 3600000, d = 86400000 })[unit or ""]
	return factor and tonumber(n) and math.tointeger(tonumber(n) * factor) or nil
end

function text.is_name(s)
	return type(s) == "string" and #s <= 40 and s:match("^%l[%l%d_]*$") ~= nil
end

return text
