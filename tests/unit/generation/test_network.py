"""A network: what it owes the writer, and that it says what the model was trained to say."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from segue.encoding.roster import Roster
from segue.encoding.sequence import ATTRIBUTES, MASKED, NOTE_EVENT, VISIBLE, Column
from segue.encoding.vocabulary import DRUMS, END, MAX_PARTS, N_PART_CLASSES, IntArray
from segue.generation.network import Float32Array, Network, Plan, Steps
from segue.generation.onnx_network import OnnxNetwork
from segue.generation.torch_network import TorchNetwork
from segue.models.decoder import Decoder, Windows, true_attributes
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_shape import SIZES
from segue.models.latent_arrays import LatentArrays
from segue.models.latent_reader import CellLatents
from tests.composers import network_of
from tests.unit.models.decoders import (
    READING,
    ROSTER,
    SHAPE,
    all_logits,
    random_decoder,
    random_windows,
    reading_decoder,
)

ROSTERS = (
    ROSTER,
    Roster(np.array([33, 40, 41, 60, 127]), np.arange(5)),
    Roster(np.array([DRUMS, DRUMS, 0]), np.arange(3)),
    Roster(np.array([5]), np.arange(1)),
)
ROWS = len(ROSTERS)
CELLS = 6
IN_FLOATS, IN_BYTES = 1e-4, 0.15
"""How far logits of the small random model may be from those that were trained: where PyTorch
computes, and where matrices, keys and values are whole numbers of 8 bits."""


@dataclass
class Music:
    """Windows of several rows, whose parts are asked for the same in every bar."""

    windows: Windows
    """Of ROWS rows; the same number of events each."""
    plan: Plan

    @classmethod
    def of(cls, seed: int, network: Network | None = None) -> "Music":
        """For a network that reads latents, some cells of each row have some."""
        rows = [
            random_windows(10 * seed + row, roster=roster) for row, roster in enumerate(ROSTERS)
        ]
        count = min(row.columns.shape[1] for row in rows)
        windows = Windows(
            columns=torch.cat([row.columns[:, :count] for row in rows]),
            weights=torch.ones(ROWS, count - 1),
            instruments=torch.cat([row.instruments for row in rows]),
            masked_parts=torch.cat([row.masked_parts for row in rows]),
        )
        controls = np.random.default_rng(seed).integers(0, 9, (ROWS, MAX_PARTS, 5))
        columns = windows.columns.numpy()
        of_parts = np.take_along_axis(controls, columns[..., Column.PART, None], axis=1)
        is_note = columns[..., Column.KIND, None] == NOTE_EVENT
        columns[..., Column.CONTROLS :] = of_parts * is_note
        latents = None
        if network is not None and reads_latents(network):
            latents = random_latents(seed)
            windows.latents = CellLatents(*map(torch.from_numpy, vars(latents).values()))
        parts = windows.masked_parts.numpy()
        return cls(windows, Plan(windows.instruments.numpy(), parts, controls, latents))

    @property
    def events(self) -> IntArray:
        """(ROWS, T, C)."""
        found: IntArray = self.windows.columns.numpy()
        return found

    def truth(self, event: int) -> list[IntArray]:
        """The attributes of every row's event, five of (ROWS,)."""
        attributes, _ = true_attributes(self.windows.columns[:, event])
        return [attribute.numpy() for attribute in attributes]


def reads_latents(network: Network) -> bool:
    assert isinstance(network, OnnxNetwork | TorchNetwork)
    return network.model.config.slices > 0


def random_latents(seed: int) -> LatentArrays:
    """Of half of all cells, each at a level of its own."""
    random = np.random.default_rng(seed)
    z = random.standard_normal((ROWS, CELLS, READING.slices, READING.latent_width), np.float32)
    of_cell = random.integers(0, 2 * CELLS, (ROWS, SHAPE.max_bars, MAX_PARTS))
    return LatentArrays(
        z, random.uniform(-2, 1, z.shape[:2]).astype(np.float32), np.minimum(of_cell, CELLS)
    )


def said(
    steps: Steps, truth: list[IntArray] | None = None, *, rows: int = ROWS
) -> list[Float32Array]:
    """The logits of each attribute, where the truth or the likeliest is chosen."""
    found: list[Float32Array] = []

    def choose(attribute: int, logits: Float32Array) -> IntArray:
        assert attribute == len(found)
        assert logits.dtype == np.float32
        found.append(logits.copy())
        likeliest: IntArray = logits.argmax(axis=-1)
        return likeliest if truth is None else truth[attribute]

    steps.next_event(choose)
    assert [logits.shape for logits in found] == [(rows, size) for size in SIZES]
    return found


def assert_says(one: Steps, other: Steps) -> None:
    for a, b in zip(said(one), said(other), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


@pytest.fixture(name="model", params=["plain", "reading latents"])
def _model(request: pytest.FixtureRequest) -> Decoder:
    return random_decoder() if request.param == "plain" else reading_decoder()


@pytest.fixture(name="network", params=["PyTorch", "ONNX"])
def _network(request: pytest.FixtureRequest, model: Decoder) -> Network:
    return TorchNetwork(model) if request.param == "PyTorch" else network_of(model)


def test_a_network_has_the_model_s_bounds(network: Network, model: Decoder) -> None:
    assert (network.context, network.max_bars) == (SHAPE.context, SHAPE.max_bars)
    assert network.n_parameters == sum(p.numel() for p in model.parameters())


@torch.inference_mode()
def test_what_is_trained_is_what_is_said(network: Network, model: Decoder) -> None:
    music = Music.of(1, network)
    trained = [logits.numpy() for logits in all_logits(model, music.windows)]
    tolerance = IN_FLOATS if isinstance(network, TorchNetwork) else IN_BYTES
    count = music.events.shape[1]
    steps = network.read(music.events[:, :4], music.plan)
    for event in range(4, count):
        for one, other in zip(said(steps, music.truth(event)), trained, strict=True):
            np.testing.assert_allclose(one, other[:, event - 1], rtol=1e-4, atol=tolerance)
        steps.step(music.events[:, event])
    assert steps.length == count


def test_reading_one_by_one_is_reading(network: Network) -> None:
    music = Music.of(2, network)
    steps = network.read(music.events[:, :7], music.plan)
    for event in range(7, 30):
        steps.step(music.events[:, event])
    assert steps.length == 30
    assert_says(steps, network.read(music.events[:, :30], music.plan))


@pytest.mark.parametrize("count", [0, 1, 12])
def test_a_fork_has_read_what_its_origin_has_and_follows_its_own_plan(
    network: Network, count: int
) -> None:
    music, other_plan = Music.of(3, network), Music.of(4, network).plan
    events = np.repeat(music.events[:1, : count + 2], ROWS, axis=0)
    events[:, :count, Column.ROLE] = VISIBLE
    events[:, count, Column.KIND] = 1
    events[:, count:, Column.ROLE] = MASKED
    origin = network.read(events[:1, :count], music.plan.row(0))
    assert origin.length == count
    for plan in (music.plan, other_plan):  # the origin stays as it is
        fork = origin.fork(plan)
        fork.step(events[:, count])
        fork.step(events[:, count + 1])
        assert fork.length == count + 2
        assert_says(fork, network.read(events, plan))


def test_a_fork_says_at_once_what_reading_says(network: Network) -> None:
    music = Music.of(5, network)
    visible = np.flatnonzero(music.events[0, :, Column.ROLE] == VISIBLE)
    events = music.events[:1, visible]
    fork = network.read(events, music.plan.row(0)).fork(music.plan)
    assert_says(fork, network.read(np.broadcast_to(events, (ROWS, *events.shape[1:])), music.plan))


def test_rows_that_are_kept_go_on_as_if_they_had_been_alone(network: Network) -> None:
    music, kept = Music.of(13, network), np.array([1, 3])
    steps = network.read(music.events[:, :20], music.plan)
    alone = music.plan.rows(kept)
    other = network.read(music.events[kept, :20], alone)
    steps.keep(kept)
    for event in range(20, 24):
        for either in (steps, other):
            either.step(music.events[kept, event])
        for a, b in zip(*(said(each, rows=2) for each in (steps, other)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_a_restart_looks_back_at_no_other_events(network: Network) -> None:
    music = Music.of(6, network)
    steps = network.read(music.events[:, :20], music.plan)
    steps.restart(music.events[:, 9:22])
    steps.step(music.events[:, 22])
    assert steps.length == 14
    assert_says(steps, network.read(music.events[:, 9:23], music.plan))


def test_as_many_events_as_the_context_holds_can_be_read(network: Network) -> None:
    music = Music.of(7, network)
    events = np.concatenate([music.events] * 5, axis=1)[:, : SHAPE.context]
    assert events.shape[1] == network.context
    steps = network.read(events[:, :-1], music.plan)
    steps.step(events[:, -1])
    assert steps.length == network.context
    assert all(np.isfinite(logits).all() for logits in said(steps))


def test_the_parts_that_a_written_bar_is_to_have_are_read_where_it_begins(network: Network) -> None:
    music = Music.of(8, network)
    nothing = replace(music.plan, parts=0 * music.plan.parts)
    begins = np.flatnonzero(music.events[0, :, Column.ROLE] == MASKED)[0]
    before, after = (
        [said(network.read(music.events[:, :count], plan))[0] for plan in (music.plan, nothing)]
        for count in (begins - 3, begins + 1)
    )
    assert (before[0] == before[1]).all()
    assert (after[0][0] != after[1][0]).any()


def test_what_is_asked_of_a_part_is_heard_once_it_is_chosen_and_of_the_end_never(
    network: Network,
) -> None:
    music = Music.of(9, network)
    other = replace(music.plan, controls=(music.plan.controls + 1) % 9)
    chosen = [np.array([0, 1, END, 0]), *([np.zeros(ROWS, np.int64)] * (len(ATTRIBUTES) - 1))]
    one, two = (
        said(network.read(music.events[:, :10], plan), chosen) for plan in (music.plan, other)
    )
    assert (one[0] == two[0]).all()
    for row, ends in enumerate(chosen[0] == END):
        assert (one[3][row] == two[3][row]).all() == ends


@pytest.mark.parametrize("kind", ["PyTorch", "ONNX", "ONNX, of a trained size"])
def test_what_is_said_of_a_row_does_not_depend_on_the_others_to_the_bit(kind: str) -> None:
    trained = replace(DecoderConfig.for_size("small"), layers=2)
    model = random_decoder(shape=trained if "trained" in kind else SHAPE)
    network = TorchNetwork(model) if kind == "PyTorch" else network_of(model)
    music, others = Music.of(10), Music.of(11)
    count = min(music.events.shape[1], others.events.shape[1])
    mixed = others.events[:, :count].copy()
    mixed[1] = music.events[1, :count]
    plan = Plan(others.plan.instruments, others.plan.parts.copy(), others.plan.controls.copy())
    plan.parts[1], plan.controls[1] = music.plan.parts[1], music.plan.controls[1]
    one, other = (
        network.read(events[:, :20], told)
        for events, told in ((music.events, music.plan), (mixed, plan))
    )
    for event in range(20, count):
        one.step(music.events[:, event])
        other.step(mixed[:, event])
    truth = music.truth(count - 1)
    for a, b in zip(said(one, truth), said(other, truth), strict=True):
        assert (a[1] == b[1]).all()


@pytest.mark.parametrize("layers", [SHAPE, replace(DecoderConfig.for_size("small"), layers=2)])
def test_nor_on_how_many_there_are_where_musicians_write(layers: DecoderConfig) -> None:
    network, music = network_of(random_decoder(shape=layers)), Music.of(14)
    count = music.events.shape[1]
    for rows in ([2], [0, 3], [1, 2, 3]):
        steps = network.read(music.events[:, :20], music.plan)
        fewer = network.read(music.events[rows, :20], music.plan.rows(np.array(rows)))
        for event in range(20, count):
            steps.step(music.events[:, event])
            fewer.step(music.events[rows, event])
        truth = music.truth(count - 1)
        some = [of_all[rows] for of_all in truth]
        for a, b in zip(said(steps, truth), said(fewer, some, rows=len(rows)), strict=True):
            assert (a[rows] == b).all()


@pytest.mark.parametrize("rows", [[2], [0, 3], [1, 2, 3]])
def test_nor_where_they_go_on_from_one_prompt(rows: list[int]) -> None:
    shape = replace(DecoderConfig.for_size("small"), layers=2)
    network, music = network_of(random_decoder(shape=shape)), Music.of(15)
    fewer_plan = music.plan.rows(np.array(rows))
    read = network.read(music.events[:1, :20], music.plan.row(0))
    steps, fewer = read.fork(music.plan), read.fork(fewer_plan)
    kept = read.fork(music.plan)
    kept.step(music.events[:, 20])
    kept.keep(np.array(rows))
    for event in range(20, music.events.shape[1]):
        steps.step(music.events[:, event])
        fewer.step(music.events[rows, event])
        if event > 20:
            kept.step(music.events[rows, event])
    truth = music.truth(music.events.shape[1] - 1)
    some = [of_all[rows] for of_all in truth]
    said_of_some = [said(each, some, rows=len(rows)) for each in (fewer, kept)]
    for a, b, c in zip(said(steps, truth), *said_of_some, strict=True):
        assert (a[rows] == b).all()
        assert (b == c).all()


def test_parts_come_first_and_those_that_the_roster_lacks_never(network: Network) -> None:
    first = said(network.read(Music.of(12, network).events[:, :9], Music.of(12, network).plan))[0]
    assert first.shape == (ROWS, N_PART_CLASSES)
    for row, roster in enumerate(ROSTERS):
        assert (first[row, len(roster) : END] < -1e8).all()
        assert first[row, END] > -1e8


def test_latents_are_heard_in_their_cells_alone(network: Network) -> None:
    if not reads_latents(network):
        pytest.skip("this network reads no latents")
    music, other = Music.of(16, network), Music.of(17, network)
    assert music.plan.latents is not None
    plans = [music.plan, replace(music.plan, latents=other.plan.latents)]
    nowhere = [
        replace(
            plan, latents=replace(plan.latents, of_cell=np.full_like(plan.latents.of_cell, CELLS))
        )
        for plan in plans
        if plan.latents is not None
    ]
    one, two, three, four = (
        said(network.read(music.events[:, :20], plan)) for plan in (*plans, *nowhere)
    )
    assert any((a != b).any() for a, b in zip(one, two, strict=True))
    assert all((a == b).all() for a, b in zip(three, four, strict=True))
