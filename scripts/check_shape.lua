-- The shape of each declaration: which keys it has, which it must have, what stands behind them.
-- Judges one declaration alone; names and conditions are looked up later, when all are known.
--
-- shape.check(d, complain) fills d.v (key -> value; lists, durations and numbers already read) and
-- d.rows (what stands in positions 2 and on). complain(key or position or nil, text).

local text = part "check_text"
local types = part "check_types"

local shape = {}

local kinds = {}

local function tag(v) return type(v) == "table" and v["%"] or nil end
shape.tag = tag

local function is_list(v)
	if type(v) ~= "table" or tag(v) then return false end
	local n = 0
	for _ in pairs(v) do n = n + 1 end
	return n == #v
end

function kinds.text(v)
	if type(v) ~= "string" then return nil, "这里要一段引号里的文字" end
	if v:match("^%s*$") then return nil, "文字是空的" end
	if #v > 3000 then return nil, "文字太长(最多约 1000 字)" end
	return v
end

function kinds.texts(v)
	if type(v) == "string" then v = { v } end
	if not is_list(v) or #v == 0 then return nil, '这里要一列文字,如 { "甲", "乙" }' end
	local seen = {}
	for _, t in ipairs(v) do
		local _, bad = kinds.text(t)
		if bad then return nil, bad end
		if seen[t] then return nil, '"' .. tostring(t) .. '" 写了两次' end
		seen[t] = true
	end
	return v
end

-- Names of other declarations: { "a", "b" } or "a b".
function kinds.names(v)
	if type(v) == "string" then v = text.words(v) end
	if not is_list(v) or #v == 0 then return nil, '这里要一列名字,如 { "a", "b" }' end
	local seen = {}
	for _, n in ipairs(v) do
		if type(n) ~= "string" then return nil, '名字要放在引号里' end
		if seen[n] then return nil, '"' .. n .. '" 写了两次' end
		seen[n] = true
	end
	return v
end

function kinds.date(v)
	if type(v) ~= "string" or not text.is_date(v) then return nil, '这里要一个日期,如 "2026-01-01"' end
	return v
end

function kinds.day(v)
	if type(v) ~= "string" or not (text.is_date(v) or text.is_relative_day(v)) then
		return nil, '这里要一个日期,如 "2026-01-01"、"today" 或 "today - 3日"'
	end
	return v
end

function kinds.duration(v)
	local d = type(v) == "string" and text.duration(v)
	if not d then
		return nil, '期限看不懂' .. (type(v) == "string" and ' "' .. v .. '"' or "")
			.. ',请写如 "10个工作日"、"30日"、"12个月"、"当场"'
	end
	return d
end

function kinds.yes(v)
	if v == true or v == "yes" then return true end
	if v == false or v == "no" then return false end
	return nil, '这里只能写 "yes" 或 "no"'
end

function kinds.number(v)
	if type(v) == "string" then v = tonumber(v) end
	if math.type(v) == nil then return nil, "这里要一个数" end
	return v
end

function kinds.count(v)
	if math.type(v) ~= "integer" or v < 0 then return nil, "这里要一个整数(不加引号)" end
	return v
end

function kinds.milliseconds(v)
	local ms = type(v) == "string" and text.milliseconds(v)
	if not ms or ms == 0 then return nil, '时间看不懂,请写如 "10s"、"10m"、"24h"' end
	return ms
end

function kinds.raw(v) return v end

function kinds.type(v)
	if type(v) ~= "string" then return nil, '类型要放在引号里,如 type = "text"' end
	if v == "list" then return nil, '重复的一组请写 list "名字" { "标题", ask "…" { … }, … }' end
	if v ~= "term" and types.kinds[v] then return v end
	return nil, '没有叫 "' .. v .. '" 的类型' .. text.did_you_mean(v, types.kinds)
end

-- "1 男" -> { code, label }
function kinds.choices(v)
	if not is_list(v) or #v < 2 then return nil, '选项要至少两个,如 { "1 男", "2 女" }' end
	local out, codes, labels = {}, {}, {}
	for i, c in ipairs(v) do
		local code, label
		if type(c) == "string" then code, label = c:match("^([%w_%-]+)%s+(.-)%s*$") end
		if not code or label == "" then
			return nil, '第 ' .. i .. ' 个选项要写成 "代码 标签",如 "1 男"'
		end
		if codes[code] then return nil, '选项代码 "' .. code .. '" 写了两次' end
		if labels[label] then return nil, '选项 "' .. label .. '" 写了两次' end
		codes[code], labels[label] = true, true
		out[i] = { code = code, label = label }
	end
	return out
end

local function one_of(words)
	return function(v)
		for _, w in ipairs(words) do if v == w then return v end end
		return nil, '这里只能写 ' .. text.join(words, "、")
			.. (type(v) == "string" and text.did_you_mean(v, words) or "")
	end
end
kinds.on_off = one_of { "on", "off" }
kinds.key_none = one_of { "key", "none" }
kinds.style = one_of { "native", "desk" }
kinds.application = one_of { "application" }

function kinds.signature(v)
	if v == 1 or v == 2 then return v end
	return nil, "signature 只能是 1 或 2"
end

function kinds.ending(v)
	if tag(v) ~= "ending" then
		return nil, 'otherwise 后面要写 refuse、offline、correct、remind、drop 或 wait 和一句话,如 offline "请到窗口办理"'
	end
	local _, bad = kinds.text(v.text)
	if bad then return nil, v["do"] .. " 后面要有一句给申请人看的话" end
	return { ["do"] = v["do"], text = v.text }
end

-- What becomes of the items when somebody does not sign.
function kinds.unsigned(v)
	local out, bad = kinds.ending(v)
	if out and out["do"] ~= "refuse" and out["do"] ~= "offline" and out["do"] ~= "drop" then
		return nil, '没有签的,otherwise 只能是 refuse、offline 或 drop'
	end
	return out, bad
end

function kinds.papers(v)
	if is_list(v) and #v == 0 then return { ["[]"] = true } end
	return kinds.texts(v)
end

-- 20 (yuan), "免费", "20元 补换卡", { 20, "首次免费" }
function kinds.fee(v)
	local note
	if is_list(v) then v, note = v[1], v[2] end
	local yuan
	if type(v) == "string" then
		yuan = (v:find("^免费") or v:find("^不收费")) and 0 or tonumber((v:match("^(%d+%.?%d*)%s*元")))
		note = note or v
	else
		yuan = v
	end
	if math.type(yuan) == nil or yuan < 0 then
		return nil, '收费要写成 "免费"、"20元" 或 { 20, "说明" }'
	end
	local fen = math.tointeger(yuan * 100)
	if not fen then return nil, "收费最多精确到分" end
	if note ~= nil and type(note) ~= "string" then return nil, "收费的说明要放在引号里" end
	return { fen = fen, text = note or (fen == 0 and "免费" or string.format("%g元", yuan)) }
end

-- Keys inside a table value, each with its kind; told to `complain` with the outer key.
local function group(fields, required)
	return function(v)
		if type(v) ~= "table" or tag(v) then return nil, "这里要 { 名字 = 值, … }" end
		local out = {}
		for _, k in ipairs(text.sorted(v)) do
			if not fields[k] then
				return nil, '没有叫 "' .. tostring(k) .. '" 的项' .. text.did_you_mean(tostring(k), fields)
			end
			local value, bad = kinds[fields[k]](v[k])
			if bad then return nil, k .. ":" .. bad end
			out[k] = value
		end
		for _, k in ipairs(required or {}) do
			if out[k] == nil then return nil, "缺 " .. k end
		end
		return out
	end
end
kinds.limit = group({ at_once = "count", per_minute = "count" })
kinds.answer = group({ state = "text", result_id = "text", reason = "text", outputs = "text", approved = "text",
	rejected = "text", pending = "text", found = "text", none = "text", cancelled = "text", received = "text" },
	{ "state", "result_id" })
kinds.before_group = group({ papers = "papers", visits = "count", working_days = "count", source = "text" })
function kinds.before(v)
	local out, bad = kinds.before_group(v)
	if bad then return nil, bad end
	if not out.source then return nil, '原来的材料、次数、天数要写明出处:source = "S9"' end
	return out
end

-- What each word may say. "!" after a kind: it must be said. rows: positions after the title.
local words = {
	event = { lead = "text!", basis = "text!", since = "date!", ends = "date", place = "raw!",
		once_per = "raw!", known_by = "raw", never_asks = "texts" },
	applicant = { with = "names" },
	record = { by = "text!", request = "raw!" },
	section = {},
	ask = { type = "type!", choices = "choices", when = "raw", optional = "yes", from = "raw",
		locked = "yes", why = "text", example = "raw", not_after = "day", not_before = "day",
		min = "number", max = "number", sensitive = "yes", text = "text" },
	list = { min = "count", max = "count", when = "raw", optional = "yes", why = "text", rows = true },
	sign = { each = "raw", who = "raw", text = "text!", within = "duration", otherwise = "unsigned!", when = "raw",
		shows = "names" },
	term = { when = "raw", rows = true },
	figure = { usual = "raw!" },
	place = { any = true, untitled = true },
	rule = { when = "raw", only = "names", otherwise = "ending!", untitled = true, rows = true },
	material = { when = "raw", get = "raw!" },
	item = { by = "text!", needs = "names", later = "names", uses = "names", when = "raw",
		choice = "on_off", request = "raw!", within = "duration!", by_law = "duration",
		notice = "duration", fee = "fee", in_person = "text", issues = "text", delivery = "texts",
		visit = "text", before = "before" },
	either = { rows = true },
	tell = { by = "text!", needs = "names", when = "raw", request = "raw!" },
	shared = { usual = "raw", rows = true },
	use = { any = true, untitled = true },
	connector = { contact = "text", timeout = "milliseconds", ask_after = "milliseconds",
		limit = "limit", signature = "signature", once_per = "key_none", key_kept = "milliseconds",
		style = "style", answer = "answer", url_ends = "application" },
	call = { takes = "raw!", gives = "raw", undo = "yes" },
}
shape.words = words

local markers = { any = true, rows = true, untitled = true }


-- Keys that are words of the language but that nothing obeys yet.
local later = { pauses = true }

-- What a key that another word has is called here, or why it is not wanted.
local hints = {
	tell = { within = "通知不等回音,没有期限,请删去", choice = "通知不由申请人选,请删去",
		before = "通知不是办事,请删去", uses = "通知不带材料,请删去", later = "通知可以等齐了再发:请写进 needs" },
	list = { type = "list 里是几个 ask,类型写在各个 ask 上", from = "重复的一组不能预填,请删去",
		example = "例子写在各个 ask 上", locked = "重复的一组不能预填,请删去" },
}

local function check_keys(d, spec, complain)
	local meant = {} -- keys that a misspelt one stands for: not told as missing, too
	for _, k in ipairs(text.sorted(d.body)) do
		if type(k) == "number" then
			goto continue
		elseif spec.any then
			d.v[k] = d.body[k]
		elseif markers[k] or type(spec[k]) ~= "string" then
			if later[k] then
				complain(k, '"' .. k .. '" 现在还不能用,请先删去')
			else
				meant[text.nearest(k, spec) or ""] = true
				local hint = hints[d.word] and hints[d.word][k]
				complain(k, d.word .. ' 里没有叫 "' .. k .. '" 的项'
					.. (hint and ":" .. hint or text.did_you_mean(k, spec)))
			end
		else
			local kind, value, bad = spec[k]:gsub("!", ""), nil, nil
			if tag(d.body[k]) == "ref" and d.body[k].ref[1] == "given" and d.word ~= "shared" then
				bad = "given." .. d.body[k].ref[2] .. " 只能写在共用部分(shared)里"
			else
				value, bad = kinds[kind](d.body[k])
			end
			if bad then
				complain(k, k .. ":" .. bad)
				d.bad = true
			else
				d.v[k] = value
			end
		end
		::continue::
	end
	for _, k in ipairs(text.sorted(spec)) do
		if type(spec[k]) == "string" and spec[k]:find("!") and d.body[k] == nil and not meant[k] then
			complain(nil, d.word .. ' "' .. d.name .. '" 缺 ' .. k)
			d.bad = true
		end
	end
end

function shape.check(d, complain)
	local spec = words[d.word]
	d.v, d.rows = {}, {}
	if not spec then
		complain(nil, '"' .. d.word .. '" 现在还不能用,请先删去')
		d.bad = true
		return
	end
	if d.word == "section" then
		local _, bad = kinds.text(d.name)
		if bad then complain(nil, bad) end
		d.title = d.name
		return
	end
	local body = d.body or {}
	d.body = body
	if d.word ~= "place" and not text.is_name(d.name) then
		complain(nil, '名字 "' .. d.name .. '" 只能用小写字母、数字和下划线,以字母开头,最多 40 个')
		d.bad = true
	end
	local first = 1
	if d.word == "shared" and type(body[1]) ~= "string" then
		d.title = d.name -- a shared part need not be titled: nobody outside the files sees it
	elseif not spec.untitled then
		local title, bad = kinds.text(body[1])
		if body[1] == nil then
			complain(nil, d.word .. ' "' .. d.name .. '" 缺标题,请在 { 后面先写 "标题",')
		elseif bad then
			complain(1, d.word .. ' "' .. d.name .. '" 的第一项要是标题:' .. bad)
		else
			d.title = title
		end
		first = 2
	end
	for i = first, #body do
		if spec.rows then
			d.rows[#d.rows + 1] = { value = body[i], at = i }
		else
			complain(i, d.word .. ' "' .. d.name .. '" 里多了一项没有名字的内容,请写成 名字 = 值,或删去')
		end
	end
	check_keys(d, spec, complain)
end

return shape
