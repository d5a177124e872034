-- check_refused.lua: the application was not taken: why, and how to go on. What was looked at is kept.

local h = require "html"
local T = require "text"
local layout = require "layout"
local names = require "names"
local parts = require "form_parts"
local token = require "token"

local function reasons(answer)
	local list = {}
	for i, e in ipairs(answer and answer.errors or {}) do
		list[i] = h.li{ names.said(e.message) }
	end
	return #list > 0 and h.ul{ list } or answer and answer.detail and h.p{ names.said(answer.detail) }
end

-- The same once more makes no second one: it has the same key.
local function once_more(page)
	return h.form{ method = "post", action = parts.path(page, "/check"),
		token(page.posted), parts.hidden{ _key = page.posted._key or "", _body = page.posted._body or "" },
		h.p{ class = "actions", h.button{ type = "submit", name = "_do", value = "submit", T "sending.once_more" } } }
end

return function(page)
	local status = page.status
	return layout{ page = page, title = T.of("sending.title_", status), class = "narrow",
		main = {
			h.div{ class = "notice must", role = "alert", ["data-focus"] = "1",
				h.p{ T.of("sending.text_", status) }, status ~= 503 and reasons(page.answer) },
			status == 503 and once_more(page),
			h.p{ class = "actions", h.a{ class = "button second", href = parts.path(page), T "check.back" } },
			h.p{ T "sending.kept" },
		} }
end
