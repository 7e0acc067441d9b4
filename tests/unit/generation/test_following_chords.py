"""Takes follow the chords that are given; a wish for them is checked before anything is written."""

import numpy as np
import pytest

from segue.encoding.roster import Roster
from segue.encoding.sequence import N_COLUMNS, Column
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET
from segue.errors import InputError
from segue.generation import Options
from segue.generation.composer import Composer
from segue.generation.following_chords import IN_KEY, PASSING, key_told, pitch_leaning
from segue.generation.piece import Piece
from segue.generation.replacing import Infill
from segue.generation.request import Compose, Continue
from segue.generation.window import Region, cut_window
from segue.score import Score
from segue.theory.chart import Chart, parse_chart
from tests.composers import band, line, score_of, small_composer


def share(scores: list[Score], chart: Chart, *, first: int, bars: int, program: int = -1) -> float:
    """How many of the pitched notes that begin in the bars belong to their chords."""
    found = []
    for score in scores:
        grid = score.bar_grid(n_bars=first + bars)
        for track in score.tracks:
            if track.is_drum or program not in (-1, track.program):
                continue
            columns = zip(track.notes.onset.tolist(), track.notes.pitch.tolist(), strict=True)
            for onset, pitch in columns:
                bar = int(grid.bar_of(onset))
                if first <= bar < first + bars:
                    at = (onset - grid.start(bar)) / grid.length(bar)
                    chords = chart.bar(bar - first, beats=int(grid.numerator[bar]))
                    chord = [each for start, each in chords if start <= at + 0.01][-1]
                    found.append(pitch % 12 in chord.tones)
    return float(np.mean(found))


def new_bars(composer: Composer, options: Options) -> list[Score]:
    return [take.new_bars for take in composer.continue_(band(2), bars=4, options=options)]


def test_takes_follow_the_chords_that_are_given() -> None:
    """A model that draws any pitch alike: by chance three of twelve are in a triad."""
    chart = parse_chart("Eb | Ab Bb | Cm | F#dim")
    asked = new_bars(small_composer(), Options(chords=str(chart)))
    plain = new_bars(small_composer(), Options())
    assert share(asked, chart, first=0, bars=4) > 0.75
    assert share(plain, chart, first=0, bars=4) < 0.5


def test_a_bass_leans_to_the_bass_note_where_a_chord_begins_and_others_to_the_chord() -> None:
    score, region = band(2), Region(2, 4)
    window = cut_window(score, Roster.of_score(score), region, events=64, max_bars=16)
    leaning = pitch_leaning(Options(chords="C/E | F Bdim"), window, score, region)
    assert leaning is not None
    first = int(np.argmax(window.written))

    def likeliest(bar: int, position: int, instrument: int) -> set[int]:
        latest = np.zeros((1, N_COLUMNS), np.int64)
        latest[:, Column.BAR] = first + bar
        part = np.array([0])
        lean = leaning.of(latest, part, np.array([position]), np.array([instrument]))[0]
        assert not lean[DRUM_PITCH_OFFSET:].any()
        return {pitch % 12 for pitch in np.flatnonzero(lean[:DRUM_PITCH_OFFSET] == 0).tolist()}

    assert likeliest(0, 0, 33) == {4}
    assert likeliest(0, 0, 0) == likeliest(0, 24, 33) == {0, 4, 7}
    assert likeliest(1, 0, 33) == {5}
    assert likeliest(1, 47, 0) == {5, 9, 0} | {11, 2}  # what comes may be heard already
    assert likeliest(1, 48, 33) == {11}
    assert likeliest(1, 60, 33) == {11, 2, 5}


def test_a_tune_passes_between_the_beats_and_what_accompanies_it_does_not() -> None:
    tune = line([60, 62, 64, 65, 64, 62, 60, 62], program=73)
    broken = line([60, 64, 67, 72, 67, 64, 60, 64], program=0)
    score, region = score_of(tune, broken), Region(2, 3)
    window = cut_window(score, Roster.of_score(score), region, events=64, max_bars=16)
    leaning = pitch_leaning(Options(chords="C"), window, score, region)
    assert leaning is not None
    parts = Roster.of_score(score).tracks.tolist()

    def of(track: int, position: int) -> float:
        """How far D leans away from C."""
        latest = np.zeros((1, N_COLUMNS), np.int64)
        latest[:, Column.BAR] = int(np.argmax(window.written))
        part = np.array([parts.index(track)])
        lean = leaning.of(latest, part, np.array([position]), np.array([0]))[0]
        return float(lean[60] - lean[62])

    assert of(0, 12) == PASSING
    assert of(0, 24) == of(1, 12) == of(1, 24) == IN_KEY


def test_the_model_is_told_the_key_of_the_chords_unless_another_is_asked() -> None:
    assert key_told(Options(chords="Dm G C Am")) == 0
    assert key_told(Options(chords="Dm G C Am", key="F")) == 5
    assert key_told(Options(chords="N.C.")) is None
    assert key_told(Options()) is None


def test_no_chord_asks_for_nothing() -> None:
    plain = new_bars(small_composer(), Options())
    assert new_bars(small_composer(), Options(chords="N.C.")) == plain


def test_chords_are_those_of_the_bars_that_are_written() -> None:
    chart = parse_chart("Ebm Gm")
    takes = small_composer().infill(band(4), first=2, last=4, options=Options(chords="Ebm Gm"))
    assert share([take.score for take in takes], chart, first=2, bars=2) > 0.75


def test_drums_do_not_follow_chords() -> None:
    drums = band(2).with_tracks([band(2).tracks[0]])
    options = Options(chords="Ebm")
    asked = small_composer().continue_(drums, bars=2, options=options)
    plain = small_composer().continue_(drums, bars=2, options=Options(key=key_told(options)))
    assert [take.new_bars for take in asked] == [take.new_bars for take in plain]


def test_chords_are_kept_in_the_provenance_as_they_are_read_again() -> None:
    take = small_composer().continue_(band(1), bars=2, takes=1, options=Options(chords=" Am,F "))[0]
    assert take.provenance["options"]["chords"] == "Am F"


def test_a_mistake_is_told_with_its_bar() -> None:
    with pytest.raises(InputError, match="chords: bar 3: 'Hmm' is not a chord; write e"):
        Options(chords="Am F Hmm")
    with pytest.raises(InputError, match="chords: no chords"):
        Options(chords="")


def test_more_chords_than_bars_are_refused() -> None:
    piece, options = Piece.of(band(4)), Options(chords="Am F C")
    for request in (Continue(bars=2, options=options), Infill(first=1, last=3, options=options)):
        with pytest.raises(InputError, match="chords: 3 bars of chords for 2 bars of music"):
            request.placed(piece)
    with pytest.raises(InputError, match="3 bars of chords for 2"):
        Compose(bars=2, options=options)
