-- check.lua: before it is sent: who gets what, department by department, field by field; what may be left
-- out; who else is asked or told.

local h = require "html"
local T = require "text"
local layout = require "layout"
local lists = require "lists"
local names = require "names"
local parts = require "form_parts"
local token = require "token"
local values = require "values"

-- ---- what an item is told ----

local function told_value(page, questions, name, value)
	local question = questions[name]
	if type(value) == "table" and value.later then
		return h.span{ class = "quiet", T "check.later" }
	elseif question then
		return values.text(question, page.guide.form.properties[name], value)
	end
	return names.value(value, math.type(value) and "number" or nil)
end

local function told(page, questions, item)
	local order, list = {}, {}
	for name in pairs(item.takes) do
		order[#order + 1] = name
	end
	table.sort(order)
	for _, name in ipairs(order) do
		list[#list + 1] = h.dt{ names.carried(page.guide, item.titles, name) }
		list[#list + 1] = h.dd{ told_value(page, questions, name, item.takes[name]) }
	end
	if #list == 0 then
		return false
	end
	return h.details{ h.summary{ T("check.told", { n = #order, department = names.department(page.departments, item.department) }) },
		h.dl{ class = "pairs", list } }
end

-- ---- one item ----

local function optional(page, id)
	for _, item in ipairs(page.guide.items) do
		if item.id == id and item.choice then
			return item
		end
	end
end

local function keep(item, is)
	return h.label{ class = "pick", h.input{ type = "checkbox", name = "choice." .. item.id, value = "1", checked = is },
		h.span{ T "check.keep", h.span{ class = "unseen", item.title } } }
end

local function promise(item)
	if item.promised_by then
		return T("check.by", { day = names.day(item.promised_by) })
	elseif item.promise and item.promise.days then
		return T("check.days", { n = item.promise.days })
	end
	return T "check.no_promise"
end

local function waits(item)
	local list = {}
	for i, wait in ipairs(item.waits or {}) do
		list[i] = h.p{ class = "quiet", names.zh(wait.text) }
	end
	return list
end

local function runs(page, questions, item)
	local choice, guide = optional(page, item.id), page.known[item.id]
	return h.li{
		h.h3{ names.zh(item.title) },
		h.p{ names.department(page.departments, item.department), " · ", promise(item),
			(guide.fee or guide.fee_fen) and { " · ", names.fee(guide) } },
		item.in_person and h.p{ class = "quiet", T "guide.in_person", T "layout.colon", names.zh(item.in_person) },
		waits(item), told(page, questions, item),
		choice and keep(choice, true) }
end

-- ---- the rest of the plan ----

local function list_of(items, one)
	local list = {}
	for i, item in ipairs(items) do
		list[i] = one(item)
	end
	return list
end

local function left_out(page, items)
	return #items > 0 and h.details{ open = true, h.summary{ T("check.left_out", { n = #items }) },
		h.ul{ class = "plain", list_of(items, function(item)
			local choice = optional(page, item.id)
			if choice and item.verdict == "not_chosen" then
				return h.li{ h.label{ class = "pick", h.input{ type = "checkbox", name = "choice." .. item.id, value = "1" },
					h.span{ names.zh(item.title), h.span{ class = "quiet", " ", names.department(page.departments, item.department) } } } }
			end
			return h.li{ names.zh(item.title), h.span{ class = "quiet", " — ", names.said(item.why) } }
		end) } }
end

local function also_told(page, questions, items)
	return #items > 0 and { h.h2{ T "check.also_told" },
		h.ul{ class = "rows", list_of(items, function(item)
			return h.li{ h.h3{ names.zh(item.title) }, h.p{ names.department(page.departments, item.department) },
				told(page, questions, item) }
		end) } }
end

local function papers(page)
	local materials = page.plan.materials
	return #materials > 0 and { h.h2{ T "check.papers" },
		h.ul{ class = "rows", list_of(materials, function(paper)
			local how = paper.how_expected == "uploaded" and (page.draft.materials[paper.id] and "had" or "wanted") or paper.how_expected
			return h.li{ names.zh(paper.title), " — ", T.of("check.paper_", how),
				paper.commitment and h.blockquote{ names.zh(paper.commitment) } }
		end) } }
end

-- Of each in a list who is asked the same: their numbers, as far as they are shown.
local function persons(page, title)
	local list = {}
	for _, sign in ipairs(page.plan.signs) do
		list[#list + 1] = sign.title == title and sign.person or nil
	end
	return table.concat(list, "、")
end

-- Who must agree in his own login before some of it goes on.
local function others(page)
	local list, last = {}, nil
	for _, sign in ipairs(page.plan.signs) do
		if sign.who == "other" and not (sign.person and sign.title == last) then
			last = sign.title
			list[#list + 1] = h.li{ h.h3{ names.zh(sign.title) }, sign.text and h.p{ names.zh(sign.text) },
				sign.person and h.p{ T("check.persons", { who = names.zh(persons(page, sign.title)) }) },
				h.p{ class = "quiet", sign.within and T("check.within", { time = names.duration(sign.within) }) or T "check.in_time" } }
		end
	end
	return #list > 0 and { h.h2{ T "check.others" }, h.p{ T "check.others_text" }, h.ul{ class = "rows", list } }
end

local function records(page)
	return #page.plan.records > 0 and h.details{ h.summary{ T("check.records", { n = #page.plan.records }) },
		h.ul{ list_of(page.plan.records, function(record)
			return h.li{ names.department(page.departments, record.department), T "layout.colon", names.zh(record.title) }
		end) } }
end

local function reminders(page)
	return #page.plan.reminders > 0 and h.div{ class = "notice wait", h.h2{ T "check.reminders" },
		h.ul{ list_of(page.plan.reminders, function(reminder) return h.li{ names.zh(reminder.text) } end) } }
end

-- ---- the page ----

-- The items by what becomes of them.
local function sorted(plan)
	local kinds = { runs = {}, told = {}, out = {} }
	for _, item in ipairs(plan.items) do
		local kind = item.verdict ~= "runs" and not item.tell and "out" or item.verdict == "runs" and (item.tell and "told" or "runs")
		if kind then
			table.insert(kinds[kind], item)
		end
	end
	return kinds
end

-- How each box is when the page is shown: "id:1 id:0".
local function boxes(page, kinds)
	local list = {}
	for kind, value in pairs{ runs = "1", out = "0" } do
		for _, item in ipairs(kinds[kind]) do
			if optional(page, item.id) and (kind == "runs" or item.verdict == "not_chosen") then
				list[#list + 1] = item.id .. ":" .. value
			end
		end
	end
	table.sort(list)
	return table.concat(list, " ")
end

local function summary(page, kinds)
	local plan, seen, n, fen, free = page.plan, {}, 0, 0, true
	for _, item in ipairs(kinds.runs) do
		n = n + (seen[item.department] and 0 or 1)
		seen[item.department] = true
		local fee = page.known[item.id].fee_fen -- nil: its department has not said
		fen, free = fen + (fee or 0), free and fee == 0
	end
	local saved = plan.expected_saved
	return h.div{ class = "box",
		h.p{ T("check.summary", { items = #kinds.runs, departments = n }),
			plan.promised_by and T("check.all_by", { day = names.day(plan.promised_by) })
				or plan.promise and plan.promise.days and T("check.all_days", { n = plan.promise.days }) or T "check.all_open" },
		(fen > 0 or free) and h.p{ free and T "check.free" or T("check.fees", { n = names.money(fen) }) },
		h.p{ T("check.saved", { papers = saved.materials, visits = saved.visits }) } }
end

return function(page)
	local kinds, questions = sorted(page.plan), lists.questions(page.guide)
	page.known = lists.by_id(page.guide.items)
	return layout{ page = page, title = T "check.title", class = "narrow apply", own_heading = true,
		alert = parts.agent_bar(page),
		main = {
			parts.steps(2),
			h.h1{ T "check.title" },
			page.again and h.div{ class = "notice wait", role = "alert", ["data-focus"] = "1", h.p{ T "check.again" } },
			summary(page, kinds), reminders(page),
			h.form{ method = "post", action = parts.path(page, "/check"),
				h.h2{ T("check.who_gets", { n = #kinds.runs }) },
				h.ul{ class = "rows", list_of(kinds.runs, function(item) return runs(page, questions, item) end) },
				left_out(page, kinds.out),
				also_told(page, questions, kinds.told), papers(page), others(page), records(page),
				token(page), parts.hidden{ _revision = page.draft.revision, _key = page.draft.key,
					_body = page.request, _choices = boxes(page, kinds) },
				h.p{ class = "quiet", T "check.once" },
				h.div{ class = "actions",
					h.button{ type = "submit", name = "_do", value = "submit", T "check.send" },
					h.button{ class = "second", type = "submit", name = "_do", value = "check", formaction = parts.path(page), T "check.update" },
					h.a{ class = "button second", href = parts.path(page), T "check.back" } } },
		} }
end
