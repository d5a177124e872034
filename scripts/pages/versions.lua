-- versions.lua: what event files propose to change, in sentences; who has approved it; what is in force.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"

-- What differs, in the order in which it matters to people.
local parts = { "event", "connectors", "items", "materials", "asks", "rules", "signs", "records", "calls", "applicants", "sections",
	"terms", "figures", "places", "eithers" }

local function member_name(name)
	return T.maybe("versions.member_", name) and T.of("versions.member_", name) or name
end

-- One member of something: what it was and what it becomes, where words can tell it.
local function member(m)
	local name = member_name(m.name)
	if m.before and m.after then
		return h.li{ T("versions.from_to", { name = name, before = names.zh(m.before), after = names.zh(m.after) }) }
	elseif m.after then
		return h.li{ T("versions.now", { name = name, after = names.zh(m.after) }) }
	elseif m.before then
		return h.li{ T("versions.no_more", { name = name, before = names.zh(m.before) }) }
	end
	return h.li{ T("versions.otherwise", { name = name }) }
end

local function difference(d)
	local members = {}
	for i, m in ipairs(d.members or {}) do
		members[i] = member(m)
	end
	return h.li{ T.of("versions.kind_", d.kind, { title = names.zh(d.title or d.id or "") }),
		#members > 0 and h.ul{ members } }
end

local function changes(p)
	local told = {}
	for _, part in ipairs(parts) do
		local list = {}
		for _, d in ipairs(p.changes or {}) do
			if d.part == part then
				list[#list + 1] = difference(d)
			end
		end
		if #list > 0 then
			told[#told + 1] = { h.h3{ T.of("versions.part_", part) }, h.ul{ list } }
		end
	end
	return told
end

local function approvals(v)
	local list = {}
	for i, a in ipairs(v.approvals) do
		list[i] = h.li{ T("versions.approved_by", { name = a.by, at = names.instant(a.at) }) }
	end
	return #list > 0 and h.ul{ list }
end

-- The beginning of the hash: enough to compare by eye with what the command line tells.
local function content(v)
	return h.p{ class = "quiet", T "versions.content", " ", h.span{ class = "number", v.version:sub(8, 23) } }
end

local function button(page, p)
	if p.missing == 0 then
		return h.p{ class = "notice good", T "versions.coming" }
	elseif p.approved then
		return h.p{ class = "notice", T "versions.approved_by_you" }
	elseif page.session.role ~= "policy" then
		return false
	end
	return h.form{ method = "post", action = h.url("/versions/{version}/approval", { version = p.version:sub(8) }),
		act.hidden(page, p.version:sub(8, 23)),
		h.p{ class = "actions", h.button{ type = "submit", T "versions.approve", h.span{ class = "unseen", " ", p.title } } } }
end

local function proposal(page, p)
	local id = "proposed-" .. (p.event or "department-" .. p.department)
	return h.section{ class = "box", ["aria-labelledby"] = id,
		h.h2{ id = id, names.zh(p.title) },
		h.p{ h.span{ class = p.missing > 0 and "tag wait" or "tag good", p.missing > 0
			and T("versions.missing", { n = p.missing }) or T "versions.enough" } },
		h.p{ T(p.replaces and "versions.stays" or "versions.new") },
		changes(p), approvals(p), content(p), button(page, p) }
end

local function in_force(v)
	return h.li{ h.h3{ h.a{ href = h.url("/events/{event}", { event = v.event }), names.zh(v.title) } },
		content(v), approvals(v) }
end

return function(page)
	local proposed, rows = {}, {}
	for _, v in ipairs(page.versions.versions) do
		if v.state == "proposed" then
			proposed[#proposed + 1] = proposal(page, v)
		else
			rows[#rows + 1] = in_force(v)
		end
	end
	return layout{ page = page, title = T "versions.title", alert = act.alert(page), main = {
		h.p{ class = "lead", T(page.versions.four_eyes and "versions.lead" or "versions.lead_off", { n = page.versions.needed }) },
		#proposed > 0 and proposed or h.p{ class = "notice good", T "versions.none" },
		#rows > 0 and { h.h2{ T "versions.in_force" }, h.ul{ class = "rows", rows } },
	} }
end
