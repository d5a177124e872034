local code = string.dump(event)
