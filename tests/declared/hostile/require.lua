require("os").execute("id")
