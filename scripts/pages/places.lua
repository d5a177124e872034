-- places.lua: the divisions that the pickers of addresses offer, by code (GB/T 2260 of 2023).
--
-- What is not here can be typed as its code (6, 9 or 12 digits): a county that merged keeps its cases. Who
-- runs the service adds the places of his people, down to their villages: "code name", one a line. The one
-- village is made up: the demonstration's agent works there.

local list = [[
330102 杭州市上城区
330105 杭州市拱墅区
330106 杭州市西湖区
330108 杭州市滨江区
330109 杭州市萧山区
330110 杭州市余杭区
330111 杭州市富阳区
330111001 杭州市富阳区富春街道
330111001001 杭州市富阳区富春街道示范村
330112 杭州市临安区
330113 杭州市临平区
330114 杭州市钱塘区
330122 杭州市桐庐县
330127 杭州市淳安县
330182 杭州市建德市
330203 宁波市海曙区
330205 宁波市江北区
330206 宁波市北仑区
330211 宁波市镇海区
330212 宁波市鄞州区
330213 宁波市奉化区
330225 宁波市象山县
330226 宁波市宁海县
330281 宁波市余姚市
330282 宁波市慈溪市
330302 温州市鹿城区
330303 温州市龙湾区
330304 温州市瓯海区
330305 温州市洞头区
330324 温州市永嘉县
330326 温州市平阳县
330327 温州市苍南县
330328 温州市文成县
330329 温州市泰顺县
330381 温州市瑞安市
330382 温州市乐清市
330383 温州市龙港市
330402 嘉兴市南湖区
330411 嘉兴市秀洲区
330421 嘉兴市嘉善县
330424 嘉兴市海盐县
330481 嘉兴市海宁市
330482 嘉兴市平湖市
330483 嘉兴市桐乡市
330502 湖州市吴兴区
330503 湖州市南浔区
330521 湖州市德清县
330522 湖州市长兴县
330523 湖州市安吉县
330602 绍兴市越城区
330603 绍兴市柯桥区
330604 绍兴市上虞区
330624 绍兴市新昌县
330681 绍兴市诸暨市
330683 绍兴市嵊州市
330702 金华市婺城区
330703 金华市金东区
330723 金华市武义县
330726 金华市浦江县
330727 金华市磐安县
330781 金华市兰溪市
330782 金华市义乌市
330783 金华市东阳市
330784 金华市永康市
330802 衢州市柯城区
330803 衢州市衢江区
330822 衢州市常山县
330824 衢州市开化县
330825 衢州市龙游县
330881 衢州市江山市
330902 舟山市定海区
330903 舟山市普陀区
330921 舟山市岱山县
330922 舟山市嵊泗县
331002 台州市椒江区
331003 台州市黄岩区
331004 台州市路桥区
331022 台州市三门县
331023 台州市天台县
331024 台州市仙居县
331081 台州市温岭市
331082 台州市临海市
331083 台州市玉环市
331102 丽水市莲都区
331121 丽水市青田县
331122 丽水市缙云县
331123 丽水市遂昌县
331124 丽水市松阳县
331125 丽水市云和县
331126 丽水市庆元县
331127 丽水市景宁畲族自治县
331181 丽水市龙泉市
]]

local places = { codes = {} }
local by_code = {}
for code, name in list:gmatch "(%d+) ([^\n]+)" do
	places.codes[#places.codes + 1] = code
	by_code[code] = name
end

-- Where an agent serves a whole town or county, its code has zeros behind.
local function without_zeros(code)
	return (code:gsub("^(%d%d%d%d%d%d%d%d%d)000$", "%1"):gsub("^(%d%d%d%d%d%d)000$", "%1"))
end

-- The name of a code; a village that is not here is told by its township or county and its own number; nil when
-- unknown.
function places.name(code)
	if type(code) ~= "string" then
		return nil
	end
	code = without_zeros(code)
	for _, length in ipairs{ 12, 9, 6 } do
		local known = #code >= length and by_code[code:sub(1, length)]
		if known then
			return #code == length and known or known .. " " .. code
		end
	end
	return nil
end

-- The same of several, for a hint; what has no name stays a code.
function places.names(codes)
	local list = {}
	for i, code in ipairs(codes) do
		list[i] = places.name(code) or code
	end
	return table.concat(list, "、")
end

-- A sentence of the API with names where it has codes of villages.
function places.said(text)
	return (text:gsub("%f[%d]%d%d%d%d%d%d%d%d%d%d%d%d%f[%D]", places.name))
end

-- The villages that are known of one of those places (nil: all).
function places.villages(served)
	local list = {}
	for _, code in ipairs(places.codes) do
		local is_of = #code == 12 and not served
		for _, place in ipairs(#code == 12 and served or {}) do
			is_of = is_of or code:sub(1, #without_zeros(place)) == without_zeros(place)
		end
		list[#list + 1] = is_of and code or nil
	end
	return list
end

local suffixes = { "", "区", "县", "市" }

local function ends_in(name, typed)
	for _, suffix in ipairs(suffixes) do
		if name:sub(-#(typed .. suffix)) == typed .. suffix then
			return true
		end
	end
	return false
end

-- The code that somebody means who typed a name: of the only place with it in its name, or the only one whose name
-- ends in it (a county before its towns); nil when there is none or several.
function places.find(typed)
	local within, ending = {}, {}
	for _, code in ipairs(places.codes) do
		local name = by_code[code]
		if name:find(typed, 1, true) then
			within[#within + 1] = code
			ending[#ending + 1] = ends_in(name, typed) and code or nil
		end
	end
	return #within == 1 and within[1] or #ending == 1 and ending[1] or nil
end

-- Is it typed as a name, where a code is wanted?
function places.is_name(typed)
	return type(typed) == "string" and typed:find "%D" ~= nil
end

return places
