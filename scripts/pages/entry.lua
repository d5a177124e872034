-- entry.lua: what the forms of coming in have in common.

local h = require "html"
local T = require "text"

local entry = {}

-- What was wrong with what was sent, said first and led to; page.wrong is wrong, often or away.
function entry.alert(page, title, text)
	return page.wrong and h.div{ class = "notice must", role = "alert", ["data-focus"] = "1",
		h.p{ h.strong{ title } }, h.p{ id = "wrong", h.a{ href = "#password", text } } }
end

-- A field with its label. o: id, label, hint, type, and what else the input has.
function entry.field(page, o)
	local attributes = { id = o.id, name = o.id, type = o.type or "text", autocomplete = o.autocomplete,
		required = o.required, value = o.value or "", maxlength = o.maxlength, inputmode = o.inputmode or "text",
		autocapitalize = "off", spellcheck = "false" }
	local told = {}
	if o.hint then told[#told + 1] = o.id .. "-hint" end
	if page.wrong then
		told[#told + 1] = "wrong"
		attributes["aria-invalid"] = o.suspect and "true" or "false"
	end
	attributes["aria-describedby"] = #told > 0 and table.concat(told, " ")
	return h.div{ class = page.wrong and o.suspect and "field wrong" or "field",
		h.label{ ["for"] = o.id, o.label },
		o.hint and h.p{ class = "hint", id = o.id .. "-hint", o.hint },
		h.input(attributes) }
end

function entry.password(page)
	return entry.field(page, { id = "password", label = T "entry.password", type = "password",
		autocomplete = "current-password", required = true, maxlength = "256", suspect = page.wrong == "wrong" })
end

-- What goes along unseen: where to go on, and the token of the session's pages.
function entry.hidden(page)
	return { page.next and h.input{ type = "hidden", name = "next", value = page.next },
		page.session and page.session.csrf and h.input{ type = "hidden", name = "_csrf", value = page.session.csrf } }
end

return entry
