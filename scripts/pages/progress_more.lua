-- progress_more.lua: what the reader can do about an application, beside reading where it stands.

local h = require "html"
local T = require "text"
local names = require "names"
local served = require "served"

local more = {}

local function to(page, pattern)
	return h.url(pattern, { number = page.application.number })
end

-- A clerk looks; only the applicant and his helper act.
local function may_act(page)
	return page.application.data == nil
end

-- Within the first line's box: the way to what he is to put right or to bring. To remind somebody leads nowhere here.
function more.first(page)
	return page.application.status == "waiting_for_applicant" and may_act(page)
		and h.p{ h.a{ class = "button must", href = to(page, "/applications/{number}/correction"), T "act.correct" } }
end

-- ---- within an item ----

-- What comes of it, and how one gets it.
local function delivery(item)
	local d = item.delivery
	if item.status ~= "approved" or not d or item.undo == "done" then
		return false
	end
	local way = d.chosen or #d.ways > 0 and table.concat(d.ways, "、")
	return h.p{ T("progress.issues", { title = names.zh(d.issues) }), way and { " ",
		T(d.chosen and "progress.delivered" or "progress.delivered_one_of", { way = names.zh(way) }) } }
end

local function said_of(page, item)
	local rating, complaint
	for _, f in ipairs(page.feedback and page.feedback.feedback or {}) do
		if f.item == item.id and f.kind == "rating" then
			rating = f
		elseif f.item == item.id then
			complaint = f
		end
	end
	return rating, complaint
end

local function may_rate(item, rating)
	local ended = item.status == "approved" or item.status == "refused"
	return ended and not item.tell
		and (not rating or rating.turn == 1 and rating.grade <= 2 and type(rating.answer) == "table")
end

local function item_link(page, pattern, item, text)
	return h.a{ href = h.url(pattern, { number = page.application.number, item = item.id }), text,
		h.span{ class = "unseen", " ", item.title } }
end

function more.item(page, item)
	local rating, complaint = said_of(page, item)
	local list = {}
	if may_act(page) and may_rate(item, rating) then
		list[#list + 1] = h.li{ item_link(page, "/applications/{number}/items/{item}/rating", item,
			T(rating and "rating.again" or "rating.do")) }
	end
	if may_act(page) and item.status ~= "skipped" and not item.tell then
		list[#list + 1] = h.li{ item_link(page, "/applications/{number}/complaints", item,
			T(complaint and "complaint.look" or "complaint.do")) }
	end
	return { delivery(item), rating and served.told(rating), complaint and served.told(complaint),
		#list > 0 and h.ul{ class = "links inline", list } }
end

-- After everything that happened.
function more.after(page)
	local status = page.application.status
	local open = (status == "in_progress" or status == "waiting_for_applicant") and not page.application.withdrawal
	return open and may_act(page) and h.p{ h.a{ class = "button second",
		href = to(page, "/applications/{number}/withdrawal"), T "act.withdraw" } }
end

return more
