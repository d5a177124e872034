-- texts_check.lua: complaints about the catalogue, one a line; "" when there are none.
return function(texts, templates, events, connectors)
	local complaints, used, optional = {}, {}, { event = events, department = connectors }
	local function complain(...) complaints[#complaints + 1] = table.concat { ... } end

	local seen = {}
	for key in templates["texts.lua"]:gmatch '\n\t%["([^"]+)"%] =' do
		if seen[key] then complain(key, " stands twice in texts.lua") end
		seen[key] = true
	end
	templates["texts.lua"] = nil

	for file, source in pairs(templates) do
		source = ("\n" .. source):gsub("\n%s*%-%-[^\n]*", "\n") -- comments may give examples
		for key in source:gmatch '%f[%w]T%s*%(?%s*"([^"]*)"' do
			if not texts[key] then complain(file, ": no text ", key) end
		end
		for literal in source:gmatch '"([%w_]+%.[%w_.]+)"' do
			used[literal] = true
		end
		for family in source:gmatch 'T%.of%(%s*"([^"]+)"' do
			local any = false
			for key in pairs(texts) do
				if key:sub(1, #family) == family then used[key], any = true, true end
			end
			if not any then complain(file, ": no text begins with ", family) end
		end
	end

	local function names(text)
		local list = {}
		for name in text:gmatch "{([%w_]+)}" do list[#list + 1] = name end
		table.sort(list)
		return table.concat(list, " ")
	end
	for key, entry in pairs(texts) do
		local family, id = key:match "^(%w+)%.([%w_]+)"
		if optional[family] then
			if not optional[family][id] then complain(key, ": there is no ", family, " ", id) end
		elseif not used[key] then
			complain(key, " is used by no page")
		end
		local zh, en = entry.zh, entry.en
		if type(zh) ~= "string" or type(en) ~= "string" or zh == "" or en == "" then
			complain(key, " is not told in both languages")
		elseif names(zh) ~= names(en) then
			complain(key, " has other {names} in English")
		elseif en:find "[\xE4-\xE9][\x80-\xBF][\x80-\xBF]" and key ~= "layout.other_language" then
			complain(key, " is Chinese in English")
		end
	end
	table.sort(complaints)
	return table.concat(complaints, "\n")
end
