-- roster.lua: for whom an agent acts; one resident more; all of them to a successor.

local h = require "html"
local T = require "text"
local act = require "act"
local layout = require "layout"
local names = require "names"
local papers = require "form_papers"
local places = require "places"
local village = require "village"

local function entry(page, mandate)
	local person = mandate["for"]
	return h.li{ class = "card",
		h.h2{ person.full_name },
		h.p{ class = "quiet", T("roster.number", { last = person.id_number:sub(-4) }), " · ",
			T.of("mandates.by_", mandate.basis), T "layout.colon", names.day(mandate.given_at) },
		h.p{ class = "quiet", T("mandates.lives", { place = names.zh(places.name(mandate.village) or mandate.village) }) },
		h.details{ h.summary{ T "roster.end", h.span{ class = "unseen", person.full_name } },
			h.p{ T "roster.end_hint" },
			h.form{ method = "post", action = h.url("/mandates/{id}/end", { id = mandate.id }), act.hidden(page, mandate.id),
				h.p{ class = "actions", h.button{ class = "must", type = "submit", T "roster.end_now" } } } } }
end

-- Who serves one village is not asked which.
local function which_village(page)
	local served = page.session.villages or {}
	if #served < 2 and (served[1] or ""):sub(-3) ~= "000" then
		return false
	end
	return village(page, T("roster.village_hint", { places = names.zh(places.names(served)) }), served)
end

local function slip(page)
	local had = page.files and page.files.slip
	local wrong = page.paper_wrong and T.of("paper.wrong_", page.paper_wrong) or act.error(page, "/slip")
	return h.div{ class = wrong and "field paper wrong" or "field paper",
		h.label{ ["for"] = "slip", T "roster.slip" },
		h.p{ class = "hint", id = "slip-hint", T "roster.slip_hint" },
		wrong and h.p{ class = "error", id = "slip-error", wrong },
		papers.had("had", had),
		h.input{ type = "file", id = "slip", name = "paper.slip", accept = papers.accepted, ["aria-invalid"] = wrong and "true",
			["aria-describedby"] = wrong and "slip-hint slip-error" or "slip-hint" },
		papers.progress(T "roster.slip") }
end

local function taking(page)
	return h.section{ ["aria-labelledby"] = "one-more", h.h2{ id = "one-more", T "roster.more" },
		papers.form("/mandates", { action = "/mandates/take", act.hidden(page, "take"),
			act.line(page, { name = "full_name", pointer = "/for/full_name", label = T "roster.name", required = true }),
			act.line(page, { name = "id_number", pointer = "/for/id_number", label = T "roster.id_number",
				hint = T "roster.id_number_hint", required = true }),
			which_village(page),
			h.p{ T "roster.basis" },
			act.line(page, { name = "code", pointer = "/code", label = T "roster.code", hint = T "roster.code_hint",
				inputmode = "numeric" }),
			slip(page),
			h.p{ class = "actions", h.button{ type = "submit", T "roster.take" } } }) }
end

local function handing(page)
	return h.details{ open = act.error(page, "/agent") and true, h.summary{ T "roster.hand_over" },
		h.p{ T "roster.hand_over_hint" },
		h.form{ method = "post", action = "/mandates/handover", act.hidden(page, "hand"),
			act.line(page, { name = "agent", pointer = "/agent", label = T "roster.successor", required = true }),
			h.p{ class = "actions", h.button{ class = "must", type = "submit", T "roster.hand_over_now" } } } }
end

return function(page)
	local entries = {}
	for i, mandate in ipairs(page.mandates.mandates) do
		entries[i] = entry(page, mandate)
	end
	return layout{ page = page, title = T "roster.title", class = "narrow", script = "pieces.js",
		alert = act.alert(page, { ["/for/full_name"] = "full_name", ["/for/id_number"] = "id_number", ["/village"] = "village",
			["/code"] = "code", ["/slip"] = "slip", ["/agent"] = "agent" }),
		main = { page.handed and h.p{ class = "notice good", role = "status", T "roster.handed" },
			h.p{ class = "lead", T "roster.lead" },
			#entries > 0 and h.ul{ class = "cards", entries } or h.p{ class = "notice", T "roster.none" },
			taking(page), #entries > 0 and handing(page) } }
end
