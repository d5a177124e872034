-- progress_item.lua: one item of an application: sent, received, decided; what it waits for; the promised day
-- and why that day; what is wrong, in the department's own words; what it gave; its undo.

local h = require "html"
local T = require "text"
local names = require "names"
local more = require "progress_more"

local kinds = { approved = "good", correction = "must", refused = "must", blocked = "must", attention = "wait",
	waiting = "plain", ready = "plain", withdrawn = "plain" }

local function find(list, id)
	for _, entry in ipairs(list or {}) do
		if entry.id == id then
			return entry
		end
	end
end

-- ---- the three steps ----

local function step(done, text)
	return h.li{ class = done and "done" or "open",
		h.span{ class = "mark", ["aria-hidden"] = "true", done and "✓" or "○" },
		h.span{ text } }
end

-- Nothing is ticked that the department has not given its own number for.
local function received(item)
	if item.receipt then
		return step(true, { T("progress.received", { receipt = h.strong{ names.zh(item.receipt) } }),
			item.acknowledged_at and { " · ", names.instant(item.acknowledged_at) } })
	end
	return step(false, T "progress.not_received")
end

local ends = { approved = true, refused = true, withdrawn = true }

local function steps(page, item)
	if not item.sent_at then
		return false
	end
	local department = names.department(page.departments, item.department)
	return h.ol{ class = "track",
		step(true, T("progress.sent", { at = names.instant(item.sent_at), department = department })),
		item.status ~= "correction" and received(item),
		item.status == "correction" and step(false, T "progress.sent_back") or ends[item.status] and step(item.receipt ~= nil, T.of("progress.ended_", item.status,
			{ at = names.instant(item.decided_at or item.sent_at) })) or step(false, T "progress.undecided"),
	}
end

-- ---- what it waits for ----

local function titles(list)
	return names.zh("“" .. table.concat(list, "”“") .. "”")
end

-- Who has not answered yet to the consent of this name; of each in a list (x.1, x.2) the first.
local function asked(signs, name)
	for _, sign in ipairs(signs) do
		if sign.status == "asked" and (sign.id == name or sign.id:match "^(.*)%.%d+$" == name) then
			return sign
		end
	end
	return nil
end

local function waits(page, item)
	if item.status ~= "waiting" then
		return false
	end
	local others, papers, wanted, signs = {}, {}, {}, {}
	for _, id in ipairs(item.needs) do
		local other = find(page.application.items, id)
		if other and other.status ~= "approved" and other.status ~= "skipped" then
			others[#others + 1] = other.title
		end
	end
	for _, paper in ipairs(page.application.materials) do
		local used = find(page.guide.materials, paper.id)
		for _, id in ipairs(used and used.items or {}) do
			if id == item.id and not paper.how and used.ways[1] ~= "produced" then
				table.insert(paper.upload_needed and wanted or papers, paper.title)
			end
		end
	end
	local guide = find(page.guide.items, item.id)
	for _, id in ipairs(guide and guide.signs or {}) do
		local sign = asked(page.application.signs, id)
		signs[#signs + 1] = sign and sign.title
	end
	return {
		#others > 0 and h.p{ T("progress.waits_items", { titles = titles(others) }) },
		#signs > 0 and h.p{ T("progress.waits_signs", { titles = titles(signs) }) },
		#wanted > 0 and h.p{ T("progress.waits_upload", { titles = titles(wanted) }) },
		#papers > 0 and h.p{ T("progress.waits_papers", { titles = titles(papers) }) },
		#others + #signs + #wanted + #papers == 0 and h.p{ T "progress.waits_records" },
	}
end

-- ---- the promised day ----

local function why_that_day(promise)
	local working = promise.within:find "工作日" ~= nil
	local within = names.duration(promise.within)
	return {
		promise.from and T("progress.why_from", { from = names.day(promise.from), within = within })
			or T("progress.why_not_sent", { within = within }),
		working and promise.from and promise.days_off > 0 and T("progress.why_days_off", { n = promise.days_off }),
		working and T "progress.why_calendar",
		promise.notice and T("progress.why_notice", { notice = names.duration(promise.notice) }),
		promise.stopped_days > 0 and T("progress.why_stopped", { n = promise.stopped_days }),
	}
end

local function promised(item)
	local settled = ends[item.status] or item.status == "blocked"
	if settled or not item.promise then
		return false
	end
	return h.details{
		h.summary{ item.promised_by and T("progress.promised", { day = names.day(item.promised_by) })
			or T("progress.promised_unknown", { within = names.duration(item.promise.within) }) },
		h.p{ class = "quiet", why_that_day(item.promise) } }
end

local function late(item)
	return item.overdue and not ends[item.status] and h.p{ class = "notice wait", T "progress.overdue" }
end

-- ---- what is wrong, what came of it ----

-- Of a look-up that several items wait for the page tells once, above them.
local function silent(page, item)
	local p = item.problem
	if p.department then
		return h.p{ T("progress.silent_lookup", { department = names.department(page.departments, p.department) }) }
	end
	return h.div{ class = "notice wait",
		h.p{ names.said(p.text) },
		p.since and h.p{ T("progress.silent_since", { at = names.instant(p.since) }),
			p.next_try_at and { " ", T("progress.silent_next", { at = names.instant(p.next_try_at) }) } } }
end

local function problem(page, item)
	local p = item.problem
	if not p then
		return false
	elseif p.code == "silent" then
		return silent(page, item)
	end
	return h.div{ class = p.code == "attention" and "notice wait" or p.code == "held" and "notice" or "notice must",
		h.p{ T.of("progress.problem_", p.code), T "layout.colon",
			p.code == "refused" and names.told(p.text) or names.said(p.text) } }
end

local function correction(item)
	local rows = {}
	for i, mark in ipairs(item.correction or {}) do
		rows[i] = h.li{ h.strong{ names.zh(mark.title) }, T "layout.colon", names.told(mark.reason) }
	end
	return #rows > 0 and h.div{ class = "notice must", h.p{ T "progress.correction" }, h.ul{ rows } }
end

-- Codes mean nothing to a reader where the form does not say their titles.
local function outputs(page, item)
	local guide, rows, n = find(page.guide.items, item.id), {}, 0
	local given = item.status ~= "withdrawn" and item.outputs or {} -- undone is as if never given
	for _, output in ipairs(guide and guide.outputs or {}) do
		local value = given[output.name]
		if value ~= nil and output.type ~= "choice" then
			n = n + 1
			rows[n] = { h.dt{ names.output(output.name) }, h.dd{ names.value(value, output.type) } }
		end
	end
	return n > 0 and h.details{ h.summary{ T("progress.outputs", { n = n }) }, h.dl{ class = "pairs", rows } }
end

local function undo(item)
	return item.undo and h.p{ class = item.undo == "done" and "" or "notice wait", T.of("progress.undo_", item.undo),
		item.undo_reason and { T "layout.colon", names.told(item.undo_reason) } }
end

return function(page, item)
	local kind = kinds[item.status]
	return h.li{ id = item.id,
		h.h3{ names.zh(item.title), " ", h.span{ class = kind and kind ~= "plain" and "tag " .. kind or "tag",
			T.of("item_state.", item.status) } },
		h.p{ class = "quiet", names.department(page.departments, item.department),
			item.round > 1 and { " · ", T("progress.round", { n = item.round }) } },
		correction(item), problem(page, item), late(item), steps(page, item), waits(page, item),
		promised(item), undo(item), outputs(page, item), more.item(page, item),
	}
end
