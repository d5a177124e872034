-- progress.lua: where one application stands: first what is still expected of the reader, then item by item
-- what was sent, received and decided, with the department's own number as the only proof of it.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local item_of = require "progress_item"
local history = require "progress_history"
local papers = require "progress_papers"
local saving = require "progress_saving"
local more = require "progress_more"

-- Is there something that was not approved?
local function fell_short(a)
	for _, item in ipairs(a.items) do
		if item.status == "refused" or item.status == "blocked" then
			return true
		end
	end
end

local function first_line(page)
	local a = page.application
	local good = a.status == "finished" and not fell_short(a)
	local kind = a.next.who == "applicant" and "must" or good and "good" or "calm"
	return h.div{ class = "notice " .. kind,
		h.p{ class = "first", names.said(a.next.text) },
		more.first(page) }
end

local function is_open(a)
	return a.status ~= "finished" and a.status ~= "withdrawn"
end

local function promise(a)
	if not is_open(a) or a.withdrawal then
		return false
	elseif a.promised_by then
		return h.p{ T("progress.all_promised", { day = names.day(a.promised_by) }) }
	elseif a.promise then
		return h.p{ T "progress.all_unknown", " ", names.said(a.promise.note) }
	end
	return false
end

local function withdrawal(a)
	if not a.withdrawal then
		return false
	end
	return h.p{ T("progress.withdrawal", { at = names.instant(a.withdrawal.at) }),
		a.withdrawal.reason and { T "layout.colon", names.told(a.withdrawal.reason) } }
end

-- What a record says that does not stop anything, and what the applicant says against a record.
local function remarks(a)
	local rows = {}
	for _, one in ipairs(a.reminders or {}) do
		rows[#rows + 1] = h.li{ names.said(one.text) }
	end
	for _, one in ipairs(a.disputed or {}) do
		rows[#rows + 1] = h.li{ T("progress.disputed", { title = names.zh(one.title) }) }
	end
	return #rows > 0 and h.div{ class = "notice calm", h.h3{ T "progress.remarks" }, h.ul{ rows } }
end

-- Who does not answer what several items wait for, once.
local function silent_lookups(page)
	local told, seen = {}, {}
	for _, item in ipairs(page.application.items) do
		local p = item.problem
		if p and p.code == "silent" and p.department and not seen[p.department] then
			seen[p.department] = true
			told[#told + 1] = h.div{ class = "notice wait",
				h.p{ h.strong{ names.department(page.departments, p.department) }, T "layout.colon", names.said(p.text) },
				h.p{ T("progress.silent_since", { at = names.instant(p.since) }),
					p.next_try_at and { " ", T("progress.silent_next", { at = names.instant(p.next_try_at) }) } } }
		end
	end
	return told
end

-- Items that run, then in one line those that do not.
local function items(page)
	local tiles, skipped, left, told = {}, {}, {}, {}
	for _, item in ipairs(page.application.items) do
		if item.status == "skipped" then
			table.insert(item.not_chosen and left or skipped, item.title)
		elseif item.tell then
			told[#told + 1] = item_of(page, item)
		else
			tiles[#tiles + 1] = item_of(page, item)
		end
	end
	return {
		h.h2{ T "progress.items" },
		silent_lookups(page), remarks(page.application),
		h.ul{ class = "rows", tiles },
		#told > 0 and { h.h2{ T "progress.tells" }, h.ul{ class = "rows", told } },
		#left > 0 and h.p{ class = "quiet", T "progress.not_chosen", names.zh(table.concat(left, "、")) },
		#skipped > 0 and h.p{ class = "quiet", T "progress.skipped", names.zh(table.concat(skipped, "、")) },
	}
end

local function signs(a)
	local rows = {}
	for i, sign in ipairs(a.signs) do
		rows[i] = h.li{ h.h3{ names.zh(sign.title) }, sign.who and h.p{ class = "quiet", sign.who },
			h.p{ T.of("progress.sign_", sign.status) },
			sign.status == "asked" and sign["until"] and h.p{ class = "quiet",
				T("progress.sign_until", { day = names.day(sign["until"]) }) } }
	end
	return #rows > 0 and { h.h2{ T "progress.signs" }, h.ul{ class = "rows", rows } }
end

local function ways(a)
	local function way(pattern, text)
		return h.li{ h.a{ href = h.url(pattern, { number = a.number }), text } }
	end
	return h.ul{ class = "links",
		way("/applications/{number}/receipt", T "progress.receipt"),
		way("/applications/{number}/disclosures", T "progress.disclosures"),
	}
end

return function(page)
	local a = page.application
	return layout{ page = page, title = a.title, own_heading = true, script = "stands.js", main = {
		h.h1{ names.event{ id = a.event, title = a.title } },
		h.p{ class = "quiet number", T("progress.number", { number = a.number }) },
		h.div{ id = "first", role = "status", ["data-fresh"] = true, first_line(page) },
		h.div{ id = "stands", ["data-fresh"] = true, ["data-count"] = a.history.count, ["data-live"] = is_open(a)
				and h.url("/applications/{number}/events", { number = a.number }),
			h.p{ h.strong{ names.status(a.status, page.session.role) }, " · ",
				T("mine.filed", { day = names.instant(a.submitted_at) }),
				a.filed_by == "agent" and { " · ", T "mine.by_agent" } },
			promise(a), withdrawal(a),
			T.lang() and h.p{ class = "quiet", T "guide.in_chinese" },
			items(page), signs(a), papers(page), not a.withdrawal and saving(page), history(page), more.after(page) },
		h.h2{ T "progress.more" }, ways(a),
	} }
end
