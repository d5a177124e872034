-- drafts.lua: what the reader has begun and not yet filed. page.drafts: of /api/v1/drafts; page.session.

local h = require "html"
local T = require "text"
local names = require "names"
local parts = require "form_parts"
local token = require "token"

-- Gone for good, so it takes two steps.
local function throw_away(page, place)
	return h.details{ class = "why", h.summary{ T "draft.unwanted" },
		h.form{ method = "post", action = parts.path(place, "/away"),
			h.p{ T "draft.gone_for_good" }, token(page),
			h.p{ h.button{ class = "second small", type = "submit", T "draft.throw_away" } } } }
end

-- An agent has begun it: whose it is goes on himself, unless he fills in the same already.
local function begun(page, draft, own)
	return h.li{
		h.h3{ names.plain_event(page, draft.event) },
		h.p{ T("draft.by", { agent = h.strong{ draft.by } }) },
		h.p{ class = "quiet", T("draft.changed", { at = names.instant(draft.changed_at) }) },
		own and h.p{ class = "quiet", T "draft.own_first" } or h.form{ method = "post",
			action = h.url("/apply/{event}/takeover", { event = draft.event }), token(page), parts.hidden{ key = draft.key },
			h.p{ class = "hint", T "draft.take_hint" },
			h.p{ h.button{ class = "second small", type = "submit", T "draft.take",
				h.span{ class = "unseen", names.plain_event(page, draft.event) } } } } }
end

local function row(page, draft)
	local place = { event = draft.event, key = draft["for"] and draft.key }
	return h.li{
		h.h3{ h.a{ href = parts.path(place), names.plain_event(page, draft.event) } },
		draft["for"] and h.p{ T("form.acting", { name = h.strong{ draft["for"].full_name } }) },
		h.p{ class = "quiet", T("draft.changed", { at = names.instant(draft.changed_at) }) },
		throw_away(page, place) }
end

return function(page)
	local rows, own = {}, {}
	for i, draft in ipairs(page.session and page.drafts and page.drafts.drafts or {}) do
		rows[i] = draft.by and begun(page, draft, own[draft.event]) or row(page, draft)
		own[draft.event] = own[draft.event] or not draft.by
	end
	return #rows > 0 and h.section{ ["aria-labelledby"] = "drafts",
		h.h2{ id = "drafts", T "draft.title" }, h.ul{ class = "rows", rows } }
end
