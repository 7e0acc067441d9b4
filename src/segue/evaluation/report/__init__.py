"""The page of a comparison: tables, figures, rolls, words. Imports `comparison` and below."""
