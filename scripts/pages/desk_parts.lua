-- desk_parts.lua: what the pages of clerks share.

local h = require "html"
local T = require "text"
local act = require "act"
local names = require "names"
local places = require "places"

local parts = {}

-- The ways between a clerk's lists; `here` is where one is.
function parts.tabs(here)
	local list = {}
	for i, one in ipairs { { "/desk", T "desk.tab_queue" }, { "/desk/attention", T "desk.tab_attention" },
		{ "/desk/inquiries", T "desk.tab_inquiries" }, { "/desk/conferences", T "desk.tab_conferences" } } do
		list[i] = h.li{ h.a{ href = one[1], ["aria-current"] = one[1] == here and "page", one[2] } }
	end
	return h.nav{ class = "tabs", ["aria-label"] = T "desk.title", h.ul{ list } }
end

-- How long it has still: said in words, the colour only helps.
function parts.light(row)
	local days, kind = row.days_left, ({ red = "must", yellow = "wait", green = "good" })[row.light]
	local text = T "desk.left_unknown"
	if days and days < 0 then
		text = T("desk.left_over", { n = -days })
	elseif days == 0 then
		text = T "desk.left_today"
	elseif days then
		text = T("desk.left_days", { n = days })
	end
	return h.span{ class = "tag " .. kind, text }
end

function parts.item_url(row, rest)
	return h.url("/desk/{number}/{item}" .. (rest or ""), { number = row.number, item = row.item })
end

local function rows(field, list)
	local lines = {}
	for i, row in ipairs(list) do
		local cells = {}
		for id, title in pairs(field.columns or {}) do
			if row[id] ~= nil then
				cells[#cells + 1] = title .. " " .. tostring(row[id])
			end
		end
		table.sort(cells)
		lines[i] = h.li{ names.zh(table.concat(cells, "；")) }
	end
	return h.ol{ class = "lines", lines }
end

-- A value that was sent, as people read it.
function parts.value(field, value)
	if value == field.value and field.text then
		return names.zh(field.text)
	elseif type(value) == "table" and value.division then
		return names.zh((places.name(value.division) or value.division) .. " " .. (value.text or ""))
	elseif type(value) == "string" and tostring(field.type):find "^division" then
		return names.zh(places.name(value) or value)
	elseif type(value) == "table" and field.columns then
		return rows(field, value)
	elseif type(value) == "table" then
		return names.zh(table.concat(value, "、"))
	end
	return names.value(math.type(value) and tostring(value) or value, field.type)
end

-- What a copy button carries: plain text, or nil when there is none.
function parts.plain(field)
	local value = field.text or field.value
	return (type(value) == "string" or math.type(value)) and tostring(value) or nil
end

-- One field to fill in, with its message when it was wrong. o: name, label, hint, type, value, required, max.
function parts.input(page, o)
	return act.labelled(page, o, function(described_by, wrong)
		return h.input{ id = o.name, name = o.name, type = o.type or "text", maxlength = o.max or "200",
			required = o.required, value = page.again and page.again[o.name] or o.value or "", autocomplete = "off",
			["aria-describedby"] = described_by, ["aria-invalid"] = wrong }
	end)
end

local kinds = { number = "text", money = "text", date = "date", datetime = "text" }

-- What the department gives with an approval. tail: of several on one page.
function parts.output(page, output, tail)
	local name = "output:" .. output.type .. ":" .. output.name .. (tail or "")
	local label = { names.output(output.name), output.optional and T "desk.optional" }
	if output.type == "yes_no" then
		return h.div{ class = "field", h.label{ ["for"] = name, label }, h.select{ id = name, name = name,
			h.option{ value = "", T "desk.choose" }, h.option{ value = "yes", T "layout.yes" },
			h.option{ value = "no", T "layout.no" } } }
	end
	return parts.input(page, { name = name, label = label, type = kinds[output.type], pointer = "/outputs/" .. output.name })
end

parts.hidden = act.hidden

function parts.next(page, path)
	return page.list.cursor and h.p{ h.a{ class = "button second", href = h.url(path, { cursor = page.list.cursor }),
		T "desk.next" } }
end

return parts
