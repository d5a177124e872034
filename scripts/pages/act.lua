-- act.lua: what the forms have in common by which somebody acts on an application.

local h = require "html"
local T = require "text"
local names = require "names"
local places = require "places"
local token = require "token"

local act = {}

local function said(text)
	return names.said(places.said(text))
end

-- What was not taken, in the API's own words, said first and led to. page.wrong is its problem document.
-- targets: pointer -> id of the field it speaks of.
function act.alert(page, targets)
	local wrong = page.wrong
	if not wrong then
		return false
	end
	local list, unsure = {}, (wrong.detail or ""):find("Idempotency-Key", 1, true) -- said to a program: the form has its key
	for _, e in ipairs(wrong.errors or {}) do
		local id = targets and targets[e.pointer]
		list[#list + 1] = h.li{ id and h.a{ href = "#" .. id, said(e.message) } or said(e.message) }
	end
	return h.div{ class = "notice must", role = "alert", ["data-focus"] = "1",
		h.p{ h.strong{ unsure and T "act.once_more" or names.said(wrong.title) } },
		#list > 0 and h.ul{ list } or h.p{ unsure and T "act.unsure" or names.said(wrong.detail or "") } }
end

-- The message of an error at this pointer, or nil.
function act.error(page, pointer)
	for _, e in ipairs(page.wrong and page.wrong.errors or {}) do
		if e.pointer == pointer then
			return e.message
		end
	end
end

-- What goes along unseen: the session's token, and the key by which the same form twice is one act.
-- which: tells one form of a page from the others.
function act.hidden(page, which)
	return { token(page),
		h.input{ type = "hidden", name = "key", value = which and page.key .. "." .. which or page.key } }
end

-- A control with its label, hint and error. o: name, label, hint, pointer; make(described_by, wrong).
function act.labelled(page, o, make)
	local wrong = act.error(page, o.pointer)
	local told = {}
	if o.hint then told[#told + 1] = o.name .. "-hint" end
	if wrong then told[#told + 1] = o.name .. "-error" end
	return h.div{ class = wrong and "field wrong" or "field",
		h.label{ ["for"] = o.name, o.label },
		o.hint and h.p{ class = "hint", id = o.name .. "-hint", o.hint },
		wrong and h.p{ class = "error", id = o.name .. "-error", said(wrong) },
		make(#told > 0 and table.concat(told, " "), wrong and "true") }
end

-- One line to write. Also o: required, inputmode, list (of what may be picked).
function act.line(page, o)
	return act.labelled(page, o, function(described_by, wrong)
		return h.input{ type = "text", id = o.name, name = o.name, required = o.required, inputmode = o.inputmode,
			list = o.list, autocomplete = "off", spellcheck = "false", ["aria-describedby"] = described_by, ["aria-invalid"] = wrong,
			value = page.again and page.again[o.name] or "" }
	end)
end

-- Some lines to write. Also o: rows, maxlength, required.
function act.letter(page, o)
	return act.labelled(page, o, function(described_by, wrong)
		return h.textarea{ id = o.name, name = o.name, rows = o.rows or "4", maxlength = o.maxlength or "600",
			required = o.required, ["aria-describedby"] = described_by, ["aria-invalid"] = wrong,
			page.again and page.again[o.name] or "" }
	end)
end

-- Back to where the application stands.
function act.back(number)
	return h.a{ class = "button second", href = h.url("/applications/{number}", { number = number }), T "act.back" }
end

return act
