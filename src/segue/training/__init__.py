"""Training of Segue's model: windows of a corpus, the loop, its optimisers, logs and resuming."""
