-- form_papers.lua: the papers of the one page: each photographed or picked by itself.

local h = require "html"
local T = require "text"
local names = require "names"

local papers = {}

papers.accepted = ".pdf,.jpg,.jpeg,.png,.ofd,application/pdf,image/jpeg,image/png"

local function users(form, paper)
	local list = {}
	for i, id in ipairs(paper["for"]) do
		list[i] = { i > 1 and T "layout.comma", names.zh(form.items[id].title) }
	end
	return T("paper.for", { items = list })
end

local function uploaded(paper, file)
	return h.div{ class = "had",
		h.p{ class = "tag good", T "paper.had" },
		h.p{ h.a{ class = "button second small", href = "/api/v1/files/" .. file, T "paper.look",
			h.span{ class = "unseen", paper.title } }, " ",
			h.button{ class = "second small", type = "submit", name = "_do", value = "drop:" .. paper.id, T "paper.drop",
				h.span{ class = "unseen", paper.title } } } }
end

-- How far it is, and what is said of it: for the script.
function papers.progress(title)
	return { h.progress{ hidden = true, max = "1", value = "0", ["aria-label"] = T("paper.progress", { title = title }) },
		h.p{ class = "told", role = "status" } }
end

-- A form in which papers are picked that go along with it. path: of the page that it stands on.
function papers.form(path, parts)
	for name, text in pairs{ pieces = path, had = T "paper.sent", failed = T "paper.broke", out = T "paper.out",
		wrong413 = T "paper.wrong_413", wrong415 = T "paper.wrong_415", wrong429 = T "paper.wrong_429" } do
		parts["data-" .. name] = text
	end
	parts.method, parts.enctype = "post", "multipart/form-data"
	return h.form(parts)
end

-- The id of one that is up already goes along unseen.
function papers.had(name, id)
	return { id and h.p{ class = "tag good", T "paper.had" },
		h.input{ type = "hidden", name = name, value = id or "", ["data-had"] = "" } }
end

local function picker(page, paper, wrong)
	local id = "paper." .. paper.id .. ".file"
	return {
		h.label{ ["for"] = id, class = "unseen", T("paper.pick", { title = paper.title }) },
		h.input{ type = "file", id = id, name = "paper." .. paper.id, accept = papers.accepted,
			["aria-describedby"] = "paper.hint" .. (wrong and " paper." .. paper.id .. "-error" or ""),
			["aria-invalid"] = wrong and "true", ["data-paper"] = paper.id },
		h.button{ class = "second", type = "submit", name = "_do", value = "save", ["data-upload"] = paper.id, T "paper.upload" },
		papers.progress(paper.title),
	}
end

local function paper_field(form, paper)
	local page = form.page
	local file = page.draft.materials[paper.id]
	local wrong = page.wrong and page.paper == paper.id and T.of("paper.wrong_", page.wrong) or nil
	return h.li{ class = wrong and "field paper wrong" or "field paper", id = "paper." .. paper.id, ["data-q"] = "paper." .. paper.id, tabindex = "-1",
		h.h3{ names.zh(paper.title) },
		h.p{ class = "quiet", users(form, paper) },
		not file and page.check and h.p{ class = "hint", T "paper.missing" },
		wrong and h.p{ class = "error", id = "paper." .. paper.id .. "-error", wrong },
		file and uploaded(paper, file) or picker(page, paper, wrong) }
end

-- Those that only people have; the others are looked up or promised.
function papers.wanted(page)
	local list = {}
	for _, paper in ipairs(page.begun.materials) do
		if paper.how_expected == "uploaded" then
			list[#list + 1] = paper
		end
	end
	return list
end

function papers.section(form)
	local list, spared = {}, #form.page.begun.materials - #papers.wanted(form.page)
	for i, paper in ipairs(papers.wanted(form.page)) do
		list[i] = paper_field(form, paper)
	end
	return h.section{ id = "papers", ["data-q"] = "papers", ["data-live"] = true, ["aria-labelledby"] = "papers-title",
		h.h2{ id = "papers-title", T "paper.title" },
		#list > 0 and h.p{ class = "hint", id = "paper.hint", ["data-q"] = "paper-hint", T "paper.hint" },
		#list > 0 and h.ul{ class = "plain", ["data-q"] = "paper-list", ["data-live"] = true, list }
			or h.p{ ["data-q"] = "paper-none", T "paper.nothing" },
		spared > 0 and h.p{ class = "quiet", ["data-q"] = "paper-spared", T("paper.spared", { n = spared }) } }
end

return papers
