"""Chords are found in notes, and in files that name them; what a file says else stays."""

from fractions import Fraction

import numpy as np
import pytest

from segue.evaluation.music.charts import STYLES, draw_piece
from segue.harmony import chords_of
from segue.harmony.naming import ChordAt, bars_of, chart_at, named_chords, sections_of, with_chords
from segue.harmony.reading import read_chords
from segue.harmony.xf import xf_chord
from segue.midi import document_from_score, read_document, score_to_bytes
from segue.midi.markers import markers_of, with_markers
from segue.score import MetreMap, Notes, Score, Track
from segue.theory.chart import parse_chart
from segue.theory.chords import NO_CHORD, parse_chord
from tests.composers import band

LEAST = {
    "piano and bass": 0.9,
    "broken chords and a tune": 0.6,
    "strings and a tune": 0.7,
    "shells, walking bass and a tune": 0.65,
    "a tune and a bass": 0.4,
}
"""How many half bars have at least the right root and third; chance is one in 24."""


def blocks(text: str, *, metre: tuple[int, int] = (4, 4)) -> Score:
    """Every chord of a chart held for as long as it lasts, its bass below."""
    chart, quarter = parse_chart(text), 96
    bar = 4 * quarter * metre[0] // metre[1]
    rows = []
    for number in range(len(chart.bars)):
        placed = chart.bar(number, beats=metre[0])
        ends = [start for start, _ in placed[1:]] + [1]
        for (start, chord), end in zip(placed, ends, strict=True):
            onset, length = number * bar + int(start * bar), int((end - start) * bar)
            pitches = [60 + (tone - 60) % 12 for tone in chord.tones]
            pitches += [] if chord == NO_CHORD else [36 + chord.bass]
            rows += [(onset, length, pitch) for pitch in pitches]
    onset, duration, pitch = np.array(sorted(rows), np.int64).T
    notes = Notes.of(onset=onset, duration=duration, pitch=pitch, velocity=[80] * len(rows))
    return Score(
        ticks_per_quarter=quarter,
        tracks=(Track(notes=notes),),
        metre_map=MetreMap.constant(numerator=metre[0], denominator=metre[1]),
    )


@pytest.mark.parametrize(
    ("text", "metre"),
    [
        ("Am7 D7 Gmaj7 Cmaj7 F#m7b5 B7 Em Em", (4, 4)),
        ("Am F | C G | Am F | C E7", (4, 4)),
        ("C Am F G", (3, 4)),
        ("C F | G C | Am Dm | G C", (6, 8)),
        ("C/E F D/F# G Cm/Eb Dm7b5 G7 Cm", (4, 4)),
    ],
)
def test_held_chords_are_read_as_they_are(text: str, metre: tuple[int, int]) -> None:
    score = blocks(text, metre=metre)
    found = chords_of(document_from_score(score))
    assert not found.named
    assert str(found.chart) == text


@pytest.mark.parametrize("style", STYLES)
def test_chords_of_drawn_charts_are_read(style: str) -> None:
    right = []
    for seed in range(6):
        piece = draw_piece(style, seed=seed, bars=8)
        beats = int(piece.score.metre_map.numerator[0])
        read = read_chords(piece.score, n_bars=8)
        for number, bar in enumerate(read):
            for half in (0, 0.5):
                known = piece.chart.bar(number, beats=beats)
                own = [chord for start, chord in known if start <= half][-1]
                heard = [chord for start, chord in bar if start <= half][-1]
                third = [(c.root, (c.root + 4) % 12 in c.tones) for c in (own, heard)]
                right.append(third[0] == third[1])
    assert np.mean(right) > LEAST[style]
    assert draw_piece(style, seed=1).score == draw_piece(style, seed=1).score


def test_transposed_music_has_transposed_chords() -> None:
    piece = draw_piece("piano and bass", seed=3, bars=8).score
    moved = piece.with_tracks([
        track.with_notes(
            Notes.of(
                onset=track.notes.onset,
                duration=track.notes.duration,
                pitch=track.notes.pitch.astype(np.int64) + 5,
                velocity=track.notes.velocity,
            )
        )
        for track in piece.tracks
    ])  # fmt: skip
    for bar, other in zip(read_chords(piece), read_chords(moved), strict=True):
        assert [(at, chord.transposed(5)) for at, chord in bar] == list(other)


def test_drums_and_silence_have_no_chords() -> None:
    drums = band().with_tracks([band().tracks[0]])
    assert read_chords(drums) == [((Fraction(0), NO_CHORD),)] * 4
    assert read_chords(Score(ticks_per_quarter=96, tracks=())) == []
    assert chords_of(document_from_score(Score(ticks_per_quarter=96, tracks=()))).chart.bars == ()


# ---- in files ------------------------------------------------------------------------------------


def test_chords_that_are_written_into_a_file_are_named_by_it() -> None:
    document = document_from_score(band())
    chart = parse_chart("A D | E | A . . F#m7")
    placed = chart_at(chart, document.score, first=0, last=4)
    named = read_document(with_chords(document, placed))
    assert named.score == document.score
    assert named_chords(named) == placed
    found = chords_of(named)
    assert found.named
    assert str(found.chart) == "A D | E | A . . F#m7 | A D"
    assert not chords_of(named, read=True).named


def test_chords_are_replaced_and_taken_away_without_a_trace_of_them() -> None:
    document = document_from_score(band())
    first = read_document(with_chords(document, [ChordAt(0, parse_chord("C"))]))
    second = read_document(with_chords(first, [ChordAt(384, parse_chord("Am"))]))
    assert named_chords(second) == [(384, parse_chord("Am"))]
    gone = read_document(with_chords(second, []))
    assert named_chords(gone) == []
    assert markers_of(gone) == []


def test_sections_are_no_chords_and_stay() -> None:
    document = document_from_score(band())
    sections = [(0, "A"), (384, "B2"), (768, "Chorus")]
    marked = read_document(with_markers(document, without=[], add=sections))
    assert named_chords(marked) == []
    both = read_document(with_chords(marked, [ChordAt(0, parse_chord("Dm7"))]))
    assert [marker.text for marker in markers_of(both)] == ["A", "Dm7", "B2", "Chorus"]
    assert sections_of(marked) == sections
    assert sections_of(both) == sections
    again = read_document(with_chords(both, []))
    assert [marker.text for marker in markers_of(again)] == ["A", "B2", "Chorus"]


def test_markers_of_other_programs_are_chords_where_some_can_be_nothing_else() -> None:
    document = document_from_score(band())
    markers = [(0, "Intro"), (0, "G"), (384, "Em"), (768, "C"), (1152, "D7")]
    marked = read_document(with_markers(document, without=[], add=markers))
    assert [str(chord) for _, chord in named_chords(marked)] == ["G", "Em", "C", "D7"]
    bars = bars_of(named_chords(marked), marked.score, 4)
    assert [str(bar[0][1]) for bar in bars] == ["G", "Em", "C", "D7"]


def test_yamahas_chords_are_known() -> None:
    assert xf_chord(bytes.fromhex("437b0134133413")) == parse_chord("F7")
    assert xf_chord(bytes.fromhex("437b01310a7f7f")) == parse_chord("Cm7")
    assert xf_chord(bytes.fromhex("437b0127003500")) == parse_chord("Bb/G")
    assert xf_chord(bytes.fromhex("437b017f227f7f")) == NO_CHORD
    assert xf_chord(b"\x43\x7b\x0c") is None


def test_a_piece_without_tracks_can_name_chords() -> None:
    empty = read_document(score_to_bytes(Score(ticks_per_quarter=96, tracks=())))
    named = read_document(with_chords(empty, [ChordAt(0, parse_chord("C"))]))
    assert [str(chord) for _, chord in named_chords(named)] == ["C"]
