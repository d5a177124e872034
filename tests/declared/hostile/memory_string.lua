local s = "xxxxxxxxxxxxxxxx" for i = 1, 100 do s = s .. s end
