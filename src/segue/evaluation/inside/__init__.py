"""What only a model itself can say: likelihood and speed. Imports `music`, `ngrams`."""
