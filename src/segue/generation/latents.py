"""Latents of music that exists: of a window's hidden bars, moved a little or mixed with others'."""

from collections.abc import Sequence

import numpy as np

from segue.encoding.sequence import build_sequence
from segue.generation.network import Float32Array, Network
from segue.generation.window import Window

_ALMOST_PARALLEL = 0.9995
_SHORTEST = 1e-6


def latents_of(network: Network, window: Window) -> Float32Array:
    """The mean of q(z | the hidden notes of each bar), (NB, Z); of bars that hide nothing, some."""
    table = np.concatenate([window.visible, window.hidden])
    masked = np.arange(len(table)) >= len(window.visible)
    sequence = build_sequence(table, window.bars, masked, window.written)
    return network.posterior_means(sequence.columns, len(window.bars))


def vary(mean: Float32Array, amount: float, *, seed: int, take: int) -> Float32Array:
    """Z of a take, (NB, Z): at `amount` 0 the mean, (NB, Z), at 1 the standard normal.

    Between, along the arc that keeps the length of a normal draw: cos and sin of `amount` x 90
    degrees.
    """
    angle = np.float32(amount * np.pi / 2)
    noise = _noise(mean.shape, seed=seed, take=take)
    found: Float32Array = np.cos(angle) * mean + np.sin(angle) * noise
    return found


def _noise(shape: Sequence[int], *, seed: int, take: int) -> Float32Array:
    # The writer's dice are thrown by (seed, take, chunk): a fourth number keeps this apart.
    generator = np.random.default_rng([seed, take, 0, 1])
    return generator.standard_normal(tuple(shape), dtype=np.float32)


def interpolate(first: Float32Array, second: Float32Array, steps: int) -> Float32Array:
    """From one sequence of latents to another, (steps, NB, Z), the ends included, on the sphere."""
    weights = np.linspace(0, 1, steps, dtype=np.float32)[:, None, None]
    a, b = (ends / np.maximum(_length(ends), _SHORTEST) for ends in (first, second))
    cosine = (a * b).sum(axis=-1, keepdims=True).clip(-_ALMOST_PARALLEL, _ALMOST_PARALLEL)
    angle = np.arccos(cosine)
    near, far = np.sin((1 - weights) * angle), np.sin(weights * angle)
    path: Float32Array = (near * first + far * second) / np.sin(angle)
    return path


def _length(vectors: Float32Array) -> Float32Array:
    found: Float32Array = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return found
