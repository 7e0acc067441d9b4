"""How far sets of numbers are from each other, with their intervals. Imports no other wing."""
