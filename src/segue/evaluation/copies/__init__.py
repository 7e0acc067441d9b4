"""What written and new real music share with known songs. Imports `music`, `distances`."""
