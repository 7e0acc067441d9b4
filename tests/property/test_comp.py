"""What a comp promises, for any piece and any takes of it."""

from collections import Counter
from dataclasses import dataclass
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from segue.generation.comp import Choice, comp
from segue.midi import read_document, score_to_bytes
from segue.score import Notes, Score, Track
from tests.composers import Note, line, score_of, track_notes
from tests.strategies import SEEDS, notes, random_notes

BAR = 4 * 96
BARS = 8


@dataclass(frozen=True)
class Takes:
    """A piece of eight bars, and takes in which bars from `first` on were written again."""

    base: Score
    first: int
    takes: tuple[Score, ...]


@st.composite
def takes(draw: st.DrawFn) -> Takes:
    lines = draw(st.lists(notes(max_tick=BARS * BAR - 1, max_duration=BAR), min_size=1, max_size=3))
    tracks = [
        Track(notes=own, program=program, name=f"part {program}")
        for program, own in enumerate(lines)
    ]
    base = score_of(*tracks, line([60] * 4 * BARS, is_drum=True))
    first, random = draw(st.integers(0, BARS - 1)), Random(draw(SEEDS))
    return Takes(base, first, tuple(_take(base, first, random) for _ in range(2)))


def _take(base: Score, first: int, random: Random) -> Score:
    """The base with other notes from a bar on, at times on one more track."""
    tracks = []
    for track in base.tracks:
        n = random.randrange(8)
        tracks.append(
            track.with_notes(Notes.concat([_before(track, first), _new(n, first, random)]))
        )
    tracks[-1] = base.tracks[-1]  # something to be told apart by, and as many bars
    if random.random() < 0.5:
        program = random.choice((48, 73))
        tracks.append(Track(notes=_new(5, first, random), program=program, name="joins"))
    return base.with_tracks(tracks)


def _before(track: Track, first: int) -> Notes:
    return track.notes.select(track.notes.onset < first * BAR)


def _new(n: int, first: int, random: Random) -> Notes:
    length = (BARS - first) * BAR
    new = random_notes(random, n=n, max_tick=length - 1, max_duration=BAR)
    return new.shifted(first * BAR)


def cells(first: int, n_tracks: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Tracks and bars, each at most once."""
    every = [(track, bar) for track in range(n_tracks) for bar in range(first, BARS)]
    return st.lists(st.sampled_from(every), min_size=1, unique=True)


def choice(take: Score, track: int, bar: int) -> Choice:
    return Choice(take=take, tracks=(track,), first=bar, last=bar + 1)


def inside(counted: Counter[Note], bar: int) -> Counter[Note]:
    return Counter({n: c for n, c in counted.items() if n[0] // BAR == bar})


def begun(counted: Counter[Note]) -> Counter[tuple[int, int, int]]:
    """Notes without their lengths: one that is held past what was chosen may become shorter."""
    found = Counter[tuple[int, int, int]]()
    for (onset, _, pitch, velocity), count in counted.items():
        found[onset, pitch, velocity] += count
    return found


@given(takes())
def test_all_of_one_take_is_the_take(drawn: Takes) -> None:
    for take in drawn.takes:
        made = comp(drawn.base, [Choice(take=take, first=drawn.first, last=BARS)])
        assert made.score == take.with_tracks([t for t in take.tracks[: len(made.score.tracks)]])
        assert not sum(len(t.notes) for t in take.tracks[len(made.score.tracks) :])


@given(st.data())
def test_what_is_not_chosen_stays_note_for_note(data: st.DataObject) -> None:
    drawn = data.draw(takes())
    n_tracks = len(drawn.base.tracks)
    chosen = data.draw(cells(drawn.first, n_tracks))
    choices = [choice(drawn.takes[0], *cell) for cell in chosen]
    made = comp(drawn.base, choices, alike=False).score
    for track in range(n_tracks):
        before, after = (track_notes(s.tracks[track].notes) for s in (drawn.base, made))
        take = track_notes(drawn.takes[0].tracks[track].notes)
        for bar in range(BARS):
            if (track, bar) in chosen:
                assert begun(inside(after, bar)) == begun(inside(take, bar))
            else:
                assert inside(after, bar) == inside(before, bar)


@given(st.data())
def test_choices_that_do_not_overlap_may_come_in_any_order(data: st.DataObject) -> None:
    drawn = data.draw(takes())
    chosen = data.draw(cells(drawn.first, len(drawn.base.tracks)))
    sources = [data.draw(st.sampled_from(drawn.takes)) for _ in chosen]
    choices = [choice(take, *cell) for take, cell in zip(sources, chosen, strict=True)]
    shuffled = data.draw(st.permutations(choices))
    made, again = (comp(drawn.base, order, alike=False) for order in (choices, shuffled))
    assert made.score == again.score


@given(takes())
def test_of_choices_that_overlap_the_later_counts(drawn: Takes) -> None:
    one, two = (Choice(take=take, first=drawn.first, last=BARS) for take in drawn.takes)
    both, alone = comp(drawn.base, [one, two]).score, comp(drawn.base, [two]).score
    counted = [
        Counter((t.program, t.name, *n) for t in score.tracks for n in track_notes(t.notes))
        for score in (both, alone)
    ]
    assert counted[0] == counted[1]


@given(takes())
def test_files_in_which_silent_tracks_are_missing_give_the_same(drawn: Takes) -> None:
    """No file holds a track without notes: who is missing in a take is silent in the comp."""
    base = read_document(score_to_bytes(drawn.base))
    for take in drawn.takes:
        file = read_document(base.updated(take_in(base.score, take)))
        made = comp(base, [Choice(take=file, first=drawn.first, last=BARS)], alike=False)
        again = read_document(made.to_bytes())
        assert Counter(_rows(again.score)) == Counter(_rows(file.score))


def take_in(base: Score, take: Score) -> Score:
    """A take by the tracks that a base has in its file."""
    known = {track.name for track in base.tracks}
    own = {track.name: track for track in take.tracks}
    further = [track for track in take.tracks if track.name == "joins"]
    return base.with_tracks(
        [own[track.name] for track in base.tracks if track.name in known] + further
    )


def _rows(score: Score) -> list[tuple[object, ...]]:
    return [
        (t.program, t.is_drum, t.name, *row) for t in score.tracks for row in track_notes(t.notes)
    ]
