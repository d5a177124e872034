_ENV = {}
