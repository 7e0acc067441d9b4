"""The small network that says in numbers what music an excerpt is. Imports `music`."""
