"""What only a model itself can say: likelihood, latents, speed. Imports `music`, `ngrams`."""
