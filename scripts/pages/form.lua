-- form.lua: the one page: sections with the questions that apply, the papers, and on to the check.

local h = require "html"
local T = require "text"
local errors = require "form_errors"
local fields = require "form_fields"
local inputs = require "form_inputs"
local layout = require "layout"
local lists = require "lists"
local names = require "names"
local papers = require "form_papers"
local parts = require "form_parts"
local token = require "token"

-- ---- what the parts share ----

local function shared(page)
	local form = { page = page, schema = page.guide.form.properties, items = lists.by_id(page.guide.items),
		asked = lists.by_id(page.begun.asked), disputed = {}, kinds = {}, shown = { [""] = true } }
	for _, list in ipairs{ page.begun.asked, page.begun.signs } do
		for _, one in ipairs(list) do
			form.shown[one.id] = true
		end
	end
	for _, id in ipairs(page.draft.disputed) do
		form.disputed[id] = true
	end
	for _, section in ipairs(page.guide.sections) do
		for _, question in ipairs(section.questions) do
			form.kinds[question.id] = question.type
			for _, column in ipairs(question.each or {}) do
				form.kinds[column.id] = column.type
			end
		end
	end
	form.errors, form.list = errors.of(form)
	return form
end

-- ---- what is to be done ----

local function tick(page, item)
	return h.li{ h.label{ class = "pick",
		h.input{ type = "checkbox", name = "choice." .. item.id, value = "1", checked = parts.is_chosen(page, item) },
		h.span{ names.zh(item.title), h.span{ class = "quiet", " ", names.department(page.departments, item.department),
			item.promised and { " · ", names.duration(item.promised) } } } } }
end

-- Those that come by themselves and may be left out, and those that one may add.
local function wishes(page)
	local on, off = {}, {}
	for _, item in ipairs(page.guide.items) do
		if item.choice == "on" then
			on[#on + 1] = tick(page, item)
		elseif item.choice then
			off[#off + 1] = tick(page, item)
		end
	end
	if #on + #off == 0 then
		return false
	end
	return h.section{ ["aria-labelledby"] = "wishes", ["data-q"] = "wishes", ["data-live"] = true,
		h.h2{ id = "wishes", T "form.wishes" },
		h.input{ type = "hidden", name = "_choices", value = "1" },
		#off > 0 and h.fieldset{ class = "field", h.legend{ T "form.add_items" }, h.ul{ class = "plain", off } },
		#on > 0 and h.details{ h.summary{ T("form.leave_out", { n = #on }) }, h.ul{ class = "plain", on } } }
end

-- ---- the sections ----

local function section(form, n, one)
	local list = {}
	for _, question in ipairs(one.questions) do
		if form.asked[question.id] then
			list[#list + 1] = fields.of(form, question)
		end
	end
	return #list > 0 and h.section{ ["aria-labelledby"] = "section-" .. n, ["data-q"] = "section-" .. n, ["data-live"] = true,
		h.h2{ id = "section-" .. n, names.zh(one.title) }, list }
end

local function sections(form)
	local list, signs = {}, {}
	for n, one in ipairs(form.page.guide.sections) do
		list[n] = section(form, n, one)
	end
	for i, sign in ipairs(form.page.begun.signs) do
		signs[i] = fields.sign(form, sign)
	end
	list[#list + 1] = #signs > 0 and h.section{ ["aria-labelledby"] = "signs", ["data-q"] = "signs", ["data-live"] = true, h.h2{ id = "signs", T "form.signs" }, signs }
	return list
end

local function asked_ids(page)
	local ids = {}
	for _, list in ipairs{ page.begun.asked, page.begun.signs } do
		for _, one in ipairs(list) do
			ids[#ids + 1] = one.id
		end
	end
	return table.concat(ids, " ")
end

-- ---- the page ----

local function actions(form)
	local page, missing = form.page, errors.missing(form)
	return h.div{ class = "ending", id = "next", ["data-q"] = "ending", ["data-live"] = true,
		h.p{ class = "quiet", role = "status", ["data-q"] = "ending-told",
			missing > 0 and T("form.missing", { n = missing }) or T "form.complete", " ", parts.saved_at(page) },
		h.div{ class = "actions",
			h.button{ type = "submit", name = "_do", value = "check", T "form.next" },
			h.button{ class = "second", type = "submit", name = "_do", value = "save", T "form.save" } } }
end

-- Why what is typed could not be kept: shown by the script as soon as it knows.
local function unsaved(page)
	local function because(why, ...)
		return h.div{ class = "notice must", hidden = true, ["data-why"] = why,
			h.p{ h.strong{ T "unsaved.title" }, " ", T.of("unsaved.", why) }, ... }
	end
	local function look(text)
		return h.p{ h.button{ class = "small", type = "submit", name = "_do", value = "save", text } }
	end
	local again = h.url("/login", { next = parts.path(page) })
	return h.div{ class = "unsaved", role = "alert", because "down",
		because("out", h.p{ h.a{ href = again, target = "_blank", T "unsaved.login" } }),
		because("twice", look(T "unsaved.both")), because("gone", look(T "unsaved.anew")) }
end

return function(page)
	local form = shared(page)
	local title = T("form.title", { event = T.maybe("event.", page.guide.id, ".plain") or page.guide.title })
	return layout{ page = page, title = title, class = "narrow apply", own_heading = true, script = "pieces.js",
		alert = parts.agent_bar(page),
		main = {
			parts.steps(1),
			h.h1{ title },
			errors.summary(page, form.list),
			parts.told(page),
			h.p{ class = "lead", T "form.lead" },
			T.lang() and h.p{ class = "quiet", T "guide.in_chinese" },
			h.form{ id = "form", method = "post", action = parts.path(page), enctype = "multipart/form-data",
				["data-failed"] = T "paper.broke", ["data-who"] = page.session.name,
				h.button{ type = "submit", name = "_do", value = "save", hidden = true, tabindex = "-1", T "form.save" },
				token(page), parts.hidden{ _revision = page.draft.revision, _asked = asked_ids(page),
					_check = page.check },
				wishes(page), sections(form), papers.section(form), actions(form), unsaved(page),
				inputs.places() },
		} }
end
