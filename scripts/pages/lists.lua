-- lists.lua: what the API gives as lists, by id.

local lists = {}

-- Elements by their own id.
function lists.by_id(list)
	local map = {}
	for _, one in ipairs(list) do
		map[one.id] = one
	end
	return map
end

-- The questions of all sections of a guide.
function lists.questions(guide)
	local map = {}
	for _, section in ipairs(guide.sections) do
		for _, question in ipairs(section.questions) do
			map[question.id] = question
		end
	end
	return map
end

return lists
