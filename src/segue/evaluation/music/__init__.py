"""Real music to compare with: excerpts, folders, references, damage. Imports no other wing."""
