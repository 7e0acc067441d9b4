"""Segue's own synthesizer: MIDI bytes to blocks of sound, by NumPy, where FluidSynth is missing.

It plays without reverb and chorus, and without the modulators that a soundfont brings itself.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from segue.sound.bank import Bank
from segue.sound.performance import Hand, Strike, read_performance
from segue.sound.voices import Voice, sound_of
from segue.sound.wav import SAMPLE_RATE, Frames

__all__ = ["BLOCK_FRAMES", "synthesize"]

BLOCK_FRAMES: Final = 4 * SAMPLE_RATE


def synthesize(
    midi: bytes,
    font: Path,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Frames]:
    """The sound of a MIDI file's bytes, in blocks of `BLOCK_FRAMES` frames, (n, 2), and the rest.

    Args:
        midi: a well-formed file.
        font: a .sf2 or .sf3 file.
        on_progress: is given how many strikes are done, and of how many.

    Raises:
        FormatError: the soundfont is damaged.
        InputError: its samples cannot be decoded here.
    """
    bank = Bank(font)
    strikes = read_performance(midi)
    mix = np.zeros((BLOCK_FRAMES, 2), np.float32)
    start = 0
    for done, (strike, voices) in enumerate(_voices(strikes, bank), start=1):
        while strike.onset >= start + BLOCK_FRAMES:
            yield mix[:BLOCK_FRAMES]
            mix = np.concatenate([mix[BLOCK_FRAMES:], np.zeros((BLOCK_FRAMES, 2), np.float32)])
            start += BLOCK_FRAMES
        for voice in voices:
            sound = sound_of(voice, bank.sample(voice.zone.sample, voice.zone.ends))
            first = strike.onset - start
            if first + len(sound) > len(mix):
                longer = np.zeros((first + len(sound) + BLOCK_FRAMES, 2), np.float32)
                longer[: len(mix)] = mix
                mix = longer
            mix[first : first + len(sound)] += sound
        on_progress(done, len(strikes))
    yield mix


def _voices(strikes: list[Strike], bank: Bank) -> list[tuple[Strike, list[Voice]]]:
    """The voices of each strike; those of an exclusive class end where its next strike begins."""
    found = []
    exclusive: dict[tuple[int, int], list[Voice]] = {}
    for strike in strikes:
        zones = bank.zones(strike.bank, strike.program, strike.key, strike.velocity)
        voices = [Voice(strike, zone) for zone in zones]
        for voice in voices:
            if number := voice.zone[57]:
                _silence(exclusive, strike.hand, number, voice)
        found.append((strike, voices))
    return found


def _silence(
    exclusive: dict[tuple[int, int], list[Voice]], hand: Hand, number: int, voice: Voice
) -> None:
    """End the voices of another strike in the same class of the same channel."""
    before = exclusive.setdefault((id(hand), number), [])
    if before and before[0].strike is not voice.strike:
        for other in before:
            other.cut = voice.strike.onset
        before.clear()
    before.append(voice)
