"""A song begins with its loop, has the bars of its form, and can be made again."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segue.errors import InputError
from segue.generation import Options, Take
from segue.generation.arrange import Arrange
from segue.generation.arranging import Arranged, arranged
from segue.generation.chunks import without
from segue.generation.following import Following
from segue.generation.form import FORMS, MOST_SECTIONS, parse_form
from segue.generation.form_plan import amount_of, contrasting, in_order_of_entry
from segue.generation.manners import ended, entering, playing_in, thinned_out
from segue.generation.piece import Piece
from segue.generation.request import Placed, Request
from segue.generation.window import Region
from segue.harmony.retyping import typed
from segue.midi import read_document, score_to_bytes
from segue.score import MetreMap, Notes, Score, diff, slice_bars
from tests.composers import band, line, score_of, small_composer

BAR = 4 * 96


def names(form: str) -> list[str]:
    return [section.name for section in parse_form(form)]


def test_a_form_is_read_as_it_is_written_or_by_its_name() -> None:
    assert names("A A' B A''") == ["A", "A'", "B", "A''"]
    assert names(" A,A’ B-  C+ ") == ["A", "A'", "B-", "C+"]  # noqa: RUF001 - typed so
    for name, form in FORMS.items():
        assert names(name) == names(name.upper()) == form.form.split()
        assert form.words.endswith(".")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("A Q?", r"form: 'Q\?' is no section: write a letter"),
        ("A A''''", "is no section"),
        ("A a", "is no section"),
        ("A \x1b[31m", r"form: '\\x1b\[31m'"),
        ("", r"must have 2 to 32 sections, got 0"),
        ("A", "sections, got 1: write"),
        ("A " * (MOST_SECTIONS + 1), "sections, got 33"),
        ("B A", "it begins with B, and the first section is your own music"),
        ("A' B", "it begins with A'"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_in_words(form: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Arrange(form=form)


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"bars": 1}, r"bars must be in 2\.\.64"),
        ({"bars": 65}, r"bars must be in 2\.\.64"),
        ({"takes": 0}, "takes must be"),
        ({"options": Options(instruments=("bass",))}, "for the instruments of its loop"),
        ({"options": Options(density="denser")}, "its sections decide"),
        (
            {"options": Options(chords="Am F"), "form": "A A' A+"},
            r"chords: the form A A' A\+ has no new section",
        ),
    ],
)
def test_wishes_that_a_song_cannot_have_are_refused(wishes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Arrange(**wishes)


def test_new_sections_have_the_chords_that_are_given_and_the_loop_its_own() -> None:
    asked: list[tuple[str, int, str | None]] = []

    def written(request: Request, placed: Placed) -> list[Take]:
        asked.append((request.task, placed.region.first, request.options.chords))
        return scribble(request, placed)

    request = Arrange(form="A B A' B'", bars=4, takes=1, options=Options(chords="Am F C"))
    piece = Piece.of(band(4))
    list(arranged(written, request, request.placed(piece), Following()))
    assert asked == [
        ("continue", 4, "Am F C Am"),
        ("vary", 8, None),
        ("infill", 7, "Am"),
        ("vary", 12, "Am F C Am"),
        ("infill", 11, None),
        ("infill", 14, "C"),
    ]


def steps_of(request: Arrange, piece: Piece) -> list[tuple[str, int, int, str | None]]:
    """What a song asks for, step by step: the task, its bars, its chords."""
    asked = []

    def written(step: Request, placed: Placed) -> list[Take]:
        region = placed.region
        asked.append((step.task, region.first, region.last, step.options.chords))
        return scribble(step, placed)

    list(arranged(written, request, request.placed(piece), Following()))
    return asked


def test_chords_behind_the_loop_are_each_in_their_bar_and_come_back_with_it() -> None:
    request = Arrange(form="A A' B B", bars=4, takes=1, by_bar="Am F N.C. N.C. C G")
    assert steps_of(request, Piece.of(band(2))) == [
        ("infill", 2, 4, "Am F"),
        ("vary", 4, 8, "N.C. N.C. C G"),
        ("infill", 6, 8, "C G"),
        ("infill", 3, 4, "F"),
        ("continue", 8, 12, None),
        ("infill", 7, 8, "G"),
        ("infill", 11, 12, None),
        ("infill", 14, 15, None),
    ]


def test_what_comes_back_over_the_same_chords_is_copied() -> None:
    request = Arrange(form="A B B", bars=2, takes=1, by_bar="Am F Am F")
    assert steps_of(request, Piece.of(band(2))) == [
        ("continue", 2, 4, "Am F"),
        ("infill", 3, 4, "F"),
        ("infill", 4, 5, "Am"),
    ]


def test_drums_stay_where_a_section_comes_back_over_other_chords() -> None:
    score, _ = song(band(4), form="A A A", bars=4, by_bar="Am F C G")
    loop = slice_bars(score, 0, 3)
    back = slice_bars(score, 4, 7)
    drums, *others = ((a.notes, b.notes) for a, b in zip(loop.tracks, back.tracks, strict=True))
    assert drums[0].columns()["pitch"].tolist() == drums[1].columns()["pitch"].tolist()
    assert all(a.pitch.tolist() != b.pitch.tolist() for a, b in others)


def test_a_song_ends_on_the_last_chord_where_one_is_given() -> None:
    score, _ = song(band(2), form="A B", bars=2, by_bar="F Dm")
    last = slice_bars(score, 3, 4)
    assert {int(p) % 12 for t in last.tracks if not t.is_drum for p in t.notes.pitch} <= {2, 5, 9}


def test_chords_are_given_in_one_way() -> None:
    with pytest.raises(InputError, match="not both"):
        Arrange(form="A B", by_bar="Am", options=Options(chords="Am"))
    with pytest.raises(InputError, match="more bars of chords than the 2 that come after"):
        Arrange(form="A B", bars=2, by_bar="Am F C").placed(Piece.of(band(2)))
    with pytest.raises(InputError, match="'Hmm' is not a chord"):
        Arrange(form="A B", by_bar="Hmm")


def test_chords_that_a_file_names_behind_its_loop_are_followed() -> None:
    document = read_document(score_to_bytes(band(2)))
    named = read_document(typed(document, "Am % F Bm", first=2))
    request = Arrange(form="A B", bars=4, takes=1)
    assert request.over_chords_of(Piece.of(document)) == request
    found = request.over_chords_of(Piece.of(named))
    assert found.by_bar == "Am Am F Bm N.C. N.C."
    assert found.details["chords_by_bar"] == found.by_bar
    own = Arrange(form="A B", bars=4, options=Options(chords="C"))
    assert own.over_chords_of(Piece.of(named)) == own


def test_more_chords_than_a_section_has_bars_are_refused() -> None:
    request = Arrange(form="A B", bars=2, options=Options(chords="Am F C"))
    with pytest.raises(InputError, match="3 bars of chords for sections of 2 bars"):
        request.placed(Piece.of(band(2)))


@pytest.mark.parametrize(
    ("bars", "loop", "message"),
    [
        (None, 0, "has no notes to make a song of"),
        (None, 33, "has 33 bars, and a song is made of a loop of up to 32"),
        (4, 8, "a section of 4 bars cannot hold the 8 bars"),
        (64, 8, "a song of 320 bars is too long"),
    ],
)
def test_a_loop_has_to_fit(bars: int | None, loop: int, message: str) -> None:
    piece = Piece.of(band(loop) if loop else score_of())
    with pytest.raises(InputError, match=message):
        Arrange(form="A B C D E", bars=bars).placed(piece)


def test_sections_are_as_long_as_the_loop_or_reach_eight_bars() -> None:
    for loop, bars in ((4, 8), (8, 8), (12, 12), (3, 9), (5, 10)):
        sections = Arrange(form="A B").sections_in(Piece.of(band(loop)))
        assert [(each.first, each.last) for each in sections] == [(0, bars), (bars, 2 * bars)]
        assert Arrange(form="A B").placed(Piece.of(band(loop))).region == Region(loop, 2 * bars)


def scribble(request: Request, placed: Placed) -> list[Take]:
    """Writes a note a bar into each track of the region, from the seed."""
    random = np.random.default_rng([request.seed, *request.numbers])
    region, score = placed.region, without(placed.score, placed.region)
    grid, tracks = score.bar_grid(n_bars=region.last), list(score.tracks)
    starts = [grid.start(bar) for bar in range(region.first, region.last)]
    for index in region.tracks or range(len(tracks)):
        new = Notes.of(
            onset=starts,
            duration=[24] * len(starts),
            pitch=random.integers(36, 90, len(starts)),
            velocity=[80] * len(starts),
        )
        tracks[index] = tracks[index].with_notes(Notes.concat([tracks[index].notes, new]))
    return [
        Take(
            number=request.numbers[0],
            score=score.with_tracks(tracks),
            region=region,
            log_probability=-1.0,
            rank=1,
            provenance={},
            document=None,
        )
    ]


def song(
    loop: Score, *, form: str, following: Following | None = None, **wishes: Any
) -> tuple[Score, Arranged]:
    request, piece = Arrange(form=form, takes=1, **wishes), Piece.of(loop)
    (made,) = arranged(scribble, request, request.placed(piece), following or Following())
    return made.score, made


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.sampled_from(["A", "A'", "A''", "B", "B'", "C", "A+", "B-"]), min_size=1, max_size=4
    ),
    st.integers(0, 2**63 - 1),
    st.sampled_from([2, 3, 4]),
)
def test_a_song_is_its_loop_and_as_many_bars_as_its_form_says(
    sections: list[str], seed: int, bars: int
) -> None:
    loop, form = band(2), " ".join(["A", *sections])
    told: list[tuple[int, int]] = []
    music: list[tuple[int, Score]] = []
    following = Following(
        on_bar=lambda *bar: told.append(bar),
        on_music=lambda _, bar, score: music.append((bar, score)),
    )
    score, made = song(loop, form=form, bars=bars, seed=seed, following=following)

    n_bars = bars * (1 + len(sections))
    assert score.last_onset < n_bars * BAR
    assert not diff(slice_bars(score, 0, 2), loop)
    assert made.marks == tuple((n * bars * BAR, name) for n, name in enumerate(form.split()))
    assert told == [(1, bar + 1) for bar in range(n_bars - 2)]
    assert [bar for bar, _ in music] == list(range(2, n_bars))
    assert sum(each.n_notes for _, each in music) == score.n_notes - loop.n_notes
    assert score.end_tick <= n_bars * BAR


def test_the_same_seed_is_the_same_song_alone_or_among_others() -> None:
    composer = small_composer(longing_for_bars=1.0)
    one, two = composer.arrange(band(2), form="A A' B", bars=2, takes=2, seed=7)
    (again,) = composer.arrange(band(2), form="A A' B", bars=2, takes=[two.number], seed=7)
    assert not diff(two.score, again.score)
    assert diff(one.score, two.score)
    assert again.to_bytes() == two.to_bytes()


def test_a_section_that_comes_back_is_the_same_but_for_its_last_bar() -> None:
    score, _ = song(band(4), form="A B A A", bars=4)
    for first, same in ((8, 3), (12, 2)):  # at the end, the last bar but one leads to the last
        back = slice_bars(score, first, first + same)
        assert not diff(slice_bars(score, 0, same), back)
    (last_bars,) = {slice_bars(score, bar, bar + 1).n_notes for bar in (7, 11)}
    assert last_bars == len(band().tracks)


def test_a_loop_is_played_as_often_as_its_section_is_long() -> None:
    score, _ = song(band(2), form="A B", bars=5)
    assert not diff(slice_bars(score, 2, 4), slice_bars(score, 0, 2))


def test_markers_are_in_the_file_beside_those_that_it_has() -> None:
    document = read_document(score_to_bytes(band(2), sections=[(0, "A"), (96, "Solo ä")]))
    assert document.sections == [(0, "A"), (96, "Solo ä")]
    (take,) = small_composer(longing_for_bars=1.0).arrange(document, form="A B", bars=2, takes=1)
    written = read_document(take.to_bytes())
    assert written.sections == [(0, "A"), (96, "Solo ä"), (2 * BAR, "B")]
    assert not diff(written.score, take.score)
    again = read_document(document.updated(document.score, sections=[(0, "A")]))
    assert again.sections == document.sections


def test_a_song_that_is_cancelled_is_no_take() -> None:
    looked = 0

    def cancelled() -> bool:
        nonlocal looked
        looked += 1
        return looked > 30

    composer = small_composer()
    assert composer.arrange(band(2), form="A B C", bars=4, takes=2, cancelled=cancelled) == []


def test_metres_that_change_inside_the_loop_come_back_with_it() -> None:
    metres = MetreMap.of(ticks=[0, 3 * 96], numerator=[3, 4], denominator=[4, 4])
    loop = score_of(line([60, 62, 64, 65, 67, 69, 71]), line([36] * 7, is_drum=True))
    loop = Score(
        ticks_per_quarter=96, tracks=loop.tracks, metre_map=metres, tempo_map=loop.tempo_map
    )
    score, _ = song(loop, form="A A", bars=2)
    assert score.bar_grid(n_bars=4).lengths.tolist() == [288, 384, 288, 384]


# ---- the plan, and manners -----------------------------------------------------------------------


def test_more_primes_change_more() -> None:
    amounts = [amount_of(primes) for primes in (1, 2, 3)]
    assert all(0 < one < other < 1 for one, other in pairwise(amounts))


def test_a_contrast_keeps_what_else_was_asked() -> None:
    asked = Options(temperature=1.1, key="F# minor")
    drawn = [contrasting(asked, np.random.default_rng(seed)) for seed in range(60)]
    assert {each.density for each in drawn} == {None, "denser", "sparser"}
    assert {each.register for each in drawn} == {None, "higher", "lower"}
    assert all((each.temperature, each.key) == (1.1, asked.key) for each in drawn)


def test_parts_enter_one_after_another_drums_and_bass_first() -> None:
    piece = band(8)
    assert in_order_of_entry(piece.tracks, [0, 1, 2]) == [0, 1, 2]
    built = entering(piece, 2, 8)
    playing = [playing_in(built, bar, bar + 1) for bar in range(8)]
    assert playing[:2] == [[0, 1, 2]] * 2
    assert playing[2] == [0]
    assert playing[-1] == [0, 1, 2]
    assert all(set(one) <= set(other) for one, other in pairwise(playing[2:]))


def test_where_few_parts_play_they_are_not_drums_and_bass() -> None:
    thin = thinned_out(band(4), 1, 3)
    assert [playing_in(thin, bar, bar + 1) for bar in range(4)] == [[0, 1, 2], [2], [2], [0, 1, 2]]
    alone = score_of(line([60] * 16))
    assert not diff(thinned_out(alone, 0, 4), alone)
    assert not diff(entering(alone, 0, 4), alone)


@pytest.mark.parametrize(("key", "classes"), [(0, {0, 4, 7}), (9 + 12, {9, 0, 4})])
def test_parts_stop_together_on_the_tonic(key: int, classes: set[int]) -> None:
    end = ended(band(4), 3, key)
    last = slice_bars(end, 3, 4)
    assert not diff(slice_bars(end, 0, 3), slice_bars(band(4), 0, 3))
    drums, bass, piano = last.tracks
    assert drums.notes.pitch.tolist() == [36, 49]
    assert set((bass.notes.pitch % 12).tolist()) == {key % 12}
    assert set((piano.notes.pitch % 12).tolist()) <= classes
    for track in last.tracks:
        assert set(track.notes.onset.tolist()) == {0}
        assert set(track.notes.duration.tolist()) == {BAR}


def test_at_the_end_no_part_leaves_its_register_and_the_lowest_has_the_tonic() -> None:
    cello, viola = line([50] * 12 + [62] * 4, program=42), line([57] * 16, program=41)
    last = [
        t.notes.pitch.tolist() for t in slice_bars(ended(score_of(cello, viola), 3, 2), 3, 4).tracks
    ]
    assert sorted(last) == [[50], [57]]


def test_without_tones_an_end_is_a_stroke() -> None:
    drums = score_of(line([36, 38] * 8, is_drum=True))
    assert slice_bars(ended(drums, 3, None), 3, 4).tracks[0].notes.pitch.tolist() == [36, 49]
