-- complaints.lua: a complaint about a step of one item, and what became of the earlier ones.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local served = require "served"

local function earlier(page)
	local titles, list = {}, {}
	for _, item in ipairs(page.application.items) do
		titles[item.id] = item.title
	end
	for _, f in ipairs(page.feedback.feedback) do
		if f.kind == "complaint" then
			list[#list + 1] = h.li{ h.h3{ names.zh(titles[f.item] or f.department) }, served.told(f) }
		end
	end
	return #list > 0 and { h.h2{ T "complaint.earlier" }, h.ul{ class = "rows", list } }
end

local function item_field(page, chosen)
	local options, wrong = { h.option{ value = "", T "form.choose" } }, act.error(page, "/item")
	for _, item in ipairs(page.application.items) do
		if item.status ~= "skipped" and not item.tell then
			options[#options + 1] = h.option{ value = item.id, selected = item.id == chosen, item.title }
		end
	end
	return h.div{ class = wrong and "field wrong" or "field", h.label{ ["for"] = "item", T "complaint.item" },
		wrong and h.p{ class = "error", id = "item-error", names.said(wrong) },
		h.select{ id = "item", name = "item", required = true, lang = T.lang(),
			["aria-describedby"] = wrong and "item-error", ["aria-invalid"] = wrong and "true", options } }
end

return function(page)
	local number, again = page.application.number, page.again or {}
	return layout{ page = page, title = T "complaint.title", class = "narrow",
		alert = act.alert(page, { ["/item"] = "item", ["/about"] = "about", ["/text"] = "text" }),
		main = {
			h.p{ class = "lead", T "complaint.lead" },
			earlier(page),
			h.h2{ T "complaint.new" },
			h.form{ method = "post", action = h.url("/applications/{number}/complaints", { number = number }),
				item_field(page, again.item or page.item),
				served.pick{ id = "about", name = "about", legend = T "complaint.what", words = served.abouts,
					text = function(word) return T.of("complaint.about_", word) end, value = again.about,
					wrong = act.error(page, "/about") },
				act.letter(page, { name = "text", label = T "complaint.words", hint = T "complaint.words_hint",
					pointer = "/text", rows = "5", required = true }),
				act.hidden(page),
				h.p{ class = "actions", h.button{ type = "submit", T "complaint.send" }, act.back(number) } },
		} }
end
