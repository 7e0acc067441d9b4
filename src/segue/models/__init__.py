"""Assembled models: encodings, variational parts and decoders put together; sizes, checkpoints."""
