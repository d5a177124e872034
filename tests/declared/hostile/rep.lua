local x = string.rep("x", 1000000000)
