-- names.lua: how things of the event and connector files are called, in the reader's language where the
-- catalogue knows a translation, else as the files say.

local h = require "html"
local T = require "text"

local names = {}

local function marked(text)
	return T.lang() and h.span{ lang = T.lang(), text } or text
end

-- Files and the engine write narrow signs; on paper and pages Chinese has its own.
local full_width = { [","] = "，", [";"] = "；", [":"] = "：" }

local function wide(text)
	return type(text) == "string" and text:gsub("([\x80-\xFF%)])([,;:]) ?%f[%d\xE2-\xE9]", function(before, sign)
		return before .. full_width[sign]
	end) or text
end

-- A text of an event or connector file: Chinese, and marked so.
function names.zh(text)
	return marked(wide(text))
end

-- departments: the answer of /api/v1/departments.
function names.department(departments, id)
	local own = T.maybe("department.", id)
	if own then
		return own
	end
	for _, department in ipairs(departments and departments.departments or {}) do
		if department.id == id then
			return names.zh(department.title)
		end
	end
	return id or ""
end

-- An event: its title, in English where the catalogue has it.
function names.event(event)
	return T.language ~= "zh" and T.maybe("event.", event.id, ".title") or names.zh(event.title)
end

-- The same by its id, in the words of somebody whom it has met. page.events: of /api/v1/events.
function names.plain_event(page, id)
	for _, event in ipairs(page.events.events) do
		if event.id == id then
			return T.maybe("event.", id, ".plain") or names.zh(event.title)
		end
	end
	return id
end

local units = { ["个工作日"] = "working_days", ["日"] = "days", ["天"] = "days", ["个月"] = "months",
	["年"] = "years", ["小时"] = "hours", ["分钟"] = "minutes" }

-- A duration as event files write it: "10个工作日", "当场".
function names.duration(text)
	local n, unit = text:match "^(%d+)(.+)$"
	if units[unit] then
		return T.of("duration.", units[unit], { n = n })
	end
	return text == "当场" and T "duration.at_once" or names.zh(text)
end

-- A day "2026-11-23".
function names.day(text)
	local year, month, day = text:match "^(%d+)-(%d+)-(%d+)"
	return h.time{ datetime = text:sub(1, 10),
		T("duration.day", { y = year, m = tostring(tonumber(month)), d = tostring(tonumber(day)) }) }
end

-- An instant "2026-11-23T14:16:06.138+08:00": to the minute.
function names.instant(text)
	local year, month, day, time = text:match "^(%d+)-(%d+)-(%d+)T(%d+:%d+)"
	return h.time{ datetime = text, T("duration.instant", { y = year, m = tostring(tonumber(month)),
		d = tostring(tonumber(day)), time = time }) }
end

-- What somebody wrote, as he wrote it: marked where it is Chinese.
function names.told(text)
	return text:find "[\xE4-\xE9][\x80-\xBF]" and marked(text) or text
end

-- What the engine says: in the page's language where it can, else Chinese and marked so.
function names.said(text)
	return names.told(wide(text))
end

-- How an application stands, to a reader of that role: who works here is not the one who is waited for.
function names.status(status, role)
	local waits = status == "waiting_for_applicant" and role ~= "citizen" and role ~= "agent"
	return T.of("status.", waits and "of_applicant" or status)
end

-- The title of a question of the guide's form, or nil.
function names.question(guide, id)
	for _, section in ipairs(guide.sections) do
		for _, question in ipairs(section.questions) do
			if question.id == id then
				return names.zh(question.title)
			end
		end
	end
end

-- An amount in fen.
function names.money(fen)
	return T("guide.yuan", { n = (("%.2f"):format(fen / 100):gsub("%.00$", "")) })
end

-- How a department's own output is called.
function names.output(name)
	return T.maybe("output.", name) and T.of("output.", name) or name
end

-- How something that a department is told is called; `titles`: the API's words for it.
function names.carried(guide, titles, name)
	local question = names.question(guide, name)
	if question or not T.maybe("output.", name) then
		return question or names.zh(titles[name])
	end
	return T.of("output.", name)
end

-- A value as people read it, by its type.
function names.value(value, kind)
	if kind == "money" then
		return names.money(value)
	elseif value == true or value == false then
		return T(value and "layout.yes" or "layout.no")
	elseif kind == "datetime" then
		return names.instant(value)
	elseif kind == "date" then
		return names.day(value)
	elseif type(value) == "table" then
		return marked(value.text or table.concat(value, "、"))
	end
	return marked(value)
end

-- What it costs.
function names.fee(item)
	if item.fee_fen == 0 then
		return T "guide.free"
	elseif item.fee_fen then
		return { names.money(item.fee_fen), item.fee and { " (", names.zh(item.fee), ")" } }
	end
	return item.fee and names.zh(item.fee) or T "guide.fee_unknown"
end

-- How many working days on average.
function names.days(average)
	return average < 0.1 and T "names.no_day" or ("%.1f"):format(average)
end

return names
