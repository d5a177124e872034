-- correction.lua: what is marked, and nothing else: beside each field the department's own words and what was
-- there before; papers that are asked for again.

local h = require "html"
local T = require "text"
local act = require "act"
local fields = require "form_fields"
local inputs = require "form_inputs"
local layout = require "layout"
local lists = require "lists"
local names = require "names"
local papers = require "form_papers"
local values = require "values"

-- ---- what is asked, each once ----

-- Two items may have marked the same: one field, the words of both. first: of /form or of /materials.
local function marked(page, folder)
	local list, by_field = {}, {}
	for _, one in ipairs(page.correction.asked) do
		if one.pointer:find("^/" .. folder .. "/") then
			local entry = by_field[one.field]
			if not entry then
				entry = { field = one.field, title = one.title, value = one.value, needed = one.needed, marks = {} }
				by_field[one.field] = entry
				list[#list + 1] = entry
			end
			entry.marks[#entry.marks + 1] = one
		end
	end
	return list, by_field
end

-- What is asked only because of what was changed: the API has said so, or it was shown before.
local function further(page, list, by_field, questions)
	local function add(id)
		if questions[id] and not by_field[id] then
			by_field[id] = { field = id, title = questions[id].title, marks = {}, further = true }
			list[#list + 1] = by_field[id]
		end
	end
	for id in (page.again and page.again._asked or ""):gmatch "%S+" do
		add(id)
	end
	for _, e in ipairs(page.wrong and page.wrong.errors or {}) do
		add(e.pointer:match "^/form/([%w_]+)" or "")
	end
end

-- ---- one of them ----

local function reasons(page, items, entry)
	local list = {}
	for i, mark in ipairs(entry.marks) do
		local item = mark.item and items[mark.item]
		list[i] = h.p{ class = "reason", item and { h.strong{ names.department(page.departments, item.department) },
			T "layout.colon" }, mark.reason ~= "" and names.told(mark.reason) or T "correction.no_reason" }
	end
	if entry.further then
		list[1] = h.p{ class = "reason", T "correction.further" }
	end
	return list
end

local function before(question, schema, entry)
	return entry.value ~= nil and h.p{ class = "hint", T "correction.before", T "layout.colon",
		values.text(question, schema, entry.value) } or nil
end

local function value_of(page, entry)
	if page.given then
		return page.given[entry.field]
	end
	return entry.value
end

local function question_field(form, entry, question)
	local page, schema = form.page, form.schema[question.id]
	local value = value_of(page, entry)
	local hints = reasons(page, form.items, entry)
	if question.type == "list" then
		return h.div{ hints, fields.list(form, question, type(value) == "table" and value or {}) }
	end
	hints[#hints + 1] = before(question, schema, entry)
	return fields.typed({ question = question, name = question.id, schema = schema, value = value,
		wrong = form.errors[question.id] }, hints)
end

local function paper_field(form, entry)
	local page, id = form.page, "paper." .. entry.field
	local wrong = page.paper_wrong and page.paper == entry.field and T.of("paper.wrong_", page.paper_wrong)
		or form.errors[id]
	local had = page.files and page.files[entry.field]
	return h.li{ class = wrong and "field paper wrong" or "field paper",
		h.h3{ names.zh(entry.title), not entry.needed and h.span{ class = "quiet", T "form.optional" } },
		reasons(page, form.items, entry),
		wrong and h.p{ class = "error", id = id .. "-error", wrong },
		papers.had("had." .. entry.field, had),
		h.label{ ["for"] = id, class = had and "" or "unseen", had and T "correction.another"
			or T("paper.pick", { title = entry.title }) },
		h.input{ type = "file", id = id, name = id, accept = papers.accepted,
			["aria-describedby"] = "paper.hint" .. (wrong and " " .. id .. "-error" or ""),
			["aria-invalid"] = wrong and "true" },
		papers.progress(entry.title) }
end

-- ---- the page ----

local function errors_of(page)
	local map = {}
	for _, e in ipairs(page.wrong and page.wrong.errors or {}) do
		local name = e.pointer:gsub("^/form/", ""):gsub("^/materials/", "paper."):gsub("/", ".")
		map[name] = map[name] or names.said(e.message)
	end
	return map
end

local function targets(page)
	local map = {}
	for _, e in ipairs(page.wrong and page.wrong.errors or {}) do
		map[e.pointer] = e.pointer:gsub("^/form/?", ""):gsub("^/materials/", "paper."):gsub("/", ".")
	end
	return map
end

local function receivers(list)
	local asked = {}
	for _, entry in ipairs(list) do
		local items = {}
		for _, mark in ipairs(entry.marks) do
			items[#items + 1] = mark.item
		end
		asked[entry.field] = { items = items }
	end
	return asked
end

local wants_places = { address = true, division = true, division6 = true, division9 = true, division12 = true, list = true }

local function questions_part(form, list, questions)
	local rows, ids, pick = {}, {}, false
	for i, entry in ipairs(list) do
		local question = questions[entry.field]
		rows[i], ids[i] = question_field(form, entry, question), entry.field
		pick = pick or wants_places[question.type]
	end
	return { rows, #ids > 0 and h.input{ type = "hidden", name = "_asked", value = table.concat(ids, " ") },
		pick and inputs.places() }
end

local function papers_part(form, list)
	local rows = {}
	for i, entry in ipairs(list) do
		rows[i] = paper_field(form, entry)
	end
	return #rows > 0 and { h.h2{ T "paper.title" }, h.p{ class = "hint", id = "paper.hint", T "paper.hint" },
		h.ul{ class = "plain", rows } }
end

local function nothing(page)
	return layout{ page = page, title = T "correction.title", class = "narrow", alert = act.alert(page),
		main = { h.p{ T "correction.nothing" }, h.p{ class = "actions", act.back(page.correction.number) } } }
end

return function(page)
	if #page.correction.asked == 0 then
		return nothing(page)
	end
	local questions = lists.questions(page.guide)
	local list, by_field = marked(page, "form")
	further(page, list, by_field, questions)
	local form = { page = page, schema = page.guide.form.properties, items = lists.by_id(page.guide.items),
		asked = receivers(list), errors = errors_of(page), disputed = {} }
	return layout{ page = page, title = T "correction.title", class = "narrow", script = "pieces.js",
		alert = act.alert(page, targets(page)),
		main = {
			h.p{ class = "lead", T "correction.lead" },
			papers.form(page.self, { action = page.self,
				questions_part(form, list, questions), papers_part(form, (marked(page, "materials"))),
				act.hidden(page),
				h.p{ class = "actions", h.button{ type = "submit", T "correction.send" },
					act.back(page.correction.number) } }),
			h.p{ class = "quiet", T "correction.clock" },
		} }
end
