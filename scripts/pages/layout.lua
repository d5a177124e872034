-- layout.lua: what every page has around its own part.
--
--   layout{ page = page, title = "…", main = { … } }
--
-- title: of the window and, unless the page makes its own (own_heading), the page's h1. class: of <main>.
-- script: one of its own, before page.js.
-- Where something typed is only along unseen (kept_parts.lua), the switches open beside it.
-- alert: an element said first (a summary of errors, a banner), before the heading.

local h = require "html"
local T = require "text"
local work = require "work"

local function with(self, name, value)
	return self .. (self:find("?", 1, true) and "&" or "?") .. name .. "=" .. value
end

local function switches(page)
	local other = page.lang == "zh" and "en" or "zh"
	return h.ul{ class = "switches",
		h.li{ h.a{ target = page.kept_text and "_blank", href = with(page.self, "big", page.big and "0" or "1"),
			T(page.big and "layout.small" or "layout.big") } },
		h.li{ h.a{ target = page.kept_text and "_blank", href = with(page.self, "lang", other), lang = other == "en" and "en" or "zh-CN",
			hreflang = other == "en" and "en" or "zh-CN", T "layout.other_language" } },
	}
end

-- The entries of the navigation: path and text. Who works here is led to his work, who does not to his applications.
local function entries(page)
	local list, ways, role = { { "/", T "nav.home" } }, work(page), page.session and page.session.role
	if ways and ways[1] then
		list[2] = ways[1]
	elseif role == "citizen" then
		list[2] = { "/applications", T "nav.mine" }
	end
	list[#list + 1] = { "/statistics", T "nav.statistics" }
	return list
end

-- In or out: a page that is about it has no use for it.
local function door(page)
	local path = page.self:match "^[^?]*"
	if path == "/login" or path == "/logout" or path == "/prove" then
		return false
	elseif page.inside then
		return h.li{ h.a{ href = "/logout", T "nav.logout" } }
	end
	return h.li{ h.a{ href = h.url("/login", { next = page.self }), T "nav.login" } }
end

local function navigation(page)
	local items = {}
	for _, entry in ipairs(entries(page)) do
		items[#items + 1] = h.li{ h.a{ href = entry[1],
			["aria-current"] = page.self:match "^[^?]*" == entry[1] and "page", entry[3] or entry[2] } }
	end
	items[#items + 1] = door(page)
	return h.nav{ ["aria-label"] = T "nav.label", h.ul{ items } }
end

local function head(page, title, script)
	return h.head{
		h.meta{ charset = "utf-8" },
		h.title{ title .. " · " .. T "layout.name" },
		h.meta{ name = "viewport", content = "width=device-width, initial-scale=1" },
		h.meta{ name = "color-scheme", content = "light" },
		h.link{ rel = "stylesheet", href = page.assets["style.css"] },
		h.link{ rel = "icon", href = page.assets["icon.svg"], type = "image/svg+xml" },
		script and h.script{ src = page.assets[script], defer = true },
		h.script{ src = page.assets["page.js"], defer = true },
	}
end

-- In red all the time: this is another person's.
local function acting(page)
	local of = page.application or page.correction or page.withdrawal
	return of and page.session and page.session.role == "agent" and h.p{ class = "acting",
		T("layout.acting", { name = h.strong{ of.applicant or T "layout.resident" } }) }
end

return function(o)
	local page = o.page
	return h.html{ lang = page.lang == "en" and "en" or "zh-CN", class = page.big and "big",
		head(page, o.title, o.script),
		h.body{
			h.a{ class = "skip", href = "#main", T "layout.skip" },
			h.header{ class = "top", h.div{ class = "wide",
				h.a{ class = "name", href = "/", T "layout.name" },
				switches(page), navigation(page) } },
			h.main{ id = "main", class = o.class and "wide " .. o.class or "wide", tabindex = "-1",
				o.alert or false, acting(page),
				not o.own_heading and h.h1{ o.title },
				o.main },
			h.footer{ class = "bottom", h.div{ class = "wide",
				h.p{ T "layout.help" },
				h.p{ T "layout.promise" } } },
		},
	}
end
