"""Sets held against real music, all of them on one task. Imports all wings above it."""
