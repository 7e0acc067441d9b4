"""Variational parts: posteriors, their KL divergence, and an encoder of sets. Nothing of music."""
