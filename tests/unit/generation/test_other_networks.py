"""Any network can write: what the composer asks of one that computes nothing."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from segue.encoding.cells import Cells
from segue.encoding.sequence import NOTE_EVENT, VISIBLE, Column
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DRUMS,
    END,
    MAX_POSITIONS,
    N_DURATIONS,
    N_PART_CLASSES,
    N_PITCH_CLASSES_OF_PARTS,
    N_VELOCITIES,
    NO_PART,
    IntArray,
)
from segue.generation.composer import Composer
from segue.generation.network import Choose, Float32Array, LatentsOf, Plan
from tests.composers import band, lost_notes

IMPOSSIBLE = -1e9


@dataclass
class Monotone:
    """Every part of the roster plays one pitch on some quarters, then the bar ends."""

    context: int = 40
    max_bars: int = 8
    n_parameters: int = 0
    threads: int = 1
    latents_of: LatentsOf | None = None
    read_events: int = 0
    """How many, in all rows, as the beginning of something."""
    plans: list[Plan] = field(default_factory=list)
    """Those by which it went on from a prompt."""

    def read(self, events: IntArray, plan: Plan) -> "MonotoneSteps":
        assert len(events) == len(plan.instruments)
        assert (events[..., Column.ROLE] == VISIBLE).all()
        self.read_events += events.shape[0] * events.shape[1]
        if len(events) > 1:
            self.plans.append(plan)
        return MonotoneSteps(events[:, -1], events.shape[1], plan, self.plans)


@dataclass
class MonotoneSteps:
    """What the rows have read: the latest event of each, and how many."""

    latest: IntArray
    length: int
    plan: Plan
    plans: list[Plan]
    """The network's."""

    def fork(self, plan: Plan) -> "MonotoneSteps":
        self.plans.append(plan)
        latest = self.latest.repeat(len(plan.instruments), axis=0)
        return replace(self, latest=latest, plan=plan)

    def keep(self, rows: IntArray) -> None:
        self.plan = self.plan.rows(rows)
        self.latest = self.latest[rows]

    def step(self, events: IntArray) -> None:
        self.latest, self.length = events, self.length + 1

    def restart(self, events: IntArray) -> None:
        self.latest, self.length = events[:, -1], events.shape[1]

    def next_event(self, choose: Choose) -> None:
        after_note = self.latest[:, Column.KIND] == NOTE_EVENT
        part, position = self.latest[:, Column.PART], self.latest[:, Column.POSITION]
        reached = np.where(after_note, part + (position == 72), -1)
        exists = np.pad(self.plan.instruments != NO_PART, ((0, 0), (0, 1)), constant_values=True)
        may = (reached[:, None] <= np.arange(N_PART_CLASSES)) & exists
        chosen = choose(0, np.where(may, 0, IMPOSSIBLE).astype(np.float32))
        goes_on = after_note & (chosen == part)
        instrument = self.plan.instruments[np.arange(len(chosen)), chosen % END]
        pitch = np.where(instrument == DRUMS, DRUM_PITCH_OFFSET + 36, 60)
        for attribute, (value, size) in enumerate(
            [
                (np.where(goes_on, position + 24, 0), MAX_POSITIONS),
                (pitch, N_PITCH_CLASSES_OF_PARTS),
                (np.full(len(chosen), 10), N_DURATIONS),
                (np.full(len(chosen), 32), N_VELOCITIES),
            ],
            start=1,
        ):
            logits = np.full((len(chosen), size), IMPOSSIBLE, np.float32)
            logits[np.arange(len(chosen)), value] = 0
            assert (choose(attribute, logits) == value).all()


def test_a_network_that_computes_nothing_writes_exact_bars() -> None:
    composer = Composer(Monotone(), name="monotone")
    prompt = band(2)
    takes = composer.continue_(prompt, bars=5, takes=5, seed=2)
    assert {take.score.n_bars for take in takes} <= set(range(3, 8))
    assert {(take.region.first, take.region.last) for take in takes} == {(2, 7)}
    assert all(not any(lost_notes(prompt, take.score)) for take in takes)
    assert all(take.n_new_notes for take in takes)
    assert composer.continue_(prompt, bars=5, takes=[4], seed=2)[0].score == takes[3].score


def test_a_prompt_is_read_once_for_all_takes() -> None:
    for takes in (1, 4, 12):
        network = Monotone()
        Composer(network, name="monotone").continue_(band(1), bars=1, takes=takes)
        assert network.read_events == 1 + len(band(1).tracks) * 4


def test_each_take_is_told_its_own_parts_from_its_first_bar_on() -> None:
    network = Monotone()
    Composer(network, name="monotone").vary(band(8), first=6, amount=0.5, takes=8, seed=1)
    parts = np.concatenate([plan.parts for plan in network.plans])
    assert len({row.tobytes() for row in parts}) > 1


def pitches_of(cells: Cells) -> Float32Array:
    """As if latents were the instrument, and the lowest and the highest pitch, of each cell."""
    is_note = np.arange(cells.notes.shape[1]) < cells.counts[:, None]
    pitch = cells.notes[..., 1]
    lowest = np.where(is_note, pitch, 999).min(axis=1)
    told = np.stack([cells.instruments, lowest, (pitch * is_note).max(axis=1)], axis=-1)
    return told[:, None].astype(np.float32)


def test_a_variation_is_told_the_latents_of_each_cell_of_its_region() -> None:
    network = Monotone(context=400, max_bars=32, latents_of=pitches_of)
    Composer(network, name="monotone").vary(band(8), first=4, last=6, amount=0, takes=4, seed=1)

    (plan,) = network.plans
    assert plan.latents is not None
    latents, count = plan.latents, plan.latents.z.shape[1]
    given = latents.of_cell < count
    assert (given >= plan.parts[..., : given.shape[2]]).all()
    assert given.sum() == 4 * count == 4 * 2 * 3
    for row, bar, part in np.argwhere(given).tolist():
        (z,) = latents.z[row, latents.of_cell[row, bar, part]]
        lowest, highest = {DRUMS: (36, 42), 33: (36, 43), 0: (60, 72)}[int(z[0])]
        above = DRUM_PITCH_OFFSET * (z[0] == DRUMS)
        assert z.tolist() == [plan.instruments[row, part], lowest + above, highest + above]


def test_only_the_tracks_of_the_region_have_latents() -> None:
    network = Monotone(context=400, max_bars=32, latents_of=pitches_of)
    Composer(network, name="monotone").vary(band(4), first=2, tracks=[1], amount=0.2, takes=1)

    (plan,) = network.plans
    assert plan.latents is not None
    assert plan.latents.z.shape[1] == 2


def test_noise_grows_with_the_amount_and_is_each_take_s_own() -> None:
    def told(amount: float, seed: int = 1) -> Float32Array:
        network = Monotone(context=400, max_bars=32, latents_of=pitches_of)
        Composer(network, name="monotone").vary(band(4), first=2, amount=amount, takes=4, seed=seed)
        (plan,) = network.plans
        assert plan.latents is not None
        assert (plan.latents.level == np.float32(amount)).all()
        return plan.latents.z

    as_they_were, near, far = told(0.0), told(0.1), told(0.8)
    assert (as_they_were == as_they_were[:1]).all()
    assert np.abs(near - as_they_were).mean() < np.abs(far - as_they_were).mean()
    assert (near[0] != near[1]).any()
    assert (told(0.8) == far).all()
    assert (told(0.8, seed=2) != far).any()


@pytest.mark.parametrize(("amount", "reads"), [(0.3, False), (1.0, True)])
def test_no_latents_are_told_where_none_are_read_or_nothing_is_to_stay(
    amount: float, reads: bool
) -> None:
    network = Monotone(context=400, max_bars=32, latents_of=pitches_of if reads else None)
    Composer(network, name="monotone").vary(band(4), first=2, amount=amount, takes=1)

    assert network.plans
    assert all(plan.latents is None for plan in network.plans)


def test_who_is_silent_in_a_bar_stays_silent_in_its_variation() -> None:
    network = Monotone(context=400, max_bars=32, latents_of=pitches_of)
    whole, bar = band(8), 4 * 96
    bass = whole.tracks[1].notes
    resting = bass.select((bass.onset < 6 * bar) | (bass.onset >= 7 * bar))
    tracks = [whole.tracks[0], whole.tracks[1].with_notes(resting), *whole.tracks[2:]]
    takes = Composer(network, name="monotone").vary(
        whole.with_tracks(tracks), first=4, amount=0.9, takes=4
    )
    for take in takes:
        onsets = take.score.tracks[1].notes.onset
        assert not ((onsets >= 6 * bar) & (onsets < 7 * bar)).any()
        assert ((onsets >= 5 * bar) & (onsets < 6 * bar)).any()
