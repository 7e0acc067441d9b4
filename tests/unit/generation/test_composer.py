"""What a musician can ask, and that it is done; hostile pieces are in the property tests."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segue.encoding.controls import Control
from segue.encoding.sequence import Column
from segue.errors import InputError
from segue.examples import NAMES, example_path
from segue.generation import Options
from segue.generation.composer import Composer, load
from segue.generation.critic import Critic, critic_of, write_critic
from segue.generation.piece import Piece
from segue.generation.request import Continue
from segue.generation.task import asked_of, task_of
from segue.generation.writer import Writer
from segue.metrics import CONTINUATION_FEATURES
from segue.models.decoder_folder import save_decoder
from segue.models.folder import shipped_models
from segue.score import MetreMap, Notes, Score, TempoMap, Track, diff
from segue.score.columns import Int64Array
from tests.composers import (
    SMALL,
    band,
    line,
    lost_notes,
    network_of,
    new_notes,
    score_of,
    small_composer,
)
from tests.unit.models.decoders import random_decoder

DRUMS, PIANO, BASS, VIOLIN = 128, 0, 33, 40


def parts(score: Score) -> set[int]:
    """The instruments that play."""
    playing = [track for track in score.tracks if len(track.notes)]
    return {DRUMS if track.is_drum else track.program for track in playing}


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        (Options(), {DRUMS, BASS, PIANO}),
        (Options(instruments=(VIOLIN, PIANO)), {VIOLIN, PIANO}),
        (Options(instruments=(DRUMS,)), {DRUMS}),
    ],
)
def test_only_instruments_that_may_play_do(options: Options, allowed: set[int]) -> None:
    takes = small_composer().continue_(band(2), bars=3, options=options)
    assert set().union(*(parts(take.new_bars) for take in takes)) == allowed


def test_new_instruments_may_join_where_they_are_let_in() -> None:
    takes = small_composer().continue_(band(1), bars=3, options=Options(new_instruments=True))
    assert set().union(*(parts(take.new_bars) for take in takes)) - {DRUMS, BASS, PIANO}


def test_drums_alone_go_on_as_drums_alone() -> None:
    drums = score_of(band(2).tracks[0])
    assert parts(small_composer().continue_(drums, bars=2, takes=1)[0].score) == {DRUMS}


def test_one_note_is_enough_and_no_note_begins_at_once_in_the_piece_s_metre_and_tempo() -> None:
    composer = small_composer()
    (take,) = composer.continue_(score_of(line([60])), bars=2, takes=1)
    assert (take.region.first, take.region.last) == (1, 3)

    metre = MetreMap.constant(numerator=7, denominator=8)
    silent = replace(score_of(), metre_map=metre, tempo_map=TempoMap.constant(700_000))
    (take,) = composer.continue_(silent, bars=2, takes=1)
    assert (take.region.first, take.region.last) == (0, 2)
    assert take.score.metre_map == metre
    assert take.score.tempo_map.us_at(0) == 700_000
    assert take.score.end_tick <= 2 * 7 * 48


def test_composing_keeps_to_metre_tempo_and_instruments() -> None:
    options = Options(instruments=(VIOLIN,))
    composer = small_composer(longing_for_bars=-1.0)
    (take,) = composer.compose(bars=3, bpm=90, metre=(3, 4), takes=1, options=options)
    assert parts(take.score) == {VIOLIN}
    assert take.score.tempo_map.bpm_at(0) == pytest.approx(90, abs=0.01)
    assert take.score.metre_map.metre_at(0) == (3, 4)
    assert take.score.last_onset < 3 * 3 * take.score.ticks_per_quarter


def test_a_bridge_leads_from_the_end_of_one_piece_to_the_beginning_of_another() -> None:
    metre = MetreMap.constant(numerator=3, denominator=4)
    start = replace(score_of(line([60] * 12, start=288)), metre_map=metre)
    end = score_of(line([70] * 8, program=40, start=384), line([50] * 4, start=384))
    takes = small_composer().bridge(start, end, bars=2, takes=2)
    for take in takes:
        assert (take.region.first, take.region.last) == (5, 7)
        piano, violin = (track.notes for track in take.score.tracks[:2])
        join = 7 * 288
        assert [track.program for track in take.score.tracks] == [PIANO, VIOLIN]
        assert (piano.select(piano.onset < 5 * 288).pitch == 60).all()
        assert (piano.onset[piano.onset >= join] - join).tolist() == [0, 96, 192, 288]
        assert (violin.onset[violin.onset >= join] - join).tolist() == list(range(0, 768, 96))
        assert take.n_new_notes
        assert take.score.metre_map.metre_at(6 * 288) == (3, 4)
        assert take.score.metre_map.metre_at(join) == (4, 4)


def test_a_long_infill_sees_what_follows_and_touches_nothing_else() -> None:
    piece = band(16)
    (take,) = small_composer().infill(piece, first=2, last=14, tracks=[1], takes=[2])
    assert [sum(lost.values()) for lost in lost_notes(piece, take.score)] == [0, 48, 0]
    fresh = [sum(new.values()) for new in new_notes(piece, take.score)]
    assert fresh[0] == fresh[2] == 0 < fresh[1]
    again = small_composer().infill(piece, first=2, last=14, tracks=[1], takes=4)
    assert diff(take.score, again[1].score) == []


def test_of_more_that_are_drawn_those_that_rank_first_are_returned_as_they_are_alone() -> None:
    drawn = small_composer().continue_(band(2), bars=2, takes=6)
    chosen = small_composer().continue_(band(2), bars=2, takes=2, drawn=6)

    first = sorted(drawn, key=lambda take: take.rank)[:2]
    assert {(take.number, take.rank) for take in chosen} == {(t.number, t.rank) for t in first}
    for take in chosen:
        (alone,) = small_composer().continue_(band(2), bars=2, takes=[take.number])
        assert diff(alone.score, take.score) == []
        assert alone.provenance == take.provenance


def test_a_critic_beside_the_model_ranks_what_continues_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    save_decoder(random_decoder(shape=SMALL), folder, {})
    probable = load(str(folder))
    assert probable.continue_(band(2), bars=1, takes=1)[0].likeness is None

    n_features = len(CONTINUATION_FEATURES)
    weight = np.where(np.array(CONTINUATION_FEATURES) == "entry", -1.0, 0.0)  # few notes are best
    write_critic(folder, Critic(np.zeros(n_features), np.ones(n_features), weight), {})
    critic_of.cache_clear()
    judged = load(str(folder))
    takes = judged.continue_(band(2), bars=1, takes=4)

    fewest = sorted(takes, key=lambda take: take.n_new_notes)
    assert [take.rank for take in fewest if take.n_new_notes] == sorted(
        take.rank for take in takes if take.n_new_notes
    )
    assert judged.infill(band(3), first=1, last=2, takes=1)[0].likeness is None
    assert judged.compose(bars=1, takes=1)[0].likeness is None


def test_a_cancelled_call_returns_what_is_complete_and_asks_for_no_more() -> None:
    composer = small_composer()
    assert composer.continue_(band(2), bars=200, cancelled=lambda: True) == []

    told: list[tuple[int, int]] = []
    takes = composer.continue_(
        band(2),
        bars=2,
        takes=8,
        on_bar=lambda *bar: told.append(bar),
        cancelled=lambda: sum(bar == 2 for _, bar in told) >= 1,
    )
    finished = {take for take, bar in told if bar == 2}
    assert {take.number for take in takes} == finished < set(range(1, 9))
    assert [bar for take, bar in told if take == takes[0].number] == [1, 2]
    whole = composer.continue_(band(2), bars=2, takes=[takes[0].number])
    assert diff(whole[0].score, takes[0].score) == []


def test_a_ritardando_at_the_join_is_over_in_the_new_bars() -> None:
    slower = TempoMap.of(ticks=[0, 7 * 384], us_per_quarter=[500_000, 900_000])
    piece = replace(band(8), tempo_map=slower)
    (take,) = small_composer().continue_(piece, bars=1, takes=1)
    assert take.score.tempo_map.us_at(8 * 384) == 500_000
    (inside,) = small_composer().infill(piece, first=7, last=8, takes=1)
    assert inside.score.tempo_map == slower


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda c: c.infill(band(2), first=1, last=3), "bars 2 to 3 are not in the piece"),
        (lambda c: c.infill(band(2), first=1, last=1), "bars 2 to 1 are not"),
        (lambda c: c.infill(band(2), first=0, last=1, tracks=[3]), "no track 4; it has tracks 1 t"),
        (lambda c: c.infill(band(2), first=0, last=1, tracks=[]), "no track of no number"),
        (lambda c: c.infill(score_of(), first=0, last=1), "no notes to write anew"),
        (
            lambda c: c.infill(
                band(2), first=0, last=1, tracks=[0], options=Options(instruments=(0,))
            ),
            "a track keeps its instrument",
        ),
        (lambda c: c.vary(band(2), amount=1.01), "amount must be in 0..1"),
        (lambda c: c.continue_(band(2), bars=0), "bars must be in"),
        (lambda c: c.compose(bpm=float("nan")), "bpm must be in 10..500"),
        (lambda c: c.compose(metre=(4, 3)), "power of two"),
        (lambda c: c.bridge(band(1), score_of()), "no notes, so nothing can lead to it"),
        (lambda c: c.bridge(band(1), band(1), bars=0), "bars must be in"),
    ],
)
def test_what_cannot_be_done_is_told(ask: object, message: str) -> None:
    assert callable(ask)
    with pytest.raises(InputError, match=message):
        ask(small_composer())


def test_an_empty_track_of_a_score_can_be_filled() -> None:
    piece = band(2)
    violin = Track(notes=Notes.empty(), program=VIOLIN, name="a friend's")
    piece = piece.with_tracks([*piece.tracks, violin])
    composer = small_composer(longing_for_bars=-1.0)
    (take,) = composer.infill(piece, first=0, last=2, tracks=[3], takes=1)
    assert [sum(new.values()) > 0 for new in new_notes(piece, take.score)] == [0, 0, 0, 1]
    assert [track.name for track in take.score.tracks][3] == "a friend's"


def test_of_a_long_piece_only_the_end_is_looked_at() -> None:
    composer = small_composer()
    takes = [composer.continue_(band(bars), bars=2, takes=1)[0] for bars in (90, 100)]
    assert diff(takes[0].new_bars, takes[1].new_bars) == []


@pytest.mark.slow
@pytest.mark.skipif("band" not in shipped_models(), reason="no model is shipped in this checkout")
def test_a_trained_model_writes_more_notes_where_it_is_asked_for_them() -> None:
    """Over all examples: one that is dense already can hardly become denser."""
    model = load("band")
    counts = dict.fromkeys(("sparser", "denser"), 0)
    for density, name in product(counts, NAMES):
        options = Options(density=density)  # type: ignore[arg-type]
        takes = model.continue_(example_path(name), bars=4, takes=4, options=options)
        counts[density] += sum(take.n_new_notes for take in takes)
    assert counts["denser"] > 1.2 * counts["sparser"]


# ---- what the model is told ----------------------------------------------------------------------


def asked(piece: Score, **wishes: Any) -> Int64Array:
    """The controls of each part after four bars of a piece; nothing is told unless asked."""
    request = Continue(bars=2, options=Options(**{"told": {}} | wishes))
    task = task_of(request, request.placed(Piece.of(piece)))
    return asked_of(task.cast(1), task, request.options, events=200, bars=8).controls


def test_denser_asks_for_more_than_the_part_s_usual_class_and_sparser_for_less() -> None:
    piece = score_of(line([60] * 16), line([50] * 32, step=48, program=33))
    for density, classes in ((None, [0, 0]), ("same", [5, 3]), ("sparser", [3, 1])):
        found = asked(piece, density=density)
        assert (np.delete(found, Control.DENSITY, axis=1) == 0).all()
        assert found[:3, Control.DENSITY].tolist() == [*classes, 0]
    assert asked(piece, density="denser")[:2, Control.DENSITY].tolist() == [7, 5]


def test_what_is_told_for_research_is_asked_of_every_part_and_nothing_else() -> None:
    found = asked(band(4), told={"length": 2, "loudness": -9})
    assert (found[:3, Control.LOUDNESS] == 1).all()
    usual = asked(band(4), told=Options().told)
    assert (found[:3, Control.LENGTH] == np.minimum(8, usual[:3, Control.LENGTH] + 2)).all()
    assert (found[:, [Control.DENSITY, Control.POLYPHONY, Control.REGISTER]] == 0).all()
    with pytest.raises(InputError, match=r"told must name density, polyphony, .* got swing"):
        Options(told={"swing": 1})


def test_each_part_is_told_the_usual_length_of_its_own_notes_unless_asked_otherwise() -> None:
    piece = score_of(line([60] * 16), line([50] * 32, step=48, program=33))
    usual = asked(piece, told=Options().told)
    assert (np.delete(usual, Control.LENGTH, axis=1) == 0).all()
    assert 0 < usual[0, Control.LENGTH] < usual[1, Control.LENGTH]
    assert (usual[2:] == 0).all()
    assert (asked(piece) == 0).all()


def test_higher_and_lower_ask_for_another_register_of_each_part_but_the_drums() -> None:
    piece = band(4)
    lower, higher = asked(piece, register="lower"), asked(piece, register="higher")
    assert (np.delete(higher, Control.REGISTER, axis=1) == 0).all()
    for part in (1, 2):
        assert 1 <= lower[part, Control.REGISTER] < higher[part, Control.REGISTER] <= 8
    assert lower[0, Control.REGISTER] == higher[0, Control.REGISTER] == 0  # the drums
    both = asked(piece, register="higher", density="denser")
    assert both[0, Control.DENSITY] > 0
    assert (both[:, Control.REGISTER] == higher[:, Control.REGISTER]).all()


@pytest.mark.parametrize(("density", "shown"), [(None, False), ("denser", True)])
def test_the_prompt_s_controls_are_shown_where_controls_are_asked_and_only_then(
    density: str | None, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Writer] = []
    write = Writer.write

    def spy(self: Writer, **how: object) -> object:
        seen.append(self)
        return write(self, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "write", spy)
    options = Options(density=density, told={})  # type: ignore[arg-type]
    small_composer().continue_(band(2), bars=1, takes=1, options=options)
    controls = seen[0].visible[..., Column.CONTROLS :]
    assert controls[..., Control.DENSITY].any() == shown
    assert not controls[..., Control.DENSITY + 1 :].any()


def test_a_key_is_told_to_the_model_and_changes_what_it_writes() -> None:
    composer = small_composer()
    plain, told = (
        composer.continue_(band(2), bars=3, takes=1, options=Options(key=key))[0].score
        for key in (None, 14)
    )
    assert diff(plain, told) != []


def test_a_loaded_model_is_shown_as_much_as_its_folder_says(tmp_path: Path) -> None:
    save_decoder(random_decoder(shape=SMALL), tmp_path / "mine", {})
    composer = load(str(tmp_path / "mine"))
    assert composer.context == SMALL.context
    assert composer.name.startswith("mine@")


def test_the_name_and_the_context_are_what_was_given() -> None:
    composer = Composer(network_of(random_decoder(shape=SMALL)), name="a", context=32)
    assert (composer.name, composer.context) == ("a", 32)
    assert Composer(network_of(random_decoder(shape=SMALL)), name="a").context == 256
    assert np.isfinite(composer.continue_(band(4), bars=2, takes=1)[0].log_probability)
