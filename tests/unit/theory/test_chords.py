"""Chord symbols mean the tones that musicians expect, however they are spelled."""

import json
from pathlib import Path

import pytest

from segue.errors import InputError
from segue.theory.chords import NO_CHORD, chord_name, parse_chord

GOLDEN = Path(__file__).parents[2] / "golden/pychord.json"

SAME = (
    ("C", "CM", "Cmaj", "Cma"),
    ("Cm", "Cmin", "C-", "Cmi"),
    ("C+", "Caug", "C(#5)"),
    ("C°", "Cdim", "Co"),
    ("Cmaj7", "CM7", "CΔ", "CΔ7", "C^7", "Cma7", "CMaj7"),
    ("Cm7", "Cmin7", "C-7"),
    ("Cm(maj7)", "CmM7", "CmMaj7", "C-Δ7"),
    ("Cm7b5", "Cø", "Cø7", "Cm7(b5)", "C-7b5"),
    ("C°7", "Cdim7"),
    ("C7sus4", "C7sus"),
    ("C6/9", "C69"),
    ("Cadd9", "C(add9)", "Cadd2", "C2"),
    ("C7(b9,b13)", "C7b9b13", "C7-9-13"),
    ("C7#9", "C7(#9)", "C7+9", "C7♯9"),
    ("F#", "F♯", "Gb", "G♭"),
    ("C/E", "CM/E"),
    ("N.C.", "NC", "n.c."),
)
TONES = {
    "C5": {0, 7},
    "C7alt": {0, 1, 3, 4, 6, 8, 10},
    "C13sus4": {0, 2, 5, 7, 9, 10},
    "C7(no5)": {0, 4, 10},
    "Cm13": {0, 2, 3, 5, 7, 9, 10},
    "C13b9": {0, 1, 4, 7, 9, 10},
    "D/F#": {2, 6, 9},
    "C/Bb": {0, 4, 7, 10},
    "Cmaj9#11": {0, 2, 4, 6, 7, 11},
    "Csus": {0, 5, 7},
}
WRONG = (
    "", "Hmm", "cm", "H", "C7b", "Cfoo", "C/", "C/H", "C5m", "C15", "Cadd", "Cno7", "C777", "Coda",
    "Chorus", "Bridge", "Drums", "End", "Fine", "D.C.", "Fade", "A tempo", "Cm7b5b", "C\x00",
)  # fmt: skip


@pytest.mark.parametrize("spellings", SAME)
def test_spellings_of_a_chord_are_the_same_chord(spellings: tuple[str, ...]) -> None:
    first, *others = map(parse_chord, spellings)
    assert all(other == first for other in others)
    assert [str(parse_chord(text)) for text in spellings[1:2]] == [
        text if first != NO_CHORD else "N.C." for text in spellings[1:2]
    ]


@pytest.mark.parametrize(("symbol", "tones"), TONES.items())
def test_tones_are_those_that_are_meant(symbol: str, tones: set[int]) -> None:
    assert parse_chord(symbol).tones == tones


def test_what_pychord_reads_is_read_the_same() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert len(golden) > 200
    for symbol, tones in golden.items():
        if (
            "13" in symbol
            and "add13" not in symbol
            and "7b13" not in symbol
            and "-13" not in symbol
        ):
            continue  # it keeps the eleventh under a major third, which clashes
        if symbol.endswith("7b9b13"):
            continue  # there, too
        assert sorted(parse_chord(symbol).tones) == tones, symbol


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_chord_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InputError, match=r"is not a chord; write e\.g\. Am7, C/E"):
        parse_chord(text)


def test_a_bass_is_kept_and_counts_as_a_tone() -> None:
    chord = parse_chord("Am7/G")
    assert (chord.root, chord.bass) == (9, 7)
    assert parse_chord("F/G").tones == {5, 9, 0, 7}
    assert parse_chord("C/E") != parse_chord("C")


def test_names_are_the_usual_ones() -> None:
    names = [str(chord_name(root, "m")) for root in range(12)]
    assert " ".join(names) == "Cm C#m Dm Ebm Em Fm F#m Gm G#m Am Bbm Bm"
    assert str(chord_name(2, "", 6)) == "D/F#"
    assert str(chord_name(3, "", 10)) == "Eb/Bb"
    assert str(parse_chord("Cdim").transposed(3, sharps=True)) == "D#dim"
    assert NO_CHORD.transposed(5) == NO_CHORD
