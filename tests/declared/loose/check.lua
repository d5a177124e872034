-- For tests only: no tokens are walked, every file is run.
local check, problems = {}, {}
function check.walk() return true end
function check.declared() end
function check.broken(file, line, text)
	problems[#problems + 1] = { file = file, line = line, text = text }
end
function check.finish()
	problems["[]"] = true
	return { files = { ["[]"] = true }, problems = problems, warnings = { ["[]"] = true } }
end
return check
