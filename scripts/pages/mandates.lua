-- mandates.lua: a resident sees which agents act for him, lets one in, and ends it.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local places = require "places"
local village = require "village"

local function ending(page, mandate)
	return h.form{ method = "post", action = h.url("/mandates/{id}/end", { id = mandate.id }), act.hidden(page, mandate.id),
		h.p{ class = "actions", h.button{ class = "must", type = "submit", T "mandates.end",
			h.span{ class = "unseen", mandate.agent } } } }
end

local function entry(page, mandate)
	return h.li{ class = "card",
		h.h2{ mandate.agent },
		h.p{ h.span{ class = mandate.in_force and "tag good" or "tag",
			T(mandate.in_force and "mandates.in_force" or "mandates.ended") } },
		h.p{ T.of("mandates.by_", mandate.basis), T "layout.colon", names.day(mandate.given_at) },
		h.p{ class = "quiet", T("mandates.lives", { place = names.zh(places.name(mandate.village) or mandate.village) }) },
		mandate.slip and h.p{ h.a{ class = "button second small", href = "/api/v1/files/" .. mandate.slip, T "mandates.slip",
			h.span{ class = "unseen", mandate.agent } } },
		not mandate.in_force and h.p{ class = "quiet", T("mandates.since", { day = names.day(mandate.ended_at) }) },
		mandate.in_force and ending(page, mandate) }
end

local function code(page)
	return page.code and h.div{ class = "notice good", role = "status",
		h.p{ T "mandates.code_is" }, h.p{ h.strong{ class = "number", page.code.code } },
		h.p{ T("mandates.code_until", { at = names.instant(page.code["until"]) }) } }
end

local function asking(page)
	return h.section{ ["aria-labelledby"] = "by-code", h.h2{ id = "by-code", T "mandates.by_code_title" },
		h.p{ T "mandates.by_code_hint" },
		h.form{ method = "post", action = "/mandates/code", act.hidden(page, "code"),
			h.p{ class = "actions", h.button{ class = "second", type = "submit", T "mandates.make_code" } } } }
end

local function giving(page)
	return h.section{ ["aria-labelledby"] = "by-name", h.h2{ id = "by-name", T "mandates.by_name_title" },
		h.form{ method = "post", action = "/mandates/give", act.hidden(page, "give"),
			act.line(page, { name = "agent", pointer = "/agent", label = T "mandates.agent", hint = T "mandates.agent_hint",
				required = true }),
			village(page, T "mandates.village_hint"),
			h.p{ class = "actions", h.button{ type = "submit", T "mandates.give" } } } }
end

return function(page)
	local entries = {}
	for i, mandate in ipairs(page.mandates.mandates) do
		entries[i] = entry(page, mandate)
	end
	return layout{ page = page, title = T "mandates.title", class = "narrow",
		alert = act.alert(page, { ["/agent"] = "agent", ["/village"] = "village" }),
		main = { code(page), h.p{ class = "lead", T "mandates.lead" },
			#entries > 0 and h.ul{ class = "cards", entries } or h.p{ class = "notice", T "mandates.nobody" },
			asking(page), giving(page) } }
end
