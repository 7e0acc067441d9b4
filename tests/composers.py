"""Composers without training, small enough to be asked hundreds of times, and prompts for them."""

from collections import Counter
from functools import cache

import torch

from segue.generation.composer import Composer
from segue.generation.onnx_network import OnnxNetwork
from segue.midi import MidiDocument, read_document
from segue.models.decoder import Decoder
from segue.models.decoder_config import DecoderConfig
from segue.models.onnx_decoder import OnnxDecoder
from segue.score import Notes, Score, Track
from tests.unit.models.decoders import random_decoder

Note = tuple[int, int, int, int]
"""Onset, duration, pitch, velocity."""


SMALL = DecoderConfig(width=32, layers=2, heads=2, context=256, max_bars=16)


@cache
def small_composer(*, context: int = 64, longing_for_bars: float = 0.0) -> Composer:
    """Writes about five notes a bar, of all sorts; more if it longs less for the next bar."""
    return _composer(boosted_model([-1], longing_for_bars), "small", context)


def boosted(instruments: list[int], by: float) -> Composer:
    """The small composer, but it would rather write these instruments than any other."""
    return _composer(boosted_model(instruments, by), "boosted", 64)


def boosted_model(instruments: list[int], by: float) -> Decoder:
    """The small composer's weights; it longs more for these instruments, -1 the end of a bar."""
    model = random_decoder(shape=SMALL)
    with torch.no_grad():
        model.heads.out_instrument.bias[instruments] += by
    return model


def small_model() -> Decoder:
    """The small composer's weights."""
    return boosted_model([], 0.0)


def _composer(model: Decoder, name: str, context: int) -> Composer:
    return Composer(network_of(model), name=name, context=context)


def network_of(model: Decoder) -> OnnxNetwork:
    """What computes a model where musicians write."""
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    return OnnxNetwork(OnnxDecoder(model.config, weights))


def track_notes(notes: Notes) -> Counter[Note]:
    """The notes as a multiset."""
    columns = (notes.onset, notes.duration, notes.pitch, notes.velocity)
    return Counter(zip(*(column.tolist() for column in columns), strict=True))


def new_notes(before: Score, after: Score) -> list[Counter[Note]]:
    """What each track of `after` has more than the same track of `before`."""
    old = [track_notes(track.notes) for track in before.tracks]
    old += [Counter()] * (len(after.tracks) - len(old))
    return [track_notes(t.notes) - o for t, o in zip(after.tracks, old, strict=True)]


def lost_notes(before: Score, after: Score) -> list[Counter[Note]]:
    """What each track of `before` has more than the same track of `after`."""
    return [
        track_notes(t.notes) - track_notes(after.tracks[i].notes)
        for i, t in enumerate(before.tracks)
    ]


def score_of(*tracks: Track, ticks_per_quarter: int = 96) -> Score:
    """A score in 4/4."""
    return Score(ticks_per_quarter=ticks_per_quarter, tracks=tracks)


def line(
    pitches: list[int], *, program: int = 0, is_drum: bool = False, step: int = 96, start: int = 0
) -> Track:
    """A track with a note every `step` ticks."""
    onset = [start + step * i for i in range(len(pitches))]
    notes = Notes.of(
        onset=onset, duration=[step] * len(pitches), pitch=pitches, velocity=[80] * len(pitches)
    )
    return Track(notes=notes, program=program, is_drum=is_drum)


def band(bars: int = 4) -> Score:
    """A piece for drums, bass and piano, in 4/4 at 96 ticks a quarter."""
    return score_of(
        line([36, 42, 38, 42] * bars, is_drum=True),
        line([36, 36, 43, 43] * bars, program=33),
        line([60, 64, 67, 72] * bars),
    )


def read(data: bytes) -> MidiDocument:
    """A file that was written, without a complaint."""
    document = read_document(data)
    assert document.warnings == ()
    return document
