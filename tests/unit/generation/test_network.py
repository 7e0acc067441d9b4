"""A network: what it owes the writer, and that another than PyTorch's can write."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from segue.encoding.controls import N_CONTROLS
from segue.encoding.sequence import (
    ATTRIBUTES,
    MASKED,
    N_COLUMNS,
    NOTE_EVENT,
    VISIBLE,
    Column,
)
from segue.encoding.vocabulary import (
    BAR,
    DRUMS,
    N_DURATIONS,
    N_PART_CLASSES,
    N_PARTS,
    N_PITCH_CLASSES_OF_PARTS,
    N_VELOCITIES,
    PART_CLASS_RANK,
    IntArray,
)
from segue.generation.composer import Composer
from segue.generation.network import Choose, Float32Array, Network, Plan, Steps
from segue.generation.torch_network import TorchNetwork
from tests.composers import band, lost_notes
from tests.unit.models.batches import SMALLEST, smallest_model

IMPOSSIBLE = -1e9
BARS, ROWS = 3, 4


@dataclass
class Monotone:
    """Computes nothing: every part that may plays middle C on some quarters, then the bar ends."""

    context: int = 40
    max_bars: int = 8
    n_latents: int = 0
    n_parameters: int = 0
    read_events: int = 0
    """How many, in all rows, as the beginning of something."""

    def read(self, events: IntArray, plan: Plan) -> "MonotoneSteps":
        assert len(events) == len(plan.parts)
        self.read_events += events.shape[0] * events.shape[1]
        return MonotoneSteps(events[:, -1], events.shape[1])

    def posterior_means(self, events: IntArray, n_bars: int) -> Float32Array:
        return np.zeros((n_bars, 0), np.float32)


@dataclass
class MonotoneSteps:
    """What the rows have read: the latest event of each, and how many."""

    latest: IntArray
    length: int

    def fork(self, plan: Plan) -> "MonotoneSteps":
        return replace(self, latest=self.latest.repeat(len(plan.parts), axis=0))

    def step(self, events: IntArray) -> None:
        self.latest, self.length = events, self.length + 1

    def restart(self, events: IntArray) -> None:
        self.latest, self.length = events[:, -1], events.shape[1]

    def next_event(self, choose: Choose) -> None:
        after_note = self.latest[:, Column.KIND] == NOTE_EVENT
        part, position = self.latest[:, Column.PART], self.latest[:, Column.POSITION]
        reached = np.where(after_note, PART_CLASS_RANK[part] + (position == 72), -1)
        later = reached[:, None] <= PART_CLASS_RANK
        chosen = choose(0, np.where(later, 0, IMPOSSIBLE).astype(np.float32))
        goes_on = after_note & (chosen == part)
        drums = np.where(chosen == DRUMS, 128 + 36, 60)
        for attribute, (value, size) in enumerate(
            [
                (np.where(goes_on, position + 24, 0), 192),
                (drums, N_PITCH_CLASSES_OF_PARTS),
                (np.full(len(chosen), 10), N_DURATIONS),
                (np.full(len(chosen), 9), N_VELOCITIES),
            ],
            start=1,
        ):
            logits = np.full((len(chosen), size), IMPOSSIBLE, np.float32)
            logits[np.arange(len(chosen)), value] = 0
            assert (choose(attribute, logits) == value).all()


def test_a_network_that_is_not_pytorch_s_writes_exact_bars() -> None:
    composer = Composer(Monotone(), name="monotone")
    prompt = band(2)
    takes = composer.continue_(prompt, bars=5, takes=5, seed=2)
    assert [take.score.n_bars for take in takes] == [7] * 5
    assert all(not any(lost_notes(prompt, take.score)) for take in takes)
    assert all(take.n_new_notes for take in takes)
    assert composer.continue_(prompt, bars=5, takes=[4], seed=2)[0].score == takes[3].score


def test_a_prompt_is_read_once_for_all_takes() -> None:
    for takes in (1, 4, 12):
        network = Monotone()
        Composer(network, name="monotone").continue_(band(1), bars=1, takes=takes)
        assert network.read_events == 1 + len(band(1).tracks) * 4


@dataclass
class Told(Monotone):
    """Keeps the plans by which it goes on from a prompt, and what it has read by then."""

    plans: list[Plan] = field(default_factory=list)

    def read(self, events: IntArray, plan: Plan) -> "ToldSteps":
        assert (events[..., Column.ROLE] == VISIBLE).all()
        return ToldSteps(events[:, -1], events.shape[1], self)


@dataclass
class ToldSteps(MonotoneSteps):
    """Of a network that keeps plans."""

    network: Told

    def fork(self, plan: Plan) -> "MonotoneSteps":
        self.network.plans.append(plan)
        return super().fork(plan)


def test_each_take_is_told_its_own_parts_from_its_first_bar_on() -> None:
    network = Told()
    Composer(network, name="told").continue_(band(8), bars=2, takes=8, seed=1)
    first = [row[plan.written][0] for plan in network.plans for row in plan.parts]
    assert len(first) == 8
    assert len({row.tobytes() for row in first}) > 1


def events_of(seed: int, rows: int, count: int) -> IntArray:
    """Notes and the beginnings of bars, all of them possible, (rows, count, N_COLUMNS)."""
    random = np.random.default_rng(seed)
    events = np.zeros((rows, count, N_COLUMNS), np.int64)
    events[..., Column.KIND] = random.integers(1, 3, (rows, count))
    events[..., Column.ROLE] = random.choice((VISIBLE, MASKED), (rows, count))
    events[..., Column.BAR] = np.sort(random.integers(0, BARS, (rows, count)), axis=1)
    events[..., Column.POSITION] = random.integers(0, 96, (rows, count))
    events[..., Column.TIME] = 96 * events[..., Column.BAR] + events[..., Column.POSITION]
    events[..., Column.LENGTH] = 96
    events[..., Column.PART] = random.choice((0, 33, 40), (rows, count))
    events[..., Column.PITCH] = random.integers(40, 80, (rows, count))
    return events


def plan_of(seed: int, rows: int, *, latents: bool = True) -> Plan:
    random = np.random.default_rng(seed)
    z = random.standard_normal((rows, BARS, SMALLEST.latents), np.float32)
    return Plan(
        written=np.array([False, True, True]),
        parts=random.random((rows, BARS, N_PARTS)) < 0.5,
        controls=random.integers(0, 2, (N_PARTS, N_CONTROLS)),
        latents=z if latents else None,
    )


def said(steps: Steps) -> list[Float32Array]:
    """The logits of each attribute, where the likeliest is chosen."""
    found: list[Float32Array] = []

    def choose(attribute: int, logits: Float32Array) -> IntArray:
        assert attribute == len(found)
        found.append(logits.copy())
        likeliest: IntArray = logits[:, :BAR].argmax(axis=-1).astype(np.int64)
        return likeliest

    steps.next_event(choose)
    assert len(found) == len(ATTRIBUTES)
    return found


@pytest.fixture(params=[True, False], ids=["with what came before", "plain"])
def network(request: pytest.FixtureRequest) -> Network:
    return TorchNetwork(smallest_model(config=replace(SMALLEST, look_back=request.param)))


def assert_says(one: Steps, other: Steps) -> None:
    for a, b in zip(said(one), said(other), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_the_first_logits_are_of_the_parts_and_the_end_of_the_bar(network: Network) -> None:
    first = said(network.read(events_of(1, ROWS, 9), plan_of(1, ROWS)))[0]
    assert first.shape == (ROWS, N_PART_CLASSES)


def test_reading_one_by_one_is_reading(network: Network) -> None:
    events, plan = events_of(2, ROWS, 12), plan_of(2, ROWS)
    steps = network.read(events[:, :7], plan)
    for event in range(7, 12):
        steps.step(events[:, event])
    assert steps.length == 12
    assert_says(steps, network.read(events, plan))


@pytest.mark.parametrize("count", [0, 1, 8])
def test_a_fork_has_read_what_its_origin_has_and_follows_its_own_plan(
    network: Network, count: int
) -> None:
    plan = plan_of(3, ROWS, latents=False)
    events = np.repeat(events_of(3, 1, count + 1), ROWS, axis=0)
    events[:, :count, Column.ROLE] = VISIBLE
    events[:, count:, Column.KIND], events[:, count:, Column.ROLE] = 1, MASKED
    origin = network.read(events[:1, :count], plan.row(0))
    for _ in range(2):  # the origin stays as it is
        fork = origin.fork(plan)
        fork.step(events[:, count])
        assert_says(fork, network.read(events, plan))


def test_a_restart_looks_back_at_no_other_events() -> None:
    network = TorchNetwork(smallest_model(config=replace(SMALLEST, look_back=False)))
    events, plan = events_of(4, ROWS, 10), plan_of(4, ROWS)
    steps = network.read(events, plan)
    steps.restart(events[:, 5:])
    assert steps.length == 5
    assert_says(steps, network.read(events[:, 5:], plan))


def test_what_is_said_of_a_row_does_not_depend_on_the_others_to_the_bit(network: Network) -> None:
    events, plan = events_of(5, ROWS, 10), plan_of(5, ROWS)
    others, other_plan = events_of(6, ROWS, 10), plan_of(6, ROWS)
    others[1], other_plan.parts[1] = events[1], plan.parts[1]
    assert plan.latents is not None
    assert other_plan.latents is not None
    other_plan.latents[1] = plan.latents[1]
    other_plan = replace(other_plan, controls=plan.controls)
    one, other = (
        said(network.read(read, told)) for read, told in ((events, plan), (others, other_plan))
    )
    for a, b in zip(one, other, strict=True):
        assert (a[1] == b[1]).all()
