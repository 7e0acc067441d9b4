"""What generation promises, for any piece: see "What generation promises" in the documentation.

The model is untrained: it writes nonsense, within the grammar, in every corner of it.
"""

import json
from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from segue.errors import FormatError
from segue.generation import Options, Take
from segue.generation.cells import varied_cells, without_cells
from segue.generation.chunks import within
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.midi import MidiDocument, read_document, score_to_bytes
from segue.midi.bulk import parse_bulk
from segue.midi.reader import read_smf
from segue.score import MetreMap, Notes, Score, Track, diff
from tests.composers import band, lost_notes, new_notes, score_of, small_composer
from tests.strategies import SEEDS, Event, SmfFile, random_track, scores, smf_files, tempo_maps

METRES = ((4, 4), (3, 4), (2, 2), (6, 8), (7, 8), (17, 16), (12, 4), (5, 64))
"""Of the tests' metres those whose bars are short enough to be written often."""
FEW = settings(max_examples=10)


@st.composite
def pieces(draw: st.DrawFn) -> Score:
    """A small hostile piece; metres change anywhere, also where no bar line is."""
    score: Score = draw(scores(ticks_per_quarter=(1, 24, 96, 480), max_tick=2000))
    changes = draw(st.lists(st.tuples(st.integers(0, 2000), st.sampled_from(METRES)), max_size=3))
    metre_map = MetreMap.of(
        ticks=[tick for tick, _ in changes],
        numerator=[metre[0] for _, metre in changes],
        denominator=[metre[1] for _, metre in changes],
    )
    return replace(score, metre_map=metre_map, tempo_map=draw(tempo_maps(max_tick=2000)))


def documents(file: SmfFile) -> MidiDocument:
    try:
        return read_document(file.data)
    except FormatError as error:
        assume("hours" not in str(error))  # longer than any piece that is read
        raise


def events(data: bytes) -> list[list[Event]]:
    smf, _ = read_smf(data, source="a take")
    return [list(zip(t.ticks, t.messages, strict=True)) for t in smf.tracks]


def assert_sound(piece: Piece, take: Take) -> None:
    """Nothing of the piece is lost outside the region; what is new is inside, and can be heard."""
    region, score = take.region, take.score
    bars = score.bar_grid(n_bars=region.last)
    start, end = bars.start(region.first), bars.start(region.last)
    for track, lost in enumerate(lost_notes(piece.score, score)):
        chosen = region.tracks is None or track in region.tracks
        assert all(chosen and start <= onset < end for onset, *_ in lost)
    fresh = new_notes(piece.score, score)
    for track, notes in enumerate(fresh):
        assert not notes or region.tracks is None or track in region.tracks
        assert all(start <= onset < onset + length <= end for onset, length, _, _ in notes)
        assert all(1 <= velocity <= 127 for *_, velocity in notes)
    channels = piece.channels(score).tolist()
    for track, notes in enumerate(fresh):
        beside = Counter[tuple[int, int, int, int]]()
        for other, channel in enumerate(channels):
            if channel == channels[track]:
                columns = score.tracks[other].notes.columns().values()
                beside.update(zip(*(c.tolist() for c in columns), strict=True))
        for onset, length, pitch, _ in notes:
            at_once = [
                n for n in beside if n[2] == pitch and n[0] < onset + length and onset < n[0] + n[1]
            ]
            assert len(at_once) == 1, "two notes of a pitch sound at once on a channel"


@FEW
@given(pieces(), st.integers(1, 3), st.integers(0, 2**63 - 1))
def test_a_continuation_is_the_piece_and_exactly_so_many_bars(
    score: Score, bars: int, seed: int
) -> None:
    told: list[tuple[int, int]] = []
    (take,) = small_composer().continue_(
        score, bars=bars, takes=[2], seed=seed, on_bar=lambda *bar: told.append(bar)
    )

    assert (take.region.first, take.region.last) == (score.n_bars, score.n_bars + bars)
    assert told == [(2, bar + 1) for bar in range(bars)]
    assert_sound(Piece.of(score), take)
    assert take.new_bars.n_notes == sum(c.total() for c in new_notes(score, take.score))


@FEW
@given(pieces(), st.data())
def test_infilling_and_varying_touch_only_what_was_named(score: Score, data: st.DataObject) -> None:
    assume(score.n_notes)
    first = data.draw(st.integers(max(0, score.n_bars - 3), score.n_bars - 1))
    last = data.draw(st.integers(first + 1, score.n_bars))
    some = st.lists(st.integers(0, len(score.tracks) - 1), min_size=1, unique=True)
    tracks = data.draw(st.none() | some)
    composer = small_composer()

    takes = composer.infill(score, first=first, last=last, tracks=tracks, takes=[1])
    takes += composer.vary(score, amount=0.5, first=first, last=last, tracks=tracks, takes=[1])

    for take in takes:
        assert_sound(Piece.of(score), take)


@FEW
@given(pieces(), st.floats(0, 1), SEEDS)
def test_varying_keeps_the_notes_of_the_cells_that_it_does_not_write(
    score: Score, amount: float, seed: int
) -> None:
    assume(score.n_notes)
    region = Region(max(0, score.n_bars - 3), score.n_bars)
    takes = small_composer().vary(score, first=region.first, amount=amount, takes=[1, 2], seed=seed)

    for take in takes:
        cells = varied_cells(score, region, amount=amount, seed=seed, take=take.number)
        assert cells.any(), "something is always new"
        kept = without_cells(score, region, cells)
        assert_sound(Piece.of(score), take)
        assert not any(lost_notes(kept, take.score)), "a kept note is gone"
        added = without_cells(take.score, region, cells)
        assert [t.notes for t in added.tracks[: len(kept.tracks)]] == [t.notes for t in kept.tracks]
        if amount == 1:
            assert without_cells(score, region, np.ones_like(cells)).n_notes == kept.n_notes


@given(st.integers(1, 16), st.integers(1, 8), st.floats(0, 1), SEEDS)
def test_about_so_much_is_varied(bars: int, parts: int, amount: float, seed: int) -> None:
    tracks = [track_of(program, bars) for program in range(parts)]
    score = Score(ticks_per_quarter=24, tracks=tuple(tracks))
    cells = varied_cells(score, Region(0, bars), amount=amount, seed=seed, take=1)
    share = without_cells(score, Region(0, bars), ~cells).n_notes / score.n_notes

    side = amount**0.5
    assert share >= 1 / (bars * parts) - 1e-9
    assert abs(share - amount) <= side / bars + side / parts + 1 / (bars * parts)


def track_of(program: int, bars: int) -> Track:
    onset = np.arange(bars) * 96
    ones = np.ones(bars, np.int64)
    return Track(
        notes=Notes.of(onset=onset, duration=ones, pitch=60 * ones, velocity=80 * ones),
        program=program,
    )


@FEW
@given(smf_files(with_pairs=True))
def test_every_event_of_a_file_stays_at_its_tick(file: SmfFile) -> None:
    document = documents(file)
    (take,) = small_composer().continue_(document, bars=2, takes=[1])

    written = events(take.to_bytes())
    for chunk, messages in enumerate(file.tracks):
        kept = [event for event in messages if event[1] != b"\xff\x2f\x00"]
        following = iter(written[chunk])
        assert all(event in following for event in kept), "an event is lost, moved or out of order"
    assert_sound(Piece.of(document), take)


@FEW
@given(smf_files(with_pairs=True))
def test_a_take_is_a_file_that_others_read(file: SmfFile) -> None:
    document = documents(file)
    (take,) = small_composer().continue_(document, bars=2, takes=[1])

    data = take.to_bytes()
    assume(take.score.duration_s < 3 * 60 * 60)
    read, bulk = read_document(data).score, parse_bulk(data)
    assert read.n_notes == bulk.n_notes == document.score.n_notes + take.n_new_notes
    assert read.metre_map == document.score.metre_map


@FEW
@given(pieces())
def test_a_take_of_a_score_reads_back_as_it_is(score: Score) -> None:
    (take,) = small_composer().continue_(score, bars=2, takes=[1])
    assume(take.score.duration_s < 3 * 60 * 60)

    read = read_document(take.to_bytes()).score

    assert diff(read_document(score_to_bytes(take.score)).score, read) == []
    added = sum(c.total() for c in new_notes(score, take.score))
    assert read.n_notes == score.n_notes + added == parse_bulk(take.to_bytes()).n_notes


@FEW
@given(SEEDS, st.integers(1, 8))
def test_silence_before_the_music_changes_nothing(seed: int, silent_bars: int) -> None:
    random = Random(seed)
    tracks = [random_track(random, n_notes=8, max_tick=1500) for _ in range(3)]
    score = score_of(*tracks)
    moved = score.with_tracks(
        [t.with_notes(t.notes.shifted(silent_bars * 384)) for t in score.tracks]
    )
    composer = small_composer()
    (plain,) = composer.continue_(score, bars=2, takes=[1])
    (later,) = composer.continue_(moved, bars=2, takes=[1])

    assert later.region.first == plain.region.first + silent_bars
    assert diff(plain.new_bars, later.new_bars) == []
    assert plain.log_probability == later.log_probability


def test_the_same_seed_gives_the_same_bytes_alone_or_among_others() -> None:
    composer, piece = small_composer(), read_document(score_to_bytes(band(bars=2)))

    def files(takes: int | list[int], seed: int = 1) -> dict[int, bytes]:
        made = composer.continue_(piece, bars=3, takes=takes, seed=seed)
        return {take.number: take.to_bytes() for take in made}

    eight = files(8)
    assert len(set(eight.values())) == 8
    assert files(4) == {number: eight[number] for number in range(1, 5)}
    assert files([3]) == {3: eight[3]}
    assert files([7, 2]) == {2: eight[2], 7: eight[7]}
    assert not set(eight.values()) & set(files(2, seed=2).values())


@settings(max_examples=8)
@given(st.sampled_from(["continue", "infill", "vary", "compose", "bridge"]), st.data())
def test_the_provenance_in_the_file_makes_the_take_again(task: str, data: st.DataObject) -> None:
    options = Options(
        temperature=data.draw(st.sampled_from([0.8, 1.0])),
        instruments=data.draw(st.sampled_from([None, (0, 33, 128)])),
        key=data.draw(st.sampled_from([None, 14])),
        density=data.draw(st.sampled_from([None, "sparser"])),
    )
    piece = band(bars=2)
    take = ask(task, piece, {"takes": [3], "seed": 9, "options": options})

    (text,) = [
        message[3:]
        for _, message in events(take.to_bytes())[0]
        if message.startswith(b"\xff\x01") and b"segue {" in message
    ]
    told = json.loads(text[text.index(b"{") :])
    wishes = {"takes": [told["take"]], "seed": told["seed"], "options": Options(**told["options"])}
    again = ask(told["task"], piece, wishes)

    assert told == json.loads(json.dumps(take.provenance))
    assert again.to_bytes() == take.to_bytes()


def ask(task: str, piece: Score, wishes: dict[str, object]) -> Take:
    """The one take of a task in the same words each time."""
    composer = small_composer()
    made: dict[str, object] = {
        "continue": lambda: composer.continue_(piece, bars=2, **wishes),  # type: ignore[arg-type]
        "infill": lambda: composer.infill(piece, first=0, last=1, **wishes),  # type: ignore[arg-type]
        "vary": lambda: composer.vary(piece, first=0, last=1, **wishes),  # type: ignore[arg-type]
        "compose": lambda: composer.compose(bars=1, **wishes),  # type: ignore[arg-type]
        "bridge": lambda: composer.bridge(piece, band(bars=1), bars=1, **wishes),  # type: ignore[arg-type]
    }
    (take,) = made[task]()  # type: ignore[operator]
    assert isinstance(take, Take)
    return take


def test_regions_longer_than_the_context_are_written_to_the_bar() -> None:
    piece = band(bars=2)
    told: list[int] = []
    composer = small_composer(context=64, longing_for_bars=-2.0)
    (take,) = composer.continue_(piece, bars=60, takes=[1], on_bar=lambda _, bar: told.append(bar))

    assert told == list(range(1, 61))
    assert take.n_new_notes > 2 * 64
    assert_sound(Piece.of(piece), take)


@given(pieces(), SEEDS, st.integers(1, 6), st.booleans())
@FEW
def test_the_bars_that_are_told_are_those_of_the_finished_takes(
    piece: Score, seed: int, bars: int, new_instruments: bool
) -> None:
    told: dict[tuple[int, int], Score] = {}

    takes = small_composer().continue_(
        piece,
        bars=bars,
        takes=2,
        seed=seed,
        options=Options(new_instruments=new_instruments),
        on_music=lambda take, bar, music: told.update({(take, bar): music}),
    )

    for take in takes:
        region = take.region
        music = [told.pop((take.number, bar)) for bar in range(region.first, region.last)]
        heard = union(music, tracks=len(take.score.tracks))
        assert [beginnings(track) for track in heard] == [
            beginnings(track) for track in within(take.score, region).tracks
        ]
        assert_only_shorter(heard, within(take.score, region))
    assert told == {}


@given(st.data(), SEEDS)
@FEW
def test_the_bars_of_an_infill_are_told_where_they_are(data: st.DataObject, seed: int) -> None:
    piece = band(bars=6)
    first = data.draw(st.integers(0, 5))
    last = data.draw(st.integers(first + 1, 6))
    tracks = data.draw(st.sampled_from([None, (1,), (0, 2)]))
    told: list[tuple[int, int, Score]] = []
    finished: list[Take] = []

    takes = small_composer().infill(
        piece,
        first=first,
        last=last,
        tracks=tracks,
        takes=[2, 6],
        seed=seed,
        on_music=lambda *bar: told.append(bar),
        on_take=finished.append,
    )

    assert [(take.number, take.score) for take in finished] == [
        (take.number, take.score) for take in takes
    ]
    for take in takes:
        mine = [(bar, music) for number, bar, music in told if number == take.number]
        assert [bar for bar, _ in mine] == list(range(first, last))
        heard = union([music for _, music in mine], tracks=3)
        assert_only_shorter(heard, within(take.score, take.region))


def union(music: list[Score], *, tracks: int) -> list[Track]:
    """The notes of all bars, track by track; a track that a bar does not have yet is silent."""
    return [
        Track(notes=Notes.concat([bar.tracks[i].notes for bar in music if i < len(bar.tracks)]))
        for i in range(tracks)
    ]


def beginnings(track: Track) -> list[tuple[int, int, int]]:
    """Onset, pitch and velocity of the notes of a track."""
    notes = track.notes
    columns = (notes.onset, notes.pitch, notes.velocity)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def assert_only_shorter(heard: list[Track], finished: Score) -> None:
    """The finished notes are those that were told, none longer."""
    for told, track in zip(heard, finished.tracks, strict=True):
        by_place = {
            (onset, pitch): duration
            for onset, pitch, duration in zip(
                told.notes.onset.tolist(),
                told.notes.pitch.tolist(),
                told.notes.duration.tolist(),
                strict=True,
            )
        }
        notes = track.notes
        for onset, pitch, duration in zip(
            notes.onset.tolist(), notes.pitch.tolist(), notes.duration.tolist(), strict=True
        ):
            assert duration <= by_place[onset, pitch]
