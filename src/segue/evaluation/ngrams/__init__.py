"""What counting alone predicts and writes: unigram and 5-gram. Imports `music`."""
