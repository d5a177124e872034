-- form_parts.lua: what the pages of an application in the making have in common.

local h = require "html"
local T = require "text"
local names = require "names"

local parts = {}

-- Their address; rest is "/check" or nothing.
function parts.path(page, rest)
	return h.url("/apply/{event}" .. (rest or ""), { event = page.event, draft = page.key })
end

-- Fields that go along unseen, in order of their names.
function parts.hidden(fields)
	local list, order = {}, {}
	for name in pairs(fields) do
		order[#order + 1] = name
	end
	table.sort(order)
	for i, name in ipairs(order) do
		list[i] = h.input{ type = "hidden", name = name, value = tostring(fields[name]) }
	end
	return list
end

function parts.steps(at)
	local list = {}
	for i, name in ipairs{ "fill", "check", "sent" } do
		list[i] = h.li{ ["aria-current"] = i == at and "step", T.of("step.", name) }
	end
	return h.ol{ class = "stages", ["aria-label"] = T "form.stages", list }
end

-- In red all the time: this is another person's.
function parts.agent_bar(page)
	local person = page.draft and page.draft["for"]
	return person and h.p{ class = "acting", T("form.acting", { name = h.strong{ person.full_name } }) }
end

function parts.is_chosen(page, item)
	local said = page.draft.choices[item.id]
	if said == nil then
		return item.choice == "on"
	end
	return said
end

-- "10:02" in China, of an RFC 3339 time that the API gives in UTC.
local function clock(text)
	local hour, minute = text:match "T(%d+):(%d+)"
	if not hour then
		return text
	end
	return ("%02d:%s"):format((tonumber(hour) + (text:find "Z$" and 8 or 0)) % 24, minute)
end

function parts.saved_at(page)
	return page.draft.changed_at and T("form.saved_at", { time = clock(page.draft.changed_at) })
end

-- What the last step has to say.
function parts.told(page)
	if page.gone then
		return h.div{ class = "notice wait", role = "status", h.p{ T "form.gone" } }
	elseif page.saved then
		return h.div{ class = "notice good", role = "status", h.p{ T "form.saved" } }
	end
	return false
end

function parts.event_title(page)
	return T.maybe("event.", page.guide.id, ".plain") or names.zh(page.guide.title)
end

return parts
