-- The first look at a policy file: its tokens, before Lua sees it.
--
-- Lua lets pass in silence what policy staff get wrong: `a and b` drops a condition, `==` is false,
-- the second of two equal keys wins. So the file is walked here by a grammar of its own, far
-- smaller than Lua's: declarations of names, texts, numbers, lists and conditions. Whatever else
-- stands there is refused with its line and the cure. The walk also keeps the line of every key,
-- because the declared data that comes out of Lua knows only the line where a declaration begins.
--
-- tokens.walk(source, complain) -> list of statements
--   { word, name, line, from, to, body = place }     place = { line, keys = { key = place }, [i] = place }
--   from, to: byte positions (of a key: of its value), for check --expand.
-- complain(line, text) is told each problem.

local text = part "check_text"

local tokens = {}

local keywords = {}
for w in ("and break do else elseif end false for function goto if in local nil not or repeat " ..
	"return then true until while"):gmatch("%a+") do keywords[w] = true end

local declares = {}
for w in ("event applicant record section ask list sign term figure place rule material item either " ..
	"tell shared use connector call"):gmatch("%a+") do declares[w] = true end
tokens.declares = declares

-- Words that stand inside a declaration: roots of references, ways, endings.
local inside = {}
for w in ("answer record result applicant term here chosen signed each given fetch produced commit " ..
	"upload refuse offline correct remind drop wait"):gmatch("%a+") do inside[w] = true end

local full_width = {
	["，"] = ",", ["、"] = ",", ["。"] = ".", ["；"] = ";", ["："] = ":", ["“"] = '"', ["”"] = '"',
	["‘"] = '"', ["’"] = '"', ["＂"] = '"', ["「"] = '"', ["」"] = '"', ["（"] = "(", ["）"] = ")",
	["｛"] = "{", ["｝"] = "}", ["【"] = "{", ["】"] = "}", ["＝"] = "=", ["＆"] = "&", ["｜"] = "|",
	["～"] = "~", ["—"] = "--", ["－"] = "-", ["　"] = "空格", ["\u{A0}"] = "空格", ["．"] = ".",
}

local cures = { -- operators and words of Lua that have no place here
	["and"] = '"and" 会丢掉前一个条件,请写 &', ["or"] = '"or" 会丢掉后一个条件,请写 |',
	["not"] = '"not" 在这里不起作用,请在条件前写 ~',
	["=="] = '"==" 在这里永远不成立,请写 :is "…" 或 :is(…)',
	["~="] = '"~=" 在这里不起作用,请写 :is_not "…"',
	["<"] = '"<" 不能用,请写 :under(…) 或 :before "…"', [">"] = '">" 不能用,请写 :over(…) 或 :after "…"',
	["<="] = '"<=" 不能用,请写 :at_most(…)', [">="] = '">=" 不能用,请写 :at_least(…)',
	["function"] = "不能写函数(function),条件请用 answer.… :is 这类说法",
	["if"] = "不能写 if,请用 when = 条件", ["for"] = "不能写循环(for),请一项一项写出来",
	["while"] = "不能写循环(while),请一项一项写出来", ["goto"] = "不能写 goto,请删去",
	["repeat"] = "不能写循环(repeat),请一项一项写出来",
	["local"] = "不能自己起变量(local),反复用到的条件请写成 term",
	["return"] = "不能写 return,请删去", ["nil"] = "不能写 nil,不要的一项整行删去即可",
	[".."] = '".." 不能用,一段话请写在一对引号里', ["#"] = '"#" 不能用,请删去',
	["+"] = '"+" 不能用,这里不做计算', ["*"] = '"*" 不能用,这里不做计算', ["/"] = '"/" 不能用,这里不做计算',
	["//"] = '"//" 不能用,注释请用 --', ["%"] = '"%" 不能用,这里不做计算', ["^"] = '"^" 不能用,这里不做计算',
	["<<"] = '"<<" 不能用', [">>"] = '">>" 不能用', ["..."] = '"..." 不能用', ["::"] = '"::" 不能用,请写一个 :',
	["&&"] = '"&&" 请写一个 &', ["||"] = '"||" 请写一个 |', ["!"] = '"!" 不能用,请在条件前写 ~',
	["!="] = '"!=" 不能用,请写 :is_not "…"',
}

------------------------------------------------------------------------------- the tokens

-- Operators of more than one character, by their first.
local operators = { ["."] = { "...", ".." }, ["&"] = { "&&" }, ["|"] = { "||" }, ["!"] = { "!=" },
	["="] = { "==" }, ["~"] = { "~=" }, ["<"] = { "<=", "<<" }, [">"] = { ">=", ">>" },
	["/"] = { "//" }, [":"] = { "::" } }

local function character_at(s, i)
	local n = utf8.offset(s, 2, i)
	return s:sub(i, n and n - 1 or #s)
end

-- A string in quotes that begins at i; returns its value and the position after it.
local function quoted(s, i, line, complain)
	local quote, j = s:sub(i, i), i + 1
	while true do
		local at = s:find('["\'\\\n]', j)
		local c = at and s:sub(at, at)
		if not at or c == "\n" then
			complain(line, "引号没有配对:这一行里从 " .. s:sub(i, (at or #s + 1) - 1):sub(1, 60):gsub("[\x80-\xBF]*$", "")
				.. " 开始的文字缺右引号")
			return s:sub(i + 1, (at or #s + 1) - 1), at or #s + 1
		elseif c == quote then
			return s:sub(i + 1, at - 1), at + 1
		elseif c == "\\" then
			complain(line, '文字里不能用反斜杠 "\\",请直接写出来')
			j = at + 2
		else
			j = at + 1
		end
	end
end

local function newlines(s, from, to)
	local _, n = s:sub(from, to):gsub("\n", "")
	return n
end

-- Characters beyond ASCII from i on, up to the next full-width sign.
local function run_at(s, i)
	local j = i
	while j <= #s and s:byte(j) >= 0x80 do
		local ch = character_at(s, j)
		if full_width[ch] then break end
		j = j + #ch
	end
	return s:sub(i, j - 1)
end

local TOKENS = 60000 -- the largest event has a tenth of that

local function lex(s, complain)
	local list, i, line = {}, 1, 1
	local function add(kind, value, from, to)
		list[#list + 1] = { kind = kind, value = value, line = line, from = from, to = to }
	end
	while true do
		i = s:find("[^ \t\r]", i)
		if not i then break end
		if #list >= TOKENS then
			complain(line, "文件太大,请拆分")
			break
		end
		local c = s:sub(i, i)
		if c == "\n" then
			line, i = line + 1, i + 1
		elseif c == "-" and s:find("^%-%-", i) or c == "[" then
			local long = s:match("^%-%-(%[=*%[)", i) or s:match("^(%[=*%[)", i)
			if long then
				local comment, from = c == "-", i
				local _, last = s:find("]" .. long:sub(2, -2) .. "]", i, true)
				if not last then
					complain(line, comment and "这段注释没有结束,请补上 ]]" or "这段文字没有结束,请补上 ]]")
					break
				end
				if not comment then complain(line, '文字请用一对引号 "…",不用 [[…]]') end
				line, i = line + newlines(s, from, last), last + 1
			elseif c == "-" then
				i = s:find("\n", i, true) or #s + 1
			else
				add("op", c, i, i)
				i = i + 1
			end
		elseif c == '"' or c == "'" then
			local value, after = quoted(s, i, line, complain)
			add("string", value, i, after - 1)
			i = after
		elseif c:find("[%a_]") then
			local word = s:match("^[%w_]+", i)
			add(keywords[word] and "keyword" or "name", word, i, i + #word - 1)
			i = i + #word
		elseif c:find("%d") then
			local number = s:match("^[%w.]+", i)
			if not number:find("^%d+$") and not number:find("^%d+%.%d+$") then
				complain(line, '看不懂数字 "' .. number .. '",文字(如 "30日")要放在引号里')
			end
			add("number", number, i, i + #number - 1)
			i = i + #number
		elseif c:byte() >= 0x80 then
			local ch = character_at(s, i)
			local half = full_width[ch]
			if half then
				complain(line, '引号外面有全角符号 "' .. ch .. '",请改成半角的 ' .. half)
			else
				ch = run_at(s, i)
				complain(line, '"' .. ch .. '" 没有放在引号里,请写成 "' .. ch .. '"')
			end
			i = i + #ch
		else
			local op = c
			for _, o in ipairs(operators[c] or {}) do
				if s:sub(i, i + #o - 1) == o then op = o; break end
			end
			add("op", op, i, i + #op - 1)
			i = i + #op
		end
	end
	add("eof", "文件末尾", #s + 1, #s)
	return list
end

------------------------------------------------------------------------------- the grammar

local walker = {}
walker.__index = walker

function walker:peek(n)
	local list = self.list
	return list[self.at + (n or 0)] or list[#list]
end

function walker:take()
	local t = self:peek()
	if self.at < #self.list then self.at = self.at + 1 end
	self.last = t
	return t
end

function walker:is(kind, value, n)
	local list = self.list
	local t = list[self.at + (n or 0)] or list[#list]
	return t.kind == kind and (value == nil or t.value == value)
end

-- One problem a statement is enough: what follows is mostly its echo.
function walker:fail(line, message)
	self.complain(line, message)
	error(walker, 0)
end

local function shown(t)
	if t.kind == "string" then return '"' .. t.value .. '"' end
	return t.kind == "eof" and t.value or '"' .. t.value .. '"'
end

-- Refuse what Lua would take and the files must not have; true when it was such a thing.
function walker:refuse_lua()
	local t = self:peek()
	if (t.kind == "keyword" or t.kind == "op") and cures[t.value] then
		self:fail(t.line, cures[t.value])
	end
end

function walker:arguments(depth)
	local t = self:peek()
	if t.kind == "string" then self:take(); return true end
	if t.kind == "op" and t.value == "{" then self:table(depth); return true end
	if t.kind ~= "op" or t.value ~= "(" then return false end
	local opening = self:take()
	while not self:is("op", ")") do
		self:expression(depth + 1)
		if self:is("op", ",") then
			self:take()
		elseif not self:is("op", ")") then
			self:refuse_lua()
			self:fail(self:peek().line, "括号没有配对:第 " .. opening.line .. " 行的 ( 缺 )")
		end
	end
	self:take()
	return true
end

-- A declaration inside a shared part: ask "x" { ... }.
function walker:nested(depth)
	local word = self:take()
	local name = self:take()
	local statement = { word = word.value, name = name.value, line = word.line, from = word.from }
	if self:is("op", "{") then statement.body = self:table(depth) end
	statement.to = self.last.to
	return { line = word.line, statement = statement }
end

function walker:name_suffixes(depth)
	local first = self:take()
	while true do
		local t = self:peek()
		if t.kind == "op" and (t.value == "." or t.value == ":") then
			self:take()
			local n = self:peek()
			if n.kind == "keyword" then
				if n.value == "and" or n.value == "or" or n.value == "not" then self:refuse_lua() end
				self:fail(n.line, '"' .. n.value .. '" 是 Lua 的保留字,不能作名字,请换一个(例如 ' .. n.value .. '_1)')
			elseif n.kind ~= "name" then
				self:fail(t.line, '"' .. t.value .. '" 后面缺名字,现在是 ' .. shown(n))
			end
			self:take()
			if t.value == ":" and not self:arguments(depth) then
				self:refuse_lua()
				self:fail(n.line, ":" .. n.value .. ' 后面要写比较的内容:文字用引号 :' .. n.value
					.. ' "…",其他用括号 :' .. n.value .. "(…)")
			end
		elseif t.kind == "op" and t.value == "[" then
			self:fail(t.line, '不能用方括号,请写 .名字')
		elseif not self:arguments(depth) then
			break
		end
	end
	if not inside[first.value] then
		if declares[first.value] then
			self:fail(first.line, '"' .. first.value .. '" 是声明,要另起一行写,不能写在这里(是不是上面缺了一个 }?)')
		end
		self:fail(first.line, "不认识 " .. first.value .. text.did_you_mean(first.value, inside,
			'文字要放在引号里:"' .. first.value .. '"'))
	end
	return { line = first.line }
end

function walker:operand(depth)
	local t = self:peek()
	if depth > 40 then self:fail(t.line, "括号套得太深,请拆成几个 term") end
	if t.kind == "string" or t.kind == "number" then
		self:take()
		return { line = t.line }
	elseif t.kind == "keyword" and (t.value == "true" or t.value == "false") then
		self:take()
		return { line = t.line }
	elseif t.kind == "op" and t.value == "{" then
		return self:table(depth + 1)
	elseif t.kind == "op" and t.value == "(" then
		self:take()
		self:expression(depth + 1)
		if not self:is("op", ")") then
			self:refuse_lua()
			self:fail(self:peek().line, "括号没有配对:第 " .. t.line .. " 行的 ( 缺 )")
		end
		self:take()
		while self:is("op", ":") or self:is("op", ".") do
			self:fail(self:peek().line, "括号后面不能再接 " .. self:peek().value .. ",请把条件拆开写")
		end
		return { line = t.line }
	elseif t.kind == "op" and (t.value == "~" or t.value == "-") then
		self:take()
		if t.value == "-" and not self:is("number") then self:fail(t.line, cures["+"]:gsub("%+", "-")) end
		self:operand(depth + 1)
		return { line = t.line }
	elseif t.kind == "name" then
		if declares[t.value] and self:is("string", nil, 1) and self:is("op", "{", 2) then
			return self:nested(depth + 1)
		end
		return self:name_suffixes(depth + 1)
	end
	self:refuse_lua()
	self:fail(t.line, "这里应当是一个值,现在是 " .. shown(t))
end

-- One value or condition. & and | at one level of brackets are not to be mixed.
function walker:expression(depth)
	local place, seen = self:operand(depth), nil
	while true do
		local t = self:peek()
		if t.kind == "op" and (t.value == "&" or t.value == "|") then
			if seen and seen ~= t.value then
				self:fail(t.line, "& 和 | 混用时要加括号,写明先后:( … & … ) | …")
			end
			seen = t.value
			self:take()
			self:operand(depth)
		elseif t.kind == "op" and t.value == "~" then
			self:fail(t.line, "~ 只能写在一个条件的前面,两个条件之间请写 & 或 |")
		elseif t.kind == "op" and t.value == "-" then
			self:fail(t.line, '"-" 不能用,这里不做计算')
		else
			self:refuse_lua()
			return place
		end
	end
end

function walker:pair(place, depth)
	local key = self:take()
	self:take() -- =
	if place.keys[key.value] then
		self.complain(key.line, '"' .. key.value .. '" 写了两次(第 ' .. place.keys[key.value].line
			.. " 行已有),请删去一个")
	end
	local from = self:peek().from
	local value = self:expression(depth)
	value.line, value.from, value.to = key.line, from, self.last.to
	place.keys[key.value] = value
end

-- After an entry: a comma, or the end. Guess what the writer forgot.
function walker:after_entry(opening)
	if self:is("op", ",") or self:is("op", ";") then
		self:take()
		if self:is("op", ",") then self:fail(self:peek().line, "多了一个逗号,请删去") end
		return
	end
	if self:is("op", "}") then return end
	local t = self:peek()
	if t.kind == "eof" then
		self:fail(opening.line, "这里的 { 没有配对,缺 }")
	elseif t.kind == "name" and declares[t.value] and self:is("string", nil, 1) then
		self:fail(self.last.line, "第 " .. opening.line .. " 行的 { 到这里还没有 },请补上(或上一项末尾补逗号)")
	elseif t.kind == "op" and t.value == "=" then
		self:fail(t.line, '"=" 前面应当是一个名字(不加引号)')
	elseif t.line > self.last.line or t.kind == "name" or t.kind == "string" or t.value == "{" then
		self:fail(self.last.line, "末尾缺逗号:" .. shown(self.last) .. " 后面请加 ,")
	end
	self:fail(t.line, "看不懂 " .. shown(t) .. ",请删去或改正")
end

function walker:table(depth)
	local opening = self:take()
	local place = { line = opening.line, keys = {} }
	if depth > 40 then self:fail(opening.line, "花括号套得太深") end
	while not self:is("op", "}") do
		local t = self:peek()
		if t.kind == "name" and self:is("op", "=", 1) then
			self:pair(place, depth + 1)
		elseif t.kind == "keyword" and self:is("op", "=", 1) then
			self:fail(t.line, '"' .. t.value .. '" 是 Lua 的保留字,不能作名字,请换一个')
		elseif t.kind == "string" and self:is("op", "=", 1) then
			self:fail(t.line, '"=" 前面的名字不加引号:' .. t.value .. " = …")
		elseif t.kind == "op" and t.value == "[" then
			self:fail(t.line, "不能用方括号 [ ],请写 名字 = 值")
		elseif t.kind == "eof" then
			self:fail(opening.line, "这里的 { 没有配对,缺 }")
		elseif t.kind == "op" and t.value == "," then
			self:fail(t.line, "多了一个逗号,请删去")
		else
			place[#place + 1] = self:expression(depth + 1)
		end
		self:after_entry(opening)
	end
	self:take()
	return place
end

-- Words that are both a declaration and a reference: told apart by what follows.
function walker:statement()
	local word = self:peek()
	if word.kind ~= "name" then
		self:refuse_lua()
		if word.kind == "op" and word.value == "}" then
			self:fail(word.line, "多了一个 },请删去(或上面少了一个 {)")
		elseif word.kind == "op" and word.value == "," then
			self:fail(word.line, "声明之间不加逗号,请删去")
		end
		self:fail(word.line, "一条声明要以一个词开头(如 ask、item),现在是 " .. shown(word))
	end
	if not declares[word.value] or self:is("op", ".", 1) or self:is("op", ":", 1) then
		if inside[word.value] then
			self:fail(word.line, "这个条件(" .. word.value .. " …)没有写进任何声明,请放到 when = … 之类的后面,或删去")
		elseif self:is("op", "=", 1) then
			self:fail(word.line, '"' .. word.value .. ' = …" 不在任何声明里,请移到花括号里面')
		end
		self:fail(word.line, "不认识 " .. word.value .. text.did_you_mean(word.value, declares,
			"一条声明要以 ask、rule、item 等词开头"))
	end
	self:take()
	if self:is("op", "=") then
		self:fail(word.line, '"' .. word.value .. '" 是保留的名字,不能给它赋值,请换一个名字')
	end
	local name = self:peek()
	if name.kind ~= "string" then
		self:fail(name.line, word.value .. ' 后面要有引号里的名字,如 ' .. word.value .. ' "…"')
	end
	self:take()
	local statement = { word = word.value, name = name.value, line = word.line, from = word.from }
	if self:is("op", "{") then
		statement.body = self:table(1)
	elseif word.value ~= "section" and word.value ~= "use" then
		self:refuse_lua()
		self:fail(name.line, word.value .. ' "' .. name.value .. '" 后面缺内容,请写 { … }')
	end
	statement.to = self.last.to
	local t = self:peek()
	if t.kind == "op" and t.value == ";" then
		self:take()
	elseif t.kind ~= "eof" and t.line == self.last.line then
		self:refuse_lua()
		self:fail(t.line, "看不懂 } 后面的 " .. shown(t) .. ",下一条声明请另起一行")
	end
	return statement
end

-- After a problem: go on at the next line that begins with a declaration.
function walker:resume()
	while not self:is("eof") do
		local t = self:take()
		local n = self:peek()
		if n.kind == "name" and declares[n.value] and self.begins[n.line] == n.from
			and self:is("string", nil, 1) and n.line > t.line then
			return
		end
	end
end

-- Byte position of the first character of each line: a declaration in column 1 is a safe restart.
local function line_starts(s)
	local starts, line = { 1 }, 1
	for at in s:gmatch("()\n") do
		line = line + 1
		starts[line] = at + 1
	end
	return starts
end

function tokens.walk(source, complain)
	local statements = {}
	if source:sub(1, 1) == "\27" then
		complain(1, "这是编译过的程序,只收文本文件")
		return statements
	elseif not utf8.len(source) then
		local _, at = utf8.len(source)
		complain(1 + newlines(source, 1, at), "文件不是 UTF-8 文字,请另存为 UTF-8")
		return statements
	end
	local odd = source:find("[%z\1-\8\11\12\14-\31\127]")
	if odd then
		complain(1 + newlines(source, 1, odd), "文件里有看不见的控制字符,请删去")
		return statements
	end
	local told = {} -- one problem a line: what follows on it is mostly its echo
	local function once(line, message)
		if not told[line] then complain(line, message) end
		told[line] = true
	end
	local w = setmetatable({ list = lex(source, once), at = 1, complain = once,
		begins = line_starts(source) }, walker)
	w.last = w:peek()
	while not w:is("eof") do
		local good, result = pcall(w.statement, w)
		if good then
			statements[#statements + 1] = result
		elseif result == walker then
			w:resume()
		else
			error(result, 0)
		end
	end
	return statements
end

return tokens
