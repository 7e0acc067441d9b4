"""Assembled models: encodings, variational parts and decoders put together; their sizes and checkpoints."""
