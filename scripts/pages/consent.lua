-- consent.lua: what a second person is asked, in plain words, and his yes or no.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local values = require "values"

local function what(page, open)
	local a, sign, items = page.application, page.sign, {}
	for i, title in ipairs(sign["for"]) do
		items[i] = h.li{ names.zh(title) }
	end
	local facts = {}
	for i, one in ipairs(sign.shown) do
		facts[i] = { h.dt{ names.zh(one.title) }, h.dd{ one.text and names.zh(one.text) or values.text(one, nil, one.value) } }
	end
	return {
		h.p{ class = "lead", T("consent.lead", { who = a.applicant and names.zh(a.applicant) or T "consent.somebody",
			event = names.event{ id = a.event, title = a.title } }) },
		h.div{ class = "box", h.h2{ names.zh(sign.title) }, h.p{ names.zh(sign.text or sign.title) } },
		#facts > 0 and { h.h2{ T "consent.shown" }, h.dl{ class = "pairs box", facts } },
		open and #items > 0 and { h.h2{ T "consent.waits" }, h.ul{ items } },
	}
end

local function answer(page, agrees, button)
	return h.form{ method = "post", action = page.self, act.hidden(page),
		h.input{ type = "hidden", name = "agrees", value = agrees }, h.p{ class = "actions", button } }
end

local function asked(page)
	local sign = page.sign
	local day = sign["until"] and names.day(sign["until"])
	return {
		day and h.p{ class = sign.reminded and "notice must" or "notice",
			T(sign.reminded and "consent.soon" or "consent.until", { day = day }) },
		answer(page, "yes", h.button{ type = "submit", T "consent.agree" }),
		h.details{ h.summary{ T "consent.not_willing" },
			h.p{ T "consent.declining" },
			sign.otherwise and h.p{ class = "notice wait", names.zh(sign.otherwise) },
			answer(page, "no", h.button{ type = "submit", class = "must", T "consent.decline" }) },
		h.p{ class = "quiet", T "consent.private" },
	}
end

local function settled(page)
	local sign = page.sign
	local kind = sign.status == "signed" and "good" or "wait"
	return h.div{ class = "notice " .. kind, role = "status", h.p{ h.strong{ T.of("consent.told_", sign.status) } },
		sign.status == "declined" and sign.otherwise and h.p{ names.zh(sign.otherwise) },
		h.p{ T(sign.status == "not_needed" and "consent.no_answer" or "consent.nothing_more") } }
end

return function(page)
	local open = page.sign.status == "asked" and page.application.status ~= "withdrawn"
	return layout{ page = page, title = T "consent.title", class = "narrow", alert = act.alert(page),
		main = { not open and settled(page), what(page, open), open and asked(page),
			h.p{ h.a{ href = "/applications", T "consent.mine" } } } }
end
