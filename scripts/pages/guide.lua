-- guide.lua: the guide of an event: what it does for you, who may apply, how long, what it costs, which
-- papers remain, what it spares, and the flow. Everything follows from the event's file in force.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "guide_parts"

-- ---- opened by the code of a printed card ----

local function change(c)
	return h.li{ T.of("guide.changed_", c.kind, {
		title = names.zh(c.title),
		before = c.before and names.duration(c.before) or "—",
		after = c.after and names.duration(c.after) or "—",
	}) }
end

local function printed(page)
	if not page.printed then
		return false
	end
	local day = names.day(page.printed)
	if not page.older_known then
		return h.div{ class = "notice wait", h.p{ T("guide.print_unknown", { day = day }) } }
	end
	local version = page.older.version:sub(8, 15)
	if page.older.version == page.guide.version then
		return h.div{ class = "notice good", h.p{ T("guide.print_same", { day = day, version = version }) } }
	end
	local changes = {}
	for i, c in ipairs(parts.changes(page.older, page.guide)) do
		changes[i] = change(c)
	end
	return h.div{ class = "notice must",
		h.p{ h.strong{ T("guide.print_changed", { day = day, version = version }) } },
		#changes > 0 and h.ul{ changes } or h.p{ T "guide.print_small" } }
end

-- ---- pieces ----

local function fact(number, text)
	return h.li{ h.b{ number }, text }
end

local function facts(page, sums)
	local papers = parts.papers(page.guide)
	return h.ul{ class = "facts",
		fact(sums.items, T("guide.fact_items", { n = #sums.departments })),
		fact(sums.papers, T("guide.fact_papers", { n = #papers.needed })),
		fact(sums.visits, T "guide.fact_visits"),
		fact(sums.fee_fen == 0 and T "guide.free" or T("guide.yuan", { n = sums.fee_fen // 100 }),
			sums.fee_fen == 0 and T "guide.fact_free" or T "guide.fact_fee"),
	}
end

local function measured(page)
	for _, row in ipairs(page.statistics and page.statistics.events or {}) do
		local days = row.group == page.guide.id and row.measured and row.measured.working_days
		if days and days.n > 0 then
			return h.p{ class = "box", T("guide.measured", { n = days.n,
				days = names.days(days.waited / days.n) }) }
		end
	end
	return h.p{ class = "quiet", T "guide.not_measured" }
end

local function applicants(guide)
	local list = {}
	for i, applicant in ipairs(guide.applicants) do
		list[i] = h.li{ names.zh(applicant.title) }
	end
	return h.ul{ list }
end

local function paper_list(kind, materials)
	if #materials == 0 then
		return false
	end
	local list = {}
	for i, material in ipairs(materials) do
		list[i] = h.li{ names.zh(material.title),
			material.when and h.span{ class = "quiet", " — ", T("guide.only_if", { condition = names.zh(material.when) }) } }
	end
	return { h.h3{ T.of("guide.papers_", kind) }, h.ul{ list } }
end

local function papers(guide)
	local kinds = parts.papers(guide)
	return {
		paper_list("needed", kinds.needed) or h.p{ T "guide.papers_none" },
		paper_list("promised", kinds.promised),
		(#kinds.photo > 0 or #kinds.fetched > 0) and h.details{
			h.summary{ T("guide.papers_looked_up", { n = #kinds.photo + #kinds.fetched }) },
			paper_list("photo", kinds.photo), paper_list("fetched", kinds.fetched) },
	}
end

local function line(title, value)
	return value and h.p{ class = "quiet", title, T "layout.colon", value }
end

-- What has to be done before it: the titles of those items.
local function needs(guide, item)
	local list = {}
	for _, other in ipairs(guide.items) do
		for _, id in ipairs(item.needs) do
			if other.id == id then
				list[#list + 1] = { #list > 0 and T "layout.comma", names.zh(other.title) }
			end
		end
	end
	return #list > 0 and list
end

local told_from = 5 -- of fewer nothing is said: one case is no measure

-- How long its department takes beside what it promises.
local function took(page, item)
	for _, row in ipairs(page.statistics and page.statistics.events or {}) do
		for _, d in ipairs(row.group == page.guide.id and row.departments or {}) do
			if d.department == item.department and d.took.n >= told_from then
				local days = d.took.nine_of_ten
				return h.p{ class = "quiet", not days and T("guide.took_long", { n = d.took.n })
					or days == 0 and T("guide.took_same_day", { n = d.took.n })
					or T("guide.took", { n = d.took.n, days = days }) }
			end
		end
	end
	return false
end

local function item_tile(page, item)
	return h.li{
		h.h3{ names.zh(item.title) },
		h.p{ names.department(page.departments, item.department), " · ",
			item.promised and names.duration(item.promised) or T "guide.no_promise", " · ", names.fee(item) },
		took(page, item),
		line(T "guide.when", item.when and names.zh(item.when)),
		line(T "guide.choice", item.choice == "off" and T "guide.choice_off"),
		line(T "guide.after", needs(page.guide, item)),
		line(T "guide.in_person", item.in_person and names.zh(item.in_person)),
		line(T "guide.issues", item.issues and names.zh(item.issues)),
	}
end

local function before(items)
	local rows = {}
	for _, item in ipairs(items) do
		local b = item.before
		if #b.papers > 0 or b.visits > 0 then
			rows[#rows + 1] = h.tr{
				h.th{ scope = "row", names.zh(item.title) },
				h.td{ names.zh(#b.papers > 0 and table.concat(b.papers, "、") or "—") },
				h.td{ class = "n", b.visits } }
		end
	end
	return h.details{ h.summary{ T "guide.before" },
		h.div{ class = "scroll", tabindex = "0", role = "region", ["aria-label"] = T "guide.before",
			h.table{
				h.thead{ h.tr{ h.th{ scope = "col", T "guide.item" }, h.th{ scope = "col", T "guide.before_papers" },
					h.th{ scope = "col", class = "n", T "guide.before_visits" } } },
				h.tbody{ rows } } } }
end

local function flow(guide)
	return h.div{ class = "scroll", tabindex = "0", role = "region", ["aria-labelledby"] = "flow",
		h.img{ src = h.url("/events/{event}/flow.svg", { event = guide.id }), alt = T "guide.flow_alt",
			loading = "lazy" } }
end

-- ---- the page ----

return function(page)
	local guide = page.guide
	local items, tiles = parts.items(guide), {}
	for i, item in ipairs(items) do
		tiles[i] = item_tile(page, item)
	end
	local plain = T.maybe("event.", guide.id, ".plain")
	return layout{ page = page, title = plain or guide.title, own_heading = true, main = {
		printed(page),
		h.h1{ plain or names.zh(guide.title) },
		h.p{ class = "lead", T.maybe("event.", guide.id, ".told") or T "guide.lead" },
		T.lang() and h.p{ class = "quiet", T "guide.in_chinese" },
		facts(page, parts.sums(guide)),
		h.div{ class = "actions",
			h.a{ class = "button", href = h.url("/apply/{event}", { event = guide.id }), T "guide.apply" },
			h.a{ class = "button second", href = h.url("/events/{event}/print", { event = guide.id }), T "guide.print" } },
		h.div{ class = "two", h.div{
			h.h2{ T "guide.who" }, applicants(guide),
			h.h2{ T "guide.papers" }, papers(guide),
		}, h.div{
			h.h2{ T "guide.how_long" }, h.p{ T "guide.how_long_text" }, measured(page),
		} },
		h.h2{ T("guide.items", { n = #items }) },
		h.ul{ class = "tiles", tiles },
		h.h2{ id = "flow", T "guide.flow" }, h.p{ class = "quiet", T "guide.flow_text" }, flow(guide),
		h.h2{ T "guide.spares" }, h.p{ T "guide.spares_text" }, before(items),
		h.p{ class = "quiet",
			guide.basis and { T "guide.basis", names.zh(guide.basis), " · " },
			T "guide.lead_department", parts.lead(page) or "—", " · ",
			T("guide.version", { version = guide.version:sub(8, 15) }) },
	} }
end
