"""Keys, scales and General MIDI's names, as musicians know them."""

import re

import numpy as np
import pytest

from segue.errors import InputError
from segue.theory.drums import DRUM_NAMES, drum_name
from segue.theory.gm import (
    DRUMS,
    FAMILIES,
    PROGRAM_NAMES,
    family_of,
    instrument_name,
    programs_of,
)
from segue.theory.key import (
    N_KEYS,
    PROFILES,
    estimate_key,
    key_correlations,
    key_name,
    parse_key,
    transposed_key,
)
from segue.theory.scales import in_scale, scale_of

KEYS = range(N_KEYS)


# General MIDI


def test_there_are_128_programs_in_16_families() -> None:
    assert len(set(PROGRAM_NAMES)) == 128
    assert len(set(FAMILIES)) == 16


@pytest.mark.parametrize(
    ("program", "name", "family"),
    [
        (0, "Acoustic Grand Piano", "piano"),
        (24, "Acoustic Guitar (nylon)", "guitar"),
        (40, "Violin", "strings"),
        (73, "Flute", "pipe"),
        (127, "Gunshot", "sound effects"),
    ],
)
def test_programs_have_their_names_and_families(program: int, name: str, family: str) -> None:
    assert instrument_name(program=program, is_drum=False) == name
    assert family_of(program) == family
    assert programs_of(name.split(" (")[0], [program]) == (program,)


def test_a_word_names_the_programs_that_play_else_one() -> None:
    assert programs_of("drums") == programs_of(" Drums ", [33]) == (DRUMS,)
    assert programs_of("33", [34]) == (33,)
    assert programs_of("strings") == programs_of("strings", [33]) == (40,)
    assert programs_of("strings", [33, 42, 45]) == (42, 45)
    assert programs_of("nylon") == (24,)
    for word in ("kazoo", "", "128", "²"):
        with pytest.raises(InputError, match="no instrument"):
            programs_of(word)


@pytest.mark.parametrize(
    ("pitch", "name"),
    [(27, "High Q"), (35, "Acoustic Bass Drum"), (38, "Acoustic Snare"), (42, "Closed Hi-Hat"),
     (81, "Open Triangle"), (87, "Open Surdo"), (26, "drum 26"), (88, "drum 88")],
)  # fmt: skip
def test_drums_have_their_names(pitch: int, name: str) -> None:
    assert drum_name(pitch) == name


def test_no_drum_is_named_twice() -> None:
    assert len(set(DRUM_NAMES)) == len(DRUM_NAMES)


# Keys


@pytest.mark.parametrize("key", KEYS)
def test_each_profile_is_of_its_own_key(key: int) -> None:
    assert estimate_key(PROFILES[key]) == key
    assert key_correlations(PROFILES[key])[key] == pytest.approx(1)


@pytest.mark.parametrize("key", KEYS)
def test_a_scale_with_its_triad_is_heard_in_its_key(key: int) -> None:
    histogram = np.zeros(12)
    scale = scale_of(key)
    histogram[list(scale)] += 1
    histogram[[scale[0], scale[2], scale[4]]] += 1

    assert estimate_key(histogram) == key


@pytest.mark.parametrize("key", KEYS)
def test_transposing_the_music_transposes_its_key(key: int) -> None:
    for semitones in range(-13, 14):
        moved = np.roll(PROFILES[key], semitones)
        assert estimate_key(moved) == transposed_key(key, semitones)


def test_a_flat_histogram_has_no_key_and_counts_as_c_major() -> None:
    assert key_correlations(np.ones(12)).tolist() == [0] * 24
    assert estimate_key(np.zeros(12)) == 0


def test_correlations_of_many_histograms_are_those_of_each() -> None:
    many = np.random.default_rng(0).random((3, 5, 12))

    assert key_correlations(many)[2, 4] == pytest.approx(key_correlations(many[2, 4]))


@pytest.mark.parametrize("key", KEYS)
def test_the_name_of_a_key_is_read_as_that_key(key: int) -> None:
    assert parse_key(key_name(key)) == key


@pytest.mark.parametrize(
    ("text", "key"), [("C", 0), ("Bbm", 22), ("f# min", 18), (" Cb major ", 11), ("G#m", 20)]
)
def test_keys_are_read_as_musicians_write_them(text: str, key: int) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize("text", ["", "H", "C##", "C dorian"])
def test_what_is_no_key_is_told(text: str) -> None:
    with pytest.raises(InputError, match=re.escape(f"no key {text!r}")):
        parse_key(text)


# Scales


def test_scales_begin_on_their_tonic() -> None:
    assert scale_of(0) == (0, 2, 4, 5, 7, 9, 11)
    assert scale_of(21) == (9, 11, 0, 2, 4, 5, 7), "A minor has the tones of C major"


def test_pitches_are_in_the_scale_or_not() -> None:
    assert in_scale([60, 61, 64, 66], 0).tolist() == [True, False, True, False]
