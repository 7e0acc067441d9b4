"""Who takes part: baselines, models, folders. Imports `music`, `ngrams`."""
