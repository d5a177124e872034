local x = ("a"):rep(1000000000)
