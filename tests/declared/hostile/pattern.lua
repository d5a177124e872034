find("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ".-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-.-b")
