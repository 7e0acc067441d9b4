"""Tasks of their own, two-bar holes and long takes. Imports `music`, `distances`, `candidates`."""
