"""The API's routes, a module a noun: parse, call the studio, answer."""
