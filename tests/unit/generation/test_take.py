"""Takes: what is new in them, their order, their bytes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from segue.generation.take import Take, best, ranked
from segue.generation.window import Region
from segue.midi import MidiDocument, read_document
from segue.score import append_bars
from tests.composers import line, score_of
from tests.strategies import Event, encode_smf

PROMPT = score_of(line([60] * 4), line([64] * 4, program=40))


def take(
    number: int, pitches: list[int], log_probability: float, tracks: tuple[int, ...] | None = None
) -> Take:
    score = append_bars(PROMPT, score_of(line(pitches))) if pitches else PROMPT
    return Take(
        number=number,
        score=score,
        region=Region(1, 2, tracks),
        log_probability=log_probability,
        rank=number,
        provenance={"seed": 1},
        document=None,
    )


def test_the_most_probable_is_first_copies_come_last_and_silence_after_them() -> None:
    takes = [
        take(1, [50, 52], -2.0),
        take(2, [], -0.1),
        take(3, [70, 71], -1.0),
        take(4, [70, 71], -1.5),
        take(5, [50, 52], -3.0),
    ]
    assert [t.rank for t in ranked(takes)] == [2, 5, 1, 3, 4]
    assert [t.number for t in ranked(takes)] == [1, 2, 3, 4, 5]


def test_what_a_critic_heard_counts_and_not_the_probability() -> None:
    takes = [take(1, [50, 52], -1.0), take(2, [60, 61], -2.0), take(3, [70, 71], -3.0)]
    heard = [replace(t, likeness=odds) for t, odds in zip(takes, (0.1, -5.0, 0.2), strict=True)]

    assert [t.rank for t in ranked(takes)] == [1, 2, 3]
    assert [t.rank for t in ranked(heard)] == [2, 3, 1]


def test_of_two_that_are_worth_the_same_the_one_that_differs_ranks_before_the_other() -> None:
    takes = [
        take(1, [50, 52, 54, 55], -1.0),
        take(2, [50, 52, 54, 57], -1.1),
        take(3, [70, 71, 73, 75], -1.2),
        take(4, [60, 61, 63, 65], -9.0),
    ]
    assert [t.rank for t in ranked(takes)] == [1, 3, 2, 4]


def test_the_best_are_those_that_rank_first_in_the_order_of_their_numbers() -> None:
    takes = [
        take(1, [50, 52], -3.0),
        take(2, [70, 71], -1.5),
        take(3, [70, 71], -1.0),
        take(4, [60, 61], -2.0),
    ]
    assert [(t.number, t.rank) for t in best(takes, 2)] == [(3, 1), (4, 2)]
    assert best(takes, 4) == ranked(takes)


def test_new_are_only_the_tracks_that_were_written() -> None:
    assert take(1, [50, 52], -1.0).n_new_notes == 2
    assert take(1, [50, 52], -1.0, tracks=(1,)).n_new_notes == 0
    assert take(1, [50, 52], -1.0, tracks=(1,)).new_bars.tracks[0].program == 0


def test_a_take_of_no_file_is_a_file_with_its_provenance() -> None:
    data = take(1, [50, 52], -1.0).to_bytes()
    assert read_document(data).score.n_notes == 10
    assert b'segue {"seed":1}' in data


def a_file(end: int) -> MidiDocument:
    """One bar with the pedal held to the end; what else is in it ends at a tick."""
    body: list[Event] = [(0, b"\x90\x3c\x50"), (0, b"\xb0\x40\x7f"), (90, b"\x80\x3c\x40")]
    body += [(400, b"\x90\x3e\x50"), (490, b"\x80\x3e\x40")] if end > 400 else []
    return read_document(encode_smf([[*body, (end, b"\xff\x2f\x00")]]))


@pytest.mark.parametrize(("end", "releases"), [(100, 1), (500, 0)])
def test_a_held_pedal_is_released_where_music_is_appended_not_inside_the_piece(
    end: int, releases: int
) -> None:
    document = a_file(end)
    score = append_bars(document.score, score_of(line([70])), at_bar=1)
    region = Region(1, 2)
    made = Take(1, score, region, 0.0, 1, {}, document).to_bytes()
    assert made.count(b"\xb0\x40\x00") == releases


def test_provenance_is_json_whatever_it_holds() -> None:
    made = take(1, [50], -1.0)
    made.provenance["name"] = 'a "quoted" näme'
    data = made.to_bytes()
    start = data.index(b"segue {") + len(b"segue ")
    assert json.JSONDecoder().raw_decode(data[start:].decode("latin-1"))[0] == made.provenance


def test_saving_writes_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "take.mid"
    made = take(1, [50], -1.0)
    assert made.save(path) == path
    assert path.read_bytes() == made.to_bytes()
